"""Revisions of messages: cursors for live pages, drawn without locking the dialog for every message.

A reader that has seen revision N must never miss a smaller one committed later. SQLite has one writer, so the next
number will do. On PostgreSQL the revision is the id of the writing transaction, and "seen up to" stops before the
oldest transaction still running; changes beyond that are reported again the next time.

Another server counts its transactions anew. A restored database therefore adds `OFFSET` to them, a number above every
revision that it brought along, and above those of the time since the backup, which open pages may have seen: no row is
rewritten, and whatever was kept of revisions stays in order.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, literal_column, select, true

from storage.engine.statements import Statement, param
from storage.tables import rows
from storage.tables.tables import messages

OFFSET = "hub.revisions"
"""Setting of a session; every process reads its value from the database when it starts."""
_OFFSET = f"current_setting('{OFFSET}')::bigint"
PRESENT: ColumnElement[int] = literal_column(f"(pg_current_xact_id()::text::bigint + {_OFFSET})", BigInteger)
HORIZON: ColumnElement[int] = literal_column(
    f"(pg_snapshot_xmin(pg_current_snapshot())::text::bigint + {_OFFSET})", BigInteger
)
_KNOWN = "SELECT coalesce((SELECT last FROM sequences WHERE name = 'revisions'), 0)"
_FOREIGN = """
    SELECT coalesce(max(revision), 0) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint + $1
    FROM (SELECT revision FROM messages ORDER BY id DESC LIMIT 1000) newest
"""
_RAISE = """
    INSERT INTO sequences (name, last) SELECT 'revisions', max(revision) + 1000000000 FROM messages
    ON CONFLICT (name) DO UPDATE SET last = greatest(sequences.last, excluded.last) RETURNING last
"""


async def offset(connection: Any) -> int:
    """Returns the offset of this database; raises it when the newest messages were written by another server.
    `connection`: asyncpg's."""
    known: int = await connection.fetchval(_KNOWN)
    if await connection.fetchval(_FOREIGN, known):
        known = await connection.fetchval(_RAISE)
    return known


def next_revision(dialog: Any) -> ColumnElement[int]:
    """Expression for a dialog's next revision, on SQLite."""
    others = messages.alias("others")
    last = select(func.coalesce(func.max(others.c.revision), 0) + 1).where(others.c.dialog_id == dialog)
    return last.correlate_except(others).scalar_subquery()


_changed = and_(messages.c.dialog_id == param("dialog"), messages.c.revision > param("since"))


def _ordered(columns: Any) -> Select[Any]:
    return select(*columns).where(_changed).order_by(messages.c.revision)


_some = _ordered((*rows.MESSAGE, messages.c.revision)).fetch(param("limit"), with_ties=True).subquery("some")
CHANGED = Statement(
    _ordered((*rows.MESSAGE, messages.c.revision, literal_column("NULL", BigInteger))).limit(param("limit")),
    postgres=select(*_some.c, HORIZON).select_from(
        select(literal_column("1").label("here")).subquery("one").outerjoin(_some, true())
    ),
)
"""Messages, each with its revision and the horizon. PostgreSQL returns at least one row, with NULLs when nothing has
changed."""


def newest(found: Any, since: int, limit: int) -> int:
    """Returns the revision up to which a reader of these rows has seen everything."""
    if not found:
        return since
    last, horizon = found[-1][-2], found[-1][-1]
    if horizon is None:
        return int(last)
    truncated = last is not None and len(found) >= limit
    return min(int(last), horizon - 1) if truncated else int(horizon) - 1
