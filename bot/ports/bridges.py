"""What the core asks of customer channels."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.domain import ChatId, Content, DialogId, FileRef, ForeignId, Key, MediaKind, MessageId, Template, Update
from bot.domain.text import Measure, Style, code_points
from bot.ports.files import Download


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
    `receives`: what its customers can do and we are told of; for people who choose a channel. `refuses`: its customers
    see at once that something was not taken, and keep it: they may be asked to wait, and blocked.
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
    refuses: bool = False


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


class NotTaken(Exception):
    """The hub does not want this now, and said so to a channel that can tell its customer (`Limits.refuses`). Nothing
    was stored. `why`: "blocked" (operators blocked them), "paused" (the account takes no new dialogs), "busy" (too many
    new ones at once); `retry_after` in seconds, 0: there is no telling."""

    def __init__(self, why: str, retry_after: float = 0) -> None:
        super().__init__(why)
        self.why, self.retry_after = why, retry_after


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

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Opens a customer's file. Entering raises `Rejected(FILE_GONE)` when the platform no longer has it."""
        ...

    async def close(self) -> None:
        """Releases connections and files; called once, after the last call of any other method."""
        ...


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
class Proving(Protocol):
    """A `Hooked` bridge whose platform proves itself, or part of it, in what comes before the body."""

    def prove(self, hook: Hook) -> bool:
        """Called before the body is read: `hook.body` is empty. Raises `Forged`. True: who calls is proved; False:
        only the body can prove it."""
        ...


@runtime_checkable
class Registering(Protocol):
    """Tells the platform where to call us; asked for once at each start, before anything is received."""

    async def register(self, url: str) -> None:
        """`url`: the public address of `/hooks/{account}`. Doing so twice is no error."""
        ...


@runtime_checkable
class Editing(Protocol):
    async def edit(self, chat: ChatId, ref: ForeignId, message: Outgoing) -> None:
        """Replaces the content of a message of ours. `ref`: the first of `Sent.refs`. Raises `DeliveryError`."""
        ...


@runtime_checkable
class Deleting(Protocol):
    async def delete(self, chat: ChatId, refs: Sequence[ForeignId]) -> None:
        """Takes a message of ours back from the customer. `refs`: all of `Sent.refs`. Raises `DeliveryError`."""
        ...


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
    """One thing that `check` found. `advice` says what to do; `ok` findings have none, unless they are a `warning`:
    the hub works, and something should be done all the same."""

    ok: bool
    what: str
    advice: str = ""
    warning: bool = False


@runtime_checkable
class Checked(Protocol):
    async def check(self) -> Sequence[Finding]:
        """Asks the platform whether token, permissions and addresses are right. Never raises."""
        ...
