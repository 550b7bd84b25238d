"""Port to an external CRM. Its values hold what the CRM needs to know, from committed data.

Facts are in the past tense. Each arrives at least once, with the same key when repeated, in order per contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NewType, Protocol, runtime_checkable

from bot.domain import ContactId, DialogId, InterestId, Key, TaskId
from bot.domain.account_rules import ContactKind
from bot.domain.value import value

CrmRef = NewType("CrmRef", str)  # a CRM's own id of an object, opaque to all but its connector; "" when unknown


@value
class CrmContact:
    """Contact. `phone`: as E.164, "" for what is no such number; `entered`: the phone as somebody entered it; `ref` "":
    the CRM has not been told about them, or has not answered yet."""

    id: ContactId
    kind: ContactKind
    name: str = ""
    phone: str = ""
    email: str = ""
    ref: CrmRef = CrmRef("")
    entered: str = ""


@value
class CrmInterest:
    """Interest. `version`: the CRM's latest version of it, for optimistic locking."""

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


@value
class CrmTask:
    """Task. `assignees`: display names, and whether each has done it."""

    id: TaskId
    text: str
    author: str
    assignees: tuple[tuple[str, bool], ...]
    due: datetime | None = None
    contact: CrmContact | None = None
    ref: CrmRef = CrmRef("")


@value
class CrmDialog:
    """Dialog. `lead`: its account is a source of leads. `link`: the address of its thread."""

    id: DialogId
    account: str
    title: str
    contact: CrmContact
    opened_at: datetime
    lead: bool = True
    link: str = ""
    responsible: str = ""


@value
class ContactSaved:
    contact: CrmContact


@value
class ContactsMerged:
    """`merged` turned out to be the same person as `kept`, whose object is returned as `Stored`. `undone`: they are
    separated again, and `merged` is returned."""

    kept: CrmContact
    merged: CrmContact
    undone: bool = False


@value
class InterestSaved:
    interest: CrmInterest


@value
class DialogOpened:
    dialog: CrmDialog


@value
class DialogClosed:
    dialog: CrmDialog
    at: datetime
    by: str = ""
    reason: str = ""
    comment: str = ""


@value
class DialogLinked:
    """The dialog is linked to this Interest, and only to this one. `undone`: it is no longer linked; this was its
    Interest."""

    dialog: CrmDialog
    interest: CrmInterest
    undone: bool = False


@value
class MessagesLinked:
    """Messages were linked to an Interest. `words`: author, time and text of each, oldest first. `undone`: as in
    `DialogLinked`."""

    dialog: CrmDialog
    interest: CrmInterest
    words: tuple[tuple[str, datetime, str], ...]
    undone: bool = False


@value
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


@value
class Stored:
    """The CRM's id and version of a fact's object; "" where it has none."""

    ref: CrmRef = CrmRef("")
    version: str = ""


@value
class ForeignContact:
    """Person in the CRM. `phones`, `emails`: as written there."""

    ref: CrmRef
    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    kind: ContactKind = ContactKind.CLIENT


@value
class ForeignInterest:
    """Interest in the CRM. `gone`: it was deleted there."""

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
    """External CRM. Raises `bot.ports.DeliveryError` only."""

    at_once: int
    """Most contacts whose facts it takes concurrently: after a day of outage there are thousands."""

    async def tell(self, fact: CrmFact, key: Key) -> Stored:
        """Sends one fact; repeating a key changes nothing. A fact that this CRM has no place for is no error.
        `Rejected`: somebody changed the object there so that ours cannot be applied; the detail says what."""
        ...

    async def close(self) -> None:
        """Releases connections; called once, when the hub stops."""
        ...


@runtime_checkable
class Knowing(Protocol):
    """CRM that can also be queried."""

    every: float
    """Seconds between two queries for changes."""

    async def find(self, phone: str, email: str) -> Sequence[ForeignContact]:
        """People with that phone or e-mail (E.164; "" for unknown). Called for each contact with either."""
        ...

    async def interests(self, contact: CrmRef) -> Sequence[ForeignInterest]:
        """All Interests that the CRM has of this contact. Raises `DeliveryError`."""
        ...

    async def changed(self, since: str) -> tuple[Sequence[ForeignInterest], str]:
        """Interests changed there after `since` ("": return only the position), and the position for the next query."""
        ...
