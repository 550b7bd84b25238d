"""A hub whose network goes silent in the middle of a transaction: nothing is closed, and no other hub waits for it."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from sqlalchemy.engine import make_url

from tests.conftest import Database
from tests.networks import network_to
from tests.torture.conftest import Scene, scene
from tests.torture.hubs import HubProcess, Nursery
from tests.waiting import FACT


@pytest.mark.parametrize("by_half", [False, True], ids=["between statements", "in a statement"])
async def test_a_hub_that_fell_silent_holds_nobody_up(
    by_half: bool, births: Nursery, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Everything customers write reaches the desk through the other hub; the silent one reports that it is not ready,
    and works again when its network does. Prints how long the takeover took.

    The network acknowledges what it swallows: no keepalive finds out. A statement of which the server has all but the
    end counts as active there: no limit for idle transactions does."""
    database = Database(postgres_url, redis_url)
    url = make_url(postgres_url)
    async with AsyncExitStack() as stack:
        network = await stack.enter_async_context(network_to(url.host or "", url.port or 5432))
        behind = url.set(host="127.0.0.1", port=network.own_port).render_as_string(hide_password=False)
        through = {0: {"HUB__HUB__DATABASE_URL": behind}}
        given = await stack.enter_async_context(
            scene(births, database, tmp_path, hubs=2, conversations=6, bots=2, environs=through)
        )
        await _written(given, 1)
        silence = asyncio.create_task(network.fall_silent_in_a_transaction(by_half=by_half))
        await _write_until(given, silence)
        fell = time.monotonic()
        await _written(given, 1000)
        print(f"all messages were through {time.monotonic() - fell:.1f} s after the silence")
        silent = given.hubs[0]
        await _says(silent, 503)
        network.speak()
        await _says(silent, 200)
        await _written(given, 1001)


async def test_a_silent_redis_costs_latency_alone(
    births: Nursery, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """One hub's connections to Redis are acknowledged and never answered: both hubs go on, looking for themselves; when
    Redis speaks again, it is found again."""
    redis = urlsplit(redis_url)
    async with AsyncExitStack() as stack:
        network = await stack.enter_async_context(network_to(redis.hostname or "", redis.port or 6379))
        behind = redis._replace(netloc=f"127.0.0.1:{network.own_port}").geturl()
        through = {0: {"HUB__HUB__REDIS_URL": behind}}
        database = Database(postgres_url, redis_url)
        given = await stack.enter_async_context(
            scene(births, database, tmp_path, hubs=2, conversations=6, bots=2, environs=through)
        )
        await _written(given, 1)
        network.silent = True
        for turn in range(2, 12):
            await _written(given, turn)
            await _says(given.hubs[0], 200)
        await _logs(given.hubs[0], "Redis unavailable")
        network.speak()
        await _logs(given.hubs[0], "Redis is back")
        await _written(given, 12)
        assert not re.search("lane taken over|Traceback", "".join(hub.log.read_text() for hub in given.hubs))


async def _logs(hub: HubProcess, words: str) -> None:
    async with asyncio.timeout(FACT):
        while words not in hub.log.read_text():  # noqa: ASYNC110 - another process's file
            await asyncio.sleep(0.1)


async def _written(given: Scene, turn: int) -> None:
    """Waits until a message of every customer is in a thread."""
    world = given.world
    for one in world.conversations:
        one.customer.writes(one.question(turn))
    async with asyncio.timeout(FACT):
        for one in world.conversations:
            await world.root_of(one.question(turn))


async def _write_until(given: Scene, silence: asyncio.Task[None]) -> None:
    """Keeps customers writing, so that there are transactions to interrupt."""
    turn = 2
    async with asyncio.timeout(FACT):
        while not silence.done():
            for one in given.world.conversations:
                one.customer.writes(one.question(turn))
            turn += 1
            await asyncio.sleep(0.05)


async def _says(hub: HubProcess, status: int) -> None:
    async with asyncio.timeout(FACT):
        while True:
            try:
                async with hub.http.get(f"{hub.url}/readyz", timeout=aiohttp.ClientTimeout(total=10)) as answer:
                    if answer.status == status:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.1)
