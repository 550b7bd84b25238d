"""Morning lists: to whoever wants one, at their hour by their own clock, once a day: their dialogs, what waits, what is
due.

Each poll reads those who want a list. The day is recorded in the transaction that enqueues the list, and only if it was
not recorded before: so it is sent once, however many processes there are and whenever they stop. A hub that was away
sends a list that is at most `LATEST` late; a later one is left out. Nothing is sent when there is nothing to do.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from functools import partial

from bot.domain import Operator
from bot.domain.text import Span, Text, bold, line, link, shorten
from bot.domain.value import value
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.tokens import Ticket
from bot.locale import ago, appointment
from bot.ports.storage import DialogRow, MorningReader, Section, Unit
from bot.queries.sections import viewer_of
from bot.tasks.due import zone_of
from bot.views import direct
from bot.views.values import Row, View

EVERY = 30.0
"""Seconds between two polls."""
LATEST = timedelta(hours=3)
"""Delay after which a list is left out for that day."""
SHOWN = 5
"""Dialogs or tasks of one kind in a list."""
MOST = 100
"""Dialogs or tasks of one kind that are counted."""
WORDS = 80
"""Characters of a dialog's last words, or of a task."""


class MorningLists:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def run(self) -> None:
        while True:
            await self.tick()
            await self._hub.clock.sleep(EVERY)

    async def tick(self) -> None:
        """Sends every list whose hour has come, each in a transaction of its own."""
        async with self._hub.store.read() as unit:
            readers = await unit.preferences.morning_readers()
        for reader in readers:
            if self._has_come(reader):
                await self._hub.store.transact(partial(self._send, reader.operator))

    def _has_come(self, reader: MorningReader) -> bool:
        here = self._hub.clock.now().astimezone(zone_of(self._hub, reader.operator))
        at = reader.choices.morning or time()
        late = here - datetime.combine(here.date(), at, here.tzinfo)
        return (reader.told is None or reader.told < here.date()) and timedelta() <= late < LATEST

    async def _send(self, operator: Operator, unit: Unit) -> None:
        now = self._hub.clock.now()
        today = now.astimezone(zone_of(self._hub, operator)).date()
        if not await self._hub.admits(unit, operator) or not await unit.preferences.tell_morning(operator.id, today):
            return
        view = await morning_list(self._hub, unit, operator)
        if view is not None:
            await parcels.tell(unit, operator.desk, operator.user, view, now)


@value
class _Part:
    """One kind of things in a list. `title`: its heading; `word`: the action that shows all of them."""

    title: str
    word: str
    rows: tuple[Text, ...]


async def morning_list(hub: Hub, unit: Unit, to: Operator) -> View | None:
    """The list as of now; None: there is nothing to do."""
    parts = [one for one in (*await _dialogs(hub, unit, to), await _due(hub, unit, to)) if one.rows]
    if not parts:
        return None
    rows = [row for part in parts for row in _rows(hub, part)]
    state = {"tasks": {"tab": "mine"}}
    tickets = [Ticket(one.word, only=to.id, extra=state.get(one.word, {})) for one in parts]
    title = hub.tr.gettext("☀️ Your morning list")
    return View(tuple(rows), title, buttons=tuple(hub.button(one, to.desk) for one in tickets))


def _rows(hub: Hub, part: _Part) -> list[Row]:
    more = len(part.rows) - SHOWN
    said = hub.tr.ngettext("… and {n} more", "… and {n} more", more).format(n=more) if more > 0 else ""
    return [Row(line(bold(part.title))), *map(Row, part.rows[:SHOWN]), *([Row(Text.plain(said))] if said else [])]


async def _dialogs(hub: Hub, unit: Unit, to: Operator) -> tuple[_Part, _Part]:
    """The operator's own dialogs, and those of others whose customers wait."""
    viewer, tr = await viewer_of(hub, unit, to), hub.tr
    mine = await unit.dialogs.section(Section.MINE, viewer, limit=MOST)
    fresh = await unit.dialogs.section(Section.NEW, viewer, limit=MOST)
    mine_ids = {one.dialog.id for one in mine}
    new = [one for one in fresh if one.dialog.waiting_since is not None and one.dialog.id not in mine_ids]
    yours = tr.ngettext("Yours: {n} dialog", "Yours: {n} dialogs", len(mine)).format(n=len(mine))
    waits = tr.ngettext("Waiting in the queue: {n} dialog", "Waiting in the queue: {n} dialogs", len(new))
    return (
        _Part(yours, "mine", tuple([_dialog(hub, one) for one in mine])),
        _Part(waits.format(n=len(new)), "new", tuple([_dialog(hub, one) for one in new])),
    )


def _dialog(hub: Hub, row: DialogRow) -> Text:
    """Line of a dialog; the last words are bold while the customer waits."""
    dialog, tr = row.dialog, hub.tr
    about = direct.short_name(dialog, row.contact, tr)
    where, words = link(about, hub.desks.link(dialog.ref)), shorten(dialog.last_words, WORDS)
    if dialog.waiting_since is None:
        return line("• ", where, f" · {words}" if words else "")
    waits = ago(hub.clock.now() - dialog.waiting_since, hub.locale)
    said: tuple[str | Span, ...] = (" · ", bold(words)) if words else ()
    return line("• ", where, " · ⏱ ", Span(waits, since=dialog.waiting_since), *said)


async def _due(hub: Hub, unit: Unit, to: Operator) -> _Part:
    """Tasks that are overdue, or due today by the operator's clock."""
    now, zone = hub.clock.now(), zone_of(hub, to)
    today = now.astimezone(zone).date()
    tasks = [(one.due, one.text) for one in await unit.tasks.mine(to.id, limit=MOST) if one.due is not None]
    due = [(at, text) for at, text in tasks if at.astimezone(zone).date() <= today]
    title = hub.tr.ngettext("Due today: {n} task", "Due today: {n} tasks", len(due)).format(n=len(due))
    return _Part(title, "tasks", tuple([Text.plain(_task(at, text, hub.locale, zone, now)) for at, text in due]))


def _task(at: datetime, text: str, locale: str, zone: tzinfo, now: datetime) -> str:
    """Line of a task: of one that is due today, the time says enough."""
    here = at.astimezone(zone)
    told = f"{here:%H:%M}" if here.date() == now.astimezone(zone).date() else appointment(at, locale, zone, now)
    return f"{'❗' if at <= now else '📝'} {shorten(text, WORDS)} · ⏰ {told}"
