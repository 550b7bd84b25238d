"""`choose` selects a message for the next action, or deselects it; `chosen` shows and clears the selection."""

from __future__ import annotations

from dataclasses import replace

from bot.actions.base import DialogAction, DialogCall, MessageAction, MessageCall, Right
from bot.actions.chosen import chosen, done_with, is_choosable, of_its_post, said
from bot.actions.forward import Forward
from bot.actions.linking import Link
from bot.dialogs.selection import chosen_by
from bot.domain.text import line, link, shorten
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.values import Answer, Button, Row, Silent, View, Whisper

SHOWN = 120
"""Characters of each message shown in the list."""
NONE = ("none", "нет")


class Choose(MessageAction):
    word = "choose"
    label = N_("Select")
    about = N_("select a message for the next action (or react with 🔖); again to unselect")
    shortcut = True
    reactions = ("🔖",)

    async def run(self, call: MessageCall) -> Answer:
        """Selects or deselects. A reaction gets no reply, because it is visible itself; otherwise the selection is
        shown."""
        me, together = call.operator.id, await of_its_post(call)
        before = {one.id for one in await chosen_by(call.hub, call.unit, me, call.dialog)}
        wanted = call.inputs.get("on", "no" if call.message.id in before else "yes") == "yes"
        for message in together:
            if wanted and is_choosable(message, me):
                await call.unit.choices.add(me, message.id, call.now)
            else:
                await call.unit.choices.remove(me, message.id)
        if "on" in call.inputs:
            return Silent()
        return await _listed(call.without_message())


class Chosen(DialogAction):
    word = "chosen"
    label = N_("Selected messages")
    about = N_("list the messages you selected (🔖), or clear the selection: chosen [none]")
    right = Right.READ

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        return {"none": "yes"} if words.casefold() in NONE else {}

    async def run(self, call: DialogCall) -> Answer:
        if "none" in call.inputs:
            await done_with(call)
        return await _listed(call.without_message())


async def _listed(call: DialogCall) -> Whisper:
    """Current selection, with the actions that use it."""
    found = await chosen(call)
    if not found:
        text = call._("No messages selected. React with 🔖 to select; the selection lasts a day or until used.")
        return replace(whisper(text), replaces=True)
    rows = []
    for one in found:
        post = await call.unit.messages.post(one.id)
        where = call.hub.desks.link(call.dialog.ref, post) if post is not None else ""
        rows.append(Row(line("• ", link(shorten(await said(call, one), SHOWN), where))))
    title = call.hub.tr.ngettext(
        "{n} message of this dialog is selected.", "{n} messages of this dialog are selected.", len(found)
    )
    takes = [one for one in (Forward(), Link()) if call.dialog.status in one.statuses and one.possible(call)]
    me, desk = call.operator.id, call.place.desk
    buttons = [call.hub.button(Ticket(one.word, call.dialog.id, only=me), desk) for one in takes]
    token = call.hub.seal.seal(Ticket(Chosen.word, call.dialog.id, only=me, extra={"none": "yes"}), desk)
    forget = Button(Chosen.word, call._("Clear selection"), token)
    return Whisper(View(tuple(rows), f"🔖 {title.format(n=len(found))}", buttons=(*buttons, forget)), replaces=True)
