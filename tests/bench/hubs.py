"""Configurations of the measured hub, and of the floor beside it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import storage
from tests import servers
from tests.bench.processes import Measurable, started
from tests.free_ports import free_port

BENCH = """
[hub]
listen = "127.0.0.1:{port}"
database_url = "{database}"
redis_url = "{redis}"
files = "{folder}/files"
secret = "the benchmark's own secret, of enough letters"

[desks.bench]
kind = "bench"
channel = "support"
api_url = "{platform}"

[accounts.shop]
kind = "bench"
api_url = "{platform}"
"""


@dataclass(frozen=True)
class Base:
    """A database to measure on. `label`: its name in the tables."""

    label: str
    database: str
    redis: str
    folder: Path


@contextmanager
def sqlite() -> Iterator[Base]:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        yield Base("SQLite", f"sqlite+aiosqlite:///{folder}/hub.db", "", Path(folder))


@contextmanager
def postgres() -> Iterator[Base]:
    temporary = tempfile.TemporaryDirectory(prefix="hub-bench-")
    with temporary as folder, servers.postgres() as address, servers.redis() as redis:
        yield Base("PostgreSQL + Redis", f"postgresql+asyncpg:{address}", redis, Path(folder))


@asynccontextmanager
async def hub(base: Base, platform: str, config: str = BENCH, descriptors: int = 0) -> AsyncIterator[Measurable]:
    """Starts a hub. `descriptors`: see `started`."""
    await storage.migrate(base.database)
    port = free_port()
    file = base.folder / "hub.toml"
    words = {"port": port, "database": base.database, "redis": base.redis, "folder": base.folder}
    file.write_text(config.format(platform=platform, **words))
    async with started(["-m", "tests.bench.hub", str(file)], port, "/readyz", descriptors=descriptors) as running:
        yield running


def floor(base: Base, platform: str, requests: int = 1) -> AbstractAsyncContextManager[Measurable]:
    port = free_port()
    command = ["-m", "tests.bench.floor", base.database, platform, str(port), str(requests)]
    return started(command, port, "/hooks/shop")
