"""Listening without a break: the next connection is open before Slack ends the old one.

Slack ends each connection after some hours and lets an app hold several, sending each event over any of them. So the
next one is opened when Slack announces the end, or before it is due; the old one is served until Slack ends it. Only
when no connection is left may something be missed: then `over` is set, and `SlackDesk.run` opens a new line.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bot.desks.slack.connection import DISABLED, TOO_MANY, Connection, first_of, opened
from bot.desks.slack.errors import SOCKET_MODE, TOO_MANY_SOCKETS
from bot.desks.slack.receiving import Receiver
from bot.desks.slack.workspace import Workspace
from bot.ports import DeliveryError, Transient, Unavailable

log = structlog.get_logger(__name__)

EARLY = 0.9
"""Part of the time for which Slack means to keep a connection, after which the next one is opened."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
"""Seconds between attempts to open the next connection while the old one still works."""


class ConnectionLine:
    """One connection after another. `over`: set when none is left. `doubt`: set when a connection had fallen silent
    while another one worked: some events may have gone to the silent one."""

    def __init__(self, workspace: Workspace, receiver: Receiver) -> None:
        self._workspace, self._receiver = workspace, receiver
        self.over, self.doubt = asyncio.Event(), asyncio.Event()
        self._current: Connection | None = None
        self._old: Connection | None = None
        self._silent_since: float | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def quiet_for(self) -> float:
        """Seconds since everything that Slack sent was last known to arrive."""
        quiet = [one.quiet_for for one in (self._current, self._old) if one is not None]
        return max([*quiet, time.time() - self._silent_since if self._silent_since is not None else 0.0])

    def _doubted(self, connection: Connection) -> None:
        since = time.time() - connection.quiet_for
        self._silent_since = min(since, self._silent_since or since)
        self.doubt.set()

    def trust(self) -> None:
        """Notes that the missed events of a silent connection are being read."""
        self._silent_since = None
        self.doubt.clear()

    async def begin(self) -> None:
        self._current = await opened(self._workspace, self._receiver)

    async def keep(self) -> None:
        """Keeps the line going until no connection is left. Raises `Unavailable` when Socket Mode was turned off."""
        try:
            while (current := self._current) is not None:
                await first_of(current.leaving, current.over, within=current.lasts * EARLY or None)
                following = await self._following(current)
                if following is None:
                    break
                if current.over.is_set():
                    self._doubted(current)
                self._current = following
                self._retire(current)
                log.info("Slack connection replaced", desk=self._workspace.desk, reason=current.reason)
        finally:
            self.over.set()

    async def _following(self, current: Connection) -> Connection | None:
        """Opens the next connection while the current one works; None: it ended before."""
        pause = FIRST_PAUSE
        while not current.over.is_set():
            if current.reason == DISABLED:
                raise Unavailable(DISABLED, SOCKET_MODE)
            if current.reason == TOO_MANY:
                log.warning("too many Slack connections", desk=self._workspace.desk, advice=TOO_MANY_SOCKETS)
                return None
            opening = asyncio.create_task(opened(self._workspace, self._receiver))
            try:
                await _unless(current.over, opening)
                if opening.done():
                    return opening.result()
            except DeliveryError as error:
                log.warning("failed to open the next Slack connection", desk=self._workspace.desk, error=str(error))
                asked = error.retry_after if isinstance(error, Transient) else None
                await first_of(current.over, within=max(pause, asked or 0))
                pause = min(pause * 2, LONGEST_PAUSE)
            finally:
                if not opening.done():
                    opening.cancel()
                    await asyncio.gather(opening, return_exceptions=True)
        return None

    def _retire(self, connection: Connection) -> None:
        """Serves an old connection until Slack ends it, or until there is a next old one."""
        previous, self._old = self._old, connection
        task = asyncio.create_task(self._serve_old(connection, previous))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve_old(self, connection: Connection, previous: Connection | None) -> None:
        if previous is not None:
            await previous.close()
        await connection.over.wait()
        if connection.silent:
            self._doubted(connection)
        await connection.close()
        if self._old is connection:
            self._old = None

    async def close(self) -> None:
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        for connection in (self._old, self._current):
            if connection is not None:
                await connection.close()


async def _unless(over: asyncio.Event, work: asyncio.Task[Connection]) -> None:
    """Waits for the work, but not longer than until the event is set."""
    ended = asyncio.create_task(over.wait())
    try:
        await asyncio.wait({work, ended}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ended.cancel()


@asynccontextmanager
async def connected(workspace: Workspace, receiver: Receiver) -> AsyncIterator[ConnectionLine]:
    """Yields an open line. Raises `DeliveryError` if none can be opened, or when Slack says that Socket Mode is off."""
    line = ConnectionLine(workspace, receiver)
    await line.begin()
    keeping = asyncio.create_task(line.keep())
    try:
        yield line
        await keeping
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await line.close()
