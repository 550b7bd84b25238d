"""What the core asks of the outside. The core imports no platform, no database and no web framework:
what it needs of them stands here as protocols, and `bot.app` puts the real ones in.

Optional abilities of a bridge or a desk are further small protocols, asked for with `isinstance`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeVar, runtime_checkable

from bot.lookup.values import ContactPage, Correspondence, FileKind, FilesPage, Findings
from bot.model import (
    AccountName,
    Actor,
    ChatId,
    Contact,
    ContactId,
    Content,
    DeskEvent,
    DeskName,
    Dialog,
    DialogId,
    FileRef,
    ForeignId,
    Key,
    MediaKind,
    Message,
    MessageId,
    PostId,
    PostRef,
    Template,
    ThreadId,
    ThreadRef,
    Update,
)
from bot.text import Measure, Style, Text, code_points
from bot.views.values import Answer, Button, Card, Post, Quoted, View

T = TypeVar("T")

# ---------------------------------------------------------------------------- errors of a delivery


class RejectReason(StrEnum):
    """Why something will never be delivered; each has plain words in both languages."""

    BLOCKED = "blocked"  # the customer blocked us
    GONE = "gone"  # the conversation or the person is no more
    TOO_LARGE = "too_large"  # a file
    TOO_LONG = "too_long"
    UNSUPPORTED = "unsupported"  # the channel has no such kind of message
    WINDOW_CLOSED = "window_closed"  # the platform allows no free text any more
    FORBIDDEN = "forbidden"  # our account may not do this
    FILE_GONE = "file_gone"  # the file cannot be had from where it was
    INVALID = "invalid"  # the platform refuses it; `detail` has its words
    TRIES = "tries"  # given up after the last try


class DeliveryError(Exception):
    """What can go wrong with a delivery; nothing else leaves a bridge or a desk.

    DeliveryError
    ├── Transient     nothing was sent: try again
    ├── Unconfirmed   it may have been sent
    ├── Rejected      it will never be sent
    ├── Moved         the conversation has another id: remap and send there
    └── Unavailable   the account or the desk as a whole is broken
    """


class Transient(DeliveryError):
    """Nothing was sent. `retry_after`: seconds named by the platform; `scope`: the budget that they
    hold up, as in `Rate.scope` ("" means only this lane)."""

    def __init__(self, detail: str = "", retry_after: float | None = None, scope: str = "") -> None:
        super().__init__(detail)
        self.detail, self.retry_after, self.scope = detail, retry_after, scope


class Unconfirmed(DeliveryError):
    """The request left us and no answer came: it may have been sent."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Rejected(DeliveryError):
    """It will never be. `detail`: the platform's own words, without secrets."""

    def __init__(self, reason: RejectReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason, self.detail = reason, detail


class Moved(DeliveryError):
    def __init__(self, to: ChatId) -> None:
        super().__init__(f"moved to {to}")
        self.to = to


class Unavailable(DeliveryError):
    """Token refused, scope missing, host not found: the whole account or desk. `advice`: what to do."""

    def __init__(self, detail: str, advice: str = "") -> None:
        super().__init__(detail)
        self.detail, self.advice = detail, advice


class Forged(Exception):
    """A request that is not from whom it says. Nothing of it may be stored; answered with 401."""


# ------------------------------------------------------------------------------------------- files


@dataclass(frozen=True, slots=True)
class Download:
    """An open file. `chunks` may be read once; `size` None: not known beforehand."""

    chunks: AsyncIterator[bytes]
    size: int | None = None
    name: str = ""
    mime: str = ""


class Source(Protocol):
    """Who can give the bytes behind a `FileRef` of its own origin."""

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]: ...


class Files(Protocol):
    """All files, wherever they lie."""

    def open(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Raises `Rejected(FILE_GONE)` or `Transient`."""
        ...

    async def save(self, chunks: AsyncIterator[bytes], name: str, mime: str, limit: int) -> tuple[FileRef, int]:
        """Keeps a file with the hub; gives its ref and size. Raises `Rejected(TOO_LARGE)` over `limit` bytes."""
        ...

    def link(self, file: FileRef, name: str, mime: str) -> str:
        """A signed, expiring address of the file: absolute where the hub has a public URL, else from `/`. One more
        segment may follow (`…/photo.jpeg`), for platforms that go by an address's extension."""
        ...


# ----------------------------------------------------------------------------------------- bridges


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `amount` requests per `seconds`. `scope`: what they are counted over: "all" of the
    account or desk, one "chat" (for desks: one channel), or a group of methods such as "update"."""

    scope: str
    amount: int
    seconds: float = 1


class Kind(StrEnum):
    """What can happen in a conversation, as the table of channels in the documentation lists it."""

    TEXT = "text"
    FORMATTING = "formatting"
    PHOTO = "photo"
    ALBUM = "album"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    FILE = "file"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    POLL = "poll"
    BUTTON = "button"  # a customer's answer by a button
    TEMPLATE = "template"
    REPLY = "reply"
    FORWARD = "forward"
    EDIT = "edit"
    DELETION = "deletion"
    REACTION = "reaction"
    DELIVERED = "delivered"  # receipts
    READ = "read"
    BLOCKED = "blocked"
    NAME = "name"
    PICTURE = "picture"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can carry. The core reads this and never asks which platform it is.

    `text`, `caption`: longest text of one message, in units of `measure`; caption 0: media carry no text.
    `album`: how many attachments one message holds. `files`: kinds of media that can be sent, with the
    largest size in bytes; a kind that is missing goes as FILE. `others`: further attachment types
    ("location", "contact") that can be sent; the rest are put in words. `styles`: looks that survive.
    `receives`: what its customers can do and we are told of; for people who choose a channel.
    """

    text: int
    caption: int = 0
    measure: Measure = code_points
    album: int = 1
    files: Mapping[MediaKind, int] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    styles: Style = Style.NONE
    links: bool = False
    replies: bool = False
    idempotent: bool = False  # the same key sent twice reaches the customer once
    rates: tuple[Rate, ...] = ()
    receives: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a customer, already small enough for `Limits`. `author`: the operator's name."""

    content: Content
    author: str = ""
    reply_to: ForeignId | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """`refs`: the platform's ids of what was sent, the first one leading."""

    refs: tuple[ForeignId, ...]
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of an update, also of a repeated one. Both None: it concerns no dialog."""

    dialog: DialogId | None = None
    message: MessageId | None = None


Accept = Callable[[Sequence[Update]], Awaitable[Sequence[Accepted]]]
"""Commits the updates in one transaction, in their order; only then may the platform be told
"received". Repetitions are welcome. An exception means: nothing was stored, tell the platform nothing."""


@runtime_checkable
class Bridge(Protocol):
    """One account on one customer channel. Raises `DeliveryError` only."""

    limits: Limits

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        """Sends once. With `limits.idempotent` the same key may be sent again after a doubt."""
        ...

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]: ...

    async def close(self) -> None: ...


@runtime_checkable
class Polled(Protocol):
    """Asks the platform for updates itself. Held by one process at a time."""

    async def run(self, accept: Accept) -> None:
        """For ever; confirms to the platform after `accept` only. Ends by cancellation or by raising
        `DeliveryError` (`Unavailable` pauses the account)."""
        ...


@dataclass(frozen=True, slots=True)
class Hook:
    """A request from a platform, its body unparsed. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: bytes = b""
    mime: str = "text/plain"


@runtime_checkable
class Hooked(Protocol):
    """Is called by the platform at `/hooks/{account}`."""

    async def receive(self, hook: Hook, accept: Accept) -> Reply:
        """Proves the request first, then reads it; raises `Forged`."""
        ...


@runtime_checkable
class Registering(Protocol):
    """Tells the platform where to call us; asked for once at each start, before anything is received."""

    async def register(self, url: str) -> None:
        """`url`: the public address of `/hooks/{account}`. Doing so twice is no error."""
        ...


@runtime_checkable
class Editing(Protocol):
    async def edit(self, chat: ChatId, ref: ForeignId, message: Outgoing) -> None: ...


@runtime_checkable
class Deleting(Protocol):
    async def delete(self, chat: ChatId, refs: Sequence[ForeignId]) -> None: ...


@runtime_checkable
class Reacting(Protocol):
    async def react(self, chat: ChatId, ref: ForeignId, emoji: str | None) -> None:
        """Sets our reaction to a customer's message; None takes it back."""
        ...


@runtime_checkable
class Linked(Protocol):
    """Knows where a conversation is in the channel itself."""

    def address(self, chat: ChatId, username: str, phone: str) -> str:
        """For a person to open; "" when this one has none. `username`: without @; "" what is not known."""
        ...


@runtime_checkable
class Windowed(Protocol):
    """Takes free text only for some time after the customer's last message."""

    window: timedelta


@dataclass(frozen=True, slots=True)
class Approved:
    """A template that the platform lets us send at any time. `words`: its text with a `{{name}}` for each of
    `variables`, in the order in which they appear."""

    name: str
    language: str
    words: str
    variables: tuple[str, ...] = ()

    def filled(self, values: Sequence[str]) -> Template:
        """With one value for each variable."""
        filled = dict(zip(self.variables, values, strict=True))
        words = VARIABLE.sub(lambda found: filled.get(found[1], found[0]), self.words)
        return Template(self.name, self.language, words, tuple(values))


VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
"""A template's variable in its words."""


@runtime_checkable
class Templated(Protocol):
    """Can send `Template` attachments ("template" is among `limits.others`)."""

    async def templates(self) -> Sequence[Approved]:
        """Those that may be sent now, as the platform tells. Raises `DeliveryError`."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that `check` found. `advice` says what to do; `ok` findings have none."""

    ok: bool
    what: str
    advice: str = ""


@runtime_checkable
class Checked(Protocol):
    async def check(self) -> Sequence[Finding]:
        """Asks the platform whether token, permissions and addresses are right. Never raises."""
        ...


# ------------------------------------------------------------------------------------------- desks


class Mark(StrEnum):
    """What became of an operator's message, as a reaction on it; one at a time."""

    WAITING = "⏳"
    DELIVERED = "✅"
    READ = "👀"
    FAILED = "❌"
    DOUBTFUL = "❔"
    INTERNAL = "🔒"


class Office(Protocol):
    """What a desk may ask of the core."""

    async def accept(self, event: DeskEvent) -> Answer:
        """Commits one fact and says what to show at once. Repetitions (same key) give `Silent`.
        An exception means: nothing was stored, let the platform repeat it."""
        ...

    async def threads(self) -> Sequence[ThreadRef]:
        """Threads of this desk's open dialogs, the latest active first: where a gap has to be read."""
        ...


@dataclass(frozen=True, slots=True)
class DeskLimits:
    """`post`: characters a post holds; `files`: attachments a post holds; `file_bytes` None: not known."""

    post: int
    files: int = 10
    rates: tuple[Rate, ...] = ()


@runtime_checkable
class Desk(Protocol):
    """A team chat where every dialog is a thread. Raises `DeliveryError` only.

    What the couriers call (`open` … `tell`) may be called while `run` is not running.
    """

    limits: DeskLimits

    async def run(self, office: Office, since: datetime) -> None:
        """Brings the operators' side in, for ever; held by one process at a time. After each
        (re)connection reads what was posted since `since` or since it was last connected."""
        ...

    async def open(self, channel: str, card: Card, key: Key) -> ThreadRef:
        """Starts a thread with its card. `channel`: a name or an id; "" the desk's own."""
        ...

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        """Files are uploaded from `Files`; one that cannot be had is said in words, never dropped."""
        ...

    async def find(self, channel: str, thread: ThreadRef | None, key: Key) -> PostRef | None:
        """Looks up what carries `key`: a card of the channel (`thread` None) or a post of the thread."""
        ...

    async def update(self, ref: PostRef, what: Post | Card) -> None: ...

    async def delete(self, ref: PostRef) -> None: ...

    async def mark(self, ref: PostRef, mark: Mark, on: bool) -> None:
        """Adds or removes our reaction; doing so twice is no error."""
        ...

    async def whisper(self, user: str, thread: ThreadRef, view: View) -> None:
        """Only `user` (the desk's id) sees it."""
        ...

    async def tell(self, user: str, view: View) -> None:
        """Direct message."""
        ...

    def link(self, thread: ThreadRef, post: PostRef | None = None) -> str:
        """Address of the thread, or of a post in it; "" while it is not known."""
        ...

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]: ...

    async def close(self) -> None: ...


@runtime_checkable
class Reading(Protocol):
    """Knows how far its team chat was read, when that is not simply "until now"."""

    def read_until(self) -> datetime:
        """Everything up to then has been committed; during a break, or while the gap after it is read, this is
        when the break began. Asked for once `run` has begun."""
        ...


@runtime_checkable
class Addressing(Protocol):
    """Each dialog has a thread of its own, also one that goes on where an earlier one ended: the desk itself shows the
    earlier ones above it."""

    def own_thread(self, dialog: DialogId) -> ThreadId: ...


@runtime_checkable
class Staffed(Protocol):
    """Knows who could work with dialogs, also those who never did yet."""

    async def staff(self) -> Sequence[Actor]:
        """People of the desk's channel, without bots. Asked for at the start and once an hour."""
        ...


# -------------------------------------------------------------- what the hub's own desk reads and keeps


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the hub's own desk shows it. `words`: a technical line, worded. `buttons`: what this
    viewer can do about it (held, failed, unconfirmed). `post`: the id to react to or quote it by. `mine`:
    this viewer wrote it in this desk, so may edit and delete it. `problem`: why it was not delivered or is held,
    worded. `interest`: the title of the Interest that this message alone is linked to, "" none."""

    message: Message
    author: str
    post: PostId
    words: Text = Text()
    quoted: Quoted | None = None
    buttons: tuple[Button, ...] = ()
    mine: bool = False
    problem: str = ""
    interest: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A dialog as one operator sees it. `shown`: oldest first; `revision`: ask for changes after it.
    `may_write`: what they write would be taken (not: that it goes out without asking). `earlier`: older
    messages exist before the first shown. `chosen`: those that this operator has marked with 🔖."""

    dialog: Dialog
    contact: Contact
    account: str
    card: Card
    shown: tuple[Shown, ...]
    revision: int
    may_write: bool
    earlier: bool = False
    chosen: frozenset[MessageId] = frozenset()


@dataclass(frozen=True, slots=True)
class Listed:
    """A dialog in a list."""

    dialog: Dialog
    contact: Contact
    account: str
    responsible: str = ""
    addressed_to_me: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A whisper or direct message kept for the hub's own desk."""

    id: int
    view: View
    dialog: DialogId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Command:
    """A word that can follow `/dialog`, for a desk that completes it. `about`: what it does and takes; `label`: what
    buttons for it are called."""

    word: str
    about: str
    label: str = ""


class Board(Protocol):
    """Reads for the hub's own desk what other desks keep themselves. `section` is one of the words
    "new", "work", "mine", "all", "closed". Rights are applied for the actor."""

    async def counters(self, desk: DeskName, actor: Actor) -> Mapping[str, int]: ...
    async def list(
        self,
        desk: DeskName,
        actor: Actor,
        section: str,
        *,
        account: AccountName | None = None,
        text: str = "",
        before: DialogId | None = None,
    ) -> Sequence[Listed]: ...
    async def page(
        self, desk: DeskName, actor: Actor, dialog: DialogId, *, since: int = 0, before: MessageId | None = None
    ) -> Page | None:
        """`since` 0: the latest 50 (older than `before`); else what changed after that revision. None: there
        is no such dialog, or the actor may not read it."""
        ...

    async def search(
        self,
        desk: DeskName,
        actor: Actor,
        text: str,
        *,
        contact: ContactId | None = None,
        before: MessageId | None = None,
    ) -> Findings:
        """Messages with every word of `text` or a longer one that it is part of, in all dialogs that the actor may
        read, or in one contact's; with the first page also contacts whose name, phone or e-mail has them."""
        ...

    async def files(
        self, desk: DeskName, actor: Actor, contact: ContactId, kind: FileKind, *, before: MessageId | None = None
    ) -> FilesPage:
        """From all dialogs with the contact that the actor may read."""
        ...

    async def contact(self, desk: DeskName, actor: Actor, contact: ContactId) -> ContactPage | None:
        """For whoever can use the hub. None: there is no such contact."""
        ...

    async def correspondence(
        self, desk: DeskName, actor: Actor, contact: ContactId, *, before: MessageId | None = None
    ) -> Correspondence:
        """All that was said with the contact, on every account, whoever may read it there; nothing that is held."""
        ...

    async def reads_by_dialogs(self, desk: DeskName, actor: Actor) -> bool:
        """How the actor reads a correspondence: dialog by dialog, or as one. The action `view` changes it."""
        ...

    async def accounts(self) -> Mapping[AccountName, str]:
        """Names and titles."""
        ...

    async def commands(self, desk: DeskName, actor: Actor) -> Sequence[Command]:
        """What this operator can ask for by words, in their language."""
        ...

    async def keep(self, desk: DeskName, user: str, view: View, dialog: DialogId | None) -> None:
        """Keeps a whisper or a direct message for `user`; once per `view.keys`."""
        ...

    async def told(self, desk: DeskName, user: str, after: int | None) -> Sequence[Told]:
        """What came after that one, oldest first; None: the latest 50, oldest first."""
        ...


# ---------------------------------------------------------------------------------- routes and tools

Endpoint = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the one HTTP server. `endpoint` is a FastAPI endpoint; `options` are further
    arguments of `add_api_route` (summary, responses, …) for those that are documented."""

    methods: tuple[str, ...]
    path: str
    endpoint: Endpoint
    documented: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


class Clock(Protocol):
    def now(self) -> datetime:
        """UTC with zone."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Wake(Protocol):
    """Tells other tasks, in this process and in others, that something is there. May lose a call:
    whoever waits looks for itself when the time is up."""

    async def notify(self, topics: Sequence[str]) -> None: ...

    def listen(self, topic: str) -> Listening:
        """Calls from now on are not missed, even when nobody waits at that moment."""
        ...


class Listening(Protocol):
    async def wait(self, seconds: float) -> bool:
        """Until a call or until the time is up; False: time is up."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Called:
    """The answer to a call of ours."""

    status: int
    body: bytes


class Caller(Protocol):
    """Calls an address that an administrator gave: it may lie anywhere, on this machine too."""

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, most: int) -> Called:
        """One POST; redirects are not followed, for a signed question goes where it was sent. Raises `TimeoutError`
        when the whole answer has not come within `seconds`, and `Transient` when there is none, or it is longer than
        `most` bytes."""
        ...


class Budgets(Protocol):
    """How much each platform lets us send; shared between processes where there is Redis."""

    async def take(self, owner: str, rates: Sequence[Rate], scopes: Mapping[str, str]) -> float:
        """0: one unit of each rate was taken; else the seconds to wait, and nothing was taken. `owner` is the
        destination; `scopes` names the subject of each scope that counts now ("chat" → that chat)."""
        ...

    def block(self, owner: str, subject: str, seconds: float) -> None:
        """The platform named a time: nothing of this subject before it is over."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """An entry of a mailbox; `sequence` grows within an account."""

    sequence: int
    chat: ChatId
    key: Key
    body: dict[str, Any]
    at: datetime


class Mailbox(Protocol):
    """Where channels of our own (the site's chat, the HTTP channel) put what customers shall read."""

    async def put(self, account: AccountName, chat: ChatId, key: Key, body: dict[str, Any]) -> int:
        """Once per key; gives its sequence number. Wakes `mailbox:ACCOUNT` and `mailbox:ACCOUNT:CHAT`."""
        ...

    async def read(
        self, account: AccountName, after: int, limit: int = 100, chat: ChatId | None = None
    ) -> Sequence[Letter]: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What bridges and desks are given. `http` is an `aiohttp.ClientSession`."""

    http: Any
    files: Files
    mailbox: Mailbox
    wake: Wake
    clock: Clock
    secret: str
    public_url: str = ""
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Desks:
    """The desks by name: what views need to make links."""

    by_name: Mapping[DeskName, Desk]

    def link(self, thread: ThreadRef | None, post: PostRef | None = None) -> str:
        desk = self.by_name.get(thread.desk) if thread else None
        return desk.link(thread, post) if desk and thread else ""
