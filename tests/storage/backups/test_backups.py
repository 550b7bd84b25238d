"""Backups: whole while the hub writes, restored into an empty database alone, and never half."""

from __future__ import annotations

import asyncio
import json
import os
import zipfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain import Author, ChatId, Content
from bot.domain.text import Text
from bot.ports.storage import NewMessage, Unit
from bot.ports.traces import RESTORED
from storage import SqlStore, Unusable, connect, current, head
from storage.backups import BadBackup, Belongings, backup, restore
from storage.signals.local import Waker
from storage.tables.tables import metadata
from tests.clock import ManualClock
from tests.storage.parts import ANN, BOB, dialog_of, say
from tests.upgrade.conftest import old
from tests.upgrade.old import Old

__all__ = ["old"]

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STRANGE = "tab\t back\\slash \\N \\. line\nchай 🍵 \"quoted\" ''"


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """An empty database of the same kind."""
    if database_url.startswith("sqlite"):
        return f"sqlite+aiosqlite:///{tmp_path}/other.db"
    return str(request.getfixturevalue("new_postgres_url"))


def ours(url: str, folder: Path, secret: str = "s" * 32) -> Belongings:
    return Belongings(url, folder / "files", {"secret": folder / "hub.db.secret"}, secret)


@asynccontextmanager
async def opened(url: str, *, exclusive: bool = False) -> AsyncIterator[SqlStore]:
    store = await connect(url, wake=Waker(), clock=ManualClock(), exclusive=exclusive)
    try:
        yield store
    finally:
        await store.close()


async def rows(url: str, sql: str) -> Sequence[Any]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(sql))]
    finally:
        await engine.dispose()


async def everything(url: str) -> dict[str, list[Any]]:
    """All rows of all tables, but for the mark of the restore."""
    found = {}
    for name, table in metadata.tables.items():
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        found[name] = sorted(map(str, await rows(url, f"SELECT {columns} FROM {name}")))
    found["cursors"] = [row for row in found["cursors"] if f"'{RESTORED}'" not in row]
    return found


async def test_a_backup_made_while_the_hub_writes_is_of_one_moment(
    store: SqlStore, database_url: str, other_url: str, clock: ManualClock, tmp_path: Path
) -> None:
    dialogs = [await dialog_of(store, chat, clock.now()) for chat in (ANN, BOB)]
    writing = asyncio.Event()

    async def both(unit: Unit) -> None:
        for dialog in dialogs:
            await unit.messages.add(NewMessage(dialog.id, Author.CUSTOMER, AT, Content(Text.plain(STRANGE))))

    async def talk() -> None:
        while True:
            await store.transact(both)
            writing.set()

    talking = asyncio.create_task(talk())
    await writing.wait()
    for _ in range(3):
        await asyncio.to_thread(asyncio.run, backup(ours(database_url, tmp_path), tmp_path / "b.zip", AT, "1.0"))
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)
    [(all_of_them,)] = await rows(database_url, "SELECT count(*) FROM messages")
    await restore(ours(other_url, tmp_path), tmp_path / "b.zip", replace=False)
    [(first,), (second,)] = await rows(other_url, "SELECT count(*) FROM messages GROUP BY dialog_id ORDER BY dialog_id")
    assert 0 < first == second
    assert first + second < all_of_them, "it wrote meanwhile"
    async with opened(other_url) as restored, restored.read() as unit:
        [said] = await unit.messages.latest(dialogs[0].id, limit=1)
    assert said.content.text.characters == STRANGE


@pytest.fixture
def beside_old(request: pytest.FixtureRequest, old: Old, tmp_path: Path) -> str:
    """An empty database of the same kind as the old one."""
    if old.database.startswith("sqlite"):
        return f"sqlite+aiosqlite:///{tmp_path}/other.db"
    return str(request.getfixturevalue("new_postgres_url"))


async def test_nothing_is_lost_and_numbers_go_on(old: Old, beside_old: str, tmp_path: Path) -> None:
    """A filled database of an earlier revision is backed up as it is, and upgraded when it is restored."""
    other = beside_old
    before = await current(old.database)
    await backup(ours(old.database, tmp_path), tmp_path / "b.zip", AT, "1.0")
    await restore(ours(other, tmp_path), tmp_path / "b.zip", replace=False)
    assert (before, await current(other)) != (head(), head())
    assert await current(other) == head()
    await restore(ours(old.database, tmp_path), tmp_path / "b.zip", replace=True)
    was, now = await everything(old.database), await everything(other)
    assert was == now
    assert sum(map(len, now.values())) > 100
    [(last,)] = await rows(other, "SELECT max(id) FROM dialogs")
    async with opened(other) as store:
        assert (await dialog_of(store, ChatId("nobody yet"), AT)).id > last


async def test_a_filled_database_is_replaced_only_when_asked(
    store: SqlStore, database_url: str, clock: ManualClock, tmp_path: Path
) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    await say(store, dialog, "before", clock.now())
    await backup(ours(database_url, tmp_path), tmp_path / "b.zip", AT, "1.0")
    await say(store, dialog, "after", clock.now())
    await store.close()
    with pytest.raises(Unusable, match="not empty"):
        await restore(ours(database_url, tmp_path), tmp_path / "b.zip", replace=False)
    assert len(await rows(database_url, "SELECT id FROM messages")) == 2
    done = await restore(ours(database_url, tmp_path), tmp_path / "b.zip", replace=True)
    assert len(await rows(database_url, "SELECT id FROM messages")) == 1
    assert done.made_at == AT
    assert await rows(database_url, f"SELECT value FROM cursors WHERE name = '{RESTORED}'") == [(AT.isoformat(),)]


async def test_a_database_on_which_a_hub_runs_is_left_alone(
    database_url: str, clock: ManualClock, tmp_path: Path
) -> None:
    async with opened(database_url, exclusive=True) as running:
        await dialog_of(running, ANN, clock.now())
        await backup(ours(database_url, tmp_path), tmp_path / "b.zip", AT, "1.0")
        with pytest.raises(Unusable, match="another hub is running"):
            await restore(ours(database_url, tmp_path), tmp_path / "b.zip", replace=True)
        await say(running, await dialog_of(running, ANN, clock.now()), "still here", clock.now())
    await restore(ours(database_url, tmp_path), tmp_path / "b.zip", replace=True)


async def test_files_and_the_secret_come_back(database_url: str, other_url: str, tmp_path: Path) -> None:
    there, name = tmp_path / "there", "ab/cd/" + "abcd" + "0" * 28
    file = there / "files" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"tea")
    file.with_suffix(".json").write_text('{"name": "tea.txt"}')
    (file.parent / "unfinished.part").write_bytes(b"t")
    (there / "hub.db.secret").write_text("s" * 32)
    done = await backup(ours(database_url, there), tmp_path / "b.zip", AT, "1.0")
    assert done.files == 1
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    here = tmp_path / "here"
    here.mkdir()
    (here / "hub.db.secret").write_text("made at the first start")
    restored = await restore(ours(other_url, here, "made at the first start"), tmp_path / "b.zip", replace=False)
    assert (restored.files, restored.other_secret) == (1, False)
    assert (here / "files" / name).read_bytes() == b"tea"
    assert (here / "hub.db.secret").read_text() == "s" * 32
    modes = {path.stat().st_mode & 0o077 for path in [here / "hub.db.secret", *(here / "files").rglob("*")]}
    assert modes == {0}


async def test_another_secret_is_noticed(database_url: str, other_url: str, tmp_path: Path) -> None:
    await backup(ours(database_url, tmp_path), tmp_path / "b.zip", AT, "1.0")
    assert b"ssss" not in (tmp_path / "b.zip").read_bytes()
    done = await restore(ours(other_url, tmp_path, "t" * 32), tmp_path / "b.zip", replace=False)
    assert done.other_secret


@pytest.mark.parametrize("fault", ["cut", "bits", "empty", "zip", "newer", "kind", "missing"])
async def test_what_is_not_a_whole_backup_replaces_nothing(
    store: SqlStore, database_url: str, clock: ManualClock, tmp_path: Path, fault: str
) -> None:
    await say(store, await dialog_of(store, ANN, clock.now()), "kept", clock.now())
    path = tmp_path / "b.zip"
    await backup(ours(database_url, tmp_path), path, AT, "1.0")
    await store.close()
    spoil(path, fault)
    with pytest.raises(BadBackup):
        await restore(ours(database_url, tmp_path), path, replace=True)
    assert len(await rows(database_url, "SELECT id FROM messages")) == 1
    assert not [name for name in os.listdir(tmp_path) if ".part" in name or ".restoring" in name]


def spoil(path: Path, fault: str) -> None:
    whole = path.read_bytes()
    match fault:
        case "cut":
            path.write_bytes(whole[: len(whole) // 2])
        case "bits":
            with zipfile.ZipFile(path) as archive:
                largest = max(archive.infolist(), key=lambda one: one.compress_size)
            middle = largest.header_offset + 30 + len(largest.filename) + largest.compress_size // 2  # of its content
            few = bytes(byte ^ 1 for byte in whole[middle : middle + 16])  # one alone may say the same otherwise
            path.write_bytes(whole[:middle] + few + whole[middle + 16 :])
        case "empty":
            path.write_bytes(b"")
        case "zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("holiday.txt", "sun")
        case "missing":
            path.unlink()
        case _:
            change = {"newer": {"revision": "9999"}, "kind": {"kind": "mysql"}}[fault]
            with zipfile.ZipFile(path) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
            members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **change}).encode()
            with zipfile.ZipFile(path, "w") as archive:
                for name, content in members.items():
                    archive.writestr(name, content)


async def test_a_disk_that_refuses_leaves_the_earlier_backup(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(b"the earlier one")
    (tmp_path / "b.zip.part").mkdir()
    with pytest.raises(BadBackup, match="cannot be written"):
        await backup(ours(database_url, tmp_path), path, AT, "1.0")
    assert path.read_bytes() == b"the earlier one"
    with suppress(OSError):
        (tmp_path / "b.zip.part").rmdir()
