"""Readiness: whether this process can do its work, found out by doing some.

The hub writes to its database by itself, and `/readyz` only reports the last result: it answers at once whatever hangs,
and a database that can be read but not written to is not mistaken for one that works. While nothing can be stored, the
hub's intake is closed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.domain.value import value
from bot.hub.context import Hub
from bot.ports.storage import Unit
from bot.runtime import metrics
from bot.runtime.race import race
from bot.runtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)

EVERY = 5.0
"""Seconds between two writes, and the longest that one may take."""
OLDEST = 15.0
"""Seconds after which the last good write, or what has not ended, means that the hub is not ready."""
FLOOR = 64 * 1024 * 1024
"""Bytes that must be free for the hub to accept anything: what it has accepted needs room to be delivered."""


class HubNotReady(Exception):
    """The hub cannot do its work now; the text says why, for administrators."""


@value
class FreeSpace:
    """Free bytes of the fullest disk, and the folder on it."""

    folder: Path
    bytes: int


def fullest(folders: tuple[Path, ...], free: Callable[[Path], int]) -> FreeSpace:
    """Returns the least of the folders' free space. Raises `OSError` when a disk cannot tell."""
    return min((FreeSpace(folder, free(folder)) for folder in folders), key=lambda one: one.bytes)


class Readiness:
    """`owner`: this process, as in leases. `disk`: looks up the free space; runs in a thread."""

    def __init__(self, hub: Hub, owner: str, disk: Callable[[], FreeSpace]) -> None:
        self._hub, self._store, self._owner, self._disk = hub, hub.store, owner, disk
        self._paused: Mapping[str, Any] = {}
        self.error = ""
        self._closed = ""
        self.written, self.written_at = time.monotonic(), hub.clock.now()  # a hub does not get here without writing
        self.space: FreeSpace | None = None

    async def run(self) -> None:
        """Writes every few seconds, and looks at everything else, for ever."""
        await race(self._keep_writing(), self._keep_looking())

    async def report(self) -> Mapping[str, Any]:
        """Body of `/readyz`: paused destinations, with the reason. Raises `HubNotReady`."""
        if why := self._why():
            raise HubNotReady("; ".join(why))
        return {"paused": dict(self._paused)}

    def _why(self) -> list[str]:
        why = [fault for fault in (self.database_fault(), self.disk_fault()) if fault]
        if (oldest := self._store.oldest_transaction()) > OLDEST:
            why.append(f"a transaction has not ended for {oldest:.0f} s")
        if (oldest := self._hub.intake.oldest()) > OLDEST:
            why.append(f"an update or event has been on its way into the database for {oldest:.0f} s")
        return why

    def database_fault(self) -> str:
        """Reason why nothing can be stored; "" while the last good write is recent."""
        ago = time.monotonic() - self.written
        return f"the database took its last write {ago:.0f} s ago: {self.error}" if ago > OLDEST else ""

    def disk_fault(self) -> str:
        """Reason why the disk is too full for anything to be accepted; "" while it is not."""
        if self.space is None or self.space.bytes >= FLOOR:
            return ""
        return f"the disk of {self.space.folder} has {self.space.bytes >> 20} MB left"

    # ------------------------------------------------------------------------------------- database

    async def _keep_writing(self) -> None:
        while True:
            await self._write()
            self._open_or_close()
            await self._end_silent_sessions()
            await asyncio.sleep(EVERY)

    async def _write(self) -> None:
        try:
            async with asyncio.timeout(EVERY):
                await self._store.transact(self._sign)
                async with self._store.read() as unit:
                    self._paused = await unit.outbox.pauses()
        except Exception as error:  # noqa: BLE001 - whatever hinders writing is the answer
            self.error = "another program keeps it locked" if self._store.locked() else _words(error)
            throttled.warning("the database is not writable", error=self.error)
        else:
            if self.error:
                log.info("the database is writable again")
            self.error = ""
            self.written, self.written_at = time.monotonic(), self._hub.clock.now()

    async def _end_silent_sessions(self) -> None:
        """Frees what a hub that can no longer speak has locked: whichever hub looks first does it for all."""
        try:
            async with asyncio.timeout(EVERY):
                ended = await self._store.end_silent_sessions()
        except Exception as error:  # noqa: BLE001 - the write before has told of a database that is away
            log.debug("silent sessions are not known", error=type(error).__name__)
        else:
            if ended:
                log.warning("ended database sessions of a hub that fell silent in a transaction", sessions=ended)

    async def _sign(self, unit: Unit) -> None:
        """A write that waits for nobody and leaves nothing behind."""
        name, now = f"ready:{self._owner}", self._hub.clock.now()
        await unit.leases.take(name, self._owner, now, now + timedelta(seconds=EVERY))
        await unit.leases.drop(name, self._owner)

    # -------------------------------------------------------------------------------- everything else

    async def _keep_looking(self) -> None:
        while True:
            await self._look_at_the_disk()
            self._open_or_close()
            for what, oldest in (
                ("a transaction is taking long", self._store.oldest_transaction()),
                ("an update or event is taking long", self._hub.intake.oldest()),
            ):
                if oldest > EVERY:
                    throttled.warning(what, seconds=round(oldest))
            before = time.monotonic()
            await asyncio.sleep(EVERY)
            metrics.LOOP_LAG.set(max(0.0, time.monotonic() - before - EVERY))

    async def _look_at_the_disk(self) -> None:
        try:
            async with asyncio.timeout(EVERY):
                self.space = await asyncio.to_thread(self._disk)
        except OSError as error:
            throttled.warning("failed to look up the free space", error=_words(error))

    def _open_or_close(self) -> None:
        """Closes the intake while nothing could be stored."""
        database, disk = self.database_fault(), self.disk_fault()
        closed = "the hub's database is unavailable" if database else "the hub's disk is full" if disk else ""
        if closed == self._closed:
            return
        self._closed = closed
        if closed:
            log.error("nothing is accepted any more", why=database or disk)
            self._hub.intake.close(closed)
        else:
            log.info("updates and events are accepted again")
            self._hub.intake.open()


def _words(error: Exception) -> str:
    """An error in one line."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    text = str(error).splitlines()
    return text[0] if text and text[0] else type(error).__name__
