"""Shared fixtures: databases and Redis to test against.

`store` and `database` are given twice: on SQLite, and on PostgreSQL (`database`: with Redis). Each test has a fresh
database: a copied file, or a copy of a template database.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import hypothesis
import pytest
from redis import Redis

from storage import SqlStore, connect, migrate
from storage.wake import Waker
from tests import servers
from tests.clock import ManualClock

_numbers = itertools.count(1)


# The same examples every time, so that a run tells of a change and not of luck, and none is timed.
# `make fuzz` looks for new ones.
hypothesis.settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "fuzz", deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that no worker is left alone with them at the end."""
    items.sort(key=lambda item: "/torture/" not in item.nodeid.replace(os.sep, "/"))


@dataclass(frozen=True)
class Database:
    """Addresses as hub.toml has them. The database is migrated and empty."""

    url: str
    redis_url: str = ""

    @property
    def shared(self) -> bool:
        """Several processes may work on it."""
        return bool(self.redis_url)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server whose database `template` is migrated and empty: `//user@host:port`."""
    with servers.postgres() as address:
        server = address.removesuffix("/postgres")
        asyncio.run(_make_template(server))
        yield server


async def _make_template(server: str) -> None:
    await _administer(server, "CREATE DATABASE template")
    await migrate(f"postgresql+asyncpg:{server}/template")


async def _administer(server: str, command: str) -> None:
    connection = await asyncpg.connect(f"postgresql:{server}/postgres")
    try:
        await connection.execute(command)
    finally:
        await connection.close()


@pytest.fixture
async def postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """A fresh, migrated PostgreSQL database of its own."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    await _administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE template STRATEGY FILE_COPY")
    yield f"postgresql+asyncpg:{postgres_server}/{name}"
    await _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


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
    """What a hub's process is configured with."""
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
