"""`undo_redirect`: take a redirect back, within a minute, by the button of its technical line."""

from __future__ import annotations

from bot.actions.base import MessageAction, MessageCall, Right
from bot.dialogs import undo
from bot.dialogs.apply import apply_event
from bot.domain.lifecycle import RedirectUndone, Refusal
from bot.hub import parcels
from bot.locale import N_
from bot.views.values import Answer, Silent


class UndoRedirect(MessageAction):
    word = "undo_redirect"
    label = N_("Undo")
    about = ""
    right = Right.SEND

    async def run(self, call: MessageCall) -> Answer:
        hub, unit, dialog, message = call.hub, call.unit, call.dialog, call.message
        try:
            await undo.check(hub, unit, message, call.operator.id)
            assert message.line is not None
            await apply_event(hub, unit, dialog, RedirectUndone(call.operator.id, message.line))
        except Refusal as refusal:
            if refusal.code != "undo_others":  # for whoever redirected it stays
                await self._withdraw(call)
            raise
        await self._withdraw(call)
        return Silent()

    async def _withdraw(self, call: MessageCall) -> None:
        """Redraws the line, which has no button any more."""
        await call.unit.messages.save(call.message)  # open pages then load it again
        await parcels.repost(call.unit, call.dialog, call.message.id, call.now)
