"""Queue of SQLite's single writer, with group commit.

While a commit waits for the disk, other transactions queue up. They then run one after another in one database
transaction, each in a savepoint of its own, and share the next commit: the more are waiting, the less each pays. No
caller is told "committed" before the data is on disk.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

import structlog

from bot.ports.storage import PoolLoad

S = TypeVar("S")
T = TypeVar("T")

log = structlog.get_logger(__name__)

_PATIENCE = 10.0
"""Seconds that the writer waits for another process (an export, a migration) to finish writing."""
_STALL = 2.0
"""Seconds of such waiting that are worth a line in the log, once a minute."""
_SELDOM = 60.0
_GROUP = 64


class WriterConnection(Protocol):
    @property
    def in_transaction(self) -> bool: ...
    def now(self, sql: str) -> object: ...
    async def in_thread(self, sql: str) -> object: ...


class _Turn(Generic[S]):
    """One caller's place in the queue."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.since = time.monotonic()
        self.granted: asyncio.Future[S] = loop.create_future()
        self.ended: asyncio.Future[bool] = loop.create_future()  # True: keep what it wrote
        self.committed: asyncio.Future[None] = loop.create_future()

    def fail(self, error: BaseException) -> None:
        if self.granted.cancelled():
            return  # nobody waits for it any more
        for future in (self.granted, self.committed):
            if not future.done():
                future.set_exception(error)
                return

    def succeed(self) -> None:
        if not self.committed.done():
            self.committed.set_result(None)


class Writer(Generic[S]):
    """Gives the writing `session` to one caller after another. `serve` must be running in a task."""

    def __init__(self, connection: WriterConnection, session: S) -> None:
        self._connection, self._session = connection, session
        self._queue: deque[_Turn[S]] = deque()
        self._called = asyncio.Event()
        self._closed = False
        self.locked = False  # by another program, for longer than `_STALL`
        self._told = -_SELDOM

    def load(self) -> PoolLoad:
        return PoolLoad(1, int(not self._closed and self._connection.in_transaction), len(self._queue))

    async def run(self, work: Callable[[S], Awaitable[T]]) -> T:
        """Runs `work` and returns once everything it wrote is on disk; an exception undoes it."""
        if self._closed:
            raise _closed()
        turn: _Turn[S] = _Turn()
        self._queue.append(turn)
        self._called.set()
        keep = False
        try:
            result = await work(await turn.granted)
            keep = True
        finally:
            turn.ended.set_result(keep)
        await turn.committed
        return result

    async def serve(self) -> None:
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
        """Runs all waiting callers in one transaction."""
        group: list[_Turn[S]] = []
        try:
            await self._begin()
            for _ in range(min(len(self._queue), _GROUP)):
                turn = self._queue.popleft()
                if await self._take(turn, alone=not group):
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
        began = time.monotonic()
        while True:
            try:
                self._connection.now("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - began
                if not busy(error):
                    raise
                self._note_stall(waited)
                if waited > _PATIENCE:
                    raise
                await asyncio.sleep(0.01)
            else:
                self.locked = False
                return

    def _note_stall(self, waited: float) -> None:
        if waited < _STALL:
            return
        self.locked = True
        if time.monotonic() - self._told >= _SELDOM:
            self._told = time.monotonic()
            log.warning("another program keeps the database locked", seconds=round(waited))

    async def _take(self, turn: _Turn[S], *, alone: bool) -> bool:
        """Lets one caller write. Returns False when it failed or was cancelled, and nothing of it is left. `alone`:
        nobody has written in this transaction yet, so that it can be undone as a whole."""
        if turn.granted.cancelled():
            return False
        if not alone:
            self._connection.now("SAVEPOINT turn")
        turn.granted.set_result(self._session)
        try:
            keep = await turn.ended
        except asyncio.CancelledError:
            turn.fail(_closed())
            raise
        if alone and not keep:
            if self._connection.in_transaction:
                self._connection.now("ROLLBACK")
            await self._begin()
        elif not alone:
            if not keep:
                self._connection.now("ROLLBACK TO turn")  # fails when the database rolled back the whole transaction
            self._connection.now("RELEASE turn")
        return keep

    def _give_up(self, group: Sequence[_Turn[S]], error: BaseException) -> None:
        if not group and self._queue and isinstance(error, sqlite3.Error):
            self._queue.popleft().fail(error)  # BEGIN itself failed: the next ones may be luckier
            patient = time.monotonic() - _PATIENCE
            while self._queue and self._queue[0].since < patient:
                self._queue.popleft().fail(error)
        for turn in group:
            turn.fail(error)
        if self._connection.in_transaction:
            self._connection.now("ROLLBACK")


def busy(error: BaseException) -> bool:
    """Returns True when another process holds the database's lock."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode in _BUSY


_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_BUSY_SNAPSHOT}


def _closed() -> Exception:
    return sqlite3.ProgrammingError("the database is closed")
