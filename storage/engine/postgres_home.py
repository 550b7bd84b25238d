"""The home of a PostgreSQL database: its server, and its tables there.

A database in a new home was restored from a backup, by whatever tools; its rows tell of another server's transactions.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.ports.traces import RESTORED

_HOME = "home"
"""Cursor: the home in which the database was used last."""
_READABLE = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')"
_SERVER = "SELECT system_identifier::text FROM pg_control_system()"
_TABLES = """
    SELECT oid || '.' || 'messages'::regclass::oid FROM pg_database WHERE datname = current_database()
"""
_KNOWN = "SELECT value FROM cursors WHERE name = $1"
_KEEP = "INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2"
_SEARCH_AGAIN = "DELETE FROM cursors WHERE name = 'search full'"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(5742)"


async def settle_in(connection: Any) -> None:
    """Looks whether the database is where it was. In a new home the search index forgets the transactions that it waits
    for, and the database counts as restored (`bot.automation.recovery`). `connection`: asyncpg's."""
    here = await _here(connection)
    if await connection.fetchval(_KNOWN, _HOME) == here:
        return
    async with connection.transaction():
        await connection.execute(_ONE_AT_A_TIME)
        before = await connection.fetchval(_KNOWN, _HOME)
        if before == here:
            return
        await connection.execute(_KEEP, _HOME, here)
        await connection.execute(_SEARCH_AGAIN)
        if before is not None:
            await connection.execute(_KEEP, RESTORED, datetime.now(UTC).isoformat())


async def _here(connection: Any) -> str:
    """Identifies the server, where its operator allows that, and the tables: `pg_restore` creates new ones."""
    server = await connection.fetchval(_SERVER) if await connection.fetchval(_READABLE) else ""
    return f"{server}.{await connection.fetchval(_TABLES)}"
