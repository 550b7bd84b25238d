"""Shared fixtures: databases and Redis to test against.

Tests with `store` and `database` run twice: on SQLite, and on PostgreSQL (`database`: with Redis). Each test has an
empty database: a copied file, or one that is emptied again.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import hypothesis
import pytest
import structlog
from redis import Redis

from bot.runtime import throttled_log
from storage import SqlStore, connect, migrate
from storage.engine.transaction import outside
from storage.signals.local import Waker
from tests import servers
from tests.clock import ManualClock
from tests.order import spread

_numbers = itertools.count(1)


# The same examples every time, so that a failure comes from a change and not from chance, and none is timed.
# `make fuzz` looks for new ones.
hypothesis.settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "fuzz", deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def log_plainly() -> None:
    """Logs exceptions plainly. By default structlog draws every variable of every frame, which takes seconds each."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure([structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, plain])


log_plainly()
throttled_log.SELDOM = 0.0  # a line left out in one test would be missing in the next

# Objects made while collecting stay: thousands of tests, and every module of the libraries. So do later ones: servers
# and modules that the first test to need them imports. The garbage collector need not look at all of them again and
# again, which takes seconds on a busy machine, in the middle of a test's waiting. While a test runs, only young objects
# are checked; between two tests, now and then, all are, and the rest is frozen.
gc.disable()
_YOUNG, _MANY = 10_000, 200_000
_NEVER = 1_000_000


def pytest_collection_finish() -> None:
    _freeze()
    gc.set_threshold(_YOUNG, _NEVER, _NEVER)
    gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Generator[None, bool, bool]:
    """Runs a test with its setup and teardown."""
    done = yield
    if gc.get_count()[0] + gc.get_count()[1] * _YOUNG > _MANY:
        _freeze()
    return done


def _freeze() -> None:
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = spread(items, lambda item: item.nodeid.replace(os.sep, "/"), workers)


@pytest.fixture(scope="session", autouse=True)
def requests_with_limits() -> Iterator[None]:
    """Refuses, in every test, a request without time limits, and one within a transaction, which would wait for it."""
    send = aiohttp.ClientSession._request

    async def limited(self: aiohttp.ClientSession, method: str, url: object, **options: Any) -> aiohttp.ClientResponse:
        outside(f"a request to {url}")
        given = options.get("timeout")
        limits = given if isinstance(given, aiohttp.ClientTimeout) else self.timeout
        assert limits.total, f"{method} {url}: no limit"
        return await send(self, method, url, **options)  # type: ignore[arg-type]

    aiohttp.ClientSession._request = limited  # type: ignore[assignment,method-assign]
    yield
    aiohttp.ClientSession._request = send  # type: ignore[method-assign]


@dataclass(frozen=True)
class Database:
    """Addresses as in hub.toml. The database is migrated and empty."""

    url: str
    redis_url: str = ""

    @property
    def shared(self) -> bool:
        """Several processes may work on it."""
        return bool(self.redis_url)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server: `//user@host:port`. It syncs nothing to disk: tests kill hubs, never the machine."""
    with servers.postgres("fsync=off", "full_page_writes=off", "synchronous_commit=off") as address:
        yield address.removesuffix("/postgres")


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> str:
    """A migrated database: `//user@host:port/name`."""
    return asyncio.run(_new_database(postgres_server, "hub"))


async def _new_database(server: str, name: str) -> str:
    await _administer(f"{server}/postgres", f"CREATE DATABASE {name}")
    await migrate(f"postgresql+asyncpg:{server}/{name}")
    return f"{server}/{name}"


async def _administer(database: str, *commands: str) -> None:
    connection = await asyncpg.connect(f"postgresql:{database}")
    try:
        for command in commands:
            await connection.execute(command)
    finally:
        await connection.close()


@pytest.fixture
async def postgres_url(postgres_database: str) -> AsyncIterator[str]:
    """A migrated PostgreSQL database, as empty as a fresh one."""
    yield f"postgresql+asyncpg:{postgres_database}"
    await _administer(postgres_database, LEAVE, EMPTY)


@pytest.fixture
async def new_postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """A new one: PostgreSQL has no statistics of its tables."""
    yield f"postgresql+asyncpg:{await _new_database(postgres_server, 'new')}"
    await _administer(f"{postgres_server}/postgres", "DROP DATABASE new WITH (FORCE)")


LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
EMPTY = """
DO $$
DECLARE one regclass; first bigint; filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;  -- in any order, whatever refers to whatever
    FOR one IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        CONTINUE WHEN one = 'alembic_version'::regclass;
        IF pg_relation_size(one) > 200000 THEN
            EXECUTE format('TRUNCATE %s CASCADE', one);
        ELSE
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO filled;
            IF filled THEN EXECUTE format('DELETE FROM %s', one); END IF;
        END IF;
    END LOOP;
    FOR one, first IN SELECT seqrelid, seqstart FROM pg_sequence LOOP
        PERFORM setval(one, first, false);
    END LOOP;
END $$
"""
"""Empties used tables alone: a new database, or truncating every table, makes so many files that it costs a hundred
times as much."""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database of its own."""
    path = tmp_path / "hub.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    with servers.redis() as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """An empty Redis database."""
    with Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgres+redis"])
def database(request: pytest.FixtureRequest) -> Database:
    """The databases that a hub's process is configured with."""
    if request.param == "sqlite":
        return Database(request.getfixturevalue("sqlite_url"))
    return Database(request.getfixturevalue("postgres_url"), request.getfixturevalue("redis_url"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def wake() -> Waker:
    return Waker()


@pytest.fixture
async def store(database_url: str, wake: Waker, clock: ManualClock) -> AsyncIterator[SqlStore]:
    store = await connect(database_url, wake=wake, clock=clock)
    yield store
    await store.close()
