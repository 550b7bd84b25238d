"""Counters of the database as a whole, for going on after it was restored from a backup."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    case,
    column,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    update,
)

from bot.domain import Status
from bot.domain.traces import Reached
from storage.engine.session import Session
from storage.engine.statements import Statement, param
from storage.engine.transaction import Transaction
from storage.tables.metadata import metadata
from storage.tables.tables import dialogs, messages, parcels, sequences

GAPS = {"dialogs": 1000, "messages": 100_000}
GAP, READERS_GAP = 1000, 1_000_000
"""Numbers left out by a leap: as many may have been given since the last trace. Those of readers' cursors are seen by
nobody."""
REVISIONS_GAP = 1_000_000_000

_COUNTED = [name for name, one in metadata.tables.items() if one.kwargs.get("sqlite_autoincrement")]
_kept = table("sqlite_sequence", column("name", Text), column("seq", Integer))


def _last(name: str) -> Any:
    """Expression for the last number that a table has given, on PostgreSQL; NULL: none yet."""
    return func.pg_sequence_last_value(literal_column(f"pg_get_serial_sequence('{name}', 'id')::regclass"))


def _of_sqlite(name: str) -> Any:
    found = select(_kept.c.seq).where(_kept.c.name == literal_column(f"'{name}'")).scalar_subquery()
    return func.coalesce(found, 0)


_REACHED = Statement(
    select(*(_of_sqlite(name).cast(BigInteger) for name in ("dialogs", "messages"))),
    postgres=select(*(func.coalesce(_last(name), 0).cast(BigInteger) for name in ("dialogs", "messages"))),
)
_ENTER = Statement(
    insert(_kept).from_select(
        ["name", "seq"],
        select(param("name"), literal(0)).where(~select(_kept.c.name).where(_kept.c.name == param("name")).exists()),
    )
)
_LEAP = Statement(
    update(_kept)
    .where(_kept.c.name == param("name"))
    .values(seq=case((_kept.c.seq > param("beyond"), _kept.c.seq), else_=param("beyond")) + param("gap"))
)
_SKIP = Statement(
    update(sequences)
    .where(sequences.c.name != literal_column("'revisions'"))
    .values(last=sequences.c.last + READERS_GAP)
)
_newest = (
    select(func.max(messages.c.id))
    .join(dialogs, dialogs.c.id == messages.c.dialog_id)
    .where(dialogs.c.status != literal_column(f"'{Status.CLOSED.value}'"))
    .group_by(messages.c.dialog_id)
)
_REVISE = Statement(
    update(messages).where(messages.c.id.in_(_newest)).values(revision=messages.c.revision + REVISIONS_GAP)
)
_DOUBT = Statement(update(parcels).values(doubtful=literal_column("true")))


class SqlCounters:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def reached(self) -> Reached:
        [(last_dialog, last_message)] = await self._session.rows(_REACHED)
        return Reached(int(last_dialog), int(last_message))

    async def leap(self, beyond: Reached) -> None:
        seen = {"dialogs": beyond.dialogs, "messages": beyond.messages}
        for name in _COUNTED:
            values = {"name": name, "beyond": seen.get(name, 0), "gap": GAPS.get(name, GAP)}
            if self._session.alone:
                self._session.later(_ENTER, name=name)
                self._session.later(_LEAP, **values)
            else:
                await self._session.rows(_advance(name), beyond=values["beyond"], gap=values["gap"])
        self._session.later(_SKIP)
        if self._session.alone:  # on PostgreSQL revisions are ids of transactions, which go on
            self._session.later(_REVISE)

    async def doubt_all(self) -> None:
        self._session.later(_DOUBT)


def _advance(name: str) -> Statement:
    to = func.greatest(func.coalesce(_last(name), 0), param("beyond", messages.c.id)) + param("gap", messages.c.id)
    sequence: Any = literal_column(f"pg_get_serial_sequence('{name}', 'id')::regclass")
    return Statement(select(func.setval(sequence, to)))
