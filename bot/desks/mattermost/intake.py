"""Events on their way to the core: those of one thread one after another, threads side by side.

Events received and not yet committed are remembered in order. So the position moves only over what is committed, with
everything before it, and after a failure the connection is resumed at the first event that is not. A lane is a channel
and a thread, "channel:thread"; "channel:" goes behind all of the channel before it.
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

AT_ONCE = 14
"""Events that are committed at once: they do not wait for those of other threads, and connections to the database are
left for everything else."""
REMEMBERED = 100
"""Events since the first that is not committed; fewer than the 128 that a server keeps for a client that
resumes."""


@dataclass(eq=False)
class _Step:
    """A received event. `number`: its number on the connection, None: a time up to which a gap was read. `at`: server
    time in milliseconds, 0: it has none. `ended` tells whether it is committed."""

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
        self._numbered: deque[_Step] = deque()  # of those, the received ones
        self._lanes: dict[str, _Step] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: set[asyncio.Task[None]] = set()  # those of the tasks that wait for what was missed
        self._settling = False
        self._whole = False
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._moved = asyncio.Event()

    def begin(self) -> int:
        """Notes a new count of events, and returns the position, from which on everything else has to be read."""
        self._whole = True
        return self.position

    async def reached(self, at: int) -> None:
        """Counts the time up to which a gap was read, unless events may still come again that are older."""
        if self._whole:
            await self.pass_over(at)

    async def add(
        self, lane: str, work: Work, at: int = 0, number: int | None = None, ready: Work | None = None
    ) -> None:
        """Adds an event behind those of its lane; when its turn has come, `ready` is awaited first. Waits while too
        many events are under way."""
        step = await self._next(number, at)
        before, self._lanes[lane] = self._before(lane), step
        task = asyncio.create_task(self._run(step, lane, before, work, ready))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def pass_over(self, at: int, number: int | None = None) -> None:
        """Counts an event that needs no work."""
        step = await self._next(number, at)
        step.ended.set_result(True)
        self._advance()

    async def settled(self) -> None:
        """Waits until every event added is committed, has failed, or was behind one that failed. Those that wait for
        what was missed are given up: they will come again."""
        self._settling, self._whole = True, False
        for task in self._held:
            task.cancel()
        while self._tasks:
            await asyncio.wait(self._tasks)

    def restart(self, received: int) -> int:
        """Forgets all events, which must be settled, and returns the number of the first one that has to come again.
        `received`: the number behind the last event received."""
        lost = [step.number for step in self._numbered if not step.committed and step.number is not None]
        self._steps.clear()
        self._numbered.clear()
        self._lanes.clear()
        self.failed.clear()
        self._settling = False
        return min(lost, default=received)

    async def close(self) -> None:
        """Cancels what is under way; it will come again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _before(self, lane: str) -> set[asyncio.Future[bool]]:
        """Returns the ends that the next event of a lane waits for."""
        channel, _, thread = lane.partition(":")
        whole = f"{channel}:"
        found = [
            step for one, step in self._lanes.items() if one in (whole, lane) or (not thread and one.startswith(whole))
        ]
        return {step.ended for step in found}

    async def _next(self, number: int | None, at: int) -> _Step:
        step = _Step(number, at)
        if number is not None:
            while len(self._numbered) >= REMEMBERED and not self.failed.is_set():
                self._moved.clear()
                await self._moved.wait()
            self._numbered.append(step)
        self._steps.append(step)
        return step

    async def _run(
        self, step: _Step, lane: str, before: set[asyncio.Future[bool]], work: Work, ready: Work | None
    ) -> None:
        committed = False
        try:
            if before:
                await asyncio.wait(before)
            if all(one.result() for one in before) and (ready is None or await self._is_ready(ready)):
                async with self._at_once:
                    await work()
                committed = True
        except Exception as error:  # noqa: BLE001 - whatever failed, the event must come again
            log.warning("failed to process a desk event", error=type(error).__name__)
        finally:
            step.ended.set_result(committed)
            self._end(step, lane)

    async def _is_ready(self, ready: Work) -> bool:
        """Waits until an event may be committed; False: all events are being given up."""
        if self._settling:
            return False
        task = asyncio.current_task()
        assert task is not None
        self._held.add(task)
        try:
            await ready()
        finally:
            self._held.discard(task)
        return True

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
