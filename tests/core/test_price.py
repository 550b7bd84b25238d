"""Database statements per message: a number that grows here grows for every message of every hub."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from storage.engine import sqlite
from tests.core.world import ANNA, World


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Statements on SQLite, round trips on PostgreSQL, both with the transaction's begin and commit."""
    asked: list[str] = []
    now = sqlite.SqliteConnection.now

    def counted(self: Any, sql: str, *arguments: Any) -> Any:
        asked.append(sql)
        return now(self, sql, *arguments)

    monkeypatch.setattr(sqlite.SqliteConnection, "now", counted)
    for name in ("execute", "executemany", "fetch"):
        trip = getattr(asyncpg.Connection, name)

        async def travelled(self: Any, sql: str, *arguments: Any, trip: Any = trip, **options: Any) -> Any:
            asked.append(sql)
            return await trip(self, sql, *arguments, **options)

        monkeypatch.setattr(asyncpg.Connection, name, travelled)
    return asked


@pytest.fixture
def committed(world: World, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One item for each transaction."""
    done: list[None] = []
    transact = world.store.transact

    async def counted(work: Any) -> Any:
        done.append(None)
        return await transact(work)

    monkeypatch.setattr(world.store, "transact", counted)
    return done


async def test_what_a_message_costs_to_take_in(asked: list[str], world: World) -> None:  # counted from the opening on
    accepted = await world.customer_writes("good morning")
    await world.deliver()
    dialog = await world.dialog(accepted.dialog)
    await world.posts(ANNA, dialog, "hello")
    await world.deliver()
    embedded, world.names_pinned = world.store.embedded, True
    asked.clear()
    await world.customer_writes("how much is it?")
    assert len(asked) <= (11 if embedded else 5), asked
    asked.clear()
    await world.posts(ANNA, dialog, "five")
    assert len(asked) <= (16 if embedded else 7), asked  # one looks for an edit that came before it


async def test_what_comes_in_is_one_commit(world: World, committed: list[None]) -> None:
    """A commit is a write to the disk, and on a slow one most of a message's time."""
    accepted = await world.customer_writes("good morning")
    await world.deliver()
    dialog, world.names_pinned = await world.dialog(accepted.dialog), True
    committed.clear()
    await world.customer_writes("how much is it?")
    assert len(committed) == 1
    await world.posts(ANNA, dialog, "five")
    assert len(committed) == 2
