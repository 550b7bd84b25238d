"""Migrations: upgrades a database to the newest schema, and reads its revision. Imported only when needed: it loads
half of SQLAlchemy and all of Alembic."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.locale import N_
from bot.ports import private_files
from storage.engine.address import postgres_dsn
from storage.engine.errors import Unusable
from storage.repositories import revisions
from storage.tables.versions import MIGRATIONS, VERSIONS, check, head

if TYPE_CHECKING:
    from alembic.config import Config

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(5741)")


async def current(url: str) -> str | None:
    """Returns the database's revision, or None when it is empty. Raises `Unusable`."""
    async with _connected(url) as connection:
        return await connection.run_sync(_current)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


async def migrate(url: str) -> None:
    """Upgrades to the newest revision, in one transaction; does nothing when it is there already. Raises `Unusable`."""
    async with _connected(url) as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(_ONE_AT_A_TIME)
        found = await connection.run_sync(_current)
        if found is None or found < head():
            await connection.run_sync(_upgrade)
        check(await connection.run_sync(_current))
        if connection.dialect.name == "postgresql":
            await connection.execute(revisions.FORGET_FOREIGN)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    """Opens a connection of its own, with one transaction."""
    engine = _engine(url)
    if engine.dialect.name == "sqlite" and engine.url.database:
        private_files.make(Path(engine.url.database))
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _no_hidden_commits)
        event.listen(engine.sync_engine, "begin", _begin)
    try:
        async with engine.begin() as connection:
            yield connection
    except (OSError, DBAPIError) as error:
        advice = N_("Check hub.database_url, and that the server is running and accepts the hub.")
        raise Unusable(
            N_("the database cannot be used: {reason}"), advice, reason=str(error.__cause__ or error)
        ) from error
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    """Engine for one connection; PostgreSQL's address is read by asyncpg, as it is when a hub runs."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return create_async_engine(parsed)
    import asyncpg

    return create_async_engine(parsed, async_creator=lambda: asyncpg.connect(postgres_dsn(parsed)))


def _no_hidden_commits(connection: Any, _: Any) -> None:
    """Keeps sqlite3 from committing before a CREATE TABLE."""
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(_config(connection), "head")


async def revise(url: str, message: str) -> None:
    """Developers' tool: writes the next revision from the difference between `storage.tables.tables` and the
    database."""
    async with _connected(url) as connection:
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
