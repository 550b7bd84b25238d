"""(c) Cost of claiming with few and with very many parcels waiting."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median

import storage
from bot.ports.storage import Settlement, Store, Unit, Urgency
from bot.runtime.clock import SystemClock
from tests.bench.hubs import Base

ROUNDS = 200
BATCH = 1000


async def claim_milliseconds(base: Base, parcels: int) -> float:
    """The median time of a turn that claims a lane and puts it back, with that many parcels waiting, due and not yet
    due, one in each lane."""
    await storage.migrate(base.database)
    store = await storage.connect(base.database, wake=storage.waker(""), clock=SystemClock())
    try:
        for begin in range(0, parcels, BATCH):
            await store.transact(_enqueue(range(begin, min(begin + BATCH, parcels))))
        return await _turns(store)
    finally:
        await store.close()


def _enqueue(numbers: range) -> Callable[[Unit], Awaitable[None]]:
    now = datetime.now(UTC)

    async def work(unit: Unit) -> None:
        for number in numbers:
            due = now if number % 2 else now + timedelta(hours=1)
            payload = {"message": number}
            await unit.outbox.enqueue("desk:bench", f"d:{number}", Urgency.MESSAGE, "post", payload, due=due)

    return work


async def _turns(store: Store) -> float:
    async def turn(unit: Unit) -> None:
        now = datetime.now(UTC)
        for claim in await unit.outbox.claim("desk:bench", "bench", now, lanes=1, depth=1, lease=10):
            await unit.outbox.settle(Settlement(claim), now)

    spent = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await store.transact(turn)
        spent.append(time.perf_counter() - started)
    return median(spent) * 1000
