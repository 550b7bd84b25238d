"""Reply deadlines in business hours: a warning before the deadline, then a notice to the role for escalation.

Nothing is scheduled ahead: each `tick` finds the waits that have become long enough, and the alarms given for a wait
are stored with its dialog until the wait ends (`Dialogs.set_alarm`). So each alarm is given once, even if the hub was
down when it was due; a timely reply has nothing to cancel; and new rules apply to those already waiting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial

from bot.automation.hours import BusinessTime, business_time
from bot.dialogs.apply import write_line
from bot.dialogs.departed import in_place_of
from bot.dialogs.notifications import members, named, notify, open_button, wanting
from bot.domain import AccountName, Addressee, DeskName, Dialog, DialogId, Line, MessageId
from bot.domain.access import same_name
from bot.domain.account_rules import OFFICE_HOURS, AccountRules
from bot.domain.notifications import Occasion
from bot.domain.text import line, link
from bot.domain.value import replace
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import Unit
from bot.views.values import Row, View

EVERY = 15.0
"""Seconds between two ticks."""
BATCH = 50
"""Dialogs of one kind per transaction."""
WITH_BUTTONS = 5
"""Most dialogs in one message whose rows have buttons."""
NOBODY = Addressee()
WARNED, OVERDUE = 1, 2
"""Alarms given for a wait."""


def answer_by(rules: AccountRules, dialog: Dialog) -> datetime | None:
    """Reply deadline. None: there is no limit, or nobody is waiting."""
    minutes = _minutes(rules, first=dialog.answered_at is None)
    if dialog.waiting_since is None or not minutes:
        return None
    return _time(rules).after(dialog.waiting_since, timedelta(minutes=minutes))


def _time(rules: AccountRules) -> BusinessTime:
    """Business time in which the account's deadlines are counted."""
    hours = rules.hours
    if rules.deadlines.office_hours and not any(hours.days):
        hours = replace(hours, days=OFFICE_HOURS)
    return business_time(hours)


def _minutes(rules: AccountRules, *, first: bool) -> int:
    return rules.deadlines.first if first else rules.deadlines.following


def _awaited(dialog: Dialog) -> Addressee:
    """The dialog's owner, or whomever it waits for; nobody where both are missing."""
    return Addressee(operator=dialog.responsible) if dialog.responsible is not None else dialog.addressee or NOBODY


class DeadlineWatch:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def run(self) -> None:
        while True:
            await self.tick()
            await self._hub.clock.sleep(EVERY)

    async def tick(self) -> None:
        for account in self._hub.accounts:
            while await self._hub.store.transact(partial(self._act, account)):
                pass  # there may be more

    async def _act(self, account: AccountName, unit: Unit) -> bool:
        """Gives the alarms due now; True: there may be more."""
        rules = (await self._hub.account(unit, account)).rules
        full, over, unwarned = False, list[Dialog](), set[DialogId]()
        for first in (True, False):
            minutes, warning = _minutes(rules, first=first), rules.deadlines.warning
            if not minutes:
                continue
            late = await self._waiting(unit, account, rules, minutes, OVERDUE, first=first, below=WARNED)
            unwarned |= {one.id for one in late}
            if len(late) < BATCH:
                late += await self._waiting(unit, account, rules, minutes, OVERDUE, first=first)
            for dialog in late:
                await self._overdue(unit, rules, dialog, tells=dialog.id in unwarned)
            soon = list[Dialog]()
            if 0 < warning < minutes and len(late) < BATCH:  # else more may be overdue
                soon = await self._waiting(unit, account, rules, minutes - warning, WARNED, first=first)
            for dialog in soon:
                await self._warn(unit, rules, dialog)
            over += late
            full = full or max(len(late), len(soon)) >= BATCH
        await self._escalate(unit, rules, over, unwarned)
        return full

    async def _waiting(
        self,
        unit: Unit,
        account: AccountName,
        rules: AccountRules,
        minutes: int,
        alarm: int,
        *,
        first: bool,
        below: int = 0,
    ) -> list[Dialog]:
        """Locks dialogs whose customer has waited that many minutes and whose last alarm is below `below`, or below
        `alarm`; returns them with that alarm given."""
        until = _time(rules).before(self._hub.clock.now(), timedelta(minutes=minutes))
        if until is None:
            return []
        found = list[Dialog]()
        for number in await unit.dialogs.late(account, until, below or alarm, first=first, limit=BATCH):
            dialog = await unit.dialogs.lock(number)
            if dialog is not None and dialog.waiting_since is not None and dialog.waiting_since <= until:
                await unit.dialogs.set_alarm(number, alarm)
                found.append(dialog)
        return found

    async def _warn(self, unit: Unit, rules: AccountRules, dialog: Dialog) -> None:
        line = Line("deadline_nears", {"at": self._when(rules, dialog)})
        await self._tell(unit, dialog, line, await write_line(self._hub, unit, dialog, line))

    async def _overdue(self, unit: Unit, rules: AccountRules, dialog: Dialog, *, tells: bool) -> None:
        """Says that the deadline has passed. `tells`: to those, too, who would have been warned."""
        line = Line("deadline_over", {"at": self._when(rules, dialog)})
        written, role = await write_line(self._hub, unit, dialog, line), _awaited(dialog).role
        await parcels.refresh_card(unit, dialog, self._hub.clock.now())
        if tells and (role is None or not same_name(role, rules.deadlines.escalate)):
            await self._tell(unit, dialog, line, written)

    async def _tell(self, unit: Unit, dialog: Dialog, line: Line, written: MessageId) -> None:
        """Notifies the dialog's owner, or whomever it waits for."""
        for one in await in_place_of(self._hub, unit, _awaited(dialog)):
            await notify(self._hub, unit, dialog, one, line, written=written)

    def _when(self, rules: AccountRules, dialog: Dialog) -> str:
        until = answer_by(rules, dialog)
        return self._hub.when(until) if until is not None else ""

    async def _escalate(
        self, unit: Unit, rules: AccountRules, over: Iterable[Dialog], unwarned: Collection[DialogId]
    ) -> None:
        """Notifies the role's members, each in one message for all dialogs; not those who were just told as the owner
        of all of them. `unwarned`: dialogs whose owners were."""
        name = rules.deadlines.escalate
        role = next((one for one in await unit.operators.roles() if same_name(one, name)), None) if name else None
        by_desk = defaultdict[DeskName, list[Dialog]](list)
        for dialog in over:
            by_desk[dialog.desk].append(dialog)
        for desk, dialogs in by_desk.items() if role is not None else ():
            wanted = await wanting(unit, await members(unit, desk, Addressee(role=role)), Occasion.DEADLINES)
            access = [await self._hub.access(unit, one, dialogs[0].account) for one in wanted]
            view, only = await self._list(unit, dialogs), dialogs[0].id if len(dialogs) == 1 else None
            owners = {_awaited(dialog).operator if dialog.id in unwarned else None for dialog in dialogs}
            if told := {one.operator.user: view for one in access if one.rights.read and {one.operator.id} != owners}:
                await parcels.tell_role(unit, desk, told, self._hub.clock.now(), only)

    async def _list(self, unit: Unit, dialogs: list[Dialog]) -> View:
        tr, rows = self._hub.tr, list[Row]()
        for dialog in dialogs:
            since = self._hub.when(dialog.waiting_since) if dialog.waiting_since is not None else ""
            waiting = tr.gettext("waiting since {at}").format(at=since)
            where = link(await named(self._hub, unit, dialog), self._hub.desks.link(dialog.ref))
            opens = (open_button(self._hub, dialog),) if len(dialogs) <= WITH_BUTTONS else ()
            rows.append(Row(line(where, f" · {waiting}"), opens))
        title = tr.ngettext(
            "⌛ Reply overdue in {n} dialog",
            "⌛ Reply overdue in {n} dialogs",
            len(dialogs),
        )
        return View(tuple(rows), title.format(n=len(dialogs)), urgent=True)
