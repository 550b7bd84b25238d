"""`accept`: become the owner of a dialog that has none, or whose owner has left."""

from __future__ import annotations

from bot.actions.base import CardSlot, DialogAction, DialogCall, Right
from bot.dialogs.apply import apply_event
from bot.dialogs.departed import owner_has_left
from bot.domain import Status
from bot.domain.lifecycle import Accepted, TookOver
from bot.locale import N_
from bot.views.values import Answer, Silent, Tone


class Accept(DialogAction):
    word = "accept"
    label = N_("Accept")
    about = N_("accept the dialog (or react with ✋ to its card)")
    right = Right.SEND
    spot = CardSlot.BUTTON
    statuses = frozenset({Status.NEW, Status.RETURNED})
    tone = Tone.PRIMARY
    card_reactions = ("✋", "🖐")

    async def run(self, call: DialogCall) -> Answer:
        me, dialog = call.operator.id, call.dialog
        left = dialog.responsible != me and await owner_has_left(call.hub, call.unit, dialog)
        await apply_event(call.hub, call.unit, dialog, TookOver(me) if left else Accepted(me))
        return Silent()
