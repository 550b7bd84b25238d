"""Revisions of messages: cursors for live pages, drawn without locking the dialog for every message.

A reader that has seen revision N must never miss a smaller one committed later. SQLite has one writer, so the next
number will do. On PostgreSQL the revision is the id of the writing transaction, and "seen up to" stops before the
oldest transaction still running; changes beyond that are reported again the next time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, literal_column, select, text, true

from storage.engine.statements import Statement, param
from storage.tables import rows
from storage.tables.tables import messages

PRESENT: ColumnElement[int] = literal_column("pg_current_xact_id()::text::bigint", BigInteger)
HORIZON: ColumnElement[int] = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger)

FOREIGN = text("""
    SELECT revision > pg_current_xact_id()::text::bigint FROM (SELECT revision FROM messages ORDER BY id DESC LIMIT 1) m
""")
"""Tells, from the newest message, whether the transaction ids are another server's."""
FORGET_FOREIGN = text("UPDATE messages SET revision = 0 WHERE revision > pg_current_xact_id()::text::bigint")
"""For PostgreSQL after a restore into another server, whose transaction ids start anew."""


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
