"""Rate budgets that are counted far away: no transaction waits for them, and no result is thrown away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import pytest
import structlog

from bot.delivery.carrier import After, DeliveryResult
from bot.delivery.courier import Courier
from bot.ports import DeliveryError, Rate
from bot.ports.storage import Claim, Parcel, Unit, Urgency
from storage import SharedBudgets, SqlStore, connect
from storage.signals.local import Waker
from tests.clock import SystemClock
from tests.networks import network_to
from tests.waiting import FACT

LANES = 300


@dataclass
class Postman:
    """A carrier of as many lanes as come."""

    rates: Sequence[Rate] = (Rate("all", 10_000, 1), Rate("chat", 1, 1))
    depth: int = 1
    tries: int | None = None
    sent: list[str] = field(default_factory=list)

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        return {"all": "x", "chat": claim.name}

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        self.sent.append(claim.name)
        return DeliveryResult(claim.parcels)

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        raise AssertionError

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        return True


@pytest.mark.parametrize("delay", [0.01, 0.06])
async def test_budgets_far_away_throw_no_result_away(postgres_url: str, redis_url: str, delay: float) -> None:
    """Two processes, each 20 or 120 ms from Redis there and back, share 300 lanes."""
    clock, redis = SystemClock(), urlsplit(redis_url)
    stores = [await connect(postgres_url, wake=Waker(), clock=clock) for _ in range(2)]
    await _enqueue(stores[0], clock)
    postman = Postman()
    async with network_to(redis.hostname or "", redis.port or 0, delay=delay) as network:
        budgets = [SharedBudgets(f"redis://127.0.0.1:{network.own_port}/0") for _ in stores]
        with structlog.testing.capture_logs() as logs:
            couriers = [
                asyncio.create_task(_courier(postman, store, clock, one, number).run())
                for number, (store, one) in enumerate(zip(stores, budgets, strict=True))
            ]
            await _all_sent(stores[0])
            for courier in couriers:
                courier.cancel()
                with suppress(asyncio.CancelledError):
                    await courier
        for one in budgets:
            await one.close()
    for store in stores:
        await store.close()
    assert not [entry for entry in logs if "lane" in entry["event"]], "a result was thrown away"
    assert sorted(postman.sent) == sorted(f"chat {number}" for number in range(LANES)), "each once"


def _courier(postman: Postman, store: SqlStore, clock: SystemClock, budgets: SharedBudgets, number: int) -> Courier:
    async def nothing(*_: object) -> None:
        """Nothing is paused."""

    return Courier("account:shop", postman, store, budgets, Waker(), clock, f"hub {number}", nothing, nothing)


async def _enqueue(store: SqlStore, clock: SystemClock) -> None:
    async def work(unit: Unit) -> None:
        for number in range(LANES):
            await unit.outbox.enqueue("account:shop", f"chat {number}", Urgency.ANSWER, "send", {}, due=clock.now())

    await store.transact(work)


async def _all_sent(store: SqlStore) -> None:
    async with asyncio.timeout(FACT):
        while True:
            async with store.read() as unit:
                if not await unit.outbox.waiting():
                    return
            await asyncio.sleep(0.1)
