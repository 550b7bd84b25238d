"""Repositories for Interests and their links, and for an external CRM's ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import ContactId, DialogId, Interest, InterestId, MessageId, OperatorId, TaskId
from bot.domain.value import value


class Interests(Protocol):
    async def add(
        self,
        contact: ContactId,
        title: str,
        at: datetime,
        *,
        author: OperatorId | None = None,
        comment: str = "",
    ) -> Interest:
        """Stores a new open Interest of the contact; `author` None: it came from the CRM."""
        ...

    async def get(self, interest: InterestId) -> Interest | None:
        """The Interest; None: there is none with that id."""
        ...

    async def lock(self, interest: InterestId) -> Interest | None:
        """The Interest, locked until the transaction ends; None: there is none with that id."""
        ...

    async def by_ref(self, ref: str) -> Interest | None:
        """Interest with that ref in the external CRM, locked."""
        ...

    async def save(self, interest: Interest) -> None:
        """Writes every field except the author and the time of creation."""
        ...

    async def of_contact(self, contact: ContactId, *, open_only: bool = False, limit: int = 100) -> Sequence[Interest]:
        """The contact's Interests, and those of others with the same ref in the CRM: colleagues at one company. Open
        ones come first, then the newest."""
        ...

    async def open_dialogs(self, interest: InterestId) -> Sequence[DialogId]:
        """Open dialogs linked to it, whose cards show it."""
        ...

    async def link_messages(self, messages: Sequence[MessageId], interest: InterestId | None) -> None:
        """Links messages to this Interest only; None: unlinks them."""
        ...

    async def of_messages(self, messages: Sequence[MessageId]) -> Mapping[MessageId, Interest]:
        """Interests of those messages that are linked."""
        ...


@value
class CrmKnown:
    """External CRM's view of a contact. `ref` "": it has given no id yet. `answered_at`: when it last listed their
    Interests."""

    ref: str = ""
    answered_at: datetime | None = None


class CrmRefs(Protocol):
    """External CRM's ids of contacts and tasks; its id of an Interest is part of the Interest."""

    async def known(self, contact: ContactId) -> CrmKnown:
        """The CRM's ref of a contact, and when it last answered about them; empty when nothing is stored."""
        ...

    async def set_ref(self, contact: ContactId, ref: str) -> None:
        """Stores the CRM's ref of a contact."""
        ...

    async def set_answered(self, contact: ContactId, at: datetime) -> None:
        """Stores when the CRM last listed a contact's Interests."""
        ...

    async def by_ref(self, ref: str) -> ContactId | None:
        """Oldest contact with that ref; one that was merged into another only if there is no other."""
        ...

    async def task_ref(self, task: TaskId) -> str:
        """The CRM's ref of a task; "" while it has none."""
        ...

    async def set_task_ref(self, task: TaskId, ref: str) -> None:
        """Stores the CRM's ref of a task."""
        ...
