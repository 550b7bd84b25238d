"""Keeps the index of `storage.search.ngrams` up to date in the background, one block at a time.

A block is indexed once it is full and every transaction that writes into it has committed. Search reads newer and
edited messages directly: a late index makes it slower, never incomplete.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import BigInteger, delete, func, literal_column, select

from storage.engine.session import Session, one
from storage.engine.statements import Statement, among, insert_into, param
from storage.engine.unit import SqlUnit
from storage.repositories.revisions import HORIZON, PRESENT
from storage.search import ngrams
from storage.search.query import INDEXED
from storage.tables.tables import dialogs, edits, messages
from storage.tables.tables import grams as table

_FULL = "search full"
"""Cursor with the value "N X": N blocks were full when transaction X began."""
_AT_ONCE = 300
"""Postings written per transaction, so that other writers get their turn in between."""
_EDITS = 5
"""Edited messages indexed per transaction."""

_LAST = Statement(select(func.max(messages.c.id)))
_NOW = Statement(
    select(literal_column("0", BigInteger), literal_column("1", BigInteger)), postgres=select(PRESENT, HORIZON)
)
_BLOCK = Statement(
    select(messages.c.id, dialogs.c.account, messages.c.words)
    .join_from(messages, dialogs, dialogs.c.id == messages.c.dialog_id)
    .where(messages.c.id >= param("since"), messages.c.id < param("before")),
    heavy=True,
)
_PUT = Statement(
    insert_into(table, "gram", "block", "posting").on_conflict_do_update(
        index_elements=["gram", "block"], set_={"posting": param("posting", table.c.posting)}
    )
)
_POSTINGS = Statement(
    select(table.c.gram, table.c.posting).where(among(table.c.gram, "grams"), table.c.block == param("block"))
)
_EDITED = Statement(
    select(messages.c.id, messages.c.words).where(
        messages.c.id.in_(select(edits.c.message_id).where(edits.c.message_id < param("before")).limit(param("limit")))
    )
)
_DONE = Statement(delete(edits).where(edits.c.message_id == param("message")))


class IndexedStore(Protocol):
    async def transact_sql(self, work: Callable[[SqlUnit], Awaitable[Any]]) -> Any: ...
    def reading(self) -> Session: ...


async def run_maintenance(store: IndexedStore) -> bool:
    """Indexes one block, or a few edits. Returns False when there is nothing to do."""
    block = await store.transact_sql(_next_block)
    if block is not None:
        await _index(store, block)
        return True
    return bool(await store.transact_sql(_take_in_edits))


async def _next_block(unit: SqlUnit) -> int | None:
    """Returns the next full block that no open transaction writes into; None if there is none."""
    found = await one(unit.session, _LAST)
    full = ((found[0] if found else None) or -1) // ngrams.BLOCK
    indexed = int(await unit.cursors.get(INDEXED) or 0)
    if indexed >= full:
        return None
    [(present, horizon)] = await unit.session.rows(_NOW)
    known, _, since = (await unit.cursors.get(_FULL) or "0 0").partition(" ")
    if indexed < int(known) and int(since) < horizon:
        return indexed
    if indexed >= int(known):  # otherwise transactions that are still writing are waited for
        await unit.cursors.set(_FULL, f"{full} {present}")
    return None


async def _index(store: IndexedStore, block: int) -> None:
    since = block * ngrams.BLOCK
    found = await store.reading().rows(_BLOCK, since=since, before=since + ngrams.BLOCK)
    made = await asyncio.to_thread(_postings, found)

    for start in range(0, len(made), _AT_ONCE):
        portion = made[start : start + _AT_ONCE]

        async def write(unit: SqlUnit, portion: Sequence[tuple[int, bytes]] = portion) -> None:
            for gram, posting in portion:
                unit.session.later(_PUT, gram=gram, block=block, posting=posting)

        await store.transact_sql(write)
    await store.transact_sql(lambda unit: unit.cursors.set(INDEXED, str(block + 1)))


def _postings(found: Sequence[Any]) -> list[tuple[int, bytes]]:
    return list(ngrams.postings((message, account, words) for message, account, words in found))


async def _take_in_edits(unit: SqlUnit) -> int:
    """Indexes the present text of edited messages. Postings of their former text stay; candidates are verified
    anyway."""
    before = int(await unit.cursors.get(INDEXED) or 0) * ngrams.BLOCK
    found = await unit.session.rows(_EDITED, before=before, limit=_EDITS)
    for message, words in found:
        block, new = ngrams.block_of(message), {gram for word in words.split() for gram in ngrams.grams(word)}
        known = dict(await unit.session.rows(_POSTINGS, grams=sorted(new), block=block))
        for gram in sorted(new):
            posting = ngrams.extended(known.get(gram, b""), message)
            unit.session.later(_PUT, gram=gram, block=block, posting=posting)
        unit.session.later(_DONE, message=message)
    return len(found)
