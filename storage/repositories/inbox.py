"""Inbox: keys of the facts already taken in, and updates that could not be read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from bot.domain import Key
from bot.ports.storage import Kept
from storage.engine.session import Session, one
from storage.engine.statements import Statement, among, insert_into, param
from storage.engine.transaction import Transaction
from storage.tables.tables import inbox, unreadable

_admit = insert_into(inbox, "source", "key", "at")
_ADMIT = Statement(_admit.on_conflict_do_nothing().returning(inbox.c.source))
_ADMIT_NEW = Statement(_admit)
_KEEP = Statement(
    insert_into(unreadable, "source", "key", "raw", "why", "at").on_conflict_do_update(
        index_elements=["source", "key"], set_={"raw": param("raw"), "why": param("why"), "at": param("at")}
    )
)
_UNREADABLE = Statement(
    select(unreadable.c.source, unreadable.c.key, unreadable.c.raw, unreadable.c.why, unreadable.c.at)
    .order_by(unreadable.c.id)
    .limit(param("limit"))
)
_FORGET = [
    Statement(delete(table).where(table.c.source == param("source"), table.c.key == param("key")))
    for table in (unreadable, inbox)
]
_SEEN = Statement(select(inbox.c.key).where(inbox.c.source == param("source"), among(inbox.c.key, "keys")))
_AT_ONCE = 1000
_AT = Statement(select(inbox.c.at).where(inbox.c.source == param("source"), inbox.c.key == param("key")))


class SqlInbox:
    def __init__(self, session: Session, work: Transaction) -> None:
        self._session, self._work = session, work

    async def mark_seen(self, source: str, key: Key, at: datetime) -> bool:
        """On SQLite, checks the key at once. On PostgreSQL, assumes that the fact is new, as nearly all are, and writes
        the key along with the next statement: if it is known, the database refuses, and the transaction runs again and
        checks."""
        if not self._session.alone and not self._work.again:
            self._session.later(_ADMIT_NEW, source=source, key=key, at=at)
            return True
        return bool(await self._session.rows(_ADMIT, source=source, key=key, at=at))

    async def seen(self, source: str, keys: Sequence[Key]) -> Collection[Key]:
        found: set[Key] = set()
        for first in range(0, len(keys), _AT_ONCE):
            rows = await self._session.rows(_SEEN, source=source, keys=keys[first : first + _AT_ONCE])
            found.update(Key(key) for (key,) in rows)
        return found

    async def keep_unreadable(self, source: str, key: Key, raw: str, why: str) -> None:
        admitted = await one(self._session, _AT, source=source, key=key)
        if admitted is None:
            raise LookupError(f"not admitted: {source} {key}")
        self._session.later(_KEEP, source=source, key=key, raw=raw, why=why, at=admitted[0])

    async def unreadable(self, limit: int = 100) -> Sequence[Kept]:
        return [Kept(*row) for row in await self._session.rows(_UNREADABLE, limit=limit)]

    async def forget(self, source: str, key: Key) -> None:
        for statement in _FORGET:
            self._session.later(statement, source=source, key=key)
