"""Interests, what is linked to them, and what a CRM outside knows of contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain import ContactId, DialogId, Interest, InterestId, MessageId, OperatorId, TaskId


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
        """Stores a new open Interest of the contact; `author` None: the CRM made it."""
        ...

    async def get(self, interest: InterestId) -> Interest | None:
        """The Interest; None: there is none with that id."""
        ...

    async def lock(self, interest: InterestId) -> Interest | None:
        """The Interest, locked until the transaction ends; None: there is none with that id."""
        ...

    async def by_ref(self, ref: str) -> Interest | None:
        """Locked; `ref` is a CRM's, outside."""
        ...

    async def save(self, interest: Interest) -> None:
        """Writes every field but the author and the time of creation."""
        ...

    async def of_contact(self, contact: ContactId, *, open_only: bool = False, limit: int = 100) -> Sequence[Interest]:
        """The open ones first, then the newest."""
        ...

    async def open_dialogs(self, interest: InterestId) -> Sequence[DialogId]:
        """Open dialogs that are linked to it: whose cards show it."""
        ...

    async def link_messages(self, messages: Sequence[MessageId], interest: InterestId | None) -> None:
        """A message is linked to one Interest at most: to this one from then on; None: to none."""
        ...

    async def of_messages(self, messages: Sequence[MessageId]) -> Mapping[MessageId, Interest]:
        """Of those that are linked."""
        ...


@dataclass(frozen=True, slots=True)
class CrmKnown:
    """`ref` "": the CRM has not said what it calls them. `answered_at`: when it last said which Interests they have."""

    ref: str = ""
    answered_at: datetime | None = None


class CrmRefs(Protocol):
    """What a CRM outside calls contacts and tasks; what it calls an Interest stands in the Interest."""

    async def known(self, contact: ContactId) -> CrmKnown:
        """The CRM's ref of a contact, and when it last answered about them; empty when nothing is stored."""
        ...

    async def set_ref(self, contact: ContactId, ref: str) -> None:
        """Stores the CRM's ref of a contact."""
        ...

    async def set_answered(self, contact: ContactId, at: datetime) -> None:
        """Stores when the CRM last said which Interests a contact has."""
        ...

    async def by_ref(self, ref: str) -> ContactId | None:
        """The oldest of those that the CRM calls so and that were not merged into another."""
        ...

    async def task_ref(self, task: TaskId) -> str:
        """The CRM's ref of a task; "" while it has none."""
        ...

    async def set_task_ref(self, task: TaskId, ref: str) -> None:
        """Stores the CRM's ref of a task."""
        ...
