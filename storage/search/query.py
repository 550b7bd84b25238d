"""Search for messages that contain all the given words, newest first.

Full blocks are looked up in their postings (`storage.search.ngrams`), some blocks at a time, until a page is full;
messages after them, or edited since, are read directly. Every candidate is then checked for the words themselves and
for the viewer's rights.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import and_, func, select

from bot.domain import AccountName, OperatorId
from bot.domain.value import value
from storage.engine.session import Session
from storage.engine.statements import Statement, among, param
from storage.repositories.message_lists import VISIBLE, listed
from storage.search import ngrams
from storage.search.normalize import part
from storage.tables.tables import cursors, dialogs, edits, messages
from storage.tables.tables import grams as table

INDEXED = "search indexed"
"""Cursor that holds the number of indexed blocks."""
_PORTIONS = (2, 8, 32, 128)
"""Blocks looked up per step; the last size repeats."""
_CHUNK = 60
"""Candidates read per statement."""
_READ_AT_ONCE = 1000
"""Unindexed messages read per statement."""

_INDEXED = Statement(select(cursors.c.value).where(cursors.c.name == INDEXED))
_has_word = messages.c.words.like(param("text"), escape="\\")
_READ = Statement(
    select(messages.c.id)
    .where(messages.c.id >= param("since"), messages.c.id < param("before"), _has_word)
    .order_by(messages.c.id.desc())
    .limit(param("limit")),
    heavy=True,
)
_EDITED = Statement(select(edits.c.message_id).where(edits.c.message_id < param("before")))
_POSTINGS = Statement(
    select(table.c.block, table.c.gram, table.c.posting).where(
        and_(among(table.c.gram, "grams"), table.c.block >= param("first"), table.c.block <= param("last"))
    ),
    heavy=True,
)


# Accounts are compared by an expression, to keep PostgreSQL from starting with all dialogs of an account.
_CANDIDATES = Statement(
    listed.add_columns(messages.c.words)
    .where(among(messages.c.id, "messages"), VISIBLE, among(func.coalesce(dialogs.c.account, ""), "accounts"))
    .order_by(messages.c.id.desc()),
    heavy=True,
)


@value
class Scope:
    """A search: `words`, the longest first, in the dialogs of `accounts` that `viewer` may see."""

    words: tuple[str, ...]
    viewer: OperatorId
    accounts: tuple[AccountName, ...]


async def newest(session: Session, scope: Scope, before: int, limit: int) -> Sequence[Any]:
    """Returns rows of `listed`, with the folded text as the last column."""
    found: list[Any] = []
    async for candidates in _candidates(session, scope, before):
        for start in range(0, len(candidates), _CHUNK):
            rows = await session.rows(
                _CANDIDATES, messages=candidates[start : start + _CHUNK], viewer=scope.viewer, accounts=scope.accounts
            )
            found += [row for row in rows if has_all(row[-1], scope.words)]
            if len(found) >= limit:
                return found[:limit]
    return found


def has_all(said: str, words: Sequence[str]) -> bool:
    return all(word in said for word in words)


async def _candidates(session: Session, scope: Scope, before: int) -> AsyncIterator[list[int]]:
    """Yields ids of messages that may contain the words, newest first."""
    pattern = part(scope.words[0])
    [*indexed] = await session.rows(_INDEXED)
    full = int(indexed[0][0]) if indexed else 0
    edited = [message for (message,) in await session.rows(_EDITED, before=before)]
    end = full * ngrams.BLOCK
    while before > end:
        found = await session.rows(_READ, text=pattern, since=end, before=before, limit=_READ_AT_ONCE)
        ids = [message for (message,) in found]
        down_to = ids[-1] if len(ids) == _READ_AT_ONCE else end
        yield _merged(ids, edited, down_to, before)
        before = down_to
    last, portions = ngrams.block_of(before - 1), itertools.chain(_PORTIONS, itertools.repeat(_PORTIONS[-1]))
    while last >= 0:
        first = max(0, last + 1 - next(portions))
        ids = [one for one in await _in_blocks(session, scope, first, last) if one < before]
        before = first * ngrams.BLOCK
        yield _merged(ids, edited, before, (last + 1) * ngrams.BLOCK)
        last = first - 1


def _merged(ids: Sequence[int], edited: Sequence[int], since: int, before: int) -> list[int]:
    """Adds the edited messages of the range [since, before) to `ids`, newest first."""
    return sorted({*ids, *(one for one in edited if since <= one < before)}, reverse=True)


async def _in_blocks(session: Session, scope: Scope, first: int, last: int) -> list[int]:
    needed, accounts = ngrams.wanted(scope.words), [ngrams.of_account(name) for name in scope.accounts]
    of_blocks: defaultdict[int, dict[int, bytes]] = defaultdict(dict)
    for block, gram, posting in await session.rows(_POSTINGS, grams=needed + accounts, first=first, last=last):
        of_blocks[block][gram] = posting
    found: list[int] = []
    for block in sorted(of_blocks, reverse=True):
        there = of_blocks[block]
        if all(gram in there for gram in needed):
            among_these = [there[gram] for gram in accounts if gram in there]
            found += ngrams.common(block, [there[gram] for gram in needed], among_these)
    return found
