"""A PostgreSQL database restored into another server, whose transaction ids are far below those in its rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from bot.ports.traces import RESTORED
from storage import SqlStore, connect, migrate
from storage.backups import Belongings, backup, restore
from storage.search import refolding
from storage.signals.local import Waker
from tests import servers
from tests.clock import ManualClock
from tests.storage.parts import ANN, dialog_of, say

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MESSAGES = 5000
"""More than a block of the search index."""


@pytest.fixture(scope="module")
def other_server() -> Iterator[str]:
    with servers.postgres("fsync=off", "full_page_writes=off", "synchronous_commit=off") as address:
        yield f"postgresql+asyncpg:{address}"


@pytest.fixture
async def moved(new_postgres_url: str, other_server: str, tmp_path: Path) -> AsyncIterator[tuple[SqlStore, int]]:
    """The store on the other server, and the revision up to which a page has seen the only dialog."""
    old = await asyncpg.connect(new_postgres_url.replace("+asyncpg", ""))
    for _ in range(3000):
        await old.execute("SELECT pg_current_xact_id()")
    store = await connect(new_postgres_url, wake=Waker(), clock=ManualClock())
    dialog = await dialog_of(store, ANN, AT)
    await say(store, dialog, "before", AT)
    await old.execute(
        "INSERT INTO messages (dialog_id, author, at, content, delivery, revision, words) "
        "SELECT dialog_id, author, at, content, delivery, pg_current_xact_id()::text::bigint, 'tea' FROM messages, "
        f"generate_series(1, {MESSAGES})"
    )
    async with store.read() as unit:
        _, seen = await unit.messages.changed(dialog.id, 0, 10_000)
    while await refolding.run_maintenance(store):
        pass
    assert not await store.run_maintenance(), "a full block waits for the transactions that write into it"
    await store.close()
    await old.close()
    await backup(Belongings(new_postgres_url, tmp_path, {}, ""), tmp_path / "b.zip", AT, "1")
    await restore(Belongings(other_server, tmp_path, {}, ""), tmp_path / "b.zip", replace=True)
    there = await connect(other_server, wake=Waker(), clock=ManualClock())
    yield there, seen
    await there.close()


async def test_open_pages_get_only_what_is_new(moved: tuple[SqlStore, int]) -> None:
    store, seen = moved
    dialog = await dialog_of(store, ANN, AT)
    async with store.read() as unit:
        found, after = await unit.messages.changed(dialog.id, seen, 500)
    assert found == []
    for words in ("one", "two"):
        await say(store, dialog, words, AT)
        async with store.read() as unit:
            found, after = await unit.messages.changed(dialog.id, after, 500)
        assert [one.content.text.characters for one in found] == [words]


async def test_the_search_index_goes_on(moved: tuple[SqlStore, int]) -> None:
    store, _ = moved
    dialog = await dialog_of(store, ANN, AT)
    for _ in range(3):
        await say(store, dialog, "tea", AT)
        if await store.run_maintenance():
            return
        await asyncio.sleep(0)
    pytest.fail("the index stands still")


async def test_rows_are_not_rewritten_and_the_next_start_changes_nothing(
    moved: tuple[SqlStore, int], other_server: str
) -> None:
    plain = await asyncpg.connect(other_server.replace("+asyncpg", ""))
    try:
        places = await plain.fetch("SELECT id, ctid FROM messages ORDER BY id LIMIT 100")
        added = await plain.fetchval("SELECT value FROM cursors WHERE name = 'home'")
        await migrate(other_server)
        again = await connect(other_server, wake=Waker(), clock=ManualClock())
        await again.close()
        assert await plain.fetch("SELECT id, ctid FROM messages ORDER BY id LIMIT 100") == places
        assert await plain.fetchval("SELECT value FROM cursors WHERE name = 'home'") == added
    finally:
        await plain.close()


async def test_tables_put_back_by_other_tools_count_as_restored(postgres_url: str) -> None:
    store = await connect(postgres_url, wake=Waker(), clock=ManualClock())
    await store.close()
    plain = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    try:
        assert await plain.fetchval("SELECT value FROM cursors WHERE name = $1", RESTORED) is None
        await plain.execute("UPDATE cursors SET value = 'elsewhere.1.2' WHERE name = 'home'")
        await (await connect(postgres_url, wake=Waker(), clock=ManualClock())).close()
        assert await plain.fetchval("SELECT value FROM cursors WHERE name = $1", RESTORED)
    finally:
        await plain.close()
