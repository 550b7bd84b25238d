"""The supervisor, on a manual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest

from bot.ports import Transient, Unavailable
from bot.ports.storage import Store
from bot.runtime import metrics
from bot.runtime.leases import Lease
from bot.runtime.supervisor import Health, JobState, Supervisor
from tests.clock import ManualClock, settle


class Script:
    """A job that ends as scripted: an exception is raised, None returns, "run" runs until cancelled."""

    def __init__(self, *ends: Exception | str | None) -> None:
        self.ends = list(ends)
        self.begun = 0
        self.running = 0
        self.cancelled = 0

    async def __call__(self) -> None:
        self.begun += 1
        end = self.ends.pop(0) if self.ends else "run"
        if isinstance(end, Exception):
            raise end
        if end is None:
            return
        self.running += 1
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1


@pytest.fixture
async def supervisor(clock: ManualClock) -> AsyncIterator[Supervisor]:
    async with Supervisor(clock, jitter=lambda: 1.0) as supervisor:
        yield supervisor


def health(supervisor: Supervisor, name: str = "work") -> Health:
    return next(one for one in supervisor.health() if one.name == name)


async def test_a_work_runs_and_is_ready(supervisor: Supervisor) -> None:
    work = Script()
    supervisor.add("work", work)
    assert not supervisor.ready
    assert health(supervisor).state is JobState.STARTING
    await settle()
    assert work.running == 1
    assert supervisor.ready
    assert health(supervisor).state is JobState.RUNNING


async def test_names_are_unique(supervisor: Supervisor) -> None:
    supervisor.add("work", Script())
    with pytest.raises(ValueError):
        supervisor.add("work", Script())


@pytest.mark.parametrize("end", [ValueError("broken"), Transient("away"), None])
async def test_a_failed_work_is_begun_again_after_growing_pauses(
    supervisor: Supervisor, clock: ManualClock, end: Exception | None
) -> None:
    work = Script(*[end] * 9)
    supervisor.add("work", work)
    await settle()
    for pause in (1, 2, 4, 8, 16, 32, 60, 60):
        started = work.begun
        await clock.live(pause - 0.01)
        assert work.begun == started
        assert health(supervisor).state is JobState.BACKING_OFF
        await clock.live(0.01)
        assert work.begun == started + 1
    assert health(supervisor).failures == 9
    assert health(supervisor).error == (type(end).__name__ if end else "Returned")


async def test_jitter_shortens_the_pause_to_no_less_than_half(clock: ManualClock) -> None:
    work = Script(ValueError())
    async with Supervisor(clock, jitter=lambda: 0.0) as supervisor:
        supervisor.add("work", work)
        await clock.live(0.49)
        assert work.begun == 1
        await clock.live(0.01)
        assert work.begun == 2


async def test_a_well_minute_forgets_the_failures(supervisor: Supervisor, clock: ManualClock) -> None:
    work = Script(ValueError(), ValueError(), "run")
    supervisor.add("work", work)
    await clock.live(3)
    assert health(supervisor).failures == 2
    await clock.live(59)
    assert health(supervisor).failures == 2
    await clock.live(1)
    assert health(supervisor) == Health("work", JobState.RUNNING, health(supervisor).since)


async def test_retry_after_is_obeyed(supervisor: Supervisor, clock: ManualClock) -> None:
    work = Script(Transient("too many", retry_after=17))
    supervisor.add("work", work)
    await clock.live(16.9)
    assert work.begun == 1
    await clock.live(0.1)
    assert work.begun == 2


async def test_one_that_fails_does_not_disturb_another(supervisor: Supervisor, clock: ManualClock) -> None:
    good, bad = Script(), Script(*[ValueError()] * 20)
    supervisor.add("good", good)
    supervisor.add("bad", bad)
    await clock.live(300)
    assert (good.begun, good.running) == (1, 1)
    assert supervisor.ready


async def test_stop_cancels_and_waits(clock: ManualClock) -> None:
    work, supervisor = Script(), Supervisor(clock)
    supervisor.add("work", work)
    await settle()
    assert await supervisor.stop()
    assert (work.cancelled, work.running) == (1, 0)
    assert health(supervisor).state is JobState.STOPPED
    with pytest.raises(RuntimeError):
        supervisor.add("late", Script())


async def test_stop_does_not_wait_for_ever(clock: ManualClock) -> None:
    let_go = asyncio.Event()

    async def stubborn() -> None:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue

    supervisor = Supervisor(clock)
    supervisor.add("work", stubborn)
    await settle()
    assert not await supervisor.stop(within=0.05)
    let_go.set()
    assert await supervisor.stop()


async def test_the_state_is_in_the_metrics(supervisor: Supervisor) -> None:
    supervisor.add("measured", Script(ValueError()))
    await settle()
    text = metrics.render()[0].decode()
    assert 'hub_task{hub_task="backing off",task="measured"} 1.0' in text
    assert 'hub_task{hub_task="running",task="measured"} 0.0' in text


def test_every_state_is_known_to_the_metrics() -> None:
    assert set(metrics.TASK_STATES) == {str(state) for state in JobState}


# ------------------------------------------------------------------------------------ unavailable


@dataclass
class Told:
    clock: ManualClock
    bad: list[tuple[str, str]] = field(default_factory=list)
    good: list[str] = field(default_factory=list)
    fails: int = 0

    async def unavailable(self, name: str, error: Unavailable) -> None:
        if self.fails:
            self.fails -= 1
            raise ConnectionError("the database is away")
        self.bad.append((name, error.detail))

    async def available(self, name: str) -> None:
        self.good.append(name)

    def supervisor(self) -> Supervisor:
        return Supervisor(self.clock, on_unavailable=self.unavailable, on_available=self.available, jitter=lambda: 1.0)


async def test_unavailable_pauses_tells_once_and_resumes_by_itself(clock: ManualClock) -> None:
    notifications = Told(clock)
    work = Script(*[Unavailable("token refused", "paste a new one")] * 5)
    async with notifications.supervisor() as supervisor:
        supervisor.add("work", work)
        await settle()
        for pause in (30, 60, 120, 240, 300):
            started = work.begun
            paused = health(supervisor)
            assert (paused.state, paused.error, paused.detail) == (JobState.PAUSED, "Unavailable", "token refused")
            await clock.live(pause - 1)
            assert work.begun == started
            await clock.live(1)
            assert work.begun == started + 1
        assert notifications.bad == [("work", "token refused")]
        assert notifications.good == []
        await clock.live(60)
        assert notifications.good == ["work"]
        await clock.live(600)
        assert notifications.good == ["work"]


async def test_what_could_not_be_told_is_told_with_the_next_failure(clock: ManualClock) -> None:
    notifications = Told(clock, fails=1)
    async with notifications.supervisor() as supervisor:
        supervisor.add("work", Script(*[Unavailable("no")] * 3))
        await settle()
        assert notifications.bad == []
        await clock.live(100)
        assert notifications.bad == [("work", "no")]


# ----------------------------------------------------------------------------------------- leases


@dataclass
class Leases:
    """Leases as in the database. `fault`: raised by every call; `hangs`: no call returns."""

    held: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    fault: Exception | None = None
    hangs: bool = False

    async def take(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault:
            raise self.fault
        holder = self.held.get(name)
        if holder and holder[0] != owner and holder[1] > now:
            return False
        self.held[name] = (owner, until)
        return True

    async def drop(self, name: str, owner: str) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault:
            raise self.fault
        if self.held.get(name, ("",))[0] == owner:
            del self.held[name]


@dataclass
class Stored:
    leases: Leases = field(default_factory=Leases)
    embedded: bool = False

    async def transact(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        return await work(self)

    def lease(self, owner: str) -> Lease:
        return Lease(cast(Store, self), "poll", owner)


async def test_only_the_holder_works_and_the_next_one_follows_at_once_when_it_stops(clock: ManualClock) -> None:
    store, first, second = Stored(), Script(), Script()
    one, two = Supervisor(clock), Supervisor(clock)
    one.add("work", first, lease=store.lease("one"))
    await settle()
    two.add("work", second, lease=store.lease("two"))
    await clock.live(60)
    assert (first.running, second.running) == (1, 0)
    assert health(two).state is JobState.WAITING
    assert two.ready
    await one.stop()
    await clock.live(1.5)
    assert second.running == 1
    await two.stop()
    assert store.leases.held == {}


async def test_another_takes_over_within_ten_seconds_of_a_death(clock: ManualClock) -> None:
    """The dead holder had renewed just before its death, after the other had asked."""
    store, work = Stored(), Script()
    store.leases.held["poll"] = ("dead", clock.now())
    async with Supervisor(clock, jitter=lambda: 1.0) as supervisor:
        await store.lease("dead").take(clock)
        supervisor.add("work", work, lease=store.lease("living"))
        await settle()
        assert health(supervisor).state is JobState.WAITING
        await clock.live(10)
        assert work.running == 1


async def test_a_lost_lease_ends_the_work_at_once(supervisor: Supervisor, clock: ManualClock) -> None:
    store, work = Stored(), Script()
    supervisor.add("work", work, lease=store.lease("one"))
    await settle()
    assert work.running == 1
    store.leases.held["poll"] = ("thief", clock.now().replace(year=2030))
    await clock.live(2.5)
    assert (work.running, work.cancelled) == (0, 1)
    assert health(supervisor).state is JobState.WAITING
    assert store.leases.held["poll"][0] == "thief"


@pytest.mark.parametrize("hangs", [True, False])
async def test_the_work_ends_before_a_lease_that_cannot_be_renewed(
    supervisor: Supervisor, clock: ManualClock, hangs: bool
) -> None:
    store, work = Stored(), Script()
    supervisor.add("work", work, lease=store.lease("one"))
    await settle()
    _, ends = store.leases.held["poll"]
    if hangs:
        store.leases.hangs = True
    else:
        store.leases.fault = ConnectionError("away")
    await clock.live(5.9)
    assert work.running == 1
    await clock.live(0.2)
    assert work.running == 0
    assert clock.now() < ends
    store.leases.hangs, store.leases.fault = False, None
    await clock.live(5)
    assert work.running == 1


async def test_a_short_trouble_of_the_database_does_not_end_the_work(
    supervisor: Supervisor, clock: ManualClock
) -> None:
    store, work = Stored(), Script()
    supervisor.add("work", work, lease=store.lease("one"))
    await settle()
    store.leases.fault = ConnectionError("away")
    await clock.live(3)
    store.leases.fault = None
    await clock.live(60)
    assert (work.begun, work.running) == (1, 1)


async def test_a_work_that_fails_keeps_its_lease(supervisor: Supervisor, clock: ManualClock) -> None:
    store, work = Stored(), Script(*[ValueError()] * 3)
    supervisor.add("work", work, lease=store.lease("one"))
    await clock.live(6)
    assert store.leases.held["poll"][0] == "one"
    assert work.begun == 3
    await clock.live(2)
    assert (work.begun, work.running) == (4, 1)


async def test_an_embedded_database_asks_for_no_lease(supervisor: Supervisor) -> None:
    store, work = Stored(embedded=True), Script()
    store.leases.fault = AssertionError("asked")
    supervisor.add("work", work, lease=store.lease("one"))
    await settle()
    assert work.running == 1


async def test_a_long_wait_that_a_platform_asked_for_is_known_while_it_lasts(
    supervisor: Supervisor, clock: ManualClock
) -> None:
    supervisor.add("work", Script(Transient("429", retry_after=600)))
    await settle()
    until = health(supervisor).asked_until
    assert until is not None
    assert (until - clock.now()).total_seconds() == pytest.approx(600, abs=2)
    await clock.live(700)
    assert health(supervisor).asked_until is None
