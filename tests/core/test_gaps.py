"""A desk's read position survives the process, and never runs ahead of what was taken in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.background import BackgroundJobs
from bot.app.load_watch import LoadWatch
from bot.automation.pinned_names import Pins
from bot.automation.recovery import Recovery
from bot.delivery.lasting_faults import LastingFaults
from bot.delivery.outages import Outages
from storage import NotesFile
from tests.clock import ManualClock
from tests.core.world import DESK, MemoryDesk, World


class RoundOver(Exception):
    """Raised instead of sleeping."""


class OneRound(ManualClock):
    async def sleep(self, seconds: float) -> None:
        raise RoundOver


@dataclass
class DeskWithGap(MemoryDesk):
    """A desk that is reading posts from while the hub was away."""

    since: datetime = datetime.max.replace(tzinfo=UTC)

    def read_until(self) -> datetime:
        return self.since


async def test_a_gap_that_was_not_read_yet_is_not_forgotten(world: World, tmp_path: Path) -> None:
    away = world.clock.now() - timedelta(hours=1)
    await world.store.transact(lambda unit: unit.cursors.set(f"read:{DESK}", away.isoformat()))
    hub = replace(world.hub, clock=OneRound(world.clock.now()))
    tasks = BackgroundJobs(
        hub,
        world.budgets,
        world.wake,
        {},
        {DESK: world.desk_events},
        Outages(hub),
        LoadWatch(hub, LastingFaults(hub)),
        "me",
        "",
        lambda _: world.bot,
        Pins(hub, {}),
        Recovery(hub, NotesFile(tmp_path / "reached")),
    )
    with pytest.raises(RoundOver):
        await tasks._remember(DESK, DeskWithGap(since=away))
    assert await tasks._read_until(DESK) == away
    with pytest.raises(RoundOver):
        await tasks._remember(DESK, DeskWithGap(since=hub.clock.now()))
    assert await tasks._read_until(DESK) > away
