"""SQLite: one connection writes (`storage.engine.writer_queue`), others read.

Statements run in the event loop's own thread: one takes about 10 µs, while a trip to another thread takes five times as
long and contends for the GIL. Slow operations do go to aiosqlite's threads: commits, and lists and counts marked as
heavy.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from bot.locale import N_
from bot.ports import private_files
from bot.ports.storage import PoolLoad
from storage.engine.errors import Unusable
from storage.engine.session import Retry
from storage.engine.statements import Statement
from storage.engine.writer_queue import Writer, busy

T = TypeVar("T")

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",  # KiB
)
_READ_ONLY = "PRAGMA query_only = ON"
_PATIENCE = 10.0
"""Seconds that a reader waits for the file, which it hardly ever has to; the writer waits in
`storage.engine.writer_queue`."""
_READERS = 4


class SqliteConnection(aiosqlite.Connection):
    """aiosqlite's connection, usable either in its own thread or synchronously in this one, but never both at once."""

    def now(self, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
        return self._conn.execute(sql, arguments).fetchall()

    async def in_thread(self, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
        work: Callable[..., Any] = self._execute
        found: list[Any] = await work(self.now, sql, arguments)
        return found


async def open_connection(path: Path, *, writes: bool) -> SqliteConnection:
    def connector() -> sqlite3.Connection:
        timeout = 0 if writes else _PATIENCE
        return sqlite3.connect(path, timeout, isolation_level=None, check_same_thread=False, cached_statements=512)

    private_files.make(path)
    connection = SqliteConnection(connector, iter_chunk_size=64)
    connection._thread.daemon = True  # must not keep a killed process alive
    await connection
    try:
        for pragma in (*_PRAGMAS, *(() if writes else (_READ_ONLY,))):
            await connection.in_thread(pragma)
    except BaseException:
        await connection.close()
        raise
    return connection


def revision(path: Path) -> str | None:
    """Reads the database's revision. None: there is no file, or it is unreadable and `migrate` will say why."""
    if not path.exists():
        return None
    try:
        with contextlib.closing(sqlite3.connect(path, _PATIENCE)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return str(found[0]) if found else None


def check_file(path: Path) -> None:
    """Raises `Unusable` when the file has not the tables that its revision makes."""
    from storage.tables import schema

    with contextlib.closing(sqlite3.connect(path, _PATIENCE)) as connection:
        schema.check_sqlite(connection)


class ProcessLock:
    """File lock that the operating system releases when its holder dies."""

    def __init__(self, path: Path) -> None:
        try:
            lock = path.with_name(f"{path.name}.lock")
            self._descriptor = private_files.opener(str(lock), os.O_CREAT | os.O_WRONLY)
        except OSError as error:
            what, advice = (
                N_("{path} cannot be used: {reason}"),
                N_("Create its folder, or allow the hub to write there."),
            )
            raise Unusable(what, advice, path=str(path), reason=str(error.strerror)) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            advice = N_("Stop it first. Several processes can share the work on PostgreSQL.")
            raise Unusable(N_("another hub is running on this database"), advice) from error

    @staticmethod
    def held(path: Path) -> bool:
        """Tells whether a hub is running on the database."""
        try:
            with open(path.with_name(f"{path.name}.lock"), "rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        os.close(self._descriptor)


class SqliteEngine:
    """`storage.engine.session.Engine` on an SQLite file."""

    def __init__(
        self, path: Path, writing: SqliteConnection, reading: SqliteConnection, only_one: ProcessLock | None
    ) -> None:
        self._writing, self.readers, self._only_one = writing, Readers(path, reading), only_one
        self._writer = Writer(writing, WritingSession(writing))
        self._serving = asyncio.create_task(self._writer.serve(), name="storage writer")

    @classmethod
    async def open(cls, path: Path, only_one: ProcessLock | None) -> SqliteEngine:
        writing = await open_connection(path, writes=True)
        return cls(path, writing, await open_connection(path, writes=False), only_one)

    async def run(self, work: Callable[[WritingSession], Awaitable[T]]) -> T:
        return await self._writer.run(work)

    def reading(self) -> ReadingSession:
        return ReadingSession(self.readers)

    async def server_time(self) -> datetime | None:
        return None

    async def end_silent_sessions(self) -> int:
        return 0

    def to_run_again(self, error: Exception) -> bool:
        return isinstance(error, Retry) or busy(error)

    def pools(self) -> Mapping[str, PoolLoad]:
        return {"write": self._writer.load(), "read": self.readers.load()}

    def locked(self) -> bool:
        return self._writer.locked

    async def close(self) -> None:
        self._serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._serving
        await self.readers.close()
        await self._writing.close()
        if self._only_one is not None:
            self._only_one.close()


class WritingSession:
    alone = True

    def __init__(self, connection: SqliteConnection) -> None:
        self._now = connection.now

    async def rows(self, statement: Statement, /, **values: Any) -> Sequence[Any]:
        *before, last = statement.sqlite()
        for compiled in before:
            self._now(compiled.sql, compiled.arguments(values))
        return last.read(self._now(last.sql, last.arguments(values)))

    def later(self, statement: Statement, /, **values: Any) -> None:
        """Runs the write at once: there is no round trip to save."""
        for compiled in statement.sqlite():
            self._now(compiled.sql, compiled.arguments(values))


class ReadingSession:
    alone = False

    def __init__(self, readers: Readers) -> None:
        self._readers, self._waited = readers, False

    async def rows(self, statement: Statement, /, **values: Any) -> Sequence[Any]:
        if not self._waited:  # yields once: quick statements never do, so a loop of reads would block other tasks
            await asyncio.sleep(0)
            self._waited = True
        [compiled] = statement.sqlite()
        arguments = compiled.arguments(values)
        if statement.heavy:
            return compiled.read(await self._readers.in_thread(compiled.sql, arguments))
        return compiled.read(self._readers.quick.now(compiled.sql, arguments))

    def later(self, statement: Statement, /, **values: Any) -> None:
        raise TypeError("a unit for reading cannot write")


class Readers:
    """Read connections: quick statements run synchronously on one, `heavy` ones in threads on others, opened as
    needed."""

    def __init__(self, path: Path, quick: SqliteConnection) -> None:
        self.quick, self._path = quick, path
        self._idle, self._all = list[SqliteConnection](), list[SqliteConnection]()
        self._free = asyncio.Semaphore(_READERS)
        self._asked = 0

    async def in_thread(self, sql: str, arguments: Sequence[Any]) -> list[Any]:
        self._asked += 1
        try:
            async with self._free:
                connection = self._idle.pop() if self._idle else await self._open()
                try:
                    return await connection.in_thread(sql, arguments)
                finally:
                    self._idle.append(connection)
        finally:
            self._asked -= 1

    def load(self) -> PoolLoad:
        used = min(self._asked, _READERS)
        return PoolLoad(_READERS, used, self._asked - used)

    async def _open(self) -> SqliteConnection:
        connection = await open_connection(self._path, writes=False)
        self._all.append(connection)
        return connection

    async def close(self) -> None:
        for connection in (self.quick, *self._all):
            await connection.close()
