"""What the core asks of its storage: one transaction (`Unit`) at a time, made of small repositories.

Implementations keep these promises:
* `Store.transact(work)` runs `work(unit)` and commits; when the database asks for a repetition (deadlock,
  busy), `work` runs again from the start, so it must do nothing but read and write through its unit.
* Methods named `lock_…` hold the row until the end of the transaction: whoever comes second waits.
* Rows are not the domain's values: everything that comes out is a frozen value of `bot.model`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, Protocol, TypeVar

from bot.model import (
    Account,
    AccountName,
    AccountRules,
    Actor,
    Author,
    ChatId,
    Contact,
    ContactId,
    Content,
    Delivery,
    DeskName,
    Dialog,
    DialogId,
    ForeignId,
    Key,
    Line,
    Message,
    MessageId,
    Operator,
    OperatorId,
    PostRef,
    Profile,
    Receipt,
    RoleName,
    ThreadRef,
)
from bot.views.values import View

T = TypeVar("T")


# ------------------------------------------------------------------------------------------- inbox


@dataclass(frozen=True, slots=True)
class Kept:
    """A payload that could not be read, as it came."""

    source: str
    key: Key
    raw: str
    why: str
    at: datetime


class Inbox(Protocol):
    """Which facts were taken already. `source`: `account:NAME` or `desk:NAME`."""

    async def admit(self, source: str, key: Key, at: datetime) -> bool:
        """False: this fact was taken before."""
        ...

    async def keep_unreadable(self, source: str, key: Key, raw: str, why: str) -> None:
        """Marks an admitted fact as unreadable and keeps it whole."""
        ...

    async def unreadable(self, limit: int = 100) -> Sequence[Kept]: ...
    async def forget(self, source: str, key: Key) -> None:
        """Takes an unreadable one out, so that it can be taken again (`hub replay`)."""
        ...


# ------------------------------------------------------------------------------------------ outbox


class Urgency(IntEnum):
    """Which lanes of one destination go first."""

    ANSWER = 0  # to customers; whispers to operators
    MESSAGE = 1  # customers' messages and technical lines
    CARD = 2
    MARK = 3


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to bring outside. `attempts`: how often it was begun before this claim. `doubtful`: an
    earlier attempt may have got through (it ended in `Unconfirmed`, or its process died)."""

    id: int
    key: Key
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime
    attempts: int
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A lane that is ours until the lease ends, with its first parcels in order."""

    lane: int
    name: str
    destination: str
    fence: str
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a claim ended. Parcels in none of the lists stay first in the lane and are no longer doubtful
    than they were before the claim. `again_at`: the lane rests until then. `again`: parcels that were
    tried and stay; their `doubtful` becomes the given value."""

    claim: Claim
    done: tuple[int, ...] = ()
    dead: Mapping[int, str] = field(default_factory=dict)
    again: Mapping[int, bool] = field(default_factory=dict)
    again_at: datetime | None = None


class Outbox(Protocol):
    """Parcels wait in lanes: a lane is a (destination, name) pair, goes out in order, one claim at a time.

    `destination` is `account:NAME` or `desk:NAME`. A lane exists while it has parcels.
    """

    async def enqueue(
        self,
        destination: str,
        lane: str,
        urgency: Urgency,
        kind: str,
        payload: Mapping[str, Any],
        *,
        due: datetime,
        key: Key | None = None,
    ) -> Key:
        """Puts a parcel at the end of the lane; its key is born here unless given. A lane at rest becomes due
        at the earlier of its own time and `due`. The destination is woken after the commit."""
        ...

    async def claim(
        self, destination: str, owner: str, now: datetime, *, lanes: int, depth: int, lease: float, probe: bool = False
    ) -> Sequence[Claim]:
        """Takes up to `lanes` due lanes, the most urgent and longest due first, with up to `depth` parcels
        each; no parcels beyond the claimed lanes are looked at, so the cost does not grow with what waits.
        The parcels that are given out count as begun (`attempts`, `doubtful`) once this transaction commits;
        the values given are those from before; what a settlement in the same transaction gives back untouched
        counts as never begun. `probe`: also when the destination is paused, to see whether it works again."""
        ...

    async def settle(self, settlement: Settlement, now: datetime) -> bool:
        """False: the fence is lost, another has taken the lane over; then nothing is changed."""
        ...

    async def settle_many(self, settlements: Sequence[Settlement], now: datetime) -> Sequence[bool]:
        """`settle` for each of them, in few round trips."""
        ...

    async def renew(self, owner: str, lanes: Sequence[int], until: datetime) -> None: ...
    async def release_all(self) -> None:
        """Frees every claimed lane: for an embedded database, whose only process has just started."""
        ...

    async def next_due(self, destination: str) -> datetime | None: ...
    async def waiting(self) -> Mapping[str, int]:
        """Parcels per destination, for metrics and tests."""
        ...

    async def pause(self, destination: str, why: str, advice: str, now: datetime) -> bool:
        """False: it is paused already."""
        ...

    async def resume(self, destination: str) -> bool:
        """False: it was not paused."""
        ...

    async def pauses(self) -> Mapping[str, str]:
        """Paused destinations and why."""
        ...


# ------------------------------------------------------------------------------ people and dialogs


@dataclass(frozen=True, slots=True)
class Identity:
    """A contact on one account. `open`: their open dialog there. `dialogs`: how many they ever had there
    or elsewhere."""

    account: AccountName
    chat: ChatId
    contact: Contact
    username: str
    blocked: bool
    open: Dialog | None
    dialogs: int = 0


class Contacts(Protocol):
    async def lock_identity(self, account: AccountName, chat: ChatId, profile: Profile) -> tuple[Identity, bool]:
        """Finds or makes the identity (and a contact for it), keeps it locked, takes over what the profile
        tells (never erases). The second value: name, phone, e-mail or picture have changed."""
        ...

    async def get(self, contact: ContactId) -> Contact: ...
    async def identities(self, contact: ContactId) -> Sequence[Identity]: ...
    async def lock_known(self, account: AccountName, chat: ChatId) -> bool:
        """Locks the identity; False: nobody is known by that chat."""
        ...

    async def set_blocked(self, account: AccountName, chat: ChatId, blocked: bool) -> None: ...
    async def move(self, account: AccountName, chat: ChatId, to: ChatId, *, same_ids: bool) -> None:
        """Gives the identity and its dialogs another chat id; joins the two where both are known. `same_ids`: messages
        are known by the same ids there."""
        ...


class Section(StrEnum):
    NEW = "new"  # new, returned, for review; and those the viewer was added to and has done nothing in yet
    WORK = "work"  # in progress, whoever's
    MINE = "mine"  # responsible or co-executor
    ALL = "all"  # every open one
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DialogRow:
    """A line of a section."""

    dialog: Dialog
    contact: Contact
    responsible: Operator | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom a section is listed. `accounts`: those they may read. Dialogs returned to someone else stay
    visible in NEW: anyone may help out; those for this viewer or their roles come first."""

    operator: OperatorId
    roles: frozenset[RoleName]
    accounts: tuple[AccountName, ...]


class Dialogs(Protocol):
    async def add(
        self, account: Account, chat: ChatId, contact: ContactId, at: datetime, *, blocked: bool = False
    ) -> Dialog:
        """A new dialog with the next number; `ordinal` counts the contact's dialogs. The database refuses a
        second open one for the same account and chat."""
        ...

    async def get(self, dialog: DialogId) -> Dialog | None: ...
    async def lock(self, dialog: DialogId) -> Dialog | None: ...
    async def lock_by_thread(self, thread: ThreadRef) -> Dialog | None: ...
    async def save(self, dialog: Dialog) -> None:
        """Writes every field that can change, co-executors included."""
        ...

    async def touch(
        self,
        dialog: DialogId,
        *,
        waiting_since: datetime | None,
        last_at: datetime | None,
        last_words: str,
        heard_at: datetime | None = None,
    ) -> None:
        """What each message changes of a dialog, at the price of one statement. `heard_at` None: as it was."""
        ...

    async def seen(self, dialog: DialogId, operator: OperatorId) -> None:
        """A co-executor has done something in it: it is new to them no more."""
        ...

    async def set_thread(self, dialog: DialogId, thread: ThreadRef) -> None:
        """Also corrects `channel` to the id under which the desk knows it."""
        ...

    async def section(
        self,
        section: Section,
        viewer: Viewer,
        *,
        account: AccountName | None = None,
        text: str = "",
        before: DialogId | None = None,
        limit: int = 20,
    ) -> Sequence[DialogRow]:
        """Unanswered first, then the latest; `text`: a part of the title, contact's name or last words.
        `before`: keyset page, the last dialog of the page before."""
        ...

    async def counters(self, viewer: Viewer) -> Mapping[Section, int]:
        """Dialogs of each section (but CLOSED) whose customer waits for an answer."""
        ...

    async def open_threads(self, desk: DeskName, limit: int = 200) -> Sequence[ThreadRef]: ...
    async def heard(self, account: AccountName, after: datetime, until: datetime) -> Sequence[DialogId]:
        """Open dialogs whose customer last wrote after `after` and not after `until`."""
        ...

    async def of_contact(self, contact: ContactId) -> Sequence[Dialog]: ...


@dataclass(frozen=True, slots=True)
class NewMessage:
    dialog: DialogId
    author: Author
    at: datetime
    content: Content = Content()
    operator: OperatorId | None = None
    delivery: Delivery = Delivery.NONE
    reply_to: MessageId | None = None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class ImportantRow:
    message: Message
    dialog: Dialog
    contact: Contact
    post: PostRef | None


@dataclass(frozen=True, slots=True)
class Sendable:
    """An answer with all that is needed to send it. `left`: its parts that are not out yet; `author`: the operator's
    shown name, "" for none."""

    message: Message
    dialog: Dialog
    left: tuple[int, ...]
    author: str


@dataclass(frozen=True, slots=True)
class Markable:
    """A message with its post in the desk and the mark that stands on it, "" none."""

    message: Message
    post: PostRef | None
    mark: str


class Messages(Protocol):
    """Messages and where they are known by which id: on the channel (`ForeignId`) and in the desk (`PostId`)."""

    async def add(self, message: NewMessage) -> Message: ...
    async def get(self, message: MessageId) -> Message | None: ...
    async def sendable(self, message: MessageId) -> Sendable | None:
        """In one statement, for this is asked for every answer."""
        ...

    async def markable(self, message: MessageId) -> Markable | None:
        """Likewise."""
        ...

    async def lock(self, message: MessageId) -> Message | None: ...
    async def save(self, message: Message) -> None:
        """Writes author, content, delivery, failure, detail, important, times and reactions."""
        ...

    async def latest(self, dialog: DialogId, *, before: MessageId | None = None, limit: int = 50) -> Sequence[Message]:
        """The newest ones (older than `before`), oldest first."""
        ...

    async def changed(self, dialog: DialogId, since: int, limit: int = 200) -> tuple[Sequence[Message], int]:
        """Messages of a dialog added or saved after revision `since` (0: all), and the newest revision: what a
        live page asks for. Revisions grow with every add and save of the dialog's messages."""
        ...

    async def important(
        self, *, dialog: DialogId | None = None, accounts: Sequence[AccountName] = (), limit: int = 20
    ) -> Sequence[ImportantRow]: ...

    # on the customer's channel
    async def link_foreign(
        self, message: MessageId, account: AccountName, chat: ChatId, refs: Sequence[ForeignId]
    ) -> None:
        """Repeating a link is no error."""
        ...

    async def keep_receipt(self, account: AccountName, receipt: Receipt, at: datetime) -> None:
        """For a message that is not linked to its id yet: the answer of the platform may be on its way."""
        ...

    async def take_receipts(self, account: AccountName, chat: ChatId, refs: Sequence[ForeignId]) -> Sequence[Receipt]:
        """Those that were kept, oldest first; they are kept no longer."""
        ...

    async def forget_receipts(self, before: datetime) -> None:
        """Those about messages that somebody else has sent, through another program."""
        ...

    async def by_foreign(self, account: AccountName, chat: ChatId, ref: ForeignId) -> Message | None: ...
    async def foreign(self, message: MessageId) -> Sequence[ForeignId]:
        """In the order they were linked."""
        ...

    async def sent_through(self, account: AccountName, chat: ChatId, ref: ForeignId) -> Sequence[MessageId]:
        """Operators' messages of the conversation sent up to and with `ref` that are not read yet."""
        ...

    # in the desk
    async def link_post(self, messages: Sequence[MessageId], post: PostRef) -> None:
        """Several messages may stand in one post. Repeating a link is no error."""
        ...

    async def by_post(self, post: PostRef) -> Sequence[Message]: ...
    async def post(self, message: MessageId) -> PostRef | None: ...

    # parts of one message that go out one after another
    async def set_parts(self, message: MessageId, parts: int) -> None: ...
    async def part_done(self, message: MessageId, part: int) -> Message | None:
        """The message, locked, when this was the last part missing; else None."""
        ...

    async def parts_left(self, message: MessageId) -> Sequence[int]: ...
    async def mark_shown(self, message: MessageId) -> str:
        """The mark that stands on its post now; "" none."""
        ...

    async def set_mark_shown(self, message: MessageId, mark: str) -> None: ...


class Operators(Protocol):
    async def know(self, desk: DeskName, actor: Actor) -> Operator:
        """Finds or makes the operator; takes over a changed name or title."""
        ...

    async def get(self, operator: OperatorId) -> Operator | None: ...
    async def find(self, desk: DeskName, name: str) -> Operator | None:
        """By user name (without @, any case), by the desk's id, or by the shown name."""
        ...

    async def of_desk(self, desk: DeskName) -> Sequence[Operator]: ...
    async def roles(self) -> Mapping[RoleName, tuple[str, ...]]:
        """Roles with their members' user names."""
        ...

    async def add_roles(self, roles: Mapping[RoleName, Sequence[str]]) -> None:
        """hub.toml's roles, to begin with: one that exists already is left as it is."""
        ...


class Accounts(Protocol):
    async def rules(self, account: AccountName) -> AccountRules | None: ...
    async def rules_and_roles(
        self, account: AccountName
    ) -> tuple[AccountRules | None, Mapping[RoleName, tuple[str, ...]]]:
        """Both in one statement, for whether somebody may do something is asked every time."""
        ...

    async def set_rules(self, account: AccountName, rules: AccountRules) -> None: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A whisper or a direct message that waits in the hub's own desk."""

    id: int
    user: str
    view: View
    dialog: DialogId | None
    at: datetime


class Notices(Protocol):
    async def put(self, desk: DeskName, user: str, view: View, dialog: DialogId | None, key: Key) -> None:
        """Once per key."""
        ...

    async def after(self, desk: DeskName, user: str, notice: int | None, limit: int = 50) -> Sequence[Notice]:
        """What came after that one, oldest first; None: the latest ones, oldest first."""
        ...


class Leases(Protocol):
    async def take(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """True: held by `owner` until then (again or anew); False: somebody else holds it."""
        ...

    async def drop(self, name: str, owner: str) -> None: ...


class Cursors(Protocol):
    """Small facts to go on from after a restart."""

    async def get(self, name: str) -> str | None: ...
    async def set(self, name: str, value: str) -> None: ...


class Unit(Protocol):
    """One transaction."""

    inbox: Inbox
    outbox: Outbox
    contacts: Contacts
    dialogs: Dialogs
    messages: Messages
    operators: Operators
    accounts: Accounts
    notices: Notices
    leases: Leases
    cursors: Cursors

    def wake(self, *topics: str) -> None:
        """Calls these topics after the commit."""
        ...


class Store(Protocol):
    embedded: bool
    """Only this process uses the database."""

    async def transact(self, work: Callable[[Unit], Awaitable[T]]) -> T: ...
    def read(self) -> AbstractAsyncContextManager[Unit]:
        """For reading alone; sees what is committed."""
        ...

    async def close(self) -> None: ...
