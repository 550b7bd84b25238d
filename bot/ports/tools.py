"""Routes, and what bridges and desks are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.domain import AccountName, ChatId, Key
from bot.ports.bridges import Rate
from bot.ports.files import Files

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

    async def sleep(self, seconds: float) -> None:
        """Waits so many seconds of this clock's time."""
        ...


class Wake(Protocol):
    """Tells other tasks, in this process and in others, that something is there. May lose a call:
    whoever waits looks for itself when the time is up."""

    async def notify(self, topics: Sequence[str]) -> None:
        """Wakes every listener of these topics, in all processes."""
        ...

    def listen(self, topic: str) -> Listening:
        """Calls from now on are not missed, even when nobody waits at that moment."""
        ...


class Listening(Protocol):
    async def wait(self, seconds: float) -> bool:
        """Until a call or until the time is up; False: time is up."""
        ...

    def close(self) -> None:
        """Stops listening; calls are missed from then on."""
        ...


@dataclass(frozen=True, slots=True)
class Called:
    """The answer to a call of ours."""

    status: int
    body: bytes


class Caller(Protocol):
    """Calls an address that an administrator of an account gave."""

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, most: int) -> Called:
        """One POST; redirects are not followed, for a signed question goes where it was sent. Raises `TimeoutError`
        when the whole answer has not come within `seconds`, `Transient` when there is none, or it is longer than
        `most` bytes, and `Unavailable` when the hub may not call that address."""
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
    ) -> Sequence[Letter]:
        """Entries of an account with a higher sequence than `after`, in its order, at most `limit`; `chat`: of that
        chat only."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What bridges and desks are given. `http` and `guarded_http` are `aiohttp.ClientSession`s: for platforms, and for
    addresses that people give (`bot.runtime.outbound`). `secret_before`: opens what was sealed with the hub's former
    secret, "" there was none; nothing is sealed with it."""

    http: Any
    guarded_http: Any
    files: Files
    mailbox: Mailbox
    wake: Wake
    clock: Clock
    secret: str
    public_url: str = ""
    locale: str = "en"
    secret_before: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that open; the first one seals."""
        return tuple(one for one in (self.secret, self.secret_before) if one)
