"""The hub's clock: the database server's, whatever the machine's says."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from bot.app.clock_sync import ClockSync
from bot.locale import translator
from bot.runtime.clock import SystemClock
from storage import SqlStore, connect
from storage.signals.local import Waker
from tests.clock import ManualClock

NEAR = timedelta(seconds=10)
"""Less than any difference of these tests, more than a busy machine takes."""


@pytest.fixture
async def server(postgres_url: str) -> AsyncIterator[SqlStore]:
    store = await connect(postgres_url, wake=Waker(), clock=ManualClock())
    yield store
    await store.close()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets this machine's clock that many seconds ahead."""
    right = time.time
    return lambda ahead: monkeypatch.setattr(time, "time", lambda: right() + ahead)


@pytest.mark.parametrize("ahead", [30, -30])
async def test_a_wrong_machine_has_the_server_s_time_and_says_so(
    server: SqlStore, machine: Callable[[float], None], ahead: int
) -> None:
    clock, right = SystemClock(), datetime.now(UTC)
    machine(ahead)
    sync = ClockSync(server, clock)
    with structlog.testing.capture_logs() as logs:
        await sync.compare()
        await sync.compare()
    assert abs(clock.now() - right) < NEAR
    assert abs(sync.ahead - ahead) < NEAR.total_seconds()
    assert len(logs) == 1
    [found] = sync.findings(translator("en"))
    assert found.ok
    assert found.warning
    assert ("ahead of" if ahead > 0 else "behind") in found.what


async def test_a_machine_that_is_set_while_the_hub_runs_changes_nothing(
    server: SqlStore, machine: Callable[[float], None]
) -> None:
    clock = SystemClock()
    sync = ClockSync(server, clock)
    await sync.compare()
    assert not sync.findings(translator("en"))
    machine(3600)
    assert abs(clock.now() - datetime.now(UTC)) < NEAR
    await sync.compare()
    assert sync.findings(translator("ru"))


async def test_without_a_server_the_machine_s_clock_counts(sqlite_url: str, machine: Callable[[float], None]) -> None:
    store, clock = await connect(sqlite_url, wake=Waker(), clock=ManualClock()), SystemClock()
    machine(3600)
    sync = ClockSync(store, clock)
    await sync.compare()
    assert not sync.findings(translator("en"))
    assert clock.now() > datetime.now(UTC) + NEAR
    await store.close()
