"""SQLite: one connection writes, several read; works that come together share one commit.

A commit waits for the disk, and while it waits others queue up. They then run one after another in one transaction,
each within a savepoint of its own, and share the next wait: the more are waiting, the less each pays. Nobody is told
"committed" before the disk has it.

Statements run in the event loop's own thread: each takes some 10 µs, a trip to another thread and back takes five
times as long and fights for the interpreter's lock. What may take its time does go to aiosqlite's threads: the
commit, and the lists and counts that are marked as heavy.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite

from storage.session import Retry
from storage.statements import Statement

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",  # KiB
)
_PATIENCE = 10.0
"""Seconds for another process (an export, a migration) to finish its writing."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_BUSY_SNAPSHOT}
_GROUP = 64
_READERS = 4


class Connection(aiosqlite.Connection):
    """aiosqlite's connection, usable in two ways, not at the same time: in its thread, and here and now."""

    def now(self, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
        return self._conn.execute(sql, arguments).fetchall()

    async def in_thread(self, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
        work: Callable[..., Any] = self._execute
        found: list[Any] = await work(self.now, sql, arguments)
        return found


async def open_connection(path: Path, *, writes: bool) -> Connection:
    """The writer waits for other processes without blocking its thread; readers hardly ever have to."""
    timeout = 0 if writes else _PATIENCE

    def connector() -> sqlite3.Connection:
        return sqlite3.connect(path, timeout, isolation_level=None, check_same_thread=False, cached_statements=512)

    connection = Connection(connector, iter_chunk_size=64)
    connection._thread.daemon = True  # a process that is told to die must not wait for it
    await connection
    try:
        for pragma in (*_PRAGMAS, *(() if writes else ("PRAGMA query_only = ON",))):
            await connection.in_thread(pragma)
    except BaseException:
        await connection.close()
        raise
    return connection


def to_run_again(error: BaseException) -> bool:
    """Another process held the database for longer than our patience."""
    return isinstance(error, Retry) or (isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode in _BUSY)


class WritingSession:
    alone = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def rows(self, statement: Statement, /, **values: Any) -> Sequence[Any]:
        *before, last = statement.sqlite()
        for compiled in before:
            self._connection.now(compiled.sql, compiled.arguments(values))
        return last.read(self._connection.now(last.sql, last.arguments(values)))

    def later(self, statement: Statement, /, **values: Any) -> None:
        """At once: there is no trip to save."""
        for compiled in statement.sqlite():
            self._connection.now(compiled.sql, compiled.arguments(values))


class Readers:
    """What reads. Quick statements run here and now; `heavy` ones in threads, on connections opened as needed."""

    def __init__(self, quick: Connection, path: Path) -> None:
        self.quick, self._path = quick, path
        self._idle, self._all = list[Connection](), list[Connection]()
        self._free = asyncio.Semaphore(_READERS)

    @classmethod
    async def open(cls, path: Path) -> Readers:
        return cls(await open_connection(path, writes=False), path)

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[ReadingSession]:
        await asyncio.sleep(0)  # quick statements never wait: who reads in a loop must let others have their turn
        yield ReadingSession(self)

    async def in_thread(self, sql: str, arguments: Sequence[Any]) -> list[Any]:
        async with self._free:
            connection = self._idle.pop() if self._idle else await self._open()
            try:
                return await connection.in_thread(sql, arguments)
            finally:
                self._idle.append(connection)

    async def _open(self) -> Connection:
        connection = await open_connection(self._path, writes=False)
        self._all.append(connection)
        return connection

    async def close(self) -> None:
        for connection in (self.quick, *self._all):
            await connection.close()


class ReadingSession:
    alone = False

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def rows(self, statement: Statement, /, **values: Any) -> Sequence[Any]:
        [compiled] = statement.sqlite()
        arguments = compiled.arguments(values)
        if statement.heavy:
            return compiled.read(await self._readers.in_thread(compiled.sql, arguments))
        return compiled.read(self._readers.quick.now(compiled.sql, arguments))

    def later(self, statement: Statement, /, **values: Any) -> None:
        raise TypeError("a unit for reading cannot write")


class _Turn:
    """One work's place in the queue."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.granted: asyncio.Future[WritingSession] = loop.create_future()
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
        self._session = WritingSession(connection)
        self._queue: deque[_Turn] = deque()
        self._called = asyncio.Event()
        self._closed = False

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[WritingSession]:
        """Leaves only when everything within is on the disk; an exception undoes it."""
        if self._closed:
            raise _closed()
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
            self._closed = True
            for turn in self._queue:
                turn.fail(_closed())

    async def _group(self) -> None:
        """One transaction with all the works that wait now."""
        group: list[_Turn] = []
        try:
            await self._begin()
            for _ in range(min(len(self._queue), _GROUP)):
                turn = self._queue.popleft()
                if await self._serve(turn):
                    group.append(turn)
            await self._connection.in_thread("COMMIT")
        except BaseException as error:
            self._give_up(group, error)
            if not isinstance(error, Exception):
                raise
        else:
            for turn in group:
                turn.succeed()

    async def _begin(self) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self._connection.now("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not to_run_again(error) or time.monotonic() > until:
                    raise
                await asyncio.sleep(0.01)

    async def _serve(self, turn: _Turn) -> bool:
        """Lets one work write. False: it failed or went away, and nothing of it is left."""
        if turn.granted.cancelled():
            return False
        self._connection.now("SAVEPOINT turn")
        turn.granted.set_result(self._session)
        try:
            keep = await turn.ended
        except asyncio.CancelledError:
            turn.fail(_closed())
            raise
        if not keep:
            self._connection.now("ROLLBACK TO turn")  # fails when the database gave up the transaction as a whole
        self._connection.now("RELEASE turn")
        return keep

    def _give_up(self, group: Sequence[_Turn], error: BaseException) -> None:
        if not group and self._queue and isinstance(error, sqlite3.Error):
            self._queue.popleft().fail(error)  # not even begun: the first one is told, the others may be luckier
        for turn in group:
            turn.fail(error)
        if self._connection.in_transaction:
            self._connection.now("ROLLBACK")


def _closed() -> Exception:
    return sqlite3.ProgrammingError("the database is closed")
