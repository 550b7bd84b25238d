"""What the core asks of a CRM outside. Its values stand for what the CRM needs to know, as it is committed now.

Facts are in the past tense. Each comes at least once, with the same key at each repetition, in order per contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol, runtime_checkable

from bot.domain import ContactId, DialogId, InterestId, Key, TaskId
from bot.domain.account_rules import ContactKind

CrmRef = NewType("CrmRef", str)  # a CRM's own id of an object, opaque to all but its connector; "" not known


@dataclass(frozen=True, slots=True)
class CrmContact:
    """`ref` "": the CRM has not been told of them, or has not answered yet."""

    id: ContactId
    kind: ContactKind
    name: str = ""
    phone: str = ""
    email: str = ""
    ref: CrmRef = CrmRef("")


@dataclass(frozen=True, slots=True)
class CrmInterest:
    """`version`: what the CRM last said of it, for optimistic locking."""

    id: InterestId
    title: str
    contact: CrmContact
    open: bool = True
    stage: str = ""
    comment: str = ""
    author: str = ""
    at: datetime | None = None
    ref: CrmRef = CrmRef("")
    version: str = ""


@dataclass(frozen=True, slots=True)
class CrmTask:
    """`assignees`: shown names, with whether each has done it."""

    id: TaskId
    text: str
    author: str
    assignees: tuple[tuple[str, bool], ...]
    due: datetime | None = None
    contact: CrmContact | None = None
    ref: CrmRef = CrmRef("")


@dataclass(frozen=True, slots=True)
class CrmDialog:
    """`lead`: the account's rules count its dialogs as sources of appeals. `link`: to its thread."""

    id: DialogId
    account: str
    title: str
    contact: CrmContact
    opened_at: datetime
    lead: bool = True
    link: str = ""
    responsible: str = ""


@dataclass(frozen=True, slots=True)
class ContactSaved:
    contact: CrmContact


@dataclass(frozen=True, slots=True)
class ContactsMerged:
    """`merged` turned out to be `kept`, which is what is `Stored`; `undone`: no, they are two, and `merged` is."""

    kept: CrmContact
    merged: CrmContact
    undone: bool = False


@dataclass(frozen=True, slots=True)
class InterestSaved:
    interest: CrmInterest


@dataclass(frozen=True, slots=True)
class DialogOpened:
    dialog: CrmDialog


@dataclass(frozen=True, slots=True)
class DialogClosed:
    dialog: CrmDialog
    at: datetime
    by: str = ""
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class DialogLinked:
    """To one Interest at most: from now on to this one. `undone`: to none any more; it was this one."""

    dialog: CrmDialog
    interest: CrmInterest
    undone: bool = False


@dataclass(frozen=True, slots=True)
class MessagesLinked:
    """`words`: author, time and words of each message, oldest first. `undone`: as of a dialog."""

    dialog: CrmDialog
    interest: CrmInterest
    words: tuple[tuple[str, datetime, str], ...]
    undone: bool = False


@dataclass(frozen=True, slots=True)
class TaskSaved:
    task: CrmTask


CrmFact = (
    ContactSaved
    | ContactsMerged
    | InterestSaved
    | DialogOpened
    | DialogClosed
    | DialogLinked
    | MessagesLinked
    | TaskSaved
)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the CRM calls the object of a fact, and its version after it. Both "" where it has neither."""

    ref: CrmRef = CrmRef("")
    version: str = ""


@dataclass(frozen=True, slots=True)
class ForeignContact:
    """A person as the CRM has them. `phones`, `emails`: as they are written there."""

    ref: CrmRef
    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    kind: ContactKind = ContactKind.CLIENT


@dataclass(frozen=True, slots=True)
class ForeignInterest:
    """An Interest as the CRM has it. `gone`: it was deleted there."""

    ref: CrmRef
    contact: CrmRef
    title: str
    open: bool
    stage: str = ""
    comment: str = ""
    url: str = ""
    version: str = ""
    gone: bool = False


class Crm(Protocol):
    """A CRM outside. Raises `bot.ports.DeliveryError` only."""

    at_once: int
    """How many contacts' facts it takes side by side: after a day of being off there are thousands."""

    async def tell(self, fact: CrmFact, key: Key) -> Stored:
        """Brings one fact; the same key once more changes nothing. A fact of a kind that this CRM has no place for is
        no error. `Rejected`: somebody changed the object there so that ours cannot be put in; the details say what."""
        ...

    async def close(self) -> None:
        """Releases connections; called once, when the hub stops."""
        ...


@runtime_checkable
class Knowing(Protocol):
    """Can be asked, too."""

    every: float
    """Seconds between two questions for what has changed."""

    async def find(self, phone: str, email: str) -> Sequence[ForeignContact]:
        """People with that number or address (E.164; "" not known). Asked for each contact that has told either."""
        ...

    async def interests(self, contact: CrmRef) -> Sequence[ForeignInterest]:
        """All Interests that the CRM has of this contact. Raises `DeliveryError`."""
        ...

    async def changed(self, since: str) -> tuple[Sequence[ForeignInterest], str]:
        """Interests that were changed there after `since` ("": only say from where on to ask), and from where on to ask
        next time."""
        ...
