"""The test rig that each bridge provides for the contract suite (the tests of this folder).

To add a bridge, create `tests/contracts/rigs/bridge_NAME.py` with

    RIGS: Mapping[str, RigFactory] = {"telegram-polling": …, "telegram-webhook": …}

where a factory is a function without arguments that returns an async context manager of a `BridgeRig`:
the platform's fake, started. Nothing else has to be changed. What a platform lacks, its rig lacks
too: the suite checks for the optional protocols below with `isinstance`, as for the capabilities of bridges.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from aiohttp import web

from bot.domain import AccountName, ChatId, CustomerEvent, ForeignId, MediaKind, Update
from bot.ports import Accept, Bridge, DeliveryError, Forged, Hook, Hooked, Polled, Tools, UpdateOutcome
from tests.fakes.faults import Fault, Faults
from tests.waiting import FACT

E = TypeVar("E", bound=CustomerEvent)

# ------------------------------------------------------------------------------------ the customer


@dataclass(frozen=True)
class SeenMessage:
    """A message of ours as the customer's app shows it now. `others`: types of further attachments ("location",
    "contact"); `ref` is the id that `Bridge.send` returned for it."""

    ref: ForeignId
    text: str = ""
    files: tuple[bytes, ...] = ()
    others: tuple[str, ...] = ()
    reply_to: ForeignId | None = None


class Customer(Protocol):
    """A customer. Their actions return when the platform (not the hub) has taken them; where the client is ours, it
    repeats them itself until the hub has taken them."""

    @property
    def chat(self) -> ChatId: ...

    async def writes(self, text: str) -> ForeignId: ...

    async def sends(self, kind: MediaKind, data: bytes, name: str, mime: str, caption: str = "") -> ForeignId: ...

    async def sees(self, count: int) -> Sequence[SeenMessage]:
        """Our messages in their chat, oldest first; waits until there are at least `count`."""
        ...


@runtime_checkable
class CanEdit(Protocol):
    async def edits(self, ref: ForeignId, text: str) -> None: ...


@runtime_checkable
class CanDelete(Protocol):
    async def deletes(self, ref: ForeignId) -> None: ...


@runtime_checkable
class CanReact(Protocol):
    async def reacts(self, ref: ForeignId, emoji: str | None) -> None:
        """Reacts to a message of ours; None takes the reaction back."""
        ...


@runtime_checkable
class CanReply(Protocol):
    async def replies(self, ref: ForeignId, text: str) -> ForeignId: ...


@runtime_checkable
class CanBlock(Protocol):
    async def blocks(self) -> None: ...

    async def unblocks(self) -> None: ...


@runtime_checkable
class ShowsReactions(Protocol):
    async def reactions(self, ref: ForeignId) -> Sequence[str]:
        """Our reactions on a message of theirs, as they are now."""
        ...


@runtime_checkable
class CanRepeat(Protocol):
    async def writes_twice(self, text: str) -> None:
        """Sends one message that the platform delivers twice."""
        ...


@runtime_checkable
class CanBabble(Protocol):
    async def babbles(self) -> None:
        """Makes the platform deliver something unexpected in this chat."""
        ...


# For the stories of `tests/scenarios/test_channels.py` alone.


@runtime_checkable
class CanSendOthers(Protocol):
    async def sends_location(self, latitude: float, longitude: float, title: str = "") -> ForeignId: ...

    async def sends_contact(self, name: str, phone: str) -> ForeignId: ...


@runtime_checkable
class CanSendAlbum(Protocol):
    async def sends_album(self, pictures: Sequence[bytes], caption: str = "") -> None: ...


@runtime_checkable
class CanPointAt(Protocol):
    """A customer who can send media that stay on the platform: stickers that are numbers, videos that play nowhere
    else. Such files have no bytes for us, so their kinds are not among `customer_sends`."""

    @property
    def elsewhere(self) -> Mapping[MediaKind, str]:
        """The kinds of such media, and the text that the thread must show instead."""
        ...

    async def points_at(self, kind: MediaKind) -> ForeignId: ...


@runtime_checkable
class CanFormat(Protocol):
    async def writes_formatted(self) -> ForeignId:
        """Writes "bold and plain", the first word bold."""
        ...


@runtime_checkable
class CanForward(Protocol):
    async def forwards(self, author: str, text: str) -> ForeignId:
        """Forwards a message. `author` may be lost where the platform does not report it."""
        ...


@runtime_checkable
class CanPoll(Protocol):
    async def polls(self, question: str, options: Sequence[str]) -> ForeignId: ...


@runtime_checkable
class CanPress(Protocol):
    async def presses(self, title: str, payload: str) -> None:
        """Presses a button under a message of ours."""
        ...


@runtime_checkable
class CanRead(Protocol):
    async def gets(self, ref: ForeignId) -> None:
        """Delivers a message of ours to their phone; does nothing where the platform reports only reading."""
        ...

    async def reads(self, ref: ForeignId) -> None: ...


# ----------------------------------------------------------------------------------------- the rig


class BridgeRig(Protocol):
    """One platform, isolated for one test.

    `customer_sends`: kinds of media that customers can send. `secrets`: words that may appear nowhere.
    `faults`: the fake's, None where there is no platform between us and the customer; `sending`: the
    fake's name of the call that sends a text; `outcomes`: the error that each fault on it must become. Build
    the bridge with short timeouts: its tests should not wait for `NOTHING` longer than a second or two.
    """

    @property
    def account(self) -> AccountName: ...

    @property
    def customer_sends(self) -> frozenset[MediaKind]: ...

    @property
    def secrets(self) -> Sequence[str]: ...

    @property
    def faults(self) -> Faults | None: ...

    @property
    def sending(self) -> str: ...

    @property
    def outcomes(self) -> Mapping[Fault, type[DeliveryError]]: ...

    def build(self, tools: Tools) -> Bridge: ...

    def table(self) -> Mapping[str, object]:
        """The account's table of hub.toml, from which a hub builds the same bridge as `build`."""
        ...

    async def called_at(self, url: str) -> None:
        """Announces that a hub is ready, with its `/hooks/{account}` at `url`, on platforms where people enter the
        address. Returns once the hub would get customers' updates."""
        ...

    def receiving(self, bridge: Bridge, accept: Accept) -> AbstractAsyncContextManager[None]:
        """Receives updates while entered: `polling` and `hooked` do most of it."""
        ...

    async def customer(self, name: str) -> Customer:
        """Returns a new customer, who may be written to."""
        ...


@runtime_checkable
class CanForge(Protocol):
    def forgeries(self) -> Sequence[Hook]:
        """A stranger's requests: no signature, a wrong one, one of another body …"""
        ...


@runtime_checkable
class CanRevoke(Protocol):
    async def revoke(self) -> None:
        """Makes the platform refuse our token from now on."""
        ...


@runtime_checkable
class CanStop(Protocol):
    async def stop(self) -> None:
        """Stops listening at the platform's address."""
        ...


@runtime_checkable
class CanForget(Protocol):
    def stranger(self) -> ChatId:
        """A conversation that does not exist."""
        ...


RigFactory = Callable[[], AbstractAsyncContextManager[BridgeRig]]


def discover() -> dict[str, RigFactory]:
    """The rigs of all `../rigs/bridge_*.py`, by name."""
    found: dict[str, RigFactory] = {}
    for path in sorted(Path(__file__).parent.with_name("rigs").glob("bridge_*.py")):
        found.update(import_module(f"tests.contracts.rigs.{path.stem}").RIGS)
    return found


# ----------------------------------------------------------------------------- helpers for rigs and tests


@dataclass
class Accepts:
    """An `Accept` that remembers what it took. `tried` contains refused updates too."""

    taken: list[Update] = field(default_factory=list)
    tried: list[Update] = field(default_factory=list)
    _failures: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
        async with self._changed:
            self.tried.extend(updates)
            self._changed.notify_all()
            if self._failures > 0:
                self._failures -= 1
                raise RuntimeError("the database is away")
            self.taken.extend(updates)
        return [UpdateOutcome() for _ in updates]

    def fail_next(self, times: int = 1) -> None:
        self._failures += times

    async def wait(self, enough: Callable[[list[Update]], bool]) -> list[Update]:
        """Waits until the updates taken are `enough`."""
        async with asyncio.timeout(FACT), self._changed:
            await self._changed.wait_for(lambda: enough(self.taken))
        return self.taken

    async def events(self, kind: type[E], count: int = 1) -> list[E]:
        """The events of one kind, in order, once there are at least `count`."""

        def found(updates: list[Update]) -> list[E]:
            return [update.event for update in updates if isinstance(update.event, kind)]

        return found(await self.wait(lambda updates: len(found(updates)) >= count))


@asynccontextmanager
async def polling(bridge: Bridge, accept: Accept) -> AsyncIterator[None]:
    """Runs a `Polled` bridge as the supervisor does: again whenever it ends with an error."""
    assert isinstance(bridge, Polled)
    polled: Polled = bridge

    async def supervise() -> None:
        while True:
            with suppress(DeliveryError, RuntimeError):
                await polled.run(accept)
            await asyncio.sleep(0.02)

    task = asyncio.create_task(supervise())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def hooked(bridge: Bridge, accept: Accept) -> AsyncIterator[str]:
    """Serves a `Hooked` bridge as the hub's web server does; returns the address to register."""
    assert isinstance(bridge, Hooked)
    receiver: Hooked = bridge

    async def handle(request: web.Request) -> web.Response:
        hook = Hook(
            method=request.method,
            path=request.path,
            headers={name.lower(): value for name, value in request.headers.items()},
            query=dict(request.query),
            body=await request.read(),
        )
        try:
            reply = await receiver.receive(hook, accept)
        except Forged:
            return web.Response(status=401)
        except (DeliveryError, RuntimeError):
            return web.Response(status=500)
        return web.Response(status=reply.status, body=reply.body, content_type=reply.mime)

    app = web.Application()
    app.router.add_route("*", "/hooks/shop", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/shop"
    finally:
        await runner.cleanup()
