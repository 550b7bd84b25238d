"""Pages of operators' own, so that any process can keep them current."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from bot.domain import DeskName, OperatorId
from bot.ports.storage.homes import Home
from storage.engine.session import Session
from storage.engine.statements import Statement, insert_into, param
from storage.engine.transaction import Transaction
from storage.tables import rows
from storage.tables.tables import homes, operators

_COLUMNS = ("page", "shown", "reads", "until")
_of_operator = homes.c.operator_id == param("operator_id")
_OPENED = Statement(
    insert_into(homes, "operator_id", *_COLUMNS).on_conflict_do_update(
        index_elements=["operator_id"], set_={name: param(name, homes.c[name]) for name in _COLUMNS}
    )
)
_DRAWN = Statement(
    update(homes)
    .where(_of_operator, homes.c.page == param("before"))
    .values({name: param(name, homes.c[name]) for name in ("page", "shown", "reads")})
    .returning(homes.c.operator_id)
)
_LEFT = Statement(update(homes).where(_of_operator).values({"page": "", "until": param("until", homes.c.until)}))
_FORGET = Statement(delete(homes).where(_of_operator))
_OF = Statement(
    select(*rows.OPERATOR, *(homes.c[name] for name in _COLUMNS))
    .join_from(homes, operators, operators.c.id == homes.c.operator_id)
    .where(operators.c.desk == param("desk"))
    .order_by(homes.c.operator_id)
)


class SqlHomes:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def opened(self, operator: OperatorId, page: str, shown: str, reads: str, until: datetime) -> None:
        self._session.later(_OPENED, operator_id=operator, page=page, shown=shown, reads=reads, until=until)

    async def drawn(self, operator: OperatorId, page: str, now_page: str, shown: str, reads: str) -> bool:
        found = await self._session.rows(
            _DRAWN, operator_id=operator, before=page, page=now_page, shown=shown, reads=reads
        )
        return bool(found)

    async def left(self, operator: OperatorId, at: datetime) -> None:
        self._session.later(_LEFT, operator_id=operator, until=at)

    async def forget(self, operator: OperatorId) -> None:
        self._session.later(_FORGET, operator_id=operator)

    async def of(self, desk: DeskName) -> Sequence[Home]:
        found = await self._session.rows(_OF, desk=desk)
        end = len(rows.OPERATOR)
        return [Home(rows.operator(row[:end]), *row[end:]) for row in found]
