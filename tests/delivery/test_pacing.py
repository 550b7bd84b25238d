"""Rate budgets that are counted far away: no transaction waits for them, and no result is thrown away."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import structlog

from storage import SharedBudgets, connect
from storage.signals.local import Waker
from tests.clock import SystemClock
from tests.delivery.postman import Postman, all_sent, courier, enqueue
from tests.networks import network_to

LANES = 300


@pytest.mark.parametrize("delay", [0.01, 0.06])
async def test_budgets_far_away_throw_no_result_away(postgres_url: str, redis_url: str, delay: float) -> None:
    """Two processes, each 20 or 120 ms from Redis there and back, share 300 lanes."""
    clock, redis = SystemClock(), urlsplit(redis_url)
    stores = [await connect(postgres_url, wake=Waker(), clock=clock) for _ in range(2)]
    await enqueue(stores[0], clock, LANES)
    postman = Postman()
    async with network_to(redis.hostname or "", redis.port or 0, delay=delay) as network:
        budgets = [SharedBudgets(f"redis://127.0.0.1:{network.own_port}/0") for _ in stores]
        with structlog.testing.capture_logs() as logs:
            couriers = [
                asyncio.create_task(courier(postman, store, clock, budget, number).run())
                for number, (store, budget) in enumerate(zip(stores, budgets, strict=True))
            ]
            await all_sent(stores[0])
            for one in couriers:
                one.cancel()
                with suppress(asyncio.CancelledError):
                    await one
        for budget in budgets:
            await budget.close()
    for store in stores:
        await store.close()
    assert not [entry for entry in logs if "lane" in entry["event"]], "a result was thrown away"
    assert sorted(postman.sent) == sorted(f"chat {number}" for number in range(LANES)), "each once"
