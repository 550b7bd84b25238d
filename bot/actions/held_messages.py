"""`held`: messages of the operator that wait for their decision, with the choices, which the thread may have lost."""

from __future__ import annotations

from bot.actions.base import DialogAction, DialogCall
from bot.dialogs import held
from bot.dialogs.held_choices import choices
from bot.domain.text import line
from bot.hub.names import operator_name
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.values import Answer, Row, Silent, View, Whisper

ANOTHERS = N_("⏸️ Not sent yet: {by} decides what to do with it.")


class HeldMessages(DialogAction):
    word = "held"
    label = N_("Held messages")
    about = N_("your messages here that are not sent yet (⏸️), with their buttons (or react with ⏸️ to one)")
    reactions = ("⏸",)

    async def run(self, call: DialogCall) -> Answer:
        if "on" in call.inputs:
            return await self._reacted(call) if call.inputs["on"] == "yes" else Silent()
        rows = []
        for one in await call.unit.messages.held(call.dialog.id):
            if one.operator == call.operator.id:
                buttons = await choices(call.hub, call.unit, call.dialog, one, call.operator)
                rows.append(Row(line(held.waiting(call.hub, one)), buttons))
        return Whisper(View(tuple(rows))) if rows else whisper(call._("Nothing of yours is held in this dialog."))

    async def _reacted(self, call: DialogCall) -> Answer:
        """Asks the author of the message once more; tells others who decides."""
        message = call.message
        if message is None or not held.waits(message):
            return Silent()
        if message.operator == call.operator.id:
            await held.ask_now(call.hub, call.unit, call.dialog, call.operator, message)
            return Silent()
        by = await operator_name(call.unit, message.operator)
        return whisper(call._(ANOTHERS).format(by=by))
