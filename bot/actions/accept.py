"""`accept`: become the owner of a dialog."""

from __future__ import annotations

from bot.actions.base import CardSlot, DialogAction, DialogCall, Right
from bot.dialogs.apply import apply_event
from bot.domain import Status
from bot.domain.lifecycle import Accepted
from bot.locale import N_
from bot.views.values import Answer, Silent, Tone


class Accept(DialogAction):
    word = "accept"
    label = N_("Accept")
    about = N_("accept the dialog")
    right = Right.SEND
    spot = CardSlot.BUTTON
    statuses = frozenset({Status.NEW, Status.RETURNED})
    tone = Tone.PRIMARY

    async def run(self, call: DialogCall) -> Answer:
        await apply_event(call.hub, call.unit, call.dialog, Accepted(call.operator.id))
        return Silent()
