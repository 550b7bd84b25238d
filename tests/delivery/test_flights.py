"""Deliveries of a courier that stood still: a real outbox, and clocks that went on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.delivery.carrier import After, DeliveryResult
from bot.delivery.courier import Courier
from bot.delivery.flights import LEASE
from bot.delivery.roads import CallPlace
from bot.ports import DeliveryError, Rate, Unavailable
from bot.ports.storage import Claim, Parcel
from bot.runtime import claims
from storage import SqlStore, Waker
from storage.repositories.outbox import SqlOutbox
from tests.clock import ManualClock
from tests.storage.parts import DESK, claim, done, put, settle
from tests.waiting import FACT

STOOD = 4 * LEASE


@dataclass
class Sends:
    """A carrier that waits for `free` with each parcel, asks for its claim, and sends it. `begun`, `sent`, `doubted`,
    `cancelled`: the parcels' values."""

    depth: int = 1
    tries: int | None = None
    first: Collection[str] = ()
    rates: Sequence[Rate] = ()
    free: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    doubted: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        return {}

    def place(self, claim: Claim) -> CallPlace:
        return CallPlace()

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        [parcel] = claim.parcels
        self.begun.append(parcel.payload["value"])
        if parcel.doubtful:
            self.doubted.append(parcel.payload["value"])
        try:
            await self.free.wait()
        except asyncio.CancelledError:
            self.cancelled.append(parcel.payload["value"])
            raise
        await claims.confirm()
        self.sent.append(parcel.payload["value"])
        return DeliveryResult((parcel,))

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        raise AssertionError

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        return True


class Unlimited:
    async def take(self, owner: str, rates: Sequence[Rate], wanted: Sequence[Mapping[str, str]]) -> Sequence[float]:
        return [0.0 for _ in wanted]

    def long_waits(self) -> Mapping[tuple[str, str], float]:
        return {}

    async def give_back(self, owner: str, rates: Sequence[Rate], wanted: Sequence[Mapping[str, str]]) -> None:
        """Unlimited: there is nothing to give back to."""

    def block(self, owner: str, subject: str, seconds: float) -> None:
        raise AssertionError


@dataclass
class Machine:
    """The machine of a running courier. `paused`: seconds for which it stood still."""

    store: SqlStore
    clock: ManualClock
    carrier: Sends
    courier: Courier
    paused: float = 0.0

    def stands_still(self) -> None:
        self.paused += STOOD
        self.clock.advance(STOOD)

    async def begins(self, *values: int) -> None:
        """Waits until these parcels have been claimed, each in a lane of its own."""
        for value in values:
            await put(self.store, f"lane {value}", value, due=self.clock.now())
        async with asyncio.timeout(FACT):
            while set(values) - set(self.carrier.begun):  # noqa: ASYNC110 - a list
                await asyncio.sleep(0.01)

    async def is_done(self) -> None:
        """Waits until nothing is in the outbox."""
        async with asyncio.timeout(FACT):
            while await self._waiting():  # noqa: ASYNC110 - a database
                await asyncio.sleep(0.01)

    async def _waiting(self) -> int:
        async with self.store.read() as unit:
            return sum((await unit.outbox.waiting()).values())


@pytest.fixture
async def machine(
    store: SqlStore, wake: Waker, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Machine]:
    async def paused(name: str, error: Unavailable) -> None:
        raise AssertionError

    async def resumed(name: str) -> None:
        raise AssertionError

    carrier = Sends()
    courier = Courier(DESK, carrier, store, Unlimited(), wake, clock, "me", paused, resumed)
    made, seconds = Machine(store, clock, carrier, courier), claims.seconds
    monkeypatch.setattr(claims, "seconds", lambda: seconds() + made.paused)
    async with running(courier):
        yield made


@asynccontextmanager
async def running(courier: Courier) -> AsyncIterator[None]:
    task = asyncio.create_task(courier.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_another_has_taken_over_is_not_sent(machine: Machine) -> None:
    await machine.begins(1, 2)
    later = machine.clock.now() + timedelta(seconds=STOOD)
    taken = await claim(machine.store, later, owner="another")
    assert len(taken) == 2
    machine.stands_still()
    machine.carrier.free.set()
    for one in taken:
        assert await settle(machine.store, done(one), later)
    await machine.begins(3)
    await machine.is_done()
    assert machine.carrier.sent == [3]


async def test_a_delivery_that_lost_its_lane_ends_at_once(machine: Machine) -> None:
    """It might wait for its platform for long, and keep one of the courier's lanes occupied."""
    await machine.begins(1)
    await claim(machine.store, machine.clock.now() + timedelta(seconds=STOOD), owner="another")
    async with asyncio.timeout(FACT):
        while not machine.carrier.cancelled:  # noqa: ASYNC110 - a list
            await asyncio.sleep(0.05)
    assert machine.carrier.cancelled == [1]
    assert not machine.courier._flying


async def test_what_nobody_has_taken_over_goes_on(machine: Machine) -> None:
    """Nothing is claimed a second time, though the claims in the database have ended."""
    await machine.begins(1, 2)
    machine.stands_still()
    await machine.begins(3)
    machine.carrier.free.set()
    await machine.is_done()
    assert sorted(machine.carrier.begun) == sorted(machine.carrier.sent) == [1, 2, 3]
    assert machine.carrier.doubted == []


async def test_a_claim_that_cannot_be_renewed_sends_nothing_and_leaves_no_doubt(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> Sequence[bool]:
        raise OSError("the database is away")

    await machine.begins(1)
    monkeypatch.setattr(SqlOutbox, "renew", fails)
    machine.stands_still()
    machine.carrier.free.set()
    await machine.is_done()
    assert machine.carrier.begun == [1, 1], "its first delivery sent nothing"
    assert machine.carrier.sent == [1]
    assert machine.carrier.doubted == []
