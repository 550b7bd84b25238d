"""Connection pool for PostgreSQL.

asyncpg's own pool creates a task for every release and resets the session, which costs more than a statement. The hub
never changes the session's state, so there is nothing to reset.
"""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg

Connection = Any
"""An `asyncpg.Connection`; typed as Any because asyncpg's own types are too wide to help."""


class Pool:
    """Pool of at most `size` connections to `dsn`; hands out the most recently used one first."""

    def __init__(self, dsn: str, size: int, settings: dict[str, str]) -> None:
        self._dsn, self._settings = dsn, settings
        self._free = asyncio.Semaphore(size)
        self._idle: list[Connection] = []
        self._closed = False

    async def take(self) -> Connection:
        """Returns a connection. Raises asyncpg's own errors when the server cannot be reached."""
        await self._free.acquire()
        try:
            if self._closed:
                raise asyncpg.InterfaceError("the pool is closed")
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
            return await asyncpg.connect(self._dsn, server_settings=self._settings, statement_cache_size=500)
        except BaseException:
            self._free.release()
            raise

    def give_back(self, connection: Connection) -> None:
        """Takes back a connection: one without an open transaction, or a terminated one."""
        if self._closed:
            connection.terminate()
        elif not connection.is_closed():
            self._idle.append(connection)
        self._free.release()

    async def close(self) -> None:
        self._closed = True
        while self._idle:
            await self._idle.pop().close()
