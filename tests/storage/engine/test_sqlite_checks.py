"""A copy put back beside the log of another one is refused with a word, and a killed hub's database is not."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain import ChatId
from storage import Unusable, connect, migrate
from storage.engine import sqlite_checks
from storage.signals.local import Waker
from tests.clock import ManualClock
from tests.storage.parts import dialog_of, say

BETWEEN, AFTER = 50, 5


@pytest.fixture
async def killed(sqlite_url: str, tmp_path: Path) -> Path:
    """A database with its log, as a killed hub leaves them, and an earlier `copy.db`."""
    clock, path = ManualClock(), tmp_path / "hub.db"
    store = await connect(sqlite_url, wake=Waker(), clock=clock)

    async def talk(times: int) -> None:
        for number in range(times):
            dialog = await dialog_of(store, ChatId(str(number % 7)), clock.now())
            await say(store, dialog, f"words {number}", clock.now())

    await talk(200)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(tmp_path / "copy.db")) as target:
        source.backup(target)
    await talk(BETWEEN)
    with closing(sqlite3.connect(path)) as source:
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    await talk(AFTER)
    folder = tmp_path / "killed"
    folder.mkdir()
    for name in ("hub.db", "hub.db-wal"):
        shutil.copy(tmp_path / name, folder / name)
    await store.close()
    return folder / "hub.db"


def content(path: Path) -> bytes:
    return path.read_bytes()


async def opened(path: Path) -> int:
    """Number of messages that a hub finds."""
    store = await connect(f"sqlite+aiosqlite:///{path}", wake=Waker(), clock=ManualClock(), exclusive=True)
    await store.close()
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM messages").fetchone()[0])


async def test_a_killed_hub_goes_on(killed: Path) -> None:
    assert await opened(killed) == 200 + BETWEEN + AFTER


async def test_a_copy_beside_a_foreign_log_is_refused_and_unharmed(killed: Path, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "copy.db", killed)
    before = content(killed)
    for _ in range(2):
        with pytest.raises(Unusable, match=r"Beside it lies hub\.db-wal"):
            await opened(killed)
        with pytest.raises(Unusable, match=r"Beside it lies hub\.db-wal"):  # `hub check`
            await connect(f"sqlite+aiosqlite:///{killed}", wake=Waker(), clock=ManualClock())
        with pytest.raises(Unusable, match=r"Beside it lies hub\.db-wal"):
            await migrate(f"sqlite+aiosqlite:///{killed}")
    assert content(killed) == before
    for name in {"hub.db-wal", "hub.db-shm"} & set(os.listdir(killed.parent)):
        os.remove(killed.parent / name)
    assert await opened(killed) == 200


async def test_a_large_database_does_not_hold_up_the_start(killed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_checks, "LONGEST", -1.0)
    monkeypatch.setattr(sqlite_checks, "_STEPS", 1)
    assert await opened(killed) == 200 + BETWEEN + AFTER
