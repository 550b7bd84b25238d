"""Transactions: commits together, repeated runs, and wake-ups."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import asyncpg
import pytest

from bot.domain import Key
from bot.ports.storage import Unit
from storage import SqlStore, Unusable, connect
from storage.engine import silent_sessions
from storage.engine.session import Retry
from storage.signals.local import Waker
from tests.clock import ManualClock
from tests.storage.parts import read
from tests.waiting import FACT


async def set_cursor(store: SqlStore, name: str, value: str = "x") -> None:
    await store.transact(lambda unit: unit.cursors.set(name, value))


async def cursor(store: SqlStore, name: str) -> str | None:
    return await read(store, lambda unit: unit.cursors.get(name))


async def test_topics_are_called_after_the_commit_and_only_then(store: SqlStore, wake: Waker) -> None:
    called = wake.listen("topic")
    heard_inside: list[bool] = []

    async def work(unit: Unit) -> None:
        unit.wake("topic")
        await unit.cursors.set("a", "x")
        heard_inside.append(await called.wait(0))

    await store.transact(work)
    assert heard_inside == [False]
    assert await called.wait(0)

    async def failing(unit: Unit) -> None:
        unit.wake("topic")
        raise ValueError

    with pytest.raises(ValueError):
        await store.transact(failing)
    assert not await called.wait(0)


async def test_works_that_come_together_do_not_share_their_fate(store: SqlStore) -> None:
    """On SQLite they share one commit."""

    async def failing(unit: Unit) -> None:
        await unit.cursors.set("bad", "x")
        await asyncio.sleep(0)
        raise ValueError("on purpose")

    outcomes = await asyncio.gather(
        *(store.transact(failing) if number % 3 == 1 else set_cursor(store, f"c{number}") for number in range(30)),
        return_exceptions=True,
    )
    assert [isinstance(outcome, ValueError) for outcome in outcomes] == [number % 3 == 1 for number in range(30)]
    assert await cursor(store, "bad") is None
    for number in range(30):
        assert await cursor(store, f"c{number}") == (None if number % 3 == 1 else "x")


async def test_a_mistake_of_the_database_undoes_one_work_alone(store: SqlStore) -> None:
    async def wrong(unit: Unit) -> None:
        await unit.cursors.set("bad", "x")
        await unit.dialogs.add(None, None, None, None)  # type: ignore[arg-type]

    outcomes = await asyncio.gather(
        set_cursor(store, "a"), store.transact(wrong), set_cursor(store, "b"), return_exceptions=True
    )
    assert [outcome is None for outcome in outcomes] == [True, False, True]
    assert [await cursor(store, name) for name in ("a", "bad", "b")] == ["x", None, "x"]


async def test_who_is_cancelled_leaves_nothing_and_holds_nobody_up(store: SqlStore) -> None:
    inside, forever = asyncio.Event(), asyncio.Event()

    async def hanging(unit: Unit) -> None:
        await unit.cursors.set("hanging", "x")
        inside.set()
        await forever.wait()

    task = asyncio.create_task(store.transact(hanging))
    await inside.wait()
    waiting = [asyncio.create_task(set_cursor(store, f"w{number}")) for number in range(4)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    task.cancel()
    outcomes = await asyncio.gather(task, *waiting, return_exceptions=True)
    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert [await cursor(store, name) for name in ("hanging", "w0", "w2", "w3")] == [None, "x", "x", "x"]


async def test_a_work_that_lost_a_race_runs_again_from_the_start(store: SqlStore) -> None:
    runs = 0

    async def work(unit: Unit) -> int:
        nonlocal runs
        runs += 1
        await unit.cursors.set(f"run {runs}", "x")
        if runs < 3:
            raise Retry("as if")
        return runs

    assert await store.transact(work) == 3
    assert [await cursor(store, f"run {number}") for number in (1, 2, 3)] == [None, None, "x"]


async def test_two_that_wait_for_each_other_both_get_through(store: SqlStore, clock: ManualClock) -> None:
    async def take_both(first: str, second: str) -> None:
        async def work(unit: Unit) -> None:
            for name in (first, second):
                await unit.leases.take(name, "me", clock.now(), clock.now())
                await asyncio.sleep(0.05)

        await store.transact(work)

    async with asyncio.timeout(FACT):
        await asyncio.gather(take_both("a", "b"), take_both("b", "a"))


async def test_reading_cannot_write(store: SqlStore, clock: ManualClock) -> None:
    async with store.read() as unit:
        with pytest.raises((TypeError, sqlite3.OperationalError)):
            await unit.inbox.mark_seen("a", Key("k"), clock.now())
        with pytest.raises(TypeError):
            await unit.cursors.set("a", "x")


async def test_a_closed_store_says_so(database_url: str, clock: ManualClock) -> None:
    store = await connect(database_url, wake=Waker(), clock=clock)
    await set_cursor(store, "a")
    await store.close()
    with pytest.raises((sqlite3.ProgrammingError, asyncpg.InterfaceError, ValueError)):
        async with asyncio.timeout(FACT):
            await set_cursor(store, "b")


async def test_lost_connections_are_replaced(postgres_url: str, clock: ManualClock) -> None:
    store = await connect(postgres_url, wake=Waker(), clock=clock)
    await asyncio.gather(*(set_cursor(store, str(number)) for number in range(20)))
    administrator = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    await administrator.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dialog-hub'"
    )
    await administrator.close()
    await asyncio.gather(*(set_cursor(store, str(number), "again") for number in range(20)))
    assert await cursor(store, "7") == "again"
    await store.close()


async def test_another_process_that_writes_is_waited_for(sqlite_url: str, clock: ManualClock) -> None:
    store = await connect(sqlite_url, wake=Waker(), clock=clock)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(set_cursor(store, "a"))
    await asyncio.sleep(0.05)
    assert not writing.done()
    other.execute("COMMIT")
    await writing
    other.close()
    await store.close()


async def test_what_cannot_be_used_is_said_with_what_to_do(
    postgres_server: str, tmp_path: Path, clock: ManualClock
) -> None:
    async def refused(url: str) -> Unusable:
        with pytest.raises(Unusable) as caught:
            await connect(url, wake=Waker(), clock=clock)
        assert caught.value.advice
        return caught.value

    assert "older" in str(await refused(f"postgresql+asyncpg:{postgres_server}/postgres"))
    await refused("postgresql+asyncpg://hub@127.0.0.1:1/postgres")
    await refused(f"sqlite+aiosqlite:///{tmp_path}/no/such/directory/hub.db")
    (tmp_path / "text.db").write_text("this is no database, though it is long enough to be read as one" * 20)
    await refused(f"sqlite+aiosqlite:///{tmp_path}/text.db")


@pytest.mark.parametrize(
    "how", ["ENCODING 'UTF8' LC_CTYPE 'C' LC_COLLATE 'C'", "ENCODING 'SQL_ASCII' LC_CTYPE 'C' LC_COLLATE 'C'"]
)
async def test_a_database_without_russian_letters_is_refused(
    postgres_server: str, clock: ManualClock, how: str
) -> None:
    administrator = await asyncpg.connect(f"postgresql:{postgres_server}/postgres")
    await administrator.execute("DROP DATABASE IF EXISTS plain")
    await administrator.execute(f"CREATE DATABASE plain {how} TEMPLATE template0")
    with pytest.raises(Unusable) as caught:
        await connect(f"postgresql+asyncpg:{postgres_server}/plain", wake=Waker(), clock=clock)
    assert "C.UTF-8" in caught.value.advice
    await administrator.execute("DROP DATABASE plain")
    await administrator.close()


async def test_a_transaction_within_a_transaction_is_a_mistake_that_is_said(store: SqlStore) -> None:
    async def outer(unit: Unit) -> None:
        await set_cursor(store, "inner")

    with pytest.raises(RuntimeError, match="within"):
        async with asyncio.timeout(FACT):
            await store.transact(outer)
    await set_cursor(store, "after")


async def test_a_session_that_says_nothing_within_a_transaction_is_ended_and_a_migration_s_is_not(
    postgres_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silent_sessions, "AFTER", 0.0)
    address = postgres_url.replace("+asyncpg", "")
    store = await connect(postgres_url, wake=Waker(), clock=clock)
    silent, migrating = [
        await asyncpg.connect(address, server_settings={"application_name": name})
        for name in ("dialog-hub", "dialog-hub migrate")
    ]
    for one in (silent, migrating):
        await one.execute("BEGIN")
        await one.execute("LOCK TABLE cursors IN SHARE MODE")
    assert await store.end_silent_sessions() == 1
    assert await migrating.fetchval("SELECT 1") == 1
    await migrating.execute("ROLLBACK")
    async with asyncio.timeout(FACT):
        await set_cursor(store, "free")
    await migrating.close()
    silent.terminate()
    await store.close()


async def test_reading_while_everybody_writes_does_not_stand_still(postgres_url: str, clock: ManualClock) -> None:
    store = await connect(postgres_url, wake=Waker(), clock=clock, connections=2)

    async def work(unit: Unit) -> None:
        await asyncio.sleep(0.01)
        assert await cursor(store, "nothing") is None

    async with asyncio.timeout(FACT):
        await asyncio.gather(*(store.transact(work) for _ in range(8)))
    await store.close()


async def test_one_running_hub_per_embedded_database(sqlite_url: str, clock: ManualClock) -> None:
    first = await connect(sqlite_url, wake=Waker(), clock=clock, exclusive=True)
    with pytest.raises(Unusable, match="another hub"):
        await connect(sqlite_url, wake=Waker(), clock=clock, exclusive=True)
    beside = await connect(sqlite_url, wake=Waker(), clock=clock)
    await set_cursor(beside, "a command may look beside it")
    await beside.close()
    await first.close()
    await (await connect(sqlite_url, wake=Waker(), clock=clock, exclusive=True)).close()
