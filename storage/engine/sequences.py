"""Gapless counters for readers' cursors: each number is drawn under a lock held until the commit, so numbers are
committed in order."""

from __future__ import annotations

from storage.engine.session import Session
from storage.engine.statements import Statement, insert_into
from storage.tables.tables import sequences

_NEXT = Statement(
    insert_into(sequences, "name")
    .values(last=1)
    .on_conflict_do_update(index_elements=["name"], set_={"last": sequences.c.last + 1})
    .returning(sequences.c.last)
)


async def next_number(session: Session, name: str) -> int:
    [(number,)] = await session.rows(_NEXT, name=name)
    return int(number)
