"""Watch over colleagues who leave the team chat or its channels: what was theirs is shown to those who remain.

Nothing is taken away by itself, as somebody may have left a channel by mistake. Each departure is told once, in one
message for all who left since the last look; whoever comes back and leaves again is told anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.dialogs.departed import administrators, has_left, mates
from bot.domain import AccountName, Dialog, Operator, OperatorId, RoleName, Status, Task
from bot.domain.access import Rights, rights, roles_of
from bot.domain.account_rules import AccountRules
from bot.domain.text import Text, bold, line, link, shorten
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.ports.storage import Unit
from bot.views.cards import heading
from bot.views.values import Row, View

EVERY = 300.0
"""Seconds between two looks; desks list their people once an hour."""
MOST = 15
"""Dialogs and tasks shown in one message."""
WORDS = 120
"""Characters of a task."""
CURSOR = "departed"
"""Cursor: ids of those whose departure has been told."""
LEFT = N_("👋 {name} is no longer in the team chat or its channels. Still theirs:")


@dataclass(slots=True)
class _News:
    """Message to one colleague: rows by who left them."""

    to: Operator
    rows: dict[OperatorId, list[Row]] = field(default_factory=dict)


class DepartureWatch:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def run(self) -> None:
        while True:
            await self.tick()
            await self._hub.clock.sleep(EVERY)

    async def tick(self) -> None:
        async with self._hub.store.read() as unit:
            told = await unit.cursors.get(CURSOR) or ""
            gone = [one for one in await unit.operators.former() if await has_left(self._hub, unit, one)]
            new = [one for one in gone if str(one.id) not in told.split(",")]
            heard = await _Estate(self._hub, await self._hub.rules(unit), await unit.operators.roles()).of(unit, new)
        now = ",".join(str(one.id) for one in gone if one.id not in heard.unheard)
        if now == told:
            return

        async def work(unit: Unit) -> None:
            for news in heard.news.values():
                view = self._view(news, {one.id: one for one in new})
                await parcels.tell(unit, news.to.desk, news.to.user, view, self._hub.clock.now())
            await unit.cursors.set(CURSOR, now)

        await self._hub.store.transact(work)

    def _view(self, news: _News, gone: Mapping[OperatorId, Operator]) -> View:
        rows, left = list[Row](), MOST
        for who, theirs in news.rows.items():
            if left > 0:
                title = self._hub.tr.gettext(LEFT).format(name=gone[who].title or gone[who].name)
                rows += [Row(line(bold(title))), *theirs[:left]]
            left -= len(theirs)
        if left < 0:
            words = self._hub.tr.ngettext("and {n} more", "and {n} more", -left).format(n=-left)
            rows.append(Row(line(words)))
        return View(tuple(rows))


@dataclass(slots=True)
class _Estate:
    """Things that people left behind, for those who may see them. `unheard`: those who left something while nobody was
    known who could be told."""

    hub: Hub
    rules: Mapping[AccountName, AccountRules]
    roles: Mapping[RoleName, tuple[str, ...]]
    news: dict[OperatorId, _News] = field(default_factory=dict)
    unheard: set[OperatorId] = field(default_factory=set)

    async def of(self, unit: Unit, gone: Sequence[Operator]) -> _Estate:
        for one in gone:
            dialogs, tasks = await unit.dialogs.held_by(one.id), await unit.tasks.mine(one.id)
            if not dialogs and not tasks:
                continue
            near, last = await mates(self.hub, unit, one), await administrators(self.hub, unit, one)
            for dialog in dialogs:
                contact = await unit.contacts.get(dialog.contact)
                for heir in self._may_see(dialog, near) or last:
                    self._tell(heir, one, self._dialog(heir, dialog, contact.name))
            for task in tasks:
                about = await unit.dialogs.get(task.dialog) if task.dialog is not None else None
                for heir in self._may_see(about, near) or last:
                    self._tell(heir, one, self._task(task))
            if not any(one.id in news.rows for news in self.news.values()):
                self.unheard.add(one.id)
        return self

    def _tell(self, heir: Operator, of: Operator, row: Row) -> None:
        self.news.setdefault(heir.id, _News(heir)).rows.setdefault(of.id, []).append(row)

    def _may_see(self, dialog: Dialog | None, people: Sequence[Operator]) -> Sequence[Operator]:
        return [one for one in people if dialog is None or self._rights(one, dialog).read]

    def _rights(self, one: Operator, dialog: Dialog) -> Rights:
        rules = self.rules.get(dialog.account, AccountRules())
        return rights(one, roles_of(one.id, self.roles), rules, self.hub.admins.ids)

    def _dialog(self, heir: Operator, dialog: Dialog, name: str) -> Row:
        """Row with a button to take the dialog over, if the heir may reply in it."""
        words = line(link(heading(dialog), self.hub.desks.link(dialog.ref)), Text.plain(f" · {name or '?'}"))
        takes = self._rights(heir, dialog).send and dialog.status is not Status.FOR_REVIEW
        ticket = Ticket("accept", dialog.id, only=heir.id)
        return Row(words, (self.hub.button(ticket, heir.desk),) if takes else ())

    def _task(self, task: Task) -> Row:
        due = f" · ⏰ {self.hub.when(task.due)}" if task.due is not None else ""
        return Row(line("📝 ", shorten(task.text, WORDS), due))
