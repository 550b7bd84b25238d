"""SQLite: one connection writes, several read; works that come together share one commit.

A commit waits for the disk, and while it waits others queue up. They then run one after another in one transaction,
each within a savepoint of its own, and share the next wait: the more are waiting, the less each pays. Nobody is told
"committed" before the disk has it.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite

from storage.statements import Statement

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",  # KiB
)
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_BUSY_SNAPSHOT}
_GROUP = 64
_READERS = 4

Prepared = tuple[str, Sequence[Any]]
_BEGIN: Prepared = ("BEGIN IMMEDIATE", ())
_SAVEPOINT: Prepared = ("SAVEPOINT turn", ())
_RELEASE: Prepared = ("RELEASE turn", ())
_COMMIT: Prepared = ("COMMIT", ())


class Connection(aiosqlite.Connection):
    """aiosqlite's connection, which runs several statements in one trip to its thread."""

    async def run(self, writes: Sequence[Prepared], query: Prepared | None = None) -> list[Any]:
        return await self._in_thread(self._run, writes, query)  # type: ignore[no-any-return]

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await self._execute(work, *arguments)  # type: ignore[no-untyped-call]

    def _run(self, writes: Sequence[Prepared], query: Prepared | None) -> list[Any]:
        execute = self._conn.execute
        for sql, arguments in writes:
            execute(sql, arguments)
        return execute(*query).fetchall() if query else []

    async def undo(self, *, alone: bool) -> None:
        """Takes back what the last work wrote. `alone`: nobody else wrote in this transaction."""
        await self._in_thread(self._undo, alone)

    def _undo(self, alone: bool) -> None:
        if not alone:
            self._conn.execute("ROLLBACK TO turn")  # fails when the database has given up the whole transaction
            self._conn.execute("RELEASE turn")
        elif self._conn.in_transaction:
            self._conn.execute("ROLLBACK")

    async def finish(self, *, keep: bool) -> None:
        """Ends the transaction if one is open."""
        await self._in_thread(self._finish, keep)

    def _finish(self, keep: bool) -> None:
        if self._conn.in_transaction:
            self._conn.execute("COMMIT" if keep else "ROLLBACK")


async def open_connection(path: Path, *, read_only: bool = False) -> Connection:
    def connector() -> sqlite3.Connection:
        return sqlite3.connect(path, isolation_level=None, cached_statements=512)

    connection = Connection(connector, iter_chunk_size=64)
    connection._thread.daemon = True  # a process that dies must not wait for it
    await connection
    await connection.run([(pragma, ()) for pragma in _PRAGMAS])
    if read_only:
        await connection.run([("PRAGMA query_only = ON", ())])
    return connection


class SqliteSession:
    alone = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.pending: list[Prepared] = []

    async def rows(self, statement: Statement, /, **values: Any) -> Sequence[Any]:
        *before, last = statement.sqlite()
        writes, self.pending = self.pending, []
        writes += [(compiled.sql, compiled.arguments(values)) for compiled in before]
        return last.read(await self._connection.run(writes, (last.sql, last.arguments(values))))

    def later(self, statement: Statement, /, **values: Any) -> None:
        self.pending += [(compiled.sql, compiled.arguments(values)) for compiled in statement.sqlite()]


class Readers:
    """Connections for reading, opened as they are needed."""

    def __init__(self, path: Path) -> None:
        self._path, self._idle, self._all = path, list[Connection](), list[Connection]()
        self._free = asyncio.Semaphore(_READERS)

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[SqliteSession]:
        async with self._free:
            connection = self._idle.pop() if self._idle else await self._open()
            try:
                yield SqliteSession(connection)
            finally:
                self._idle.append(connection)

    async def _open(self) -> Connection:
        connection = await open_connection(self._path, read_only=True)
        self._all.append(connection)
        return connection

    async def close(self) -> None:
        for connection in self._all:
            await connection.close()


class _Turn:
    """One work's place in the queue."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.granted: asyncio.Future[SqliteSession] = loop.create_future()
        self.ended: asyncio.Future[bool] = loop.create_future()  # True: keep what it wrote
        self.committed: asyncio.Future[None] = loop.create_future()

    def fail(self, error: BaseException) -> None:
        for future in (self.granted, self.committed):
            if not future.done():
                future.set_exception(error)
                return

    def succeed(self) -> None:
        if not self.committed.done():
            self.committed.set_result(None)


class Writer:
    """Gives the writing connection to one work after another. `run` must be running, as somebody's task."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queue: deque[_Turn] = deque()
        self._called = asyncio.Event()

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteSession]:
        """Leaves only when everything within is on the disk; an exception undoes it."""
        turn = _Turn()
        self._queue.append(turn)
        self._called.set()
        keep = False
        try:
            yield await turn.granted
            keep = True
        finally:
            turn.ended.set_result(keep)
        await turn.committed

    async def run(self) -> None:
        try:
            while True:
                await self._called.wait()
                self._called.clear()
                while self._queue:
                    await self._group()
        finally:
            for turn in self._queue:
                turn.fail(sqlite3.ProgrammingError("the database is closed"))

    async def _group(self) -> None:
        """One transaction with all the works that wait now."""
        group: list[_Turn] = []
        try:
            while self._queue and len(group) < _GROUP:
                turn = self._queue.popleft()
                first = not group
                session = await self._serve(turn, first=first)
                last = not self._queue or len(group) + 1 == _GROUP
                if session is not None and await self._keep(turn, session, first=first, last=last):
                    group.append(turn)
                if last:
                    break
            if self._connection.in_transaction:
                await self._connection.finish(keep=True)
        except BaseException as error:
            for turn in group:
                turn.fail(error)
            await self._connection.finish(keep=False)
            if not isinstance(error, Exception):
                raise
        else:
            for turn in group:
                turn.succeed()

    async def _serve(self, turn: _Turn, *, first: bool) -> SqliteSession | None:
        """Lets one work write. None: it failed or went away, and nothing of it is left."""
        if turn.granted.cancelled():
            return None
        session = SqliteSession(self._connection)
        session.pending = [_SAVEPOINT] if not first else [_BEGIN, _SAVEPOINT]
        turn.granted.set_result(session)
        try:
            keep = await turn.ended
        except asyncio.CancelledError:
            turn.fail(sqlite3.ProgrammingError("the database is closed"))
            raise
        if keep:
            return session
        await self._connection.undo(alone=first)
        return None

    async def _keep(self, turn: _Turn, session: SqliteSession, *, first: bool, last: bool) -> bool:
        """Writes what the work put off: now, while a mistake in it still harms nobody else."""
        closing = [_RELEASE, _COMMIT] if last else [_RELEASE]
        try:
            await self._connection.run([*session.pending, *closing])
        except Exception as error:  # noqa: BLE001 - it is its owner's: told, and taken back
            turn.fail(error)
            await self._connection.undo(alone=first)
            return False
        return True


def to_run_again(error: BaseException) -> bool:
    """Another process held the database for longer than `busy_timeout`."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode in _BUSY
