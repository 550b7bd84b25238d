"""Mailbox of our own channels: numbered letters to customers, stored once per key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from bot.domain import AccountName, ChatId, Key
from bot.ports import MailboxEntry
from storage.engine import codec, sequences
from storage.engine.session import Session
from storage.engine.statements import Statement, insert_into, param
from storage.engine.store import SqlStore
from storage.engine.unit import SqlUnit
from storage.tables.tables import letters

_KNOWN = Statement(
    select(letters.c.sequence).where(letters.c.account == param("account"), letters.c.key == param("key"))
)
_PUT = Statement(insert_into(letters, "account", "sequence", "chat", "key", "body", "at"))
_read = (
    select(letters.c.sequence, letters.c.chat, letters.c.key, letters.c.body, letters.c.at)
    .where(letters.c.account == param("account"), letters.c.sequence > param("after"))
    .order_by(letters.c.sequence)
    .limit(param("limit"))
)
_READ = Statement(_read)
_READ_CHAT = Statement(_read.where(letters.c.chat == param("chat")))


class StoredMailbox:
    """`bot.ports.Mailbox`."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def put(self, account: AccountName, chat: ChatId, key: Key, body: Mapping[str, Any]) -> int:
        async def work(unit: SqlUnit) -> int:
            return await _put(unit.session, account, chat, key, body, unit)

        return await self._store.transact_sql(work)

    async def read(
        self, account: AccountName, after: int, limit: int = 100, chat: ChatId | None = None
    ) -> Sequence[MailboxEntry]:
        statement = _READ if chat is None else _READ_CHAT
        async with self._store.read() as unit:
            found = await unit.session.rows(statement, account=account, after=after, limit=limit, chat=chat)
        return [MailboxEntry(number, chat, key, codec.load_plain(body), at) for number, chat, key, body, at in found]


async def _put(
    session: Session, account: AccountName, chat: ChatId, key: Key, body: Mapping[str, Any], unit: SqlUnit
) -> int:
    """Stores a letter and returns its number. The number is drawn first: its lock makes a second writer of the same key
    wait, and then find the letter."""
    number = await sequences.next_number(session, f"mailbox:{account}")
    known = await session.rows(_KNOWN, account=account, key=key)
    if known:
        return int(known[0][0])
    session.later(
        _PUT,
        account=account,
        sequence=number,
        chat=chat,
        key=key,
        body=codec.dump_plain(dict(body)),
        at=unit.work.clock.now(),
    )
    unit.wake(f"mailbox:{account}", f"mailbox:{account}:{chat}")
    return number
