"""The lists of dialogs. A page costs index entries of what it shows; counters count only dialogs that wait.

Order: in NEW those for the viewer first; then the unanswered ones; then the latest active.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func, literal_column, or_, select, tuple_

from bot.model import AccountName, DialogId
from bot.store import DialogRow, Section, Viewer
from storage import rows
from storage.schema import coexecutors, contacts, dialogs, operators
from storage.search import part
from storage.session import Session, one
from storage.statements import Statement, among, param
from storage.types import Words

_OPEN = dialogs.c.status != literal_column("'closed'")
# An expression, lest an index on accounts be preferred to the one that has the wanted order.
_ACCOUNT = func.coalesce(dialogs.c.account, "", type_=Words())
_MINE = or_(
    dialogs.c.responsible == param("operator"),
    dialogs.c.id.in_(select(coexecutors.c.dialog_id).where(coexecutors.c.operator_id == param("operator"))),
)
_FRESH = dialogs.c.id.in_(
    select(coexecutors.c.dialog_id).where(coexecutors.c.operator_id == param("operator"), coexecutors.c.fresh)
)
_FOR_ME = case(
    (dialogs.c.addressee_operator == param("operator"), 1),
    (among(dialogs.c.addressee_role, "roles"), 1),
    (_FRESH, 1),
    else_=0,
)
_NEW = ("new", "returned", "for_review")
_BELONGS: Mapping[Section, tuple[ColumnElement[bool], ...]] = {
    Section.NEW: (_OPEN, or_(dialogs.c.status.in_([literal_column(f"'{status}'") for status in _NEW]), _FRESH)),
    Section.WORK: (_OPEN, dialogs.c.status == literal_column("'in_progress'")),
    Section.MINE: (_OPEN, _MINE),
    Section.ALL: (_OPEN,),
    Section.CLOSED: (dialogs.c.status == literal_column("'closed'"),),
}
_SEARCHED = (dialogs.c.title_folded, dialogs.c.words_folded, contacts.c.folded)
_RECENT = (dialogs.c.active_at, dialogs.c.id)
_UNANSWERED = (dialogs.c.waits, *_RECENT)
_ORDER: Mapping[Section, tuple[Any, ...]] = dict.fromkeys(Section, _UNANSWERED) | {
    Section.NEW: (_FOR_ME, *_UNANSWERED),
    Section.CLOSED: _RECENT,
}
"""Columns that a section is sorted by, all of them descending."""


@cache
def _page(section: Section, *, of_account: bool, with_text: bool, after: bool) -> Statement:
    order = _ORDER[section]
    wanted = [*_BELONGS[section], among(_ACCOUNT, "accounts")]
    if of_account:
        wanted.append(param("account") == _ACCOUNT)
    if with_text:
        found = [column.like(param("text"), escape="\\") for column in _SEARCHED]
        wanted.append(or_(*found))
    if after:
        place = [param(f"after_{number}", column) for number, column in enumerate(order)]
        wanted.append(tuple_(*order) < tuple_(*place))
    return Statement(
        select(*rows.DIALOG, *rows.CONTACT, *rows.OPERATOR)
        .join_from(dialogs, contacts, contacts.c.id == dialogs.c.contact_id)
        .outerjoin(operators, operators.c.id == dialogs.c.responsible)
        .where(*wanted)
        .order_by(*(column.desc() for column in order))
        .limit(param("limit")),
        heavy=True,
    )


@cache
def _place(section: Section) -> Statement:
    return Statement(select(*_ORDER[section]).where(dialogs.c.id == param("before")))


async def page(
    session: Session,
    section: Section,
    viewer: Viewer,
    *,
    account: AccountName | None,
    text: str,
    before: DialogId | None,
    limit: int,
) -> Sequence[DialogRow]:
    values: dict[str, Any] = {"accounts": viewer.accounts, "operator": viewer.operator, "roles": list(viewer.roles)}
    after = None
    if before is not None:
        after = await one(session, _place(section), before=before, **values)
        if after is None:
            return ()
        values |= {f"after_{number}": value for number, value in enumerate(after)}
    statement = _page(section, of_account=account is not None, with_text=bool(text.strip()), after=after is not None)
    found = await session.rows(statement, account=account, text=part(text), limit=limit, **values)
    return [_row(row) for row in found]


def _row(row: Any) -> DialogRow:
    middle = len(rows.DIALOG)
    last = middle + len(rows.CONTACT)
    responsible = None if row[last] is None else rows.operator(row[last:])
    return DialogRow(rows.dialog(row[:middle]), rows.contact(row[middle:last]), responsible)


def _sum_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(cast(case((condition, 1), else_=0), Integer))


_COUNT = Statement(
    select(dialogs.c.status, func.count(), _sum_of(_MINE), _sum_of(_FRESH))
    .where(_OPEN, dialogs.c.waits, among(_ACCOUNT, "accounts"))
    .group_by(dialogs.c.status),
    heavy=True,
)


async def counters(session: Session, viewer: Viewer) -> Mapping[Section, int]:
    counts = dict.fromkeys((Section.NEW, Section.WORK, Section.MINE, Section.ALL), 0)
    for status, count, mine, fresh in await session.rows(_COUNT, accounts=viewer.accounts, operator=viewer.operator):
        counts[Section.NEW if status in _NEW else Section.WORK] += count
        counts[Section.NEW] += 0 if status in _NEW else fresh
        counts[Section.MINE] += mine
        counts[Section.ALL] += count
    return counts
