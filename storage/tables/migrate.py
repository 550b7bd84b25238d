"""Migrations: upgrades a database to the newest schema, and reads its revision. Imported only when needed: it loads
half of SQLAlchemy and all of Alembic.

PostgreSQL is migrated beside whatever works on it, one revision at a time, each in a transaction of its own that first
locks every table, in the order in which the hub comes to them. Who waits for a lock holds up all who come later: so no
lock is requested while a long transaction (a backup, a report) is under way, and one that is not granted at once is
given up, before the server looks for deadlocks, and requested again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.locale import N_
from bot.ports import private_files
from storage.engine import postgres_checks
from storage.engine.address import postgres_dsn
from storage.engine.errors import Unusable
from storage.tables import schema
from storage.tables.tables import metadata
from storage.tables.versions import MIGRATIONS, VERSIONS, check, following, head

if TYPE_CHECKING:
    from alembic.config import Config

Tell = Callable[[str, Mapping[str, str]], None]
"""Takes a line about the progress: a message id and its values."""

PATIENCE = 600.0
"""Seconds after which a migration gives up waiting for the tables."""
LONG = 3.0
"""Seconds after which a transaction counts as long."""
FIRST = ("inbox", "accounts", "roles", "operators", "identities", "contacts", "dialogs", "coexecutors", "messages")
LAST = ("lanes", "parcels")
"""Tables that the hub's transactions begin with, and those that they end with."""
_PAUSE, _SAID_EVERY = 0.5, 15.0
SETTINGS = {
    "application_name": "dialog-hub migrate",
    "timezone": "UTC",
    "lock_timeout": "700ms",  # less than `deadlock_timeout`
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
_ALONE = text("SELECT pg_try_advisory_xact_lock(5741)")
_PRESENT = text("""
    SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid) AND relname = ANY(:names)
""")
_HOLDERS = text("""
    SELECT coalesce(nullif(a.application_name, ''), a.usename, 'PostgreSQL') || ' (pid ' || a.pid || ')'
    FROM pg_stat_activity a
    WHERE a.pid <> pg_backend_pid() AND coalesce(clock_timestamp() - a.xact_start > :long * interval '1 s', true)
        AND a.pid IN (SELECT l.pid FROM pg_locks l WHERE l.granted AND l.relation IN
            (SELECT oid FROM pg_class WHERE pg_table_is_visible(oid) AND relname = ANY(:names)))
    ORDER BY a.xact_start NULLS FIRST LIMIT 1
""")
_IN_THE_WAY = frozenset({"55P03", "40P01", "40001"})
"""SQLSTATE of a lock not granted in time, a deadlock, a serialization failure."""


class _InUse(Exception):
    """The tables cannot be had now; the text says by whom they are used."""


async def current(url: str) -> str | None:
    """Returns the database's revision, or None when it is empty. Raises `Unusable`."""
    async with engine_of(url) as engine, engine.begin() as connection:
        return await connection.run_sync(_current)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


async def migrate(url: str, tell: Tell | None = None) -> None:
    """Upgrades to the newest revision; does nothing when it is there already. Raises `Unusable`."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        await _check(parsed, postgres_checks.for_migration)
    async with engine_of(url) as engine:
        if engine.dialect.name == "postgresql":
            await _in_steps(engine, tell or (lambda *_: None))
        else:
            async with engine.begin() as connection:
                await connection.run_sync(_whole)
    if parsed.get_backend_name() == "postgresql":
        await _check(parsed, postgres_checks.for_work)


async def _check(url: URL, what: Callable[[Any, Mapping[str, str]], Awaitable[None]]) -> None:
    import asyncpg

    with postgres_checks.faults():
        connection = await asyncpg.connect(postgres_dsn(url), server_settings=SETTINGS)
        try:
            await what(connection, SETTINGS)
        finally:
            await connection.close()


# ---------------------------------------------------------------------------------------- PostgreSQL


async def _in_steps(engine: AsyncEngine, tell: Tell) -> None:
    until, said = time.monotonic() + PATIENCE, 0.0
    while True:
        try:
            async with engine.begin() as connection:
                if await _step(connection, tell):
                    return
        except (_InUse, DBAPIError) as error:
            if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) not in _IN_THE_WAY:
                raise
            who = str(error) if isinstance(error, _InUse) else "dialog-hub"
            if time.monotonic() > until:
                advice = N_("End that work, or run hub migrate again later.")
                raise Unusable(N_("the tables stayed in use: {who}"), advice, who=who) from error
            if time.monotonic() - said > _SAID_EVERY and isinstance(error, _InUse):
                said = time.monotonic()
                tell(N_("Waiting until the tables are free: {who}"), {"who": who})
            await asyncio.sleep(random.uniform(0.1, 1) * _PAUSE)


async def _step(connection: AsyncConnection, tell: Tell) -> bool:
    """Applies the next revision. Returns True when there is none. Raises `_InUse`."""
    if not (await connection.execute(_ALONE)).scalar():
        raise _InUse("hub migrate")
    found = await connection.run_sync(_current)
    if found is None:
        await connection.run_sync(upgrade, head())
        return True
    wanted = following(found)
    if wanted is None:
        check(found)
        return True
    await _lock(connection)
    tell(N_("Updating the database to revision {revision}"), {"revision": wanted})
    await connection.run_sync(upgrade, wanted)
    return False


async def _lock(connection: AsyncConnection) -> None:
    """Locks all tables, unless a long transaction uses them."""
    ours = {"names": list(metadata.tables)}
    if who := (await connection.execute(_HOLDERS, {**ours, "long": LONG})).scalar():
        raise _InUse(who)
    present = set((await connection.execute(_PRESENT, ours)).scalars())
    order = [*FIRST, *sorted(present.difference(FIRST, LAST)), *LAST]
    tables = ", ".join(name for name in order if name in present)
    await connection.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))


# ---------------------------------------------------------------------------------------------- both


@asynccontextmanager
async def engine_of(url: str) -> AsyncIterator[AsyncEngine]:
    """Opens an engine for one connection at a time, and closes it."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_async_engine(parsed)
        if parsed.database:
            private_files.make(Path(parsed.database))
        event.listen(engine.sync_engine, "connect", _no_hidden_commits)
        event.listen(engine.sync_engine, "begin", _begin)
    else:
        engine = _postgres(parsed)
    try:
        yield engine
    except (OSError, DBAPIError) as error:
        advice = N_("Check hub.database_url, and that the server is running and accepts the hub.")
        raise Unusable(
            N_("the database cannot be used: {reason}"), advice, reason=str(error.__cause__ or error)
        ) from error
    finally:
        await engine.dispose()


def _postgres(url: URL) -> AsyncEngine:
    """PostgreSQL's address is read by asyncpg, as it is when a hub runs."""
    import asyncpg

    return create_async_engine(url, async_creator=lambda: asyncpg.connect(postgres_dsn(url), server_settings=SETTINGS))


def _no_hidden_commits(connection: Any, _: Any) -> None:
    """Keeps sqlite3 from committing before a CREATE TABLE."""
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _whole(connection: Connection) -> None:
    """Applies all revisions of an SQLite file."""
    found = _current(connection)
    if found is None or found < head():
        upgrade(connection, head())
    check(_current(connection))
    schema.check_sqlite(_Plain(connection))


class _Plain:
    """SQLAlchemy's connection behind sqlite3's `execute(sql)`."""

    def __init__(self, connection: Connection) -> None:
        self.execute = connection.exec_driver_sql


def upgrade(connection: Connection, to: str) -> None:
    """Applies the revisions up to `to`."""
    from alembic import command

    command.upgrade(_config(connection), to)


async def revise(url: str, message: str) -> None:
    """Developers' tool: writes the next revision from the difference between `storage.tables.tables` and the
    database."""
    async with engine_of(url) as engine, engine.begin() as connection:
        await connection.run_sync(_revise, message)


def _revise(connection: Connection, message: str) -> None:
    from alembic import command

    number = 1 + max((int(path.name.split("_")[0]) for path in VERSIONS.glob("[0-9]*.py")), default=0)
    command.revision(_config(connection), message, autogenerate=True, rev_id=f"{number:04}")


def _config(connection: Connection) -> Config:
    from alembic.config import Config  # 0.2 s, needed only when there is something to migrate

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
