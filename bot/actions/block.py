"""`block`: accept nothing more from a customer; `unblock` reverses it."""

from __future__ import annotations

from typing import ClassVar

from bot.actions.base import CardSlot, DialogAction, DialogCall, MenuGroup, Right
from bot.dialogs.apply import write_line
from bot.domain import Dialog, Line, Status
from bot.hub import parcels
from bot.locale import N_
from bot.ports import Bridge
from bot.views.answers import whisper
from bot.views.values import Answer, Silent, Tone


class _Barring(DialogAction):
    right = Right.SEND
    spot = CardSlot.MENU
    group = MenuGroup.CONTACT
    statuses = frozenset(Status) - {Status.FOR_REVIEW}
    barred: ClassVar[bool]
    line: ClassVar[str]

    def offered(self, bridge: Bridge | None, dialog: Dialog) -> bool:
        return dialog.barred is not self.barred and _can_be_barred(bridge)

    async def run(self, call: DialogCall) -> Answer:
        dialog = call.dialog
        if not _can_be_barred(call.hub.bridges.get(dialog.account)):
            return whisper(call._("This messenger does not let the hub block customers: they could not be told."))
        if dialog.barred is not self.barred:
            await call.unit.contacts.set_barred(dialog.account, dialog.chat, self.barred)
            await write_line(call.hub, call.unit, dialog, Line(self.line, {"by": str(call.operator.id)}))
            await parcels.refresh_card(call.unit, dialog, call.now)
        return Silent()


class Block(_Barring):
    word = "block"
    label = N_("Block the customer")
    about = N_("block the customer: their messages are no longer accepted, and they see that")
    tone = Tone.DANGER
    barred = True
    line = "barred"


class Unblock(_Barring):
    word = "unblock"
    label = N_("Unblock the customer")
    about = N_("unblock the customer: they can write again")
    barred = False
    line = "unbarred"


def _can_be_barred(bridge: Bridge | None) -> bool:
    return bridge is not None and bridge.limits.refuses
