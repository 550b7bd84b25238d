"""Each stored hub on each database."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from tests.upgrade.old import Old

KEPT = Path(__file__).with_name("hub_4ee444d")


@pytest.fixture(params=["sqlite", "postgres"])
async def old(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Old]:
    text = (KEPT / f"{request.param}.sql").read_text()
    if request.param == "sqlite":
        with closing(sqlite3.connect(tmp_path / "hub.db")) as file:
            file.executescript(text)
        yield Old(KEPT, "sqlite", f"sqlite+aiosqlite:///{tmp_path / 'hub.db'}", tmp_path)
        return
    server = request.getfixturevalue("postgres_server")
    administrator = await asyncpg.connect(f"postgresql:{server}/postgres")
    await administrator.execute("DROP DATABASE IF EXISTS old WITH (FORCE)")
    await administrator.execute("CREATE DATABASE old")
    connection = await asyncpg.connect(f"postgresql:{server}/old")
    await connection.execute(text)
    await connection.close()
    yield Old(KEPT, "postgres", f"postgresql+asyncpg:{server}/old", tmp_path)
    await administrator.execute("DROP DATABASE old WITH (FORCE)")
    await administrator.close()
