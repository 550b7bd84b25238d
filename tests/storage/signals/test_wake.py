"""Wake-ups, within a process and between processes through a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from storage import Waker, waker
from storage.signals.redis import RedisWaker
from tests import servers
from tests.free_ports import free_port
from tests.waiting import FACT

SOON = 10.0
"""Seconds within which a fact has to come."""


@asynccontextmanager
async def running(url: str) -> AsyncIterator[RedisWaker]:
    """One process's waker."""
    one = waker(url)
    assert isinstance(one, RedisWaker)
    task = asyncio.create_task(one.run())
    yield one
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await one.close()


async def heard(speaker: Waker, listener: Waker, topic: str = "probe") -> None:
    """Waits until signals get from one process to the other."""
    ear = listener.listen(topic)
    async with asyncio.timeout(FACT):
        while not await ear.wait(0.1):
            await speaker.notify([topic])
    ear.close()


async def test_a_call_is_heard_by_all_who_listen_to_it() -> None:
    one = waker("")
    first, second, other = one.listen("a"), one.listen("a"), one.listen("b")
    await one.notify(["a", "c"])
    assert [await ear.wait(0) for ear in (first, second, other)] == [True, True, False]
    assert not await first.wait(0), "a call is heard once"


async def test_a_call_is_not_missed_while_nobody_waits() -> None:
    one = waker("")
    ear = one.listen("a")
    await one.notify(["a"])
    await one.notify(["a"])
    assert await ear.wait(0)
    waiting = asyncio.create_task(ear.wait(SOON))
    await asyncio.sleep(0)
    await one.notify(["a"])
    assert await waiting


async def test_who_has_closed_leaves_nothing_behind() -> None:
    one = waker("")
    ears = [one.listen("a") for _ in range(3)]
    for ear in ears:
        ear.close()
    await one.notify(["a"])
    assert not one._listening


@pytest.mark.parametrize("topic", ["outbox:account:shop", "mailbox:shop:чат 1 %20"])
async def test_other_processes_hear(redis_url: str, topic: str) -> None:
    async with running(redis_url) as one, running(redis_url) as two:
        await heard(one, two)
        await heard(two, one)
        ear, elsewhere = two.listen(topic), two.listen("other")
        await one.notify([topic, "third"])
        assert await ear.wait(SOON)
        assert not await elsewhere.wait(0)


@pytest.mark.parametrize("protocol", [2, 3])
async def test_each_protocol_of_redis_serves(redis_url: str, protocol: int) -> None:
    """Under the newer one, the driver's own default gives the same entries in another nesting."""
    url = f"{redis_url}?protocol={protocol}"
    async with running(url) as one, running(url) as two:
        await heard(one, two)
        await heard(two, one)


async def test_many_calls_come_through_in_few_entries(redis_url: str) -> None:
    async with running(redis_url) as one, running(redis_url) as two:
        await heard(one, two)
        ears = [two.listen(f"t{number}") for number in range(200)]
        for number in range(200):
            await one.notify([f"t{number}"])
        assert all([await ear.wait(SOON) for ear in ears])


async def test_losing_redis_costs_others_time_and_oneself_nothing() -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    async with running(url) as one, running(url) as two:
        for round_ in range(2):
            ear = one.listen("a")
            await one.notify(["a"])
            assert await ear.wait(0), "Redis is not there"
            with servers.redis(port):
                await heard(one, two, f"{round_} there")
                await heard(two, one, f"{round_} back")


async def test_whoever_finds_redis_again_looks_for_itself() -> None:
    """Signals sent meanwhile are unknown, so everything counts as signalled."""
    port = free_port()
    async with running(f"redis://127.0.0.1:{port}/0") as one:
        ear = one.listen("a")
        with servers.redis(port):
            assert await ear.wait(30)
