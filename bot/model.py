"""Ids and frozen values of the domain. Times are UTC with zone; sizes are bytes; nothing here does I/O.

Ids of platforms (`ChatId`, `ForeignId`, `ThreadId`, `PostId`, a `FileRef.id`) are opaque to all but the
bridge or desk they came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from bot.rules import AccountRules, ContactKind
from bot.text import Text

AccountName = NewType("AccountName", str)
DeskName = NewType("DeskName", str)
RoleName = NewType("RoleName", str)
ContactId = NewType("ContactId", int)
DialogId = NewType("DialogId", int)
MessageId = NewType("MessageId", int)
OperatorId = NewType("OperatorId", int)
InterestId = NewType("InterestId", int)
TaskId = NewType("TaskId", int)
ChatId = NewType("ChatId", str)  # a conversation on a customer channel
ForeignId = NewType("ForeignId", str)  # a message in that conversation
ThreadId = NewType("ThreadId", str)  # a thread in a desk's channel
PostId = NewType("PostId", str)  # a post in a desk's channel
Key = NewType("Key", str)  # names one fact or one parcel, for ever

# ---------------------------------------------------------------------------------------- content


class MediaKind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    FILE = "file"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class FileRef:
    """Where a file's bytes can be had: `origin` is `account:NAME`, `desk:NAME` or `hub`."""

    origin: str
    id: str


@dataclass(frozen=True, slots=True)
class Media:
    """A file of some kind. `size` None: the platform did not say. `emoji`: what a sticker stands for. `linked`: the
    customer gets a link to it, not the file."""

    kind: MediaKind
    file: FileRef
    name: str = ""
    mime: str = ""
    size: int | None = None
    seconds: int | None = None
    emoji: str = ""
    linked: bool = False
    type: Literal["media"] = "media"


@dataclass(frozen=True, slots=True)
class Location:
    latitude: float
    longitude: float
    title: str = ""
    address: str = ""
    type: Literal["location"] = "location"


@dataclass(frozen=True, slots=True)
class SharedContact:
    """A person's card that was sent as a message."""

    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    type: Literal["contact"] = "contact"


@dataclass(frozen=True, slots=True)
class Poll:
    question: str
    options: tuple[str, ...] = ()
    type: Literal["poll"] = "poll"


@dataclass(frozen=True, slots=True)
class Choice:
    """A customer's answer by a button or in a poll; `payload` is what the button carried."""

    title: str
    payload: str = ""
    type: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class Unshowable:
    """Something the hub has no words for; `what` is the platform's own name of the kind."""

    what: str = ""
    type: Literal["unshowable"] = "unshowable"


@dataclass(frozen=True, slots=True)
class Template:
    """A message that the platform has approved beforehand, filled in. `words`: what the customer reads."""

    name: str
    language: str
    words: str
    values: tuple[str, ...] = ()
    type: Literal["template"] = "template"


Attachment = Media | Location | SharedContact | Poll | Choice | Template | Unshowable


@dataclass(frozen=True, slots=True)
class Quote:
    """What a message answers to: the platform's id of it, or, where that is not ours, its words."""

    ref: ForeignId | None = None
    words: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All that one message says."""

    text: Text = Text()
    attachments: tuple[Attachment, ...] = ()
    quote: Quote | None = None
    forwarded: tuple[Forwarded, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text or self.attachments or self.forwarded)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message passed on inside another one; forwards nest."""

    author: str
    content: Content
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a channel tells of a customer. Empty: not told (never: erased). `proven`: the channel itself vouches that
    phone and e-mail are the person's own; else they are what somebody has written."""

    name: str = ""
    username: str = ""
    phone: str = ""
    email: str = ""
    picture: FileRef | None = None
    locale: str = ""
    proven: bool = False


# ------------------------------------------------------------------------- what a customer's side tells


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """`album` is equal for messages that the platform shows as one."""

    chat: ChatId
    ref: ForeignId
    content: Content
    profile: Profile = Profile()
    album: str = ""


@dataclass(frozen=True, slots=True)
class CustomerEdited:
    chat: ChatId
    ref: ForeignId
    content: Content
    profile: Profile = Profile()


@dataclass(frozen=True, slots=True)
class CustomerDeleted:
    chat: ChatId
    ref: ForeignId


@dataclass(frozen=True, slots=True)
class CustomerReacted:
    """`emoji` are all that now stand on the message; none: the reaction was taken back."""

    chat: ChatId
    ref: ForeignId
    emoji: tuple[str, ...]


class ReceiptState(StrEnum):
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of ours. `through`: so did every earlier message of the conversation."""

    chat: ChatId
    ref: ForeignId
    state: ReceiptState
    through: bool = False
    reason: str = ""  # a RejectReason of ports, or empty
    detail: str = ""  # the platform's words


@dataclass(frozen=True, slots=True)
class CustomerLeft:
    """They blocked us or left: nothing can be sent until they come back."""

    chat: ChatId


@dataclass(frozen=True, slots=True)
class CustomerReturned:
    chat: ChatId
    profile: Profile = Profile()


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    chat: ChatId
    profile: Profile


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The platform gave the same conversation another id. `same_ids`: messages kept theirs."""

    chat: ChatId
    to: ChatId
    same_ids: bool = True


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A payload nobody expected: kept whole, shown as such when the conversation is known."""

    raw: str
    why: str
    chat: ChatId | None = None
    profile: Profile = Profile()


CustomerEvent = (
    CustomerWrote
    | CustomerEdited
    | CustomerDeleted
    | CustomerReacted
    | Receipt
    | CustomerLeft
    | CustomerReturned
    | ProfileChanged
    | ChatMoved
    | Unreadable
)


@dataclass(frozen=True, slots=True)
class Update:
    """One fact from a customer's side. `key` is the platform's own, the same at every repetition."""

    key: Key
    event: CustomerEvent
    at: datetime


# ------------------------------------------------------------------------ what an operator's side tells


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something in a desk: the desk's own id of them, their user name and the name shown. `zone`: their time
    zone, a name of the tz database; "" where the desk does not tell."""

    user: str
    name: str
    title: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a desk. `thread` and `post` are None where the desk does not tell."""

    desk: DeskName
    channel: str = ""
    thread: ThreadId | None = None
    post: PostId | None = None


@dataclass(frozen=True, slots=True)
class ThreadRef:
    desk: DeskName
    channel: str
    thread: ThreadId


@dataclass(frozen=True, slots=True)
class PostRef:
    desk: DeskName
    channel: str
    post: PostId


@dataclass(frozen=True, slots=True)
class OperatorPosted:
    """A post in a thread. `mentions`: a colleague is named in it. `command`: what follows `@hub`, or None."""

    key: Key
    actor: Actor
    place: Place
    content: Content
    at: datetime
    mentions: bool = False
    command: str | None = None
    quoted: PostId | None = None


@dataclass(frozen=True, slots=True)
class OperatorEdited:
    key: Key
    actor: Actor
    place: Place
    content: Content


@dataclass(frozen=True, slots=True)
class OperatorDeleted:
    key: Key
    actor: Actor | None
    place: Place


@dataclass(frozen=True, slots=True)
class OperatorReacted:
    """`emoji` is Unicode; `on` False: taken back."""

    key: Key
    actor: Actor
    place: Place
    emoji: str
    on: bool


@dataclass(frozen=True, slots=True)
class Commanded:
    """`/dialog words…`, a message shortcut (`words` is the action, `place.post` its message)."""

    key: Key
    actor: Actor
    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody looks at their own page of the hub, where the team chat has one. `place` has no channel."""

    key: Key
    actor: Actor
    place: Place


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button or a menu entry; `token` is what the core sealed into it."""

    key: Key
    actor: Actor
    place: Place
    token: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form sent in. Multiple choices come comma-separated."""

    key: Key
    actor: Actor
    place: Place
    token: str
    values: dict[str, str] = field(default_factory=dict)


DeskEvent = (
    OperatorPosted | OperatorEdited | OperatorDeleted | OperatorReacted | Commanded | HomeOpened | Pressed | Submitted
)

# ----------------------------------------------------------------------------------- what we keep


class Status(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    FOR_REVIEW = "for_review"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Operator:
    """A user of a desk. `title` is the name people read; `zone`: as in `Actor`."""

    id: OperatorId
    desk: DeskName
    user: str
    name: str
    title: str
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a dialog waits for: an operator or a role, never both."""

    operator: OperatorId | None = None
    role: RoleName | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    id: ContactId
    name: str = ""
    phone: str = ""
    email: str = ""
    picture: FileRef | None = None
    kind: ContactKind = ContactKind.POTENTIAL


@dataclass(frozen=True, slots=True)
class Interest:
    """A sales opportunity that dialogs and single messages are linked to. `stage`: the CRM's own word for how far it
    is; `open` False: won or lost. `url`: where it is in a CRM outside, "" in the hub's own. `ref`: that CRM's id of
    it, "" while it has none; `version`: what that CRM last said of it, for optimistic locking."""

    id: InterestId
    contact: ContactId
    title: str
    created_at: datetime
    author: OperatorId | None = None
    open: bool = True
    stage: str = ""
    comment: str = ""
    url: str = ""
    ref: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who has a task to do; `done_at` None: has not done it yet."""

    operator: OperatorId
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done, by its author (a personal task) or by others (an assignment). `due` None: at any time."""

    id: TaskId
    text: str
    author: OperatorId
    created_at: datetime
    assignees: tuple[Assignee, ...]
    due: datetime | None = None
    dialog: DialogId | None = None

    @property
    def done(self) -> bool:
        return all(one.done_at is not None for one in self.assignees)


@dataclass(frozen=True, slots=True)
class Dialog:
    """One conversation with one contact on one account, from its first message to its closing.

    `waiting_since`: when the customer's oldest unanswered message came; None when it is our turn no more.
    `heard_at`: when the customer last wrote. `ordinal`: which dialog with this contact it is, from 1. `desk`,
    `channel`: where its thread belongs; `thread`: None until the desk has opened it. `interest`: what it is linked to.
    `source`: the dialog whose messages `passed_by` passed on in this one; nobody can write to a customer in such a one.
    `answered_at`: when people first answered. `continues`: the dialog that began the thread, when this one goes on in
    the thread of an earlier one. `lead`: its account was a source of appeals when it was opened.
    `bot`: the account's first-line bot answers, and nobody has to; such a dialog is `NEW` and does not wait.
    """

    id: DialogId
    account: AccountName
    chat: ChatId
    contact: ContactId
    desk: DeskName
    channel: str
    opened_at: datetime
    status: Status = Status.NEW
    title: str = ""
    ordinal: int = 1
    responsible: OperatorId | None = None
    coexecutors: frozenset[OperatorId] = frozenset()
    addressee: Addressee | None = None
    thread: ThreadId | None = None
    waiting_since: datetime | None = None
    last_at: datetime | None = None
    last_words: str = ""
    closed_at: datetime | None = None
    reason: str = ""
    comment: str = ""
    blocked: bool = False
    heard_at: datetime | None = None
    interest: InterestId | None = None
    source: DialogId | None = None
    answered_at: datetime | None = None
    continues: DialogId | None = None
    lead: bool = True
    bot: bool = False
    passed_by: OperatorId | None = None

    @property
    def open(self) -> bool:
        return self.status is not Status.CLOSED

    @property
    def ref(self) -> ThreadRef | None:
        return ThreadRef(self.desk, self.channel, self.thread) if self.thread is not None else None

    @property
    def root(self) -> DialogId:
        """The dialog that began the thread: the same for all of one thread, also before the desk has opened it."""
        return self.continues or self.id


class Author(StrEnum):
    CUSTOMER = "customer"
    OPERATOR = "operator"
    NOTE = "note"  # an operator's, for colleagues alone
    HUB = "hub"  # a technical line; `Message.line` says which
    BOT = "bot"  # the account's own: a greeting, an answer to a keyword, the first-line bot's words


TO_CUSTOMERS = frozenset({Author.OPERATOR, Author.BOT})
"""Whose messages go out to the customer; what became of them is known."""


class Delivery(StrEnum):
    """What became of a message to the customer. Others have `NONE`."""

    NONE = "none"
    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    HELD = "held"  # written by a stranger to the dialog; waits for them to choose
    INTERNAL = "internal"  # never goes to the customer


@dataclass(frozen=True, slots=True)
class Line:
    """A technical line: a code of `bot.views.lines` and its values; worded when it is shown."""

    code: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    id: MessageId
    dialog: DialogId
    author: Author
    at: datetime
    content: Content = Content()
    operator: OperatorId | None = None
    delivery: Delivery = Delivery.NONE
    failure: str = ""  # RejectReason, when delivery is FAILED
    detail: str = ""  # the platform's own words about it
    important: bool = False
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reply_to: MessageId | None = None
    line: Line | None = None
    reactions: tuple[str, ...] = ()  # the customer's, as emoji


@dataclass(frozen=True, slots=True)
class Account:
    """One account as the core sees it: wiring from hub.toml, behaviour from the database."""

    name: AccountName
    kind: str
    title: str
    desk: DeskName
    channel: str
    rules: AccountRules = AccountRules()
