"""Backups of a PostgreSQL database: the rows of every table, as COPY writes them, from one snapshot.

Neither needs a program of PostgreSQL's on the hub's machine, nor more rights than the hub has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager
from typing import IO, TYPE_CHECKING, Any

import asyncpg
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.locale import N_
from bot.ports.traces import RESTORED
from storage.backups.archive import BackupReader, BackupWriter, Manifest, not_empty
from storage.backups.marks import BOOKKEEPING
from storage.engine import postgres_checks
from storage.engine.address import postgres_dsn
from storage.engine.errors import Unusable
from storage.engine.postgres import SETTINGS
from storage.tables import migrate
from storage.tables.tables import metadata

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_TABLES = """
    SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> 'alembic_version'
    GROUP BY table_name ORDER BY table_name
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
_REVISION = "SELECT version_num FROM alembic_version"
_HUBS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
_LONGEST_WAIT = "SET LOCAL lock_timeout = '10s'"


async def dump(url: str, archive: BackupWriter) -> tuple[str, Mapping[str, Sequence[str]], Mapping[str, int]]:
    """Adds the rows of all tables; returns the revision, the tables' columns and the sequences."""
    async with _connected(url) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            raise Unusable(N_("there is no hub's database: {path}"), N_("Check hub.database_url."), path="PostgreSQL")
        revision = await connection.fetchval(_REVISION)
        tables: dict[str, Sequence[str]] = dict(map(tuple, await connection.fetch(_TABLES)))
        for name, columns in tables.items():
            with archive.member(_member(name)) as member:
                await connection.copy_from_table(name, columns=columns, output=_collector(member))
        sequences = {name: last for name, last in await connection.fetch(_SEQUENCES) if last is not None}
    return str(revision), tables, sequences


async def load(url: str, archive: BackupReader, *, replace: bool) -> None:
    """Creates the tables of the archive's revision anew and fills them, all in one transaction."""
    with postgres_checks.faults():
        async with migrate.engine_of(url) as engine, engine.begin() as connection:
            await _load(connection, archive, replace=replace)


async def _load(connection: AsyncConnection, archive: BackupReader, *, replace: bool) -> None:
    raw: Any = (await connection.get_raw_connection()).driver_connection
    await connection.execute(text(_LONGEST_WAIT))
    if await raw.fetchval(_HUBS, SETTINGS["application_name"]):
        raise Unusable(N_("another hub is running on this database"), N_("Stop it first."))
    there = [name for name, _ in await raw.fetch(_TABLES)]
    if not replace and not await _is_empty(raw, there):
        raise not_empty()
    await connection.run_sync(_recreate, there, archive.manifest)
    await _fill(raw, archive)


def _recreate(connection: Connection, there: Sequence[str], manifest: Manifest) -> None:
    ours = [name for name in there if name in metadata.tables or name in manifest.tables]
    for name in (*ours, "alembic_version"):
        connection.execute(text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))
    migrate.upgrade(connection, manifest.revision)


async def _fill(raw: Any, archive: BackupReader) -> None:
    order = {table.name: place for place, table in enumerate(metadata.sorted_tables)}
    for name in sorted(archive.manifest.tables, key=lambda one: order.get(one, len(order))):
        with archive.open(_member(name)) as member:
            await raw.copy_to_table(name, columns=archive.manifest.tables[name], source=member)
    for name, last in archive.manifest.sequences.items():
        await raw.execute("SELECT setval($1::text::regclass, $2)", name, last)
    made_at = archive.manifest.made_at.isoformat()
    await raw.execute(
        "INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
        RESTORED,
        made_at,
    )
    await raw.execute("ANALYZE")


async def _is_empty(raw: Any, tables: Sequence[str]) -> bool:
    for name in tables:
        if name not in BOOKKEEPING and await raw.fetchval(f'SELECT EXISTS (SELECT FROM "{name}")'):  # noqa: S608
            return False
    return True


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    with postgres_checks.faults():
        connection = await asyncpg.connect(
            postgres_dsn(make_url(url)), timeout=10, server_settings={"application_name": "dialog-hub backup"}
        )
        try:
            await connection.execute("SET statement_timeout = 0")
            yield connection
        finally:
            connection.terminate()


def _collector(member: IO[bytes]) -> Any:
    async def write(chunk: bytes) -> None:
        member.write(chunk)

    return write


def _member(table: str) -> str:
    return f"database/{table}.copy"
