"""`home`: the workplace as one page. `next`: accept the dialog that has waited longest."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.base import Action, Call
from bot.actions.sections import SectionFilter, dialogs_of, page, workplace
from bot.dialogs.apply import apply_event
from bot.domain import Dialog, Status
from bot.domain.lifecycle import Accepted, Refusal, addressed_to
from bot.domain.text import Text, line, link
from bot.locale import N_
from bot.ports.storage import DialogRow, Section
from bot.queries.sections import viewer_of
from bot.views.answers import whisper
from bot.views.direct import short_name
from bot.views.values import Answer, Row

TRIED = 100
"""New dialogs among which one is looked for that this operator may accept."""
ACCEPTED = N_("You have accepted {dialog}.")


class HomePage(Action):
    """Workplace: the operator's own dialogs, or new ones while they have none, and the way to everything else."""

    word = "home"
    label = N_("Workplace")
    about = N_("your workplace: sections, search, tasks, reports")

    async def run(self, call: Call) -> Answer:
        mine = SectionFilter(Section.MINE, home=True)
        async with call.hub.store.read() as unit:
            has_any = await dialogs_of(unit, await viewer_of(call.hub, unit, call.operator), mine, 1)
        return await workplace(call, mine if has_any else SectionFilter(Section.NEW, home=True))


class AcceptNext(Action):
    """Accepts the first of the new dialogs that this operator may accept. Of two who ask at once, each gets another
    one."""

    word = "next"
    label = N_("Accept next")
    about = N_("accept the dialog that has been waiting longest")

    async def run(self, call: Call) -> Answer:
        for row in await self._candidates(call):
            dialog = await self._accepted(call, row.dialog)
            if dialog is None:
                continue
            said = _said(call, dialog, row)
            if not call.sealed.get("home"):
                return whisper(said)
            return await page(call, call.unit, SectionFilter(Section.MINE, home=True), said=(Row(said),))
        return whisper(call._("No dialog is waiting to be accepted."))

    async def _candidates(self, call: Call) -> Sequence[DialogRow]:
        async with call.hub.store.read() as unit:
            viewer = await viewer_of(call.hub, unit, call.operator)
            return await dialogs_of(unit, viewer, SectionFilter(Section.NEW), TRIED)

    async def _accepted(self, call: Call, seen: Dialog) -> Dialog | None:
        """Returns the dialog once it is theirs; None if it is not to be had."""
        access = await call.hub.access(call.unit, call.operator, seen.account)
        if not access.rights.send:
            return None
        dialog = await call.unit.dialogs.lock(seen.id)
        if dialog is None or dialog.status not in (Status.NEW, Status.RETURNED):
            return None
        if dialog.addressee is not None and not addressed_to(dialog, call.operator.id, access.roles):
            return None  # it waits for somebody else
        try:
            await apply_event(call.hub, call.unit, dialog, Accepted(call.operator.id))
        except Refusal:
            return None
        return dialog


def _said(call: Call, dialog: Dialog, row: DialogRow) -> Text:
    before, _, after = call._(ACCEPTED).partition("{dialog}")
    name = short_name(dialog, row.contact, call.hub.tr)
    return line(f"✅ {before}", link(name, call.hub.desks.link(dialog.ref)), after)
