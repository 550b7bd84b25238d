"""Operators' choices of what they are notified of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, time

from sqlalchemy import case, select, update

from bot.domain import OperatorId
from bot.domain.notifications import NotificationChoices, Occasion
from bot.ports.storage import MorningReader
from storage.engine.session import Session
from storage.engine.statements import Statement, among, insert_into, param
from storage.engine.transaction import Transaction
from storage.tables import rows
from storage.tables.tables import notification_choices as chosen
from storage.tables.tables import operators

_WORDS = {one.value: one for one in Occasion}
_CHOICES = (chosen.c.off, chosen.c.direct, chosen.c.morning)
_OF = Statement(select(chosen.c.operator_id, *_CHOICES).where(among(chosen.c.operator_id, "operators")))
_add = insert_into(chosen, "operator_id", "off", "direct", "morning", "told")
_SAVE = Statement(
    _add.on_conflict_do_update(
        index_elements=["operator_id"],
        set_={name: _add.excluded[name] for name in ("off", "direct", "morning")}
        | {"told": case((_add.excluded.told == "", chosen.c.told), else_=_add.excluded.told)},
    )
)
_MORNINGS = Statement(
    select(*_CHOICES, chosen.c.told, *rows.OPERATOR)
    .join(operators, operators.c.id == chosen.c.operator_id)
    .where(chosen.c.morning != "")
    .order_by(chosen.c.operator_id)
)
_TELL = Statement(
    update(chosen)
    .where(chosen.c.operator_id == param("operator"), chosen.c.told < param("day", chosen.c.told))
    .values(told=param("day"))
    .returning(chosen.c.operator_id)
)
"""Dates are ISO, which sort as text."""


class SqlPreferences:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def of(self, operators: Collection[OperatorId]) -> Mapping[OperatorId, NotificationChoices]:
        if not operators:
            return {}
        found = await self._session.rows(_OF, operators=sorted(operators))
        return {operator: _choices(*row) for operator, *row in found}

    async def save(self, operator: OperatorId, choices: NotificationChoices, told: date | None) -> None:
        self._session.later(
            _SAVE,
            operator_id=operator,
            off=",".join(sorted(choices.off)),
            direct=choices.direct,
            morning=choices.morning.isoformat("minutes") if choices.morning is not None else "",
            told=told.isoformat() if told is not None else "",
        )

    async def morning_readers(self) -> Sequence[MorningReader]:
        return [
            MorningReader(
                rows.operator(row), _choices(off, direct, morning), date.fromisoformat(told) if told else None
            )
            for off, direct, morning, told, *row in await self._session.rows(_MORNINGS)
        ]

    async def tell_morning(self, operator: OperatorId, day: date) -> bool:
        return bool(await self._session.rows(_TELL, operator=operator, day=day.isoformat()))


def _choices(off: str, direct: bool, morning: str) -> NotificationChoices:
    """Reads a row; a word of a later version is ignored."""
    known = frozenset(_WORDS[one] for one in off.split(",") if one in _WORDS)
    return NotificationChoices(known, bool(direct), time.fromisoformat(morning) if morning else None)
