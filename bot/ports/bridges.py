"""Port to customer channels."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.domain import ChatId, Content, DialogId, FileRef, ForeignId, Key, MediaKind, MessageId, Template, Update
from bot.domain.text import Measure, Style, code_points
from bot.domain.value import value
from bot.ports.files import Download


@value
class Rate:
    """Rate limit: at most `amount` requests per `seconds`. `scope`: what they are counted over: "all" of the account or
    desk, one "chat" (for desks: one channel), or a group of methods such as "update"."""

    scope: str
    amount: int
    seconds: float = 1


class Capability(StrEnum):
    """Features of a conversation, as listed in the documentation's table of channels."""

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
    BUTTON = "button"  # a customer's choice of a button
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


@value
class Limits:
    """Abilities of a channel. The core reads them and never asks which platform it is.

    `text`, `caption`: longest text of one message, in units of `measure`; caption 0: media carry no text. `album`:
    attachments per message. `files`: kinds of media that can be sent, with the largest size in bytes; other kinds go as
    FILE. `others`: further attachment types ("location", "contact") that can be sent; the rest become text. `styles`:
    text styles that are kept. `receives`: features of incoming messages, for people who choose a channel. `refuses`:
    customers see at once that a message was not accepted, and keep it; so they can be asked to wait, and blocked.
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
    receives: frozenset[Capability] = frozenset()
    refuses: bool = False
    in_order: bool = False  # no edit comes before its message


@value
class Outgoing:
    """Message to a customer, already within `Limits`. `author`: the operator's name."""

    content: Content
    author: str = ""
    reply_to: ForeignId | None = None


@value
class Sent:
    """Result of sending. `refs`: the platform's ids of what was sent, the main one first."""

    refs: tuple[ForeignId, ...]
    delivered: bool = False


@value
class UpdateOutcome:
    """Result of an update, repeated or new. Both None: it concerns no dialog."""

    dialog: DialogId | None = None
    message: MessageId | None = None


class NotTaken(Exception):
    """The hub does not accept an update now; only raised to channels that can tell their customers (`Limits.refuses`).
    Nothing was stored. `why`: "blocked" (operators blocked the customer), "paused" (the account takes no new dialogs),
    "busy" (too many new ones at once); `retry_after` in seconds, 0 when unknown."""

    def __init__(self, why: str, retry_after: float = 0) -> None:
        super().__init__(why)
        self.why, self.retry_after = why, retry_after


Accept = Callable[[Sequence[Update]], Awaitable[Sequence[UpdateOutcome]]]
"""Commits the updates in one transaction, in order; only then may the platform be told "received". Repeated updates are
fine. An exception means that nothing was stored: do not confirm to the platform."""


@runtime_checkable
class Bridge(Protocol):
    """One account on one customer channel. Raises `DeliveryError` only."""

    limits: Limits

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        """Sends once. With `limits.idempotent`, the same key may be sent again after a doubtful attempt."""
        ...

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Opens a customer's file. Entering raises `Rejected(FILE_GONE)` when the platform no longer has it."""
        ...

    async def close(self) -> None:
        """Releases connections and files; called once, after the last call of any other method."""
        ...


@runtime_checkable
class Polled(Protocol):
    """Bridge that polls the platform for updates. Held by one process at a time."""

    async def run(self, accept: Accept) -> None:
        """Polls for ever; confirms to the platform only after `accept`. Ends by cancellation or by raising
        `DeliveryError` (`Unavailable` pauses the account)."""
        ...


@value
class Hook:
    """Request from a platform, with its body unparsed. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@value
class HookReply:
    status: int = 200
    body: bytes = b""
    mime: str = "text/plain"


@runtime_checkable
class Hooked(Protocol):
    """Bridge that the platform calls at `/hooks/{account}`."""

    async def receive(self, hook: Hook, accept: Accept) -> HookReply:
        """Verifies the request, then handles it; raises `Forged`."""
        ...


@runtime_checkable
class Proving(Protocol):
    """`Hooked` bridge whose platform authenticates itself, at least in part, before the body."""

    def prove(self, hook: Hook) -> bool:
        """Verifies the request before its body is read: `hook.body` is empty. Raises `Forged`. True: the caller is
        authenticated; False: only the body can prove it."""
        ...


@runtime_checkable
class Registering(Protocol):
    """Bridge that tells the platform where to call us; used once at each start, before anything is received."""

    async def register(self, url: str) -> None:
        """Registers the webhook. `url`: the public address of `/hooks/{account}`. Registering twice is no error."""
        ...


@runtime_checkable
class Editing(Protocol):
    async def edit(self, chat: ChatId, ref: ForeignId, message: Outgoing) -> None:
        """Replaces the content of a message of ours. `ref`: the first of `Sent.refs`. Raises `DeliveryError`."""
        ...


@runtime_checkable
class Deleting(Protocol):
    async def delete(self, chat: ChatId, refs: Sequence[ForeignId]) -> None:
        """Deletes a message of ours from the customer's chat. `refs`: all of `Sent.refs`. Raises `DeliveryError`."""
        ...


@runtime_checkable
class Reacting(Protocol):
    async def react(self, chat: ChatId, ref: ForeignId, emoji: str | None) -> None:
        """Sets our reaction to a customer's message; None removes it."""
        ...


@runtime_checkable
class ChatLinking(Protocol):
    """Bridge that knows the address of a conversation on the channel itself."""

    def address(self, chat: ChatId, username: str, phone: str) -> str:
        """Address for a person to open; "" when this conversation has none. `username`: without @; "" for unknown
        values."""
        ...


@runtime_checkable
class Windowed(Protocol):
    """Bridge that accepts free text only for some time after the customer's last message."""

    window: timedelta


@value
class Approved:
    """Template that the platform lets us send at any time. `words`: its text, with `{{name}}` for each of `variables`,
    in order of appearance."""

    name: str
    language: str
    words: str
    variables: tuple[str, ...] = ()

    def filled(self, values: Sequence[str]) -> Template:
        """Template filled with one value per variable."""
        filled = dict(zip(self.variables, values, strict=True))
        words = VARIABLE.sub(lambda found: filled.get(found[1], found[0]), self.words)
        return Template(self.name, self.language, words, tuple(values))


VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
"""Variable in a template's text."""


@runtime_checkable
class Templated(Protocol):
    """Bridge that can send `Template` attachments ("template" is among `limits.others`)."""

    async def templates(self) -> Sequence[Approved]:
        """Templates that may be sent now, according to the platform. Raises `DeliveryError`."""
        ...


@value
class Finding:
    """Finding of `check`. `advice`: what to do; `ok` findings have none, unless they are a `warning`: the hub works,
    but something should be done."""

    ok: bool
    what: str
    advice: str = ""
    warning: bool = False


@runtime_checkable
class Checked(Protocol):
    async def check(self) -> Sequence[Finding]:
        """Asks the platform whether token, permissions and addresses are right. Never raises."""
        ...
