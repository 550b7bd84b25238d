"""A carrier that delivers whatever comes, and couriers for it on a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.delivery.carrier import After, DeliveryResult
from bot.delivery.courier import Courier
from bot.delivery.roads import CallPlace
from bot.ports import Budgets, DeliveryError, Rate
from bot.ports.storage import Claim, Parcel, Unit, Urgency
from storage import SqlStore
from storage.signals.local import Waker
from tests.clock import SystemClock
from tests.waiting import FACT


@dataclass
class Postman:
    """A carrier of as many lanes as come."""

    rates: Sequence[Rate] = (Rate("all", 10_000, 1), Rate("chat", 1, 1))
    depth: int = 1
    tries: int | None = None
    first: Collection[str] = ()
    sent: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        return {"all": "x", "chat": claim.name}

    def place(self, claim: Claim) -> CallPlace:
        return CallPlace()

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        self.sent.append(claim.name)
        self.doubtful += [claim.name for parcel in claim.parcels if parcel.doubtful]
        return DeliveryResult(claim.parcels)

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        raise AssertionError

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        return True


def courier(postman: Postman, store: SqlStore, clock: SystemClock, budgets: Budgets, number: int) -> Courier:
    async def nothing(*_: object) -> None:
        """Nothing is paused."""

    return Courier("account:shop", postman, store, budgets, Waker(), clock, f"hub {number}", nothing, nothing)


async def enqueue(store: SqlStore, clock: SystemClock, lanes: int, name: str = "chat") -> None:
    async def work(unit: Unit) -> None:
        for number in range(lanes):
            await unit.outbox.enqueue("account:shop", f"{name} {number}", Urgency.ANSWER, "send", {}, due=clock.now())

    await store.transact(work)


async def all_sent(store: SqlStore) -> None:
    async with asyncio.timeout(FACT):
        while True:
            async with store.read() as unit:
                if not await unit.outbox.waiting():
                    return
            await asyncio.sleep(0.1)
