"""`bot.store.Store` on both databases: what they have in common is here, what differs in `sqlite` and `postgres`."""

from __future__ import annotations

import asyncio
import contextlib
import random
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TypeVar

import asyncpg
import structlog
from sqlalchemy.engine import URL

from bot.ports import Clock, Wake
from bot.store import Unit
from storage import postgres, sqlite
from storage.session import Session
from storage.unit import SqlUnit
from storage.work import Work

T = TypeVar("T")
log = structlog.get_logger(__name__)

_TRIES = 8


class SqlStore(ABC):
    embedded: bool

    def __init__(self, wake: Wake, clock: Clock) -> None:
        self._wake, self._clock = wake, clock

    async def transact(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        return await self.transact_sql(work)

    async def transact_sql(self, work: Callable[[SqlUnit], Awaitable[T]]) -> T:
        lost: set[tuple[int, str]] = set()
        for tried in range(1, _TRIES + 1):
            shared = Work(self._clock, lost)
            try:
                result = await self._once(work, shared)
            except Exception as error:
                if tried == _TRIES or not self._to_run_again(error):
                    raise
                log.debug("transaction runs again", tried=tried, error=type(error).__name__)
                await asyncio.sleep(random.uniform(0, 0.005 * 2**tried))  # the database's time, not the domain's
            else:
                if shared.topics:
                    await self._wake.notify(tuple(shared.topics))
                return result
        raise AssertionError

    async def _once(self, work: Callable[[SqlUnit], Awaitable[T]], shared: Work) -> T:
        async with self._transaction() as session:
            unit = SqlUnit(session, shared)
            result = await work(unit)
            await unit.finish()
        return result

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        async with self.read_sql() as unit:
            yield unit

    @contextlib.asynccontextmanager
    async def read_sql(self) -> AsyncIterator[SqlUnit]:
        async with self._reading() as session:
            yield SqlUnit(session, Work(self._clock, set()))

    @abstractmethod
    def _transaction(self) -> AbstractAsyncContextManager[Session]: ...
    @abstractmethod
    def _reading(self) -> AbstractAsyncContextManager[Session]: ...
    @abstractmethod
    def _to_run_again(self, error: Exception) -> bool: ...
    @abstractmethod
    async def close(self) -> None: ...


class SqliteStore(SqlStore):
    embedded = True

    def __init__(self, connection: sqlite.Connection, readers: sqlite.Readers, wake: Wake, clock: Clock) -> None:
        super().__init__(wake, clock)
        self._connection, self._readers = connection, readers
        self._writer = sqlite.Writer(connection)
        self._writing = asyncio.create_task(self._writer.run(), name="storage writer")

    @classmethod
    async def connect(cls, url: URL, wake: Wake, clock: Clock) -> SqliteStore:
        path = Path(url.database or "")
        return cls(await sqlite.open_connection(path, writes=True), await sqlite.Readers.open(path), wake, clock)

    def _transaction(self) -> AbstractAsyncContextManager[Session]:
        return self._writer.transaction()

    def _reading(self) -> AbstractAsyncContextManager[Session]:
        return self._readers.session()

    def _to_run_again(self, error: Exception) -> bool:
        return sqlite.to_run_again(error)

    async def close(self) -> None:
        self._writing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._writing
        await self._readers.close()
        await self._connection.close()


class PostgresStore(SqlStore):
    embedded = False

    def __init__(self, pool: asyncpg.Pool, wake: Wake, clock: Clock) -> None:
        super().__init__(wake, clock)
        self._pool = pool

    @classmethod
    async def connect(cls, url: URL, wake: Wake, clock: Clock, size: int) -> PostgresStore:
        return cls(await postgres.open_pool(url, size), wake, clock)

    def _transaction(self) -> AbstractAsyncContextManager[Session]:
        return postgres.transaction(self._pool)

    def _reading(self) -> AbstractAsyncContextManager[Session]:
        return postgres.reading(self._pool)

    def _to_run_again(self, error: Exception) -> bool:
        return postgres.to_run_again(error)

    async def close(self) -> None:
        await self._pool.close()
