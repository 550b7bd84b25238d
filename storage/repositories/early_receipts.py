"""Receipts that arrive early: a platform may report a message as delivered before the hub has stored the id under which
it was sent. They wait here for that id, or for the key that they carry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, select

from bot.domain import AccountName, ChatId, ForeignId, Key, Receipt
from storage.engine import codec
from storage.engine.session import Session
from storage.engine.statements import Statement, among, insert_into, param
from storage.tables.tables import early_receipts

_KEEP = Statement(insert_into(early_receipts, "account", "chat", "ref", "receipt", "at"))
_these = and_(
    early_receipts.c.account == param("account"),
    early_receipts.c.chat == param("chat"),
    among(early_receipts.c.ref, "refs"),
)
_FIND = Statement(select(early_receipts.c.receipt).where(_these).order_by(early_receipts.c.id))
_DROP = Statement(delete(early_receipts).where(_these))
_FORGET = Statement(delete(early_receipts).where(early_receipts.c.at < param("before", early_receipts.c.at)))


class EarlyReceipts:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def keep_receipt(self, account: AccountName, receipt: Receipt, at: datetime) -> None:
        body, ref = codec.receipt.dump(receipt), receipt.key or receipt.ref
        self._session.later(_KEEP, account=account, chat=receipt.chat, ref=ref, receipt=body, at=at)

    async def kept_receipt(self, account: AccountName, chat: ChatId, key: Key) -> Receipt | None:
        found = await self._session.rows(_FIND, account=account, chat=chat, refs=[key])
        return codec.receipt.load(found[0][0]) if found else None

    async def take_receipts(self, account: AccountName, chat: ChatId, refs: Sequence[ForeignId]) -> Sequence[Receipt]:
        found = await self._session.rows(_FIND, account=account, chat=chat, refs=list(refs))
        if found:
            self._session.later(_DROP, account=account, chat=chat, refs=list(refs))
        return [codec.receipt.load(body) for (body,) in found]

    async def forget_receipts(self, before: datetime) -> None:
        self._session.later(_FORGET, before=before)
