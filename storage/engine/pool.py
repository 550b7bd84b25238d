"""Connection pool for PostgreSQL.

asyncpg's own pool creates a task for every release and resets the session, which costs more than a statement. The hub
never changes the session's state, so there is nothing to reset.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg

from bot.ports.storage import PoolLoad
from storage.engine.keepalive import keep_alive

Connection = Any
"""An `asyncpg.Connection`; typed as Any because asyncpg's own types are too wide to help."""


CONNECTING = 5.0
"""Seconds for a new connection."""
WAITING = 15.0
"""Seconds for a free connection while all are in use."""
GOODBYE = 1.0
"""Seconds for closing a connection."""
BEYOND = 5.0
"""Seconds by which a statement's limit here is longer than the server's: the server's own error says more."""


class Pool:
    """Pool of at most `size` connections to `dsn`; hands out the most recently used one first."""

    def __init__(self, dsn: str, size: int, settings: Mapping[str, str], longest: float) -> None:
        """`longest`: seconds after which the server ends a statement."""
        self._dsn, self._settings = dsn, {**settings, "statement_timeout": f"{longest:.0f}s"}
        self._patience = longest + BEYOND
        self._free = asyncio.Semaphore(size)
        self._size, self._used, self._waiting = size, 0, 0
        self._idle: list[Connection] = []
        self._closed = False

    async def take(self) -> Connection:
        """Returns a connection. Raises asyncpg's own errors when the server cannot be reached."""
        self._waiting += 1
        try:
            async with asyncio.timeout(WAITING):
                await self._free.acquire()
        finally:
            self._waiting -= 1
        self._used += 1
        try:
            if self._closed:
                raise asyncpg.InterfaceError("the pool is closed")
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
            return await self._connect()
        except BaseException:
            self._release()
            raise

    async def _connect(self) -> Connection:
        connection: Connection = await asyncpg.connect(
            self._dsn,
            server_settings=self._settings,
            statement_cache_size=500,
            timeout=CONNECTING,
            command_timeout=self._patience,
        )
        keep_alive(connection._transport.get_extra_info("socket"))
        return connection

    def give_back(self, connection: Connection) -> None:
        """Takes back a connection: one without an open transaction, or a terminated one."""
        if self._closed:
            connection.terminate()
        elif not connection.is_closed():
            self._idle.append(connection)
        self._release()

    def _release(self) -> None:
        self._used -= 1
        self._free.release()

    def load(self) -> PoolLoad:
        return PoolLoad(self._size, self._used, self._waiting)

    async def close(self) -> None:
        """Says goodbye to the server, which need not be listening any more."""
        self._closed = True
        idle, self._idle = self._idle, []
        goodbyes = (connection.close(timeout=GOODBYE) for connection in idle)
        await asyncio.gather(*goodbyes, return_exceptions=True)
