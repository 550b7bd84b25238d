"""Loads of the outbox and of dialogs, counted over the whole hub."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from bot.domain import AccountName
from bot.ports.storage import Backlog, Urgency
from storage.engine.session import Session
from storage.engine.statements import Statement, param
from storage.engine.transaction import Transaction
from storage.tables.tables import WAITING, dead_parcels, dialogs, lanes, parcels

_came = parcels.c.created_at <= param("now", parcels.c.created_at)
_head = select(func.min(parcels.c.id)).where(parcels.c.lane_id == lanes.c.id, _came).correlate(lanes).scalar_subquery()
_heads = select(lanes.c.destination, lanes.c.urgency, _head.label("head")).subquery("heads")
_oldest = (
    select(_heads.c.destination, _heads.c.urgency, func.min(_heads.c.head).label("id"))
    .group_by(_heads.c.destination, _heads.c.urgency)
    .subquery("oldest")
)
_BACKLOGS = Statement(
    select(_oldest.c.destination, _oldest.c.urgency, parcels.c.created_at).join_from(
        _oldest, parcels, parcels.c.id == _oldest.c.id
    ),
    heavy=True,
)
_CROWDS = Statement(
    select(lanes.c.destination, lanes.c.account, func.count())
    .where(lanes.c.urgency == Urgency.MESSAGE.value, lanes.c.account != "")
    .group_by(lanes.c.destination, lanes.c.account)
    .having(func.count() >= param("least")),
    heavy=True,
)
_DEAD = Statement(select(dead_parcels.c.destination, func.count()).group_by(dead_parcels.c.destination), heavy=True)
_CUSTOMERS = Statement(select(dialogs.c.account, func.count()).where(WAITING).group_by(dialogs.c.account), heavy=True)


class SqlLoads:
    def __init__(self, session: Session, work: Transaction) -> None:
        self._session, self._work = session, work

    async def backlogs(self) -> list[Backlog]:
        found = await self._session.rows(_BACKLOGS, now=self._work.clock.now())
        return [Backlog(destination, Urgency(urgency), since) for destination, urgency, since in found]

    async def crowds(self, least: int) -> Mapping[tuple[str, str], int]:
        found = await self._session.rows(_CROWDS, least=least)
        return {(destination, account): count for destination, account, count in found}

    async def dead(self) -> Mapping[str, int]:
        return dict([tuple(row) for row in await self._session.rows(_DEAD)])

    async def waiting_customers(self) -> Mapping[AccountName, int]:
        return {AccountName(account): count for account, count in await self._session.rows(_CUSTOMERS)}
