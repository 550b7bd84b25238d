"""Readiness: checked by writing, reported at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.app import readiness
from bot.app.readiness import FLOOR, FreeSpace, HubNotReady, Readiness, fullest
from bot.hub.intake import Intake
from bot.ports import IntakeClosed
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

    async def end_silent_sessions(self) -> int:
        return 0

    def oldest_transaction(self) -> float:
        return self.oldest

    def locked(self) -> bool:
        return False


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


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Hanging]:
    store = Hanging(await connect(database_url, wake=waker(""), clock=SystemClock()))
    yield store
    await store._store.close()


class Disk:
    """A disk that can be filled."""

    bytes = 2**40

    def __call__(self) -> FreeSpace:
        return FreeSpace(Path("/data"), self.bytes)


@dataclass
class Watched:
    """A hub's intake, its readiness, and what it stands on."""

    store: Hanging
    disk: Disk
    intake: Intake
    readiness: Readiness


@pytest.fixture
async def watched(store: Hanging, quickly: None) -> AsyncIterator[Watched]:
    intake, disk = Intake(), Disk()
    hub: Any = SimpleNamespace(store=store, clock=SystemClock(), intake=intake)
    given = Watched(store, disk, intake, Readiness(hub, "me", disk))
    running = asyncio.create_task(given.readiness.run())
    yield given
    running.cancel()


@pytest.mark.parametrize("fault", ["hangs", "fails"])
async def test_a_database_that_takes_no_writes_is_told_and_its_return(fault: str, watched: Watched) -> None:
    store, given = watched.store, watched.readiness
    assert await given.report() == {"paused": {}}
    store.hangs, store.fault = fault == "hangs", OSError("connection refused") if fault == "fails" else None
    why = "no answer in time" if fault == "hangs" else "connection refused"
    assert (await _report(given, ready=False)).endswith(f"s ago: {why}")
    await watched.intake.until_closed()
    with pytest.raises(IntakeClosed, match="database"):
        async with watched.intake.taking():
            pass
    store.hangs, store.fault = False, None
    await _report(given, ready=True)
    await watched.intake.until_open()


async def test_what_is_on_its_way_when_the_intake_closes_is_refused_at_once(watched: Watched) -> None:
    watched.store.hangs = True
    with pytest.raises(IntakeClosed, match="database"):
        async with watched.intake.taking():
            await watched.store.transact(watched.readiness._sign)
    assert len(watched.intake) == 0
    watched.store.hangs = False
    await watched.intake.until_open()
    async with watched.intake.taking():
        await watched.store.transact(watched.readiness._sign)


async def test_a_transaction_or_an_update_that_does_not_end_is_told(watched: Watched) -> None:
    """It closes nothing: others may well be accepted."""
    watched.store.oldest = 20.0
    assert "a transaction has not ended for 20 s" in await _report(watched.readiness, ready=False)
    watched.store.oldest = 0.0
    await _report(watched.readiness, ready=True)
    async with watched.intake.taking():
        assert "on its way into the database" in await _report(watched.readiness, ready=False)
        assert len(watched.intake) == 1
    await _report(watched.readiness, ready=True)
    assert not watched.intake.closed


async def test_a_full_disk_closes_the_intake_while_there_is_still_room_to_deliver(watched: Watched) -> None:
    watched.disk.bytes = FLOOR - 1
    assert await _report(watched.readiness, ready=False) == "the disk of /data has 63 MB left"
    await watched.intake.until_closed()
    with pytest.raises(IntakeClosed, match="disk is full"):
        async with watched.intake.taking():
            pass
    watched.disk.bytes = FLOOR
    await _report(watched.readiness, ready=True)
    await watched.intake.until_open()


def test_the_fullest_disk_counts() -> None:
    free = {Path("files"): 10, Path("db"): 5}
    assert fullest((Path("files"), Path("db")), free.__getitem__) == FreeSpace(Path("db"), 5)
