"""PostgreSQL through asyncpg: READ COMMITTED, with explicit row locks where the ports promise them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.engine import URL

from bot.ports.storage import CommitUnknown, PoolLoad
from storage.engine import batching, postgres_checks, postgres_home, silent_sessions
from storage.engine.address import postgres_dsn
from storage.engine.pool import Connection, Pool
from storage.engine.session import Retry
from storage.engine.statements import Compiled, Statement
from storage.repositories import revisions

T = TypeVar("T")

SETTINGS = {
    "application_name": "dialog-hub",
    "default_transaction_isolation": "read committed",
    "timezone": "UTC",
    # Every statement is meant to use an index. Queues are empty one moment and long the next, and a cached plan made
    # for an empty table lives on; so only index scans may look cheap to the planner.
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "jit": "off",
    # A process that no longer speaks (a dead host, a firewall, a paused machine) must not hold locks for longer than
    # it holds leases (`bot.runtime.leases`): between two statements the server ends its session, and a connection
    # whose other end answers no probe is closed. Who waits for its locks begins again meanwhile.
    "idle_in_transaction_session_timeout": "10s",
    "lock_timeout": "8s",
    "tcp_keepalives_idle": "4",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10s",
    revisions.OFFSET: "0",
}
LONGEST_WRITE, LONGEST_READ = 20.0, 60.0
"""Seconds for one statement. Migrations have connections of their own, without these limits."""
_NOW = Statement(select(func.clock_timestamp()))
_RACES = {"uq_dialogs_open", "pk_identities", "uq_operators_desk_user", "pk_inbox"}
"""Unique constraints that concurrent transactions may violate. The loser runs again and then finds the row; so does a
transaction that took a known fact for new (`storage.repositories.inbox`)."""

_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError, Retry)
_PATIENCE = 5.0  # seconds
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
    asyncpg.ReadOnlySQLTransactionError,  # after a failover: this connection leads to what is a standby now
    asyncio.CancelledError,  # a server that stands still would not roll back either
    OSError,  # also TimeoutError: a statement that the server did not answer in time
)


def _lost(error: BaseException) -> bool:
    return isinstance(error, _LOST) or (isinstance(error, asyncpg.InterfaceError) and "closed" in str(error))


class PostgresEngine:
    """`storage.engine.session.Engine` on a PostgreSQL server."""

    def __init__(self, pool: Pool, reading: Pool) -> None:
        self._pool, self._reading = pool, reading

    @classmethod
    async def open(cls, url: URL, size: int) -> PostgresEngine:
        """Opens up to `size` connections for writing and half as many for reading: a read made inside a write
        transaction must not wait for other transactions that do the same. One for writing is in use until its commit
        is on the disk. Raises `Unusable`."""
        dsn = postgres_dsn(url)
        first = Pool(dsn, 1, SETTINGS, LONGEST_READ)
        with postgres_checks.faults():
            connection = await first.take()
            try:
                await postgres_checks.for_work(connection, SETTINGS)
                await postgres_home.settle_in(connection)
                offset = await revisions.offset(connection)
            finally:
                first.give_back(connection)
                await first.close()
        settings = {**SETTINGS, revisions.OFFSET: str(offset)}
        return cls(Pool(dsn, size, settings, LONGEST_WRITE), Pool(dsn, (size + 1) // 2, settings, LONGEST_READ))

    async def run(self, work: Callable[[PostgresSession], Awaitable[T]]) -> T:
        connection = await self._pool.take()
        try:
            await connection.execute("BEGIN")
            session = PostgresSession(connection)
            result = await work(session)
            await session.flush()
            await _commit(connection)
            return result
        except BaseException as error:
            if _lost(error):
                connection.terminate()
            else:
                await _roll_back(connection)
            raise
        finally:
            self._pool.give_back(connection)

    def reading(self) -> PostgresReadingSession:
        return PostgresReadingSession(self._reading)

    async def server_time(self) -> datetime | None:
        [[now]] = await self.reading().rows(_NOW)
        return now  # type: ignore[no-any-return]

    async def end_silent_sessions(self) -> int:
        connection = await self._reading.take()
        try:
            return await silent_sessions.end(connection)
        except BaseException:
            connection.terminate()
            raise
        finally:
            self._reading.give_back(connection)

    def to_run_again(self, error: Exception) -> bool:
        if isinstance(error, asyncpg.UniqueViolationError):
            return error.constraint_name in _RACES
        return isinstance(error, _AGAIN) or _lost(error)

    def pools(self) -> Mapping[str, PoolLoad]:
        return {"write": self._pool.load(), "read": self._reading.load()}

    def locked(self) -> bool:
        return False

    async def close(self) -> None:
        await self._pool.close()
        await self._reading.close()


class PostgresSession:
    alone = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pending: list[tuple[Compiled, list[Any]]] = []

    async def rows(self, statement: Statement, /, **values: Any) -> Sequence[Any]:
        self.later(statement, **values)
        *_, last = statement.postgres()
        return last.read(await self.flush())

    def later(self, statement: Statement, /, **values: Any) -> None:
        self._pending += [(compiled, compiled.arguments(values)) for compiled in statement.postgres()]

    async def flush(self) -> Sequence[Any]:
        """Sends pending statements in as few round trips as their order allows; returns the rows of the last one."""
        pending, self._pending = self._pending, []
        found: Sequence[Any] = ()
        if len(pending) == 1:
            [(compiled, arguments)] = pending
            return await self._connection.fetch(compiled.sql, *arguments)  # type: ignore[no-any-return]
        for trip in batching.trips(list(batching.steps(pending))):
            found = await self._travel(trip)
        return found

    async def _travel(self, trip: Sequence[batching.Step]) -> Sequence[Any]:
        compiled, times = trip[0]
        if len(times) > 1:
            await self._connection.executemany(compiled.sql, times)
            return ()
        if len(trip) == 1:
            return await self._connection.fetch(compiled.sql, *times[0])  # type: ignore[no-any-return]
        arguments = [argument for _, [one] in trip for argument in one]
        sql = batching.merge([compiled for compiled, _ in trip])
        return await self._connection.fetch(sql, *arguments)  # type: ignore[no-any-return]


class PostgresReadingSession:
    """Read session without a transaction: each statement may use another connection and sees what is committed when it
    starts."""

    alone = False

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def rows(self, statement: Statement, /, **values: Any) -> Sequence[Any]:
        [compiled] = statement.postgres()
        if not compiled.sql.startswith("SELECT"):
            raise TypeError("a unit for reading cannot write")
        connection = await self._pool.take()
        try:
            return compiled.read(await connection.fetch(compiled.sql, *compiled.arguments(values)))
        except BaseException as error:
            if _lost(error):
                connection.terminate()
            raise
        finally:
            self._pool.give_back(connection)

    def later(self, statement: Statement, /, **values: Any) -> None:
        raise TypeError("a unit for reading cannot write")


async def _commit(connection: Connection) -> None:
    try:
        await connection.execute("COMMIT")
    except Exception as error:
        if _lost(error):
            raise CommitUnknown("lost while committing") from error
        raise


async def _roll_back(connection: Connection) -> None:
    """Rolls back, so that the connection returns to the pool without a transaction; terminates it when that fails."""
    try:
        await connection.execute("ROLLBACK", timeout=_PATIENCE)
    except Exception:  # noqa: BLE001 - the error before this one is what counts
        connection.terminate()
    except BaseException:
        connection.terminate()
        raise
