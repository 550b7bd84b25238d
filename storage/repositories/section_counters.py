"""Counters of the sections: of the dialogs in which a customer waits. Nothing else is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func, select, union

from bot.domain import AccountName, OperatorId
from bot.ports.storage import Section, Viewer
from storage.engine.session import Session
from storage.engine.statements import Statement, among
from storage.repositories.sections import CLOSED, NEW
from storage.tables.tables import coexecutors, dialogs


def _sum_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(cast(case((condition, 1), else_=0), Integer))


_WAITS = dialogs.c.waiting_since.is_not(None)
_COUNT = Statement(
    select(dialogs.c.account, dialogs.c.status, dialogs.c.responsible, func.count())
    .where(_WAITS, ~CLOSED)
    .group_by(dialogs.c.status, dialogs.c.account, dialogs.c.responsible),
    heavy=True,
)
_COUNT_HELPED = Statement(
    select(dialogs.c.account, dialogs.c.status, coexecutors.c.operator_id, func.count(), _sum_of(coexecutors.c.fresh))
    .join_from(coexecutors, dialogs, dialogs.c.id == coexecutors.c.dialog_id)
    .where(
        among(coexecutors.c.operator_id, "operators"),
        _WAITS,
        ~CLOSED,
        func.coalesce(dialogs.c.responsible, 0) != coexecutors.c.operator_id,
    )
    .group_by(dialogs.c.account, dialogs.c.status, coexecutors.c.operator_id),
    heavy=True,
)
"""Counts the dialogs in which the operators are co-executors."""
_PERSONAL = Statement(
    union(
        select(dialogs.c.addressee_operator).where(
            dialogs.c.addressee_operator.is_not(None), among(dialogs.c.addressee_operator, "operators"), ~CLOSED
        ),
        select(coexecutors.c.operator_id).where(among(coexecutors.c.operator_id, "operators"), coexecutors.c.fresh),
    ),
    heavy=True,
)


async def counters(session: Session, viewers: Sequence[Viewer]) -> Sequence[Mapping[Section, int]]:
    operators = [viewer.operator for viewer in viewers]
    waiting = await session.rows(_COUNT)
    helped = await session.rows(_COUNT_HELPED, operators=operators)
    by_accounts = {accounts: _totals(waiting, accounts) for accounts in {viewer.accounts for viewer in viewers}}
    own, helping = _by_operator(waiting), _by_operator(helped)
    return [_counted(viewer, by_accounts[viewer.accounts], own, helping) for viewer in viewers]


def _totals(waiting: Sequence[Any], accounts: tuple[AccountName, ...]) -> Mapping[Section, int]:
    counts = dict.fromkeys((Section.NEW, Section.WORK, Section.MINE, Section.ALL), 0)
    for account, status, _, count in waiting:
        if account in accounts:
            counts[Section.NEW if status in NEW else Section.WORK] += count
            counts[Section.ALL] += count
    return counts


def _by_operator(counted: Sequence[Any]) -> Mapping[OperatorId, list[Any]]:
    found: dict[OperatorId, list[Any]] = {}
    for account, status, operator, *counts in counted:
        found.setdefault(operator, []).append((account, status, *counts))
    return found


def _counted(
    viewer: Viewer,
    totals: Mapping[Section, int],
    own: Mapping[OperatorId, list[Any]],
    helping: Mapping[OperatorId, list[Any]],
) -> Mapping[Section, int]:
    """Adds to the totals of the viewer's accounts what is the viewer's alone."""
    counts = dict(totals)
    for account, _, count in own.get(viewer.operator, ()):
        counts[Section.MINE] += count if account in viewer.accounts else 0
    for account, status, count, fresh in helping.get(viewer.operator, ()):
        if account in viewer.accounts:
            counts[Section.MINE] += count
            counts[Section.NEW] += 0 if status in NEW else fresh
    return counts


async def personal(session: Session, operators: Sequence[OperatorId]) -> frozenset[OperatorId]:
    return frozenset([operator for (operator,) in await session.rows(_PERSONAL, operators=list(operators))])
