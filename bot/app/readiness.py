"""Readiness: whether this process can do its work, found out by doing some.

The hub writes to its database by itself, and `/readyz` only reports the last result: it answers at once whatever hangs,
and a database that can be read but not written to is not mistaken for one that works.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.ports import Clock
from bot.ports.storage import Store, Unit
from bot.runtime import metrics

log = structlog.get_logger(__name__)

EVERY = 5.0
"""Seconds between two writes, and the longest that one may take."""
OLDEST = 15.0
"""Seconds after which the last good write, or a transaction that has not ended, means that the hub is not ready."""
SAID_EVERY = 60.0
"""Seconds between two lines of the log about one cause."""


class HubNotReady(Exception):
    """The hub cannot do its work now; the text says why, for administrators."""


class Readiness:
    """`owner`: this process, as in leases."""

    def __init__(self, store: Store, clock: Clock, owner: str) -> None:
        self._store, self._clock, self._owner = store, clock, owner
        self._written = time.monotonic()  # a hub does not get here without having written
        self._paused: Mapping[str, Any] = {}
        self._said = -SAID_EVERY
        self._failing = False

    async def run(self) -> None:
        """Writes every few seconds, for ever."""
        while True:
            await self._write()
            self._watch_transactions()
            await asyncio.sleep(EVERY)

    async def report(self) -> Mapping[str, Any]:
        """Body of `/readyz`: paused destinations, with the reason. Raises `HubNotReady`."""
        if (ago := time.monotonic() - self._written) > OLDEST:
            raise HubNotReady(f"the database took its last write {ago:.0f} s ago")
        if (oldest := self._store.oldest_transaction()) > OLDEST:
            raise HubNotReady(f"a transaction has not ended for {oldest:.0f} s")
        return {"paused": dict(self._paused)}

    async def _write(self) -> None:
        try:
            async with asyncio.timeout(EVERY):
                await self._store.transact(self._sign)
                async with self._store.read() as unit:
                    self._paused = await unit.outbox.pauses()
        except Exception as error:  # noqa: BLE001 - whatever hinders writing is the answer
            self._failing = True
            self._say("the database is not writable", error=type(error).__name__)
        else:
            if self._failing:
                log.info("the database is writable again")
            self._failing, self._written = False, time.monotonic()

    async def _sign(self, unit: Unit) -> None:
        """A write that waits for nobody and leaves nothing behind."""
        name, now = f"ready:{self._owner}", self._clock.now()
        await unit.leases.take(name, self._owner, now, now + timedelta(seconds=EVERY))
        await unit.leases.drop(name, self._owner)

    def _watch_transactions(self) -> None:
        oldest = self._store.oldest_transaction()
        metrics.OLDEST_TRANSACTION.set(oldest)
        if oldest > EVERY:
            self._say("a transaction is taking long", seconds=round(oldest))

    def _say(self, what: str, **facts: Any) -> None:
        """A warning, at most once in `SAID_EVERY`."""
        if time.monotonic() - self._said >= SAID_EVERY:
            self._said = time.monotonic()
            log.warning(what, **facts)
