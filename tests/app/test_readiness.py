"""Readiness: checked by writing, reported at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.app import readiness
from bot.app.readiness import HubNotReady, Readiness
from bot.ports import Clock
from bot.runtime.clock import SystemClock
from storage import connect, waker
from tests.waiting import ANSWER


class Hanging:
    """A store whose transactions can be made to hang or fail."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.hangs = False
        self.fault: Exception | None = None
        self.oldest = 0.0

    async def transact(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault
        return await self._store.transact(work)

    def read(self) -> Any:
        return self._store.read()

    def oldest_transaction(self) -> float:
        return self.oldest


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "EVERY", 0.05)
    monkeypatch.setattr(readiness, "OLDEST", 0.3)


async def _report(given: Readiness, ready: bool) -> str:
    """Waits until the hub reports it; returns the reason when it is not ready."""
    async with asyncio.timeout(ANSWER):
        while True:
            try:
                await given.report()
            except HubNotReady as why:
                if not ready:
                    return str(why)
            else:
                if ready:
                    return ""
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("quickly")
@pytest.mark.parametrize("fault", ["hangs", "fails"])
async def test_a_database_that_takes_no_writes_is_told_and_its_return(fault: str, database_url: str) -> None:
    clock: Clock = SystemClock()
    store = Hanging(await connect(database_url, wake=waker(""), clock=clock))
    given = Readiness(store, clock, "me")  # type: ignore[arg-type]
    running = asyncio.create_task(given.run())
    try:
        assert await given.report() == {"paused": {}}
        store.hangs, store.fault = fault == "hangs", OSError("the disk is full") if fault == "fails" else None
        assert "last write" in await _report(given, ready=False)
        store.hangs, store.fault = False, None
        await _report(given, ready=True)
        store.oldest = 20.0
        assert "a transaction has not ended for 20 s" in await _report(given, ready=False)
    finally:
        running.cancel()
        await store._store.close()
