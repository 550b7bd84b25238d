"""Claims while another transaction (a backup) keeps everything visible that has been sent since it began."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import asyncpg

from bot.ports.storage import LOOK_EVERY
from storage import SqlStore, connect, waker
from storage.engine.looks import AGES_AGO
from storage.engine.postgres import SETTINGS
from storage.repositories import outbox_turns
from tests.clock import ManualClock
from tests.storage.parts import DESK, claim, done, put, settle

SECOND = timedelta(seconds=1)


async def test_a_lane_that_is_due_for_long_is_found_by_the_next_look_at_everything(
    store: SqlStore, clock: ManualClock
) -> None:
    assert not await claim(store, clock.now())
    await put(store, "late", 1, due=clock.now() - timedelta(hours=1))
    await put(store, "fresh", 1, due=clock.now())
    found = await claim(store, clock.now() + SECOND / 2)
    assert "fresh" in {one.name for one in found}
    found += await claim(store, clock.now() + LOOK_EVERY)
    assert {one.name for one in found} == {"late", "fresh"}


async def test_while_more_is_due_than_was_taken_every_look_is_at_everything(
    store: SqlStore, clock: ManualClock
) -> None:
    for number in range(4):
        await put(store, f"old {number}", 1, due=clock.now() - timedelta(hours=1))
    taken = [await claim(store, clock.now(), lanes=1) for _ in range(4)]
    assert [one.name for [one] in taken] == [f"old {number}" for number in range(4)]


async def test_a_claim_costs_the_same_with_an_open_snapshot(new_postgres_url: str) -> None:
    clock = ManualClock()
    store = await connect(new_postgres_url, wake=waker(""), clock=clock)
    plain = new_postgres_url.replace("+asyncpg", "")
    backup, reader = await asyncpg.connect(plain), await asyncpg.connect(plain, server_settings=SETTINGS)
    await backup.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM messages")
    for number in range(400):
        for lane in range(5):
            await put(store, f"{number} {lane}", 1, due=clock.now())
        for one in await claim(store, clock.now(), lanes=10):
            await settle(store, done(one), clock.now())
        clock.advance(1)
    await put(store, "last", 1, due=clock.now())
    whole = await buffers(reader, clock, AGES_AGO)
    recent = await buffers(reader, clock, clock.now() - timedelta(seconds=60))
    assert whole > 1000, "what was sent is still there"
    assert recent < whole / 2, "about the last minute of nearly seven"
    await backup.close()
    await reader.close()
    await store.close()


async def buffers(reader: asyncpg.Connection, clock: ManualClock, since: Any) -> int:
    compiled = outbox_turns.DUE.postgres()[-1]
    values = {"destination": DESK, "now": clock.now(), "since": since, "lanes": 10, "most": 74, "served": []}
    sql = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {compiled.sql}"
    plan: Sequence[Any] = await reader.fetch(sql, *compiled.arguments(values))
    top = json.loads(plan[0][0])[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])
