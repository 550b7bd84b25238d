"""Revisions of messages after a restore into another server, which counts its transactions anew."""

from __future__ import annotations

import asyncpg

from bot.domain import ChatId
from storage import connect, migrate, waker
from tests.clock import ManualClock
from tests.storage.parts import dialog_of, read, say

FAR = 10**12
"""More transactions than this server has ever had."""


async def test_a_restored_database_goes_on_counting_and_rewrites_nothing(new_postgres_url: str) -> None:
    clock, plain = ManualClock(), new_postgres_url.replace("+asyncpg", "")
    store = await connect(new_postgres_url, wake=waker(""), clock=clock)
    dialog = await dialog_of(store, ChatId("masha"), clock.now())
    await say(store, dialog, "before", clock.now())
    await store.close()
    connection = await asyncpg.connect(plain)
    await connection.execute(f"UPDATE messages SET revision = {FAR}")
    version = await connection.fetchval("SELECT xmin::text FROM messages")
    since = FAR
    for words in ("after", "later"):
        await migrate(new_postgres_url)
        store = await connect(new_postgres_url, wake=waker(""), clock=clock)
        written = await say(store, dialog, words, clock.now())
        changed, since = await read(store, lambda unit, since=since: unit.messages.changed(dialog.id, since))  # type: ignore[misc]
        assert [message.id for message in changed] == [written.id]
        assert since > FAR
        await store.close()
    assert await connection.fetchval("SELECT xmin::text FROM messages WHERE id = 1") == version
    await connection.close()


async def test_a_database_of_this_server_has_no_offset(postgres_url: str) -> None:
    clock = ManualClock()
    for words in ("one", "two"):
        store = await connect(postgres_url, wake=waker(""), clock=clock)
        await say(store, await dialog_of(store, ChatId("masha"), clock.now()), words, clock.now())
        await store.close()
    connection = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    assert await connection.fetchval("SELECT count(*) FROM sequences WHERE name = 'revisions'") == 0
    await connection.close()
