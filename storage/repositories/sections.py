"""Lists of dialogs, by section. A page reads only index entries of what it shows; counters count only waiting dialogs.

Order: in NEW, dialogs for the viewer first; then unanswered ones, the longest waiting first; then the most recently
active. A section is walked along the indexes in that order, group after group; the walks of a group (ALL has two in
each) are merged.

A text is searched for in two ways. The next 600 dialogs of the walk are checked for it in number, title, last words and
contact; farther ones are found through the contacts, titles and number that match it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal_column, or_, select, tuple_, union

from bot.domain import AccountName, DialogId
from bot.ports.storage import DialogRow, Section, Viewer
from storage.engine.session import Session, one
from storage.engine.statements import Statement, among, param
from storage.engine.types import SafeText
from storage.search.normalize import number, part, phone_part
from storage.tables import rows
from storage.tables.tables import coexecutors, contacts, dialogs, operators

_WAY = 600
"""Dialogs of a walk that are checked for a text one by one."""
# An expression, to keep the planner from preferring an index on accounts to the one in the wanted order.
_ACCOUNT = func.coalesce(dialogs.c.account, "", type_=SafeText())
NEW = ("new", "returned", "for_review")
UNTAKEN = dialogs.c.status.in_([literal_column(f"'{status}'") for status in NEW])
TAKEN = dialogs.c.status == literal_column("'in_progress'")
CLOSED = dialogs.c.status == literal_column("'closed'")
_mine = coexecutors.c.operator_id == param("operator")
_FOR_ME = union(
    select(dialogs.c.id).where(dialogs.c.addressee_operator == param("operator"), UNTAKEN),
    select(dialogs.c.id).where(
        dialogs.c.addressee_role.is_not(None), among(dialogs.c.addressee_role, "roles"), UNTAKEN
    ),
    select(coexecutors.c.dialog_id).where(_mine, coexecutors.c.fresh),
).subquery("for_me")
_OF_ME = union(
    select(dialogs.c.id).where(dialogs.c.responsible == param("operator"), TAKEN),
    select(coexecutors.c.dialog_id).where(_mine),
).subquery("of_me")
# Each of the form that its index has: SQLite would look for `waits` in that of the quiet ones.
_WAITING, _QUIET = dialogs.c.waiting_since.is_not(None), dialogs.c.waits == literal_column("false")


@dataclass(frozen=True, eq=False)
class _Walk:
    """Dialogs that meet all of `wanted`, by these columns in turn; `latest`: in descending order."""

    wanted: tuple[ColumnElement[bool], ...]
    order: tuple[Any, ...]
    latest: bool = True

    @property
    def sorting(self) -> list[Any]:
        return [column.desc() if self.latest else column for column in self.order]


def _longest(*wanted: ColumnElement[bool]) -> _Walk:
    """Walks the dialogs in which the customer waits, the longest waiting first."""
    return _Walk((*wanted, _WAITING), (dialogs.c.waiting_since, dialogs.c.id), latest=False)


def _recent(*wanted: ColumnElement[bool]) -> _Walk:
    """Walks the dialogs, the most recently active first."""
    return _Walk(wanted, (dialogs.c.active_at, dialogs.c.id))


def _groups(*walks: tuple[ColumnElement[bool], ...]) -> tuple[tuple[_Walk, ...], ...]:
    """Builds the two groups of dialogs on these conditions: those that wait, and all others."""
    return tuple(_longest(*wanted) for wanted in walks), tuple(_recent(*wanted, _QUIET) for wanted in walks)


_WALKS: Mapping[Section, tuple[tuple[_Walk, ...], ...]] = {
    Section.NEW: (
        *_groups((dialogs.c.id.in_(select(_FOR_ME)), ~CLOSED)),
        *_groups((UNTAKEN, dialogs.c.id.not_in(select(_FOR_ME)))),
    ),
    Section.WORK: _groups((TAKEN,)),
    Section.MINE: _groups((dialogs.c.id.in_(select(_OF_ME)), ~CLOSED)),
    Section.ALL: _groups((UNTAKEN,), (TAKEN,)),
    Section.CLOSED: ((_recent(CLOSED),),),
}
"""Walks of each section: the groups follow one another, the walks within a group are merged."""

_TITLED = dialogs.c.title_folded != literal_column("''")
_NUMBERED = dialogs.c.id == param("number")
_IS_CONTACT = or_(contacts.c.folded.like(param("text"), escape="\\"), contacts.c.phone_key.like(param("phone")))
_FOUND = Statement(
    union(
        select(dialogs.c.id).where(dialogs.c.contact_id.in_(select(contacts.c.id).where(_IS_CONTACT))),
        select(dialogs.c.id).where(_TITLED, dialogs.c.title_folded.like(param("text"), escape="\\")),
        select(dialogs.c.id).where(_NUMBERED),
    ),
    heavy=True,
)
_HAS_TEXT = or_(
    *(column.like(param("text"), escape="\\") for column in (dialogs.c.title_folded, dialogs.c.words_folded)),
    _IS_CONTACT,
    _NUMBERED,
)
_KEY = (dialogs.c.waiting_since, dialogs.c.active_at, dialogs.c.id)
_shown = (
    select(*rows.DIALOG, *rows.CONTACT, *rows.OPERATOR, *_KEY)
    .join_from(dialogs, contacts, contacts.c.id == dialogs.c.contact_id)
    .outerjoin(operators, operators.c.id == dialogs.c.responsible)
    .limit(param("limit"))
)


def _reached(walk: _Walk, *, of_account: bool, after: bool) -> list[ColumnElement[bool]]:
    """Conditions of a walk's dialogs, from the page's start on."""
    wanted = [*walk.wanted, among(_ACCOUNT, "accounts")]
    if of_account:
        wanted.append(param("account", dialogs.c.account) == _ACCOUNT)
    if after:
        place, here = tuple_(*(param(f"after_{column.name}", column) for column in walk.order)), tuple_(*walk.order)
        wanted.append(here < place if walk.latest else here > place)
    return wanted


@cache
def _along(walk: _Walk, *, of_account: bool, after: bool, with_text: bool) -> Statement:
    """Selects the first dialogs of a walk; with a text, those among its first `way` that contain it."""
    reached = _reached(walk, of_account=of_account, after=after)
    order = walk.sorting
    if not with_text:
        return Statement(_shown.where(*reached).order_by(*order), heavy=True)
    way = select(dialogs.c.id).where(*reached).order_by(*order).limit(param("way")).subquery("way")
    return Statement(_shown.where(dialogs.c.id.in_(select(way)), _HAS_TEXT).order_by(*order), heavy=True)


@cache
def _longer(walk: _Walk, *, of_account: bool, after: bool) -> Statement:
    """Selects a row if a walk has more than `way` dialogs."""
    reached = _reached(walk, of_account=of_account, after=after)
    order = walk.sorting
    return Statement(select(dialogs.c.id).where(*reached).order_by(*order).limit(1).offset(param("way")), heavy=True)


@cache
def _beyond(walk: _Walk, *, of_account: bool, after: bool) -> Statement:
    """Selects, out of the ids `found`, the dialogs of a walk. Sorts by expressions, to keep the planner from walking
    the index."""
    unindexed = tuple(func.coalesce(column, column) for column in walk.order)
    found = among(dialogs.c.id, "found")
    return Statement(
        _shown.where(found, *_reached(walk, of_account=of_account, after=after)).order_by(
            *replace(walk, order=unindexed).sorting
        ),
        heavy=True,
    )


_is_for_me = case((dialogs.c.id.in_(select(_FOR_ME)), 1), else_=0)
_PLACE = Statement(select(*_KEY, dialogs.c.waits, _is_for_me).where(dialogs.c.id == param("before")))


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
    values = {"accounts": viewer.accounts, "operator": viewer.operator, "roles": list(viewer.roles)}
    steps, after = _WALKS[section], None
    if before is not None:
        place = await one(session, _PLACE, before=before, **values)
        if place is None:
            return ()
        *after, waits, for_me = place
        steps = steps[_group_of(len(steps), waits=waits, for_me=for_me) :]
    looked_for = {"text": part(text), "phone": phone_part(text), "number": number(text)}
    values |= {"account": account, "limit": limit, "way": _WAY, **looked_for}
    found: list[Any] = []
    for step, walks in enumerate(steps):
        behind = after if step == 0 else None
        found += await _merged(session, walks, behind, values, with_text=bool(text.strip()))
        if len(found) >= limit:
            break
    return [_row(row) for row in found[:limit]]


def _group_of(groups: int, *, waits: bool, for_me: bool) -> int:
    """Returns the group of a dialog: of one, of two (waiting, quiet), or of four (the viewer's own come first)."""
    return (0 if waits else 1) + (2 if groups > 2 and not for_me else 0) if groups > 1 else 0


async def _merged(
    session: Session, walks: Sequence[_Walk], after: list[Any] | None, values: dict[str, Any], *, with_text: bool
) -> list[Any]:
    """Returns the first rows of several walks, merged."""
    how = {"of_account": values["account"] is not None, "after": after is not None}
    place = {f"after_{column.name}": value for column, value in zip(_KEY, after or (), strict=False)}
    found: dict[tuple[Any, ...], Any] = {}
    for walk in walks:
        for row in await session.rows(_along(walk, **how, with_text=with_text), **values, **place):
            found[_key(walk, row)] = row
    if with_text and len(found) < values["limit"]:
        longer = [walk for walk in walks if await session.rows(_longer(walk, **how), **values, **place)]
        looked_for = {name: values[name] for name in ("text", "phone", "number")}
        titled = await session.rows(_FOUND, **looked_for) if longer else ()
        values = values | {"found": [dialog for (dialog,) in titled]}
        for walk in longer if titled else ():
            for row in await session.rows(_beyond(walk, **how), **values, **place):
                found[_key(walk, row)] = row
    return [found[key] for key in sorted(found, reverse=walks[0].latest)]


def _key(walk: _Walk, row: Any) -> tuple[Any, ...]:
    """Returns the row's place in the order of its walk."""
    shown = dict(zip((column.name for column in _KEY), row[-len(_KEY) :], strict=True))
    return tuple(shown[column.name] for column in walk.order)


def _row(row: Any) -> DialogRow:
    middle = len(rows.DIALOG)
    last = middle + len(rows.CONTACT)
    end = last + len(rows.OPERATOR)
    responsible = None if row[last] is None else rows.operator(row[last:end])
    return DialogRow(rows.dialog(row[:middle]), rows.contact(row[middle:last]), responsible)
