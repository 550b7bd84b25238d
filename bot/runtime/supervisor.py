"""Supervisor: the owner of every long-lived task, which names, restarts and reports them.

A task is made from a *work*: a function returning a fresh coroutine that runs for ever. When it ends, for whatever
reason, it is restarted:

* after an error or a return: after a pause that doubles each time, with jitter, and is short again once the work has
  run well for a minute;
* after `Transient(retry_after=…)`: not before that time;
* after `Unavailable`: the task is *paused*, `on_unavailable` is called, and the work is retried slowly until it runs
  well, when `on_available` is called.

Work that only one process may do is given a `Lease`: it runs only while this process holds the lease and is cancelled
before another can hold it. An embedded database serves one process, so leases are not taken there.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

import structlog

from bot.domain.value import value
from bot.ports import LONG_WAIT, Clock, DeliveryError, Transient, Unavailable
from bot.runtime import metrics
from bot.runtime.leases import ASK, Lease, LeaseLost
from bot.runtime.race import race
from bot.runtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)

Work = Callable[[], Coroutine[Any, Any, None]]

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
FIRST_SLOW_PAUSE, LONGEST_SLOW_PAUSE = 30.0, 300.0
WELL = 60.0
"""Seconds of running after which a work counts as healthy."""


class JobState(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    BACKING_OFF = "backing off"
    PAUSED = "paused"
    WAITING = "waiting"  # for the lease that another process holds
    STOPPED = "stopped"


@value
class Health:
    """State of a task. `error`: class of the last error; `failures`: consecutive ones, without a healthy minute between
    them; `detail`: what it said, in words; `asked_until`: the time until which a platform asked to wait, if long."""

    name: str
    state: JobState
    since: datetime
    error: str = ""
    failures: int = 0
    detail: str = ""
    asked_until: datetime | None = None


class Supervisor:
    """Owner of tasks, until `stop` or the end of its `async with`. `jitter` returns numbers from 0 to 1."""

    def __init__(
        self,
        clock: Clock,
        *,
        on_unavailable: Callable[[str, Unavailable], Awaitable[None]] | None = None,
        on_available: Callable[[str], Awaitable[None]] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.clock, self.on_unavailable, self.on_available, self.jitter = clock, on_unavailable, on_available, jitter
        self._keepers: dict[str, _Keeper] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    def add(self, name: str, work: Work, *, lease: Lease | None = None) -> None:
        """Starts a task at once. Names are unique."""
        if self._stopping:
            raise RuntimeError("the supervisor is stopping")
        if name in self._tasks:
            raise ValueError(f"there is a task {name!r} already")
        keeper = _Keeper(self, name, work, lease)
        self._keepers[name] = keeper
        self._tasks[name] = asyncio.get_running_loop().create_task(keeper.keep(), name=name)

    def health(self) -> Sequence[Health]:
        return [keeper.health for keeper in self._keepers.values()]

    @property
    def ready(self) -> bool:
        """True once every task has started or is waiting for its lease; later failures do not change that."""
        return all(keeper.started for keeper in self._keepers.values())

    async def stop(self, within: float = 10) -> bool:
        """Cancels every task and waits for them to end. False: some did not within that many seconds."""
        self._stopping = True
        for task in self._tasks.values():
            task.cancel()
        if not self._tasks:
            return True
        _, stubborn = await asyncio.wait(self._tasks.values(), timeout=within)
        for task in stubborn:
            log.error("task did not stop in time", task=task.get_name())
        return not stubborn

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


class _Keeper:
    """Keeps one work running until it is cancelled."""

    def __init__(self, supervisor: Supervisor, name: str, work: Work, lease: Lease | None) -> None:
        self._supervisor, self._clock = supervisor, supervisor.clock
        self._name, self._work = name, work
        self._lease = lease if lease is not None and not lease.store.embedded else None
        self._told_unavailable = False
        self.started = False
        self.health = Health(name, JobState.STARTING, self._clock.now())

    async def keep(self) -> None:
        try:
            while True:
                if self._lease is None:
                    await self._once()
                else:
                    await self._once_holding(self._lease)
        finally:
            self._enter(JobState.STOPPED)

    async def _once_holding(self, lease: Lease) -> None:
        """Takes the lease, then runs the work, again and again, while the lease is held."""
        try:
            until = await lease.take(self._clock)
        except Exception as error:  # noqa: BLE001 - a database that is away is no reason to end
            name = type(error).__name__
            throttled.warning("lease acquisition failed", name, task=self._name, error=name)
            until = None
        if until is None:
            self._enter(JobState.WAITING)
            await self._clock.sleep(ASK * (0.75 + self._supervisor.jitter() / 4))
            return
        log.info("lease acquired", task=self._name)
        try:
            await race(self._repeatedly(), lease.hold(self._clock, until))
        except LeaseLost:
            log.warning("lease lost, stopping the task", task=self._name)
            self._enter(JobState.WAITING)
        finally:
            await lease.drop(self._clock)

    async def _repeatedly(self) -> None:
        while True:
            await self._once()

    async def _once(self) -> None:
        """Runs the work once, then pauses."""
        self._enter(JobState.RUNNING)
        failed: Exception | None = None
        try:
            await race(self._work(), self._grow_well())
        except Exception as error:  # noqa: BLE001 - whatever it was, the next run is the answer
            failed = error
        failures = self.health.failures + 1
        self.health = replace(self.health, failures=failures, error=type(failed).__name__ if failed else "Returned")
        if isinstance(failed, Unavailable):
            pause = self._pause(failures, FIRST_SLOW_PAUSE, LONGEST_SLOW_PAUSE)
            await self._paused(failed, pause)
        else:
            pause = self._pause(failures, FIRST_PAUSE, LONGEST_PAUSE)
            if isinstance(failed, Transient) and failed.retry_after:
                pause = max(pause, failed.retry_after)
            self._backing_off(failed, pause)
            if isinstance(failed, Transient) and (failed.retry_after or 0) > LONG_WAIT:
                self.health = replace(self.health, asked_until=self._clock.now() + timedelta(seconds=pause))
        await self._clock.sleep(pause)

    def _pause(self, failures: int, first: float, longest: float) -> float:
        """Pause of half to all of a time that doubles with every consecutive failure."""
        whole = min(first * 2.0 ** min(failures - 1, 16), longest)
        return whole * (0.5 + self._supervisor.jitter() / 2)

    def _backing_off(self, failed: Exception | None, pause: float) -> None:
        self._enter(JobState.BACKING_OFF, str(failed) if isinstance(failed, DeliveryError) else "")
        surprise = None if failed is None or isinstance(failed, Transient) else failed
        error = self.health.error
        cause = error if surprise else f"{error} {self._name}"  # an outage of the database makes all tasks fail
        facts = {"task": self._name, "error": error, "again_in": round(pause, 1)}
        throttled.warning("task failed", cause, **facts, exc_info=surprise)

    async def _paused(self, failed: Unavailable, pause: float) -> None:
        """Reports an outage once per series of failures; if reporting fails, the next failure reports again."""
        self._enter(JobState.PAUSED, failed.detail)
        log.warning(
            "task paused, will retry",
            task=self._name,
            why=failed.detail,
            advice=failed.advice,
            again_in=round(pause, 1),
        )
        tell = self._supervisor.on_unavailable
        if not self._told_unavailable:
            self._told_unavailable = tell is None or await self._told(tell(self._name, failed))

    async def _grow_well(self) -> None:
        """Resets the failures once the work has run well for a while; runs beside it."""
        await self._clock.sleep(WELL)
        self.health = replace(self.health, failures=0, error="", detail="")
        tell = self._supervisor.on_available
        while self._told_unavailable:
            self._told_unavailable = tell is not None and not await self._told(tell(self._name))
            await self._clock.sleep(WELL)
        await asyncio.Event().wait()

    async def _told(self, telling: Awaitable[None]) -> bool:
        """Awaits a report. False: reporting failed, which is logged and does not count against the task."""
        try:
            await telling
        except Exception:
            log.exception("failed to report task health", task=self._name)
            return False
        return True

    def _enter(self, state: JobState, detail: str = "") -> None:
        if state is not self.health.state:
            self.health = replace(self.health, state=state, since=self._clock.now(), detail=detail, asked_until=None)
        metrics.TASK.labels(self._name).state(state)
        self.started = self.started or state is not JobState.STOPPED
