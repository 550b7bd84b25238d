"""Sessions of hubs that have fallen silent in the middle of a statement: they are ended by another hub.

The server ends a session that is idle in a transaction, and a connection whose other end answers no probe. Neither
helps where a statement was sent by half through something that acknowledges (a proxy, the kernel of a stopped process):
the server waits for the rest, counts the session as active, and keeps its locks. `statement_timeout` does not interrupt
the reading of a statement either.
"""

from __future__ import annotations

from storage.engine.pool import Connection

_END = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
        AND application_name = current_setting('application_name')
        AND xact_start IS NOT NULL AND wait_event_type = 'Client'
        AND state_change < clock_timestamp() - make_interval(secs => $1)
"""
"""Ends sessions of this role and kind in which a transaction waits for its hub. Migrations and backups have names of
their own."""
AFTER = 10.0
"""Seconds of silence, as for a transaction that is idle between two statements."""


async def end(connection: Connection) -> int:
    """Returns how many were ended."""
    return int(await connection.fetchval(_END, AFTER))
