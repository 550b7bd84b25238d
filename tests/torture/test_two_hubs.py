"""Two hubs on one database: they share the work, and take over from each other."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import servers
from tests.conftest import Database
from tests.torture import truth
from tests.torture.conftest import Scene, scene
from tests.torture.hubs import HubProcess, Nursery
from tests.waiting import FACT

TURNS = 5


async def _talk(given: Scene) -> None:
    async with asyncio.timeout(FACT):
        await asyncio.gather(*(given.world.talk(one, TURNS) for one in given.world.conversations))
        await _answered(given, TURNS)


async def _answered(given: Scene, turns: int) -> None:
    world = given.world
    await world.until(lambda: all(len(world.received(one)) >= turns for one in world.conversations))


def _all_well(given: Scene, turns: int) -> list[str]:
    given.world.look()
    return [
        *truth.questions(given.world, turns),
        *truth.answers(given.world, turns, frozenset()),
        *truth.threads(given.world),
    ]


async def _metric(hub: HubProcess, name: str) -> float:
    async with hub.http.get(f"{hub.url}/metrics") as answer:
        [found] = re.findall(rf"^{name} (\S+)$", await answer.text(), re.MULTILINE)
    return float(found)


async def _delivered(given: Scene, hub: HubProcess) -> float:
    async with hub.http.get(f"{hub.url}/metrics") as answer:
        counted = re.findall(r"^hub_delivered_total\{.*\} (\S+)$", await answer.text(), re.MULTILINE)
    return sum(map(float, counted))


async def test_both_work(births: Nursery, postgres_url: str, redis_url: str, tmp_path: Path) -> None:
    database = Database(postgres_url, redis_url)
    async with scene(births, database, tmp_path, hubs=2, conversations=20, bots=2, webhooks=(1,)) as given:
        await _talk(given)
        assert not _all_well(given, TURNS)
        for hub in given.hubs:
            assert await _delivered(given, hub) > 0, "one did all the work"


@pytest.mark.parametrize("ahead", [30, -30])
async def test_both_work_though_their_clocks_differ(
    ahead: int, births: Nursery, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """The clock of one is half a minute ahead, or behind: it does neither everything nor nothing, and says it."""
    database = Database(postgres_url, redis_url)
    wrong = {0: {"TEST_CLOCK_AHEAD": str(ahead)}}
    async with scene(births, database, tmp_path, hubs=2, conversations=20, bots=2, environs=wrong) as given:
        await _talk(given)
        assert not _all_well(given, TURNS)
        for hub in given.hubs:
            assert await _delivered(given, hub) > 0, "one did all the work"
        assert (await given.books.rows("SELECT count(*) FROM parcels WHERE doubtful"))[0][0] == 0
        metrics = [await _metric(hub, "hub_clock_ahead_seconds") for hub in given.hubs]
        assert abs(metrics[0] - ahead) < 10 > abs(metrics[1])
        assert "lane taken over" not in "".join(hub.log.read_text() for hub in given.hubs)


@pytest.mark.parametrize("lease", ["account:bot0", "desk:office"])
async def test_another_takes_over(
    lease: str, births: Nursery, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Jobs of a single process pass to the other hub when the first has died; prints how soon."""
    database = Database(postgres_url, redis_url)
    async with scene(births, database, tmp_path, hubs=2) as given:
        await _talk(given)
        await (await _holder(given, lease)).kill()
        died = time.monotonic()
        async with asyncio.timeout(FACT):
            while not (await _holder(given, lease)).alive:  # noqa: ASYNC110 - another process's database
                await asyncio.sleep(0.05)
            took = time.monotonic() - died
            await _turn(given, TURNS + 1)
        print(f"{lease} was taken over in {took:.1f} s")


async def _holder(given: Scene, lease: str) -> HubProcess:
    """The process that held it last."""
    owner = str(await given.books.one(f"SELECT owner FROM leases WHERE name = '{lease}'"))
    return next(hub for hub in given.hubs if owner.split(":")[-2] == str(hub.pid))


async def test_redis_goes_and_comes_back(births: Nursery, postgres_url: str, tmp_path: Path) -> None:
    """Without it everything takes a little longer; nothing is lost and nothing comes twice."""
    async with AsyncExitStack() as stack:
        with servers.redis() as url:
            database = Database(postgres_url, url)
            given = await stack.enter_async_context(scene(births, database, tmp_path, hubs=2, conversations=4))
            await _talk(given)
        await _turn(given, TURNS + 1)
        with servers.redis(urlsplit(url).port or 0):
            await _turn(given, TURNS + 2)
        assert not _all_well(given, TURNS + 2)


async def _turn(given: Scene, turn: int) -> None:
    """One more message from everyone, and its answer."""
    world = given.world
    async with asyncio.timeout(FACT):
        for one in world.conversations:
            one.customer.writes(one.question(turn))
        for one in world.conversations:
            root = await world.root_of(one.question(turn))
            await world.mm.person(one.operator).posts(root, one.answer(turn))
        await _answered(given, turn)
