"""Events on their way to the core: those of one thread one after another, threads side by side.

Events received and not yet committed are remembered in order. So the position moves only over what is committed, with
everything before it, and after a failure the connection is resumed at the first event that is not.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[None]]
"""Commits an event; after an exception the event must come again."""

AT_ONCE, MISSED_AT_ONCE = 14, 4
"""Live events and missed ones that are committed at once: live ones do not wait for those of other threads, and
connections to the database are left for everything else."""
REMEMBERED = 100
"""Live events since the first that is not committed; fewer than the 128 that a server keeps for a client that
resumes."""


@dataclass(eq=False)
class _Step:
    """A received event. `number`: its number on the connection, None: read after a gap. `at`: server time in
    milliseconds, 0: it has none. `ended` tells whether it is committed."""

    number: int | None
    at: int
    ended: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def committed(self) -> bool:
        return self.ended.done() and self.ended.result()


class EventIntake:
    """Takes in events. `position`: server time in milliseconds up to which everything is committed. `failed`: set when
    an event could not be committed; then nothing behind it in its thread is."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.failed = asyncio.Event()
        self._steps: deque[_Step] = deque()
        self._numbered: deque[_Step] = deque()  # of those, the live ones
        self._lanes: dict[str, _Step] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._live, self._missed = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(MISSED_AT_ONCE)
        self._moved = asyncio.Event()

    async def add(self, lane: str, work: Work, at: int = 0, number: int | None = None) -> None:
        """Adds an event behind those of its lane. Lane "": behind all before it, and before all after it. Waits while
        too many live events are under way."""
        step = await self._next(number, at)
        before, self._lanes[lane] = self._before(lane), step
        task = asyncio.create_task(self._run(step, lane, before, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def pass_over(self, at: int, number: int | None = None) -> None:
        """Counts an event that needs no work."""
        step = await self._next(number, at)
        step.ended.set_result(True)
        self._advance()

    async def settled(self) -> None:
        """Waits until every event added is committed, has failed, or was behind one that failed."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def restart(self, received: int) -> int | None:
        """Forgets all events, which must be settled, and returns the number of the first one that has to come again;
        None: missed ones have to be read again. `received`: the number behind the last event received."""
        lost = [step.number for step in self._steps if not step.committed]
        self._steps.clear()
        self._numbered.clear()
        self._lanes.clear()
        self.failed.clear()
        if None in lost:
            return None
        return min((number for number in lost if number is not None), default=received)

    async def close(self) -> None:
        """Cancels what is under way; it will come again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _before(self, lane: str) -> set[asyncio.Future[bool]]:
        """Returns the ends that the next event of a lane waits for."""
        steps = self._lanes.values() if not lane else [self._lanes[one] for one in ("", lane) if one in self._lanes]
        return {step.ended for step in steps}

    async def _next(self, number: int | None, at: int) -> _Step:
        step = _Step(number, at)
        if number is not None:
            while len(self._numbered) >= REMEMBERED and not self.failed.is_set():
                self._moved.clear()
                await self._moved.wait()
            self._numbered.append(step)
        self._steps.append(step)
        return step

    async def _run(self, step: _Step, lane: str, before: set[asyncio.Future[bool]], work: Work) -> None:
        committed = False
        try:
            if before:
                await asyncio.wait(before)
            if all(one.result() for one in before):
                async with self._missed if step.number is None else self._live:
                    await work()
                committed = True
        except Exception as error:  # noqa: BLE001 - whatever failed, the event must come again
            log.warning("failed to process a desk event", error=type(error).__name__)
        finally:
            step.ended.set_result(committed)
            self._end(step, lane)

    def _end(self, step: _Step, lane: str) -> None:
        if not step.committed:
            self.failed.set()  # the step stays the last of its lane: nothing passes it
        elif self._lanes.get(lane) is step:
            del self._lanes[lane]
        self._advance()

    def _advance(self) -> None:
        while self._numbered and self._numbered[0].committed:
            self._numbered.popleft()
        while self._steps and self._steps[0].committed:
            self.position = max(self.position, self._steps.popleft().at)
        self._moved.set()
