"""`bot.ports.storage.Store` on either database: runs transactions, retries them on conflicts and wakes listeners
afterwards."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeVar

import structlog

from bot.ports import Clock, Wake
from bot.ports.storage import CommitUnknown, PoolLoad, StoreObserver, Unit
from storage.engine.looks import Looks
from storage.engine.session import Engine, Session
from storage.engine.transaction import Transaction, outside, within
from storage.engine.unit import SqlUnit
from storage.search import indexer, refolding

T = TypeVar("T")
log = structlog.get_logger(__name__)

_TRIES = 8
_PATIENCE = 30.0
"""Seconds after which a transaction is not run again."""


class SqlStore:
    """`bot.ports.storage.Store` over an engine. `embedded`: only this process uses the database."""

    def __init__(
        self, engine: Engine, wake: Wake, clock: Clock, *, embedded: bool, observer: StoreObserver | None = None
    ) -> None:
        self._engine, self._wake, self._clock, self._observer = engine, wake, clock, observer
        self.embedded = embedded
        self._since: dict[object, float] = {}
        self._looks = Looks()

    async def transact(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        return await self.transact_sql(work)

    async def transact_sql(self, work: Callable[[SqlUnit], Awaitable[T]]) -> T:
        """Runs a transaction like `transact`, for callers in storage that need the session."""
        outside("a transaction")
        before, mine = within.set(True), object()
        began = self._since[mine] = time.monotonic()
        try:
            result = await self._until_done(work, began)
            if self._observer is not None:
                self._observer.committed(time.monotonic() - began)
            return result
        finally:
            del self._since[mine]
            within.reset(before)

    def pools(self) -> Mapping[str, PoolLoad]:
        return self._engine.pools()

    def locked(self) -> bool:
        return self._engine.locked()

    def oldest_transaction(self) -> float:
        return time.monotonic() - next(iter(self._since.values())) if self._since else 0.0

    async def _until_done(self, work: Callable[[SqlUnit], Awaitable[T]], began: float) -> T:
        lost: set[tuple[int, str]] = set()
        for tried in range(1, _TRIES + 1):
            shared = Transaction(self._clock, lost, again=tried > 1, looks=self._looks)
            try:
                result = await self._once(work, shared)
            except CommitUnknown:
                await self._notify(shared)
                raise
            except Exception as error:
                ended = tried == _TRIES or time.monotonic() >= began + _PATIENCE
                if ended or not self._engine.to_run_again(error):
                    raise
                log.debug("retrying transaction", tried=tried, error=type(error).__name__)
                if self._observer is not None:
                    self._observer.repeated(error, time.monotonic() - began)
                await asyncio.sleep(random.uniform(0, 0.005 * 2**tried))  # real time, not the injected clock's
            else:
                await self._notify(shared)
                return result
        raise AssertionError

    async def _notify(self, shared: Transaction) -> None:
        if shared.topics:
            await self._wake.notify(tuple(shared.topics))

    async def _once(self, work: Callable[[SqlUnit], Awaitable[T]], shared: Transaction) -> T:
        async def whole(session: Session) -> T:
            unit = SqlUnit(session, shared)
            result = await work(unit)
            await unit.finish()
            return result

        return await self._engine.run(whole)

    async def server_time(self) -> datetime | None:
        return await self._engine.server_time()

    async def end_silent_sessions(self) -> int:
        return await self._engine.end_silent_sessions()

    def read(self) -> ReadTransaction:
        return ReadTransaction(SqlUnit(self._engine.reading(), Transaction(self._clock, set())))

    def reading(self) -> Session:
        return self._engine.reading()

    async def run_maintenance(self) -> bool:
        return await indexer.run_maintenance(self) or await refolding.run_maintenance(self)

    async def close(self) -> None:
        await self._engine.close()


class ReadTransaction:
    """Context manager behind `async with store.read() as unit`. Written as a class: it is entered several times per
    message, and a generator would cost more."""

    __slots__ = ("_unit",)

    def __init__(self, unit: SqlUnit) -> None:
        self._unit = unit

    async def __aenter__(self) -> SqlUnit:
        return self._unit

    async def __aexit__(self, *_: object) -> None:
        """Does nothing: each statement returned its connection already."""
