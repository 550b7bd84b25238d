"""Databases that accept no writes for a while: `/readyz` says so at once and why, nothing is accepted by half, and
everything is there when the database is back."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from sqlalchemy.engine import make_url

from tests.conftest import LEAVE, Database
from tests.torture import truth
from tests.torture.conftest import Scene, scene
from tests.torture.freezing import freezer
from tests.torture.hubs import HubProcess, Nursery
from tests.waiting import ANSWER, FACT

GRACE = 30.0
"""Seconds that compose.yaml gives the hub to stop."""


@asynccontextmanager
async def frozen(url: str, _hub: HubProcess) -> AsyncIterator[None]:
    async with freezer(url) as ice:
        ice.freeze()
        yield


@asynccontextmanager
async def read_only(url: str, _hub: HubProcess) -> AsyncIterator[None]:
    """A standby that takes the place of the server after a failover."""
    name = make_url(url).database
    await _run(url, f"ALTER DATABASE {name} SET default_transaction_read_only = on", LEAVE)
    yield
    await _run(url, "SET default_transaction_read_only = off", f"ALTER DATABASE {name} RESET ALL")


@asynccontextmanager
async def locked(url: str, _hub: HubProcess) -> AsyncIterator[None]:
    """Another program that writes and does not end."""
    with closing(sqlite3.connect(make_url(url).database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def full(_url: str, hub: HubProcess) -> AsyncIterator[None]:
    """A disk with no room for another byte of any file."""
    _, most = resource.prlimit(hub.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(hub.pid, resource.RLIMIT_FSIZE, (0, most))
    yield
    resource.prlimit(hub.pid, resource.RLIMIT_FSIZE, (most, most))


async def _run(url: str, *commands: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        for command in commands:
            await connection.execute(command)
    finally:
        await connection.close()


Fault = Callable[[str, HubProcess], AbstractAsyncContextManager[None]]
FAULTS: dict[str, tuple[str, Fault, str]] = {
    "frozen": ("postgres", frozen, "no answer in time"),
    "read-only": ("postgres", read_only, "read-only transaction"),
    "locked": ("sqlite", locked, "another program keeps it locked"),
    "full": ("sqlite", full, "disk"),
}


@pytest.fixture
def given_database(fault: str, request: pytest.FixtureRequest) -> Database:
    kind = FAULTS[fault][0]
    redis = request.getfixturevalue("redis_url") if kind == "postgres" else ""
    return Database(request.getfixturevalue(f"{kind}_url"), redis)


@pytest.mark.parametrize("fault", FAULTS)
async def test_nothing_is_lost_and_readyz_says_why(
    fault: str, given_database: Database, births: Nursery, tmp_path: Path
) -> None:
    """Prints the longest time that `/readyz` took."""
    _, broken, words = FAULTS[fault]
    async with scene(births, given_database, tmp_path, conversations=4, bots=2, webhooks=(1,)) as given:
        hub = given.hubs[0]
        await _written(given, 1)
        async with broken(given_database.url, hub):
            _write(given, 2)
            latest, why = await _says(hub, 503)
            assert words in why
            await _refuses(hub)
        print(f"{fault}: /readyz took {latest:.2f} s at most; {why}")
        await _says(hub, 200)
        await _there(given, 2)
        await _written(given, 3)
        given.world.look()
        assert not [*truth.questions(given.world, 3)]


async def test_a_hub_ends_while_its_server_stands_still(
    births: Nursery, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Within the time that compose.yaml gives; prints how soon."""
    async with AsyncExitStack() as stack:
        ice = await stack.enter_async_context(freezer(postgres_url))
        database = Database(postgres_url, redis_url)
        given = await stack.enter_async_context(scene(births, database, tmp_path, conversations=4, bots=2))
        hub = given.hubs[0]
        _write(given, 1)
        ice.freeze()
        await _says(hub, 503)
        told = time.monotonic()
        os.kill(hub.pid, signal.SIGTERM)
        async with asyncio.timeout(GRACE):
            while hub.alive:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
        print(f"the hub ended {time.monotonic() - told:.1f} s after SIGTERM")


async def test_an_outage_writes_one_line_a_minute_for_each_cause(
    births: Nursery, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Prints how much was logged."""
    name, server = make_url(postgres_url).database, make_url(postgres_url).set(database="postgres")
    administration = server.render_as_string(hide_password=False)
    database = Database(postgres_url, redis_url)
    async with scene(births, database, tmp_path, conversations=6, bots=3, webhooks=(1,)) as given:
        hub = given.hubs[0]
        await _written(given, 1)
        before = len(_lines(hub))
        try:
            gone = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            await _run(administration, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false", gone)
            _write(given, 2)
            await _says(hub, 503)
            _write(given, 3)
            await _refuses(hub)
            lines = _lines(hub)[before:]
        finally:
            await _run(administration, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await _there(given, 3)
        size = len(json.dumps(lines)) >> 10
        print(f"{len(lines)} lines, {size} KB until the intake was closed")
        warnings = [line for line in lines if line["level"] != "info"]
        said = Counter((line["event"], line.get("error", ""), *_place(line)) for line in warnings)
        assert warnings
        assert [what for what, times in said.items() if times > 1] == []


def _place(line: dict[str, str]) -> tuple[str, ...]:
    """The task of a line about a platform, which is a cause of its own; an error with a traceback is the database's."""
    return () if "exception" in line else (line.get("task", ""), line.get("destination", ""))


def _lines(hub: HubProcess) -> list[dict[str, str]]:
    return [json.loads(line) for line in hub.log.read_text().splitlines() if line]


def _write(given: Scene, turn: int) -> None:
    for one in given.world.conversations:
        one.customer.writes(one.question(turn))


async def _there(given: Scene, turn: int) -> None:
    """Waits until a message of every customer is in a thread."""
    async with asyncio.timeout(FACT):
        for one in given.world.conversations:
            await given.world.root_of(one.question(turn))


async def _written(given: Scene, turn: int) -> None:
    _write(given, turn)
    await _there(given, turn)


async def _refuses(hub: HubProcess) -> None:
    """Waits until a webhook is refused with 503, a reason and a time to come again."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": "secret-of-bot-1"}
    customer = {"id": 1, "is_bot": False, "first_name": "Refused"}
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": customer, "text": "Hello"}
    async with asyncio.timeout(FACT):
        while True:
            update = {"update_id": 2**30, "message": message}
            async with hub.http.post(f"{hub.url}/hooks/bot1", json=update, headers=headers) as answer:
                if answer.status == 503:
                    assert (await answer.json())["detail"]["words"] == "the hub's database is unavailable"
                    assert answer.headers["Retry-After"] == "30"
                    return
            await asyncio.sleep(0.5)


async def _says(hub: HubProcess, status: int) -> tuple[float, str]:
    """Waits until `/readyz` answers so; it has to answer each time. Returns the longest time that it took, and the
    reason."""
    latest = 0.0
    async with asyncio.timeout(FACT):
        while True:
            asked = time.monotonic()
            async with hub.http.get(f"{hub.url}/readyz", timeout=aiohttp.ClientTimeout(total=ANSWER)) as answer:
                found = await answer.json()
            latest = max(latest, time.monotonic() - asked)
            if answer.status == status:
                return latest, found.get("why", "")
            await asyncio.sleep(0.1)
