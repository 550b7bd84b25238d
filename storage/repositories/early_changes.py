"""Edits and withdrawals that came before their message: where a channel does not keep order, it may still come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, select

from bot.domain import AccountName, ChatId, ForeignId
from bot.ports.storage import EarlyChange
from storage.engine import codec
from storage.engine.session import Session, one
from storage.engine.statements import Statement, insert_into, param
from storage.engine.transaction import Transaction
from storage.tables.tables import early_changes

_ROW = ("account", "chat", "ref", "content", "at", "profile", "shown")
_add = insert_into(early_changes, *_ROW)
_KEEP = Statement(
    _add.on_conflict_do_update(
        index_elements=["account", "chat", "ref"],
        set_={name: _add.excluded[name] for name in ("content", "at", "profile", "shown")},
        where=early_changes.c.content.is_not(None),
    )
)
_this = and_(
    early_changes.c.account == param("account"),
    early_changes.c.chat == param("chat"),
    early_changes.c.ref == param("ref"),
)
_select = select(*(early_changes.c[name] for name in _ROW))
_GET = Statement(_select.where(_this))
_DROP = Statement(delete(early_changes).where(_this))
_DUE = Statement(
    _select.where(
        early_changes.c.at < param("before", early_changes.c.at),
        early_changes.c.content.is_not(None),
        ~early_changes.c.shown,
    )
    .order_by(early_changes.c.at)
    .limit(param("limit"))
)
_FORGET = Statement(delete(early_changes).where(early_changes.c.at < param("before", early_changes.c.at)))


class SqlEarlyChanges:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def keep(self, change: EarlyChange) -> None:
        self._session.later(
            _KEEP,
            account=change.account,
            chat=change.chat,
            ref=change.ref,
            content=codec.content.dump(change.content) if change.content is not None else None,
            at=change.at,
            profile=codec.profile.dump(change.profile),
            shown=change.shown,
        )

    async def take(self, account: AccountName, chat: ChatId, ref: ForeignId) -> EarlyChange | None:
        found = await one(self._session, _GET, account=account, chat=chat, ref=ref)
        if found is None:
            return None
        change = _change(found)
        if not change.shown:
            self._session.later(_DROP, account=account, chat=chat, ref=ref)
        return change

    async def due(self, before: datetime, limit: int = 100) -> Sequence[EarlyChange]:
        return [_change(row) for row in await self._session.rows(_DUE, before=before, limit=limit)]

    async def forget(self, before: datetime) -> None:
        self._session.later(_FORGET, before=before)


def _change(row: Any) -> EarlyChange:
    account, chat, ref, content, at, profile, shown = row
    words = codec.content.load(content) if content is not None else None
    return EarlyChange(account, chat, ref, words, at, codec.profile.load(profile), shown)
