"""PostgreSQL: a pool of asyncpg connections, READ COMMITTED, rows locked where the contract says so."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

from storage.errors import Unusable
from storage.migrate import check_revision
from storage.session import Retry
from storage.statements import Statement

_SETTINGS = {
    "application_name": "dialog-hub",
    "default_transaction_isolation": "read committed",
    "jit": "off",  # compiling costs more than any of our statements
    "timezone": "UTC",
}
_CREATE = "Create it with: CREATE DATABASE hub ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0"
_FACTS = """
    SELECT pg_encoding_to_char(encoding), upper('ж'), to_regclass('alembic_version') IS NOT NULL
    FROM pg_database WHERE datname = current_database()
"""
_RACES = {"uq_dialogs_open", "pk_identities", "uq_operators_desk_user"}
"""Constraints that two transactions may run into at once; the second one finds the row when it begins again."""

_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)


async def open_pool(url: URL, size: int) -> asyncpg.Pool:
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        pool = await asyncpg.create_pool(
            dsn, min_size=1, max_size=size, server_settings=_SETTINGS, statement_cache_size=500, reset=_nothing
        )
    except (OSError, asyncpg.PostgresError) as error:
        raise Unusable(f"PostgreSQL cannot be used: {error}", "Check its address, user and password.") from error
    try:
        await _check(pool)
    except BaseException:
        pool.terminate()
        raise
    return pool


async def _nothing(connection: Any) -> None:
    """No session state is ever set, so there is nothing to reset when a connection goes back: one trip saved."""


async def _check(pool: asyncpg.Pool) -> None:
    [(encoding, upper, migrated)] = await pool.fetch(_FACTS)
    if encoding != "UTF8":
        raise Unusable(f"the database's encoding is {encoding}, which cannot hold every message", _CREATE)
    if upper != "Ж":
        raise Unusable("the database's LC_CTYPE knows ASCII letters only: search would find no Russian words", _CREATE)
    check_revision(await pool.fetchval("SELECT version_num FROM alembic_version") if migrated else None)


def to_run_again(error: BaseException) -> bool:
    """Whether the same transaction may well succeed when it is run once more."""
    if isinstance(error, asyncpg.UniqueViolationError):
        return error.constraint_name in _RACES
    return isinstance(error, (Retry, *_AGAIN))


def lost_connection(error: BaseException) -> bool:
    return isinstance(error, (asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, OSError)) or (
        isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)
    )


class PostgresSession:
    alone = False

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._pending: list[tuple[str, list[Any]]] = []

    async def rows(self, statement: Statement, /, **values: Any) -> Sequence[Any]:
        *before, last = statement.postgres()
        self._pending += [(compiled.sql, compiled.arguments(values)) for compiled in before]
        arguments = last.arguments(values)
        if self._pending:
            await self.flush()
        return last.read(await self._connection.fetch(last.sql, *arguments))

    def later(self, statement: Statement, /, **values: Any) -> None:
        self._pending += [(compiled.sql, compiled.arguments(values)) for compiled in statement.postgres()]

    async def flush(self) -> None:
        pending, self._pending = self._pending, []
        for sql, arguments in pending:
            await self._connection.fetch(sql, *arguments)


@contextlib.asynccontextmanager
async def transaction(pool: asyncpg.Pool) -> AsyncIterator[PostgresSession]:
    async with pool.acquire() as connection:
        await connection.execute("BEGIN")
        session = PostgresSession(connection)
        try:
            yield session
            await session.flush()
        except BaseException:
            if not connection.is_closed():
                with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await connection.execute("ROLLBACK")
            raise
        await connection.execute("COMMIT")


@contextlib.asynccontextmanager
async def reading(pool: asyncpg.Pool) -> AsyncIterator[PostgresSession]:
    """Each statement sees what is committed when it begins; no transaction, no trips for one."""
    async with pool.acquire() as connection:
        yield PostgresSession(connection)
