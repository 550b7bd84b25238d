"""Routes, and the services given to bridges and desks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any, Protocol

from bot.domain import AccountName, ChatId, Key
from bot.domain.value import value
from bot.ports.bridges import Rate
from bot.ports.files import Files

Endpoint = Callable[..., Awaitable[Any]]


@value
class Route:
    """Route of the HTTP server. `endpoint` is a FastAPI endpoint; `options`: further arguments of `add_api_route`
    (summary, responses, …) for documented ones. `plain`: the endpoint takes the `Request` alone, returns a `Response`
    and declares nothing to FastAPI, so that it can be called without it."""

    methods: tuple[str, ...]
    path: str
    endpoint: Endpoint
    documented: bool = False
    plain: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


class Clock(Protocol):
    def now(self) -> datetime:
        """Current time, UTC with zone."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Waits that many seconds of this clock's time."""
        ...


class Wake(Protocol):
    """Wakes tasks in this process and in others. A call may get lost, so listeners also check by themselves after a
    timeout."""

    async def notify(self, topics: Sequence[str]) -> None:
        """Wakes every listener of these topics, in all processes."""
        ...

    def listen(self, topic: str, heard: Callable[[], None] | None = None) -> Listening:
        """Starts listening. No call is missed from now on, even while nobody is waiting. `heard`: called at each call,
        for those who listen to many topics and wait for none."""
        ...


class Listening(Protocol):
    async def wait(self, seconds: float) -> bool:
        """Waits for a call; False: the time ran out."""
        ...

    def close(self) -> None:
        """Stops listening."""
        ...


@value
class Called:
    """Response to a request of ours."""

    status: int
    body: bytes


class Caller(Protocol):
    """Calls an address given by an account's administrator."""

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, most: int) -> Called:
        """Sends one POST; does not follow redirects, because a signed request is meant for one address only. Raises
        `TimeoutError` when the response is not complete within `seconds`, `Transient` when there is none or it is
        longer than `most` bytes, and `Unavailable` when the hub may not call that address."""
        ...


def returned_topic(destination: str) -> str:
    """Topic on which a plug-in says that something of a destination may work again: what waits there is tried at
    once."""
    return f"returned:{destination}"


LONG_WAIT = 60.0
"""Seconds beyond which a platform's request to wait is told to administrators."""


class Budgets(Protocol):
    """Rate budgets of the platforms; shared between processes where there is Redis."""

    async def take(self, owner: str, rates: Sequence[Rate], wanted: Sequence[Mapping[str, str]]) -> Sequence[float]:
        """For each of `wanted` in turn, takes one unit of each rate and returns 0; or takes nothing for it and returns
        the seconds to wait. `owner` is the destination; each of `wanted` maps the scopes that apply to their subjects
        ("chat" → that chat). Raises `RuntimeError` inside a transaction, which must not wait for it."""
        ...

    def block(self, owner: str, subject: str, seconds: float) -> None:
        """Blocks a subject for the time that the platform named."""
        ...

    def long_waits(self) -> Mapping[tuple[str, str], float]:
        """Seconds left, by owner and subject, where a platform has asked for more than `LONG_WAIT`."""
        ...

    async def give_back(self, owner: str, rates: Sequence[Rate], wanted: Sequence[Mapping[str, str]]) -> None:
        """Gives back what `take` took for each of `wanted`: no request was made with it. Never raises."""
        ...


@value
class MailboxEntry:
    """Entry of a mailbox; `sequence` grows within an account."""

    sequence: int
    chat: ChatId
    key: Key
    body: dict[str, Any]
    at: datetime


class Mailbox(Protocol):
    """Mailbox in which our own channels (the site's chat, the HTTP channel) leave messages for customers to fetch."""

    async def put(self, account: AccountName, chat: ChatId, key: Key, body: dict[str, Any]) -> int:
        """Stores an entry, once per key; returns its sequence number. Wakes `mailbox:ACCOUNT` and
        `mailbox:ACCOUNT:CHAT`."""
        ...

    async def read(
        self, account: AccountName, after: int, limit: int = 100, chat: ChatId | None = None
    ) -> Sequence[MailboxEntry]:
        """Entries of an account after sequence number `after`, in order, at most `limit`; `chat`: only those of that
        chat."""
        ...


@value
class Tools:
    """Services given to a bridge, a desk or a CRM. `http`, `guarded_http` and `lasting_http` are its own
    `aiohttp.ClientSession`s (`bot.runtime.http_pools`): for the platform, for addresses given by people, and for long
    polls, websockets and downloads. `secret_before`: the hub's former secret, which only opens what it has sealed; ""
    for none."""

    http: Any
    guarded_http: Any
    lasting_http: Any
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
        """Secrets that open tokens; the first one also seals them."""
        return tuple(one for one in (self.secret, self.secret_before) if one)
