"""Gauges of one process: its intake, its transactions and its connections."""

from __future__ import annotations

import re

from bot.app import gauges
from bot.hub.intake import Intake
from bot.runtime import metrics
from bot.runtime.clock import SystemClock
from storage import connect, waker


def _reading(name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", metrics.render()[0].decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


async def test_gauges_follow_the_process(database_url: str) -> None:
    observer, intake = gauges.TransactionMetrics(), Intake()
    store = await connect(database_url, wake=waker(""), clock=SystemClock(), connections=3, observer=observer)
    gauges.watch(store, intake)
    try:
        before = _reading("hub_commit_seconds_count")
        async with intake.taking():
            assert _reading("hub_intake_in_progress") == 1
            assert _reading("hub_oldest_intake_seconds") > 0
            await store.transact(lambda unit: unit.cursors.set("x", "y"))
        assert _reading("hub_intake_in_progress") == 0
        assert _reading("hub_commit_seconds_count") == before + 1
        writers = 1 if store.embedded else 3
        assert _reading('hub_database_connections{pool="write",state="limit"}') == writers
        assert _reading('hub_database_connections{pool="write",state="used"}') == 0
        observer.repeated(ConnectionError("lost"), 0.1)
        assert _reading('hub_repeated_transactions_total{error="ConnectionError"}') >= 1
        assert "hub_version{" in metrics.render()[0].decode()
    finally:
        await store.close()
