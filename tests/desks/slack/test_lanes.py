"""Turns in a lane: one at a time, the oldest of those that have arrived first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.desks.slack.lanes import Lanes

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


class Door:
    """Record of what has happened in the lanes; whoever is inside stays until `free` is set."""

    def __init__(self) -> None:
        self.lanes, self.seen, self.inside, self.most = Lanes(), list[int](), 0, 0
        self.entered, self.free = asyncio.Semaphore(0), asyncio.Event()

    def comes(self, second: int, lane: str = "thread") -> asyncio.Task[None]:
        return asyncio.create_task(self._comes(second, lane))

    async def _comes(self, second: int, lane: str) -> None:
        async with self.lanes.turn(lane, NOON + timedelta(seconds=second)):
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.entered.release()
            await self.free.wait()
            self.seen.append(second)
            self.inside -= 1


async def test_of_two_that_arrive_at_once_the_older_goes_first() -> None:
    door = Door()
    door.free.set()
    await asyncio.gather(door.comes(2), door.comes(1))
    assert door.seen == [1, 2]


async def test_those_who_wait_go_by_their_time_one_at_a_time() -> None:
    door = Door()
    coming = [door.comes(5)]
    await door.entered.acquire()
    coming += [door.comes(second) for second in (4, 1, 3, 2)]
    await asyncio.sleep(0)
    door.free.set()
    await asyncio.gather(*coming)
    assert door.seen == [5, 1, 2, 3, 4]
    assert door.most == 1


async def test_whoever_gives_up_holds_up_nobody() -> None:
    door = Door()
    first, second, third = door.comes(1), door.comes(2), door.comes(3)
    await door.entered.acquire()
    second.cancel()
    first.cancel()
    await asyncio.sleep(0)
    third.cancel()  # in the very moment in which it has got its turn
    door.free.set()
    await asyncio.wait_for(door.comes(4), 20)
    assert door.seen == [4]


async def test_lanes_do_not_wait_for_each_other() -> None:
    door = Door()
    held = door.comes(1)
    other = door.comes(2, "another thread")
    await door.entered.acquire()
    await door.entered.acquire()
    door.free.set()
    await asyncio.gather(held, other)


async def test_a_lane_that_nobody_needs_is_gone() -> None:
    door = Door()
    door.free.set()
    await asyncio.gather(*(door.comes(second) for second in range(5)))
    assert door.lanes._lanes == {}
