"""Lists of the web desk: of one operator, and of all open pages in one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain import AccountName, DialogId, Operator, OperatorId
from bot.hub.context import Hub
from bot.ports import Listed, ListState, ListView
from bot.ports.storage import Section, Unit, Viewer
from bot.queries.sections import standing, viewer_under, waits_for

_OWN = frozenset({Section.MINE, Section.CLOSED})
"""Sections in which each operator may see something else. All others are the same for those with the same accounts and
roles, unless a dialog is for one of them in person (`Dialogs.personal`)."""


async def page(
    hub: Hub,
    unit: Unit,
    viewer: Viewer,
    section: Section,
    *,
    account: AccountName | None = None,
    text: str = "",
    before: DialogId | None = None,
    limit: int = 20,
) -> Sequence[Listed]:
    rows = await unit.dialogs.section(section, viewer, account=account, text=text, before=before, limit=limit)
    return [
        Listed(
            row.dialog,
            row.contact,
            hub.title(row.dialog.account),
            row.responsible.title if row.responsible else "",
            waits_for(viewer, row.dialog, section),
        )
        for row in rows
    ]


class Overview:
    """Lists of many operators' pages, each read once for all who see the same."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._rights: object = None
        self._viewers: dict[OperatorId, Viewer] = {}

    async def lists(self, unit: Unit, views: Sequence[tuple[ListView, Operator]]) -> Sequence[ListState]:
        """Reads the lists; each view comes with its operator."""
        viewers = await self._current(unit, {operator.id: operator for _, operator in views})
        counters = await self._counters(unit, viewers)
        personal = await unit.dialogs.personal(list(viewers))
        read: dict[tuple[object, ...], Sequence[Listed]] = {}
        states: dict[tuple[int, int], ListState] = {}
        found = []
        for view, operator in views:
            viewer = viewers[operator.id]
            own = viewer.operator if view.section in _OWN or viewer.operator in personal else None
            key = (view.section, view.account, view.text, viewer.accounts, viewer.roles, own)
            if (rows := read.get(key)) is None:
                section = Section(view.section)
                rows = read[key] = await page(self._hub, unit, viewer, section, account=view.account, text=view.text)
            counted = counters[viewer.operator]
            found.append(states.setdefault((id(counted), id(rows)), ListState(counted, rows)))
        return found

    async def _current(self, unit: Unit, operators: Mapping[OperatorId, Operator]) -> Mapping[OperatorId, Viewer]:
        """Returns the viewers under the present roles and rules, worked out again when one of those has changed."""
        rights = await standing(self._hub, unit)
        if rights != self._rights:
            self._rights, self._viewers = rights, {}
        for id_, operator in operators.items():
            if id_ not in self._viewers:
                self._viewers[id_] = viewer_under(self._hub, rights, operator)
        return {id_: self._viewers[id_] for id_ in operators}

    async def _counters(
        self, unit: Unit, viewers: Mapping[OperatorId, Viewer]
    ) -> Mapping[OperatorId, Mapping[str, int]]:
        """Returns the counters by names, equal ones as one object."""
        counted = await unit.dialogs.counters_of(list(viewers.values()))
        same: dict[tuple[int, ...], Mapping[str, int]] = {}
        for one in counted:
            same.setdefault(tuple(one.values()), {str(section): count for section, count in one.items()})
        return {id_: same[tuple(one.values())] for id_, one in zip(viewers, counted, strict=True)}
