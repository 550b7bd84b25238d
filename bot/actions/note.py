"""`note`: an internal note, for colleagues only."""

from __future__ import annotations

from bot.actions.base import CardSlot, DialogAction, DialogCall, InvalidInput, MenuGroup
from bot.dialogs import mentions
from bot.domain import Author, Content, Delivery, DeskNames, Line
from bot.domain.text import Text
from bot.hub import parcels
from bot.locale import N_
from bot.ports.storage import NewMessage
from bot.views.values import Answer, Field, FieldKind, Silent


class Note(DialogAction):
    word = "note"
    label = N_("Internal note")
    verb = N_("Leave note")
    about = N_("an internal note: note TEXT (or start a message with //)")
    spot = CardSlot.MENU
    group = MenuGroup.MESSAGES

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        return {"text": words}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        return (Field("text", call._("Note"), FieldKind.AREA, required=True, limit=3000),)

    def satisfied(self, call: DialogCall) -> bool:
        return bool(call.inputs.get("text"))

    async def run(self, call: DialogCall) -> Answer:
        text = call.inputs.get("text", "").strip()
        if not text:
            raise InvalidInput(text=call._("Enter the note."))
        note = NewMessage(
            call.dialog.id,
            Author.NOTE,
            call.now,
            Content(Text.plain(text)),
            call.operator.id,
            Delivery.INTERNAL,
            line=Line("noted", {"by": str(call.operator.id), "words": text}),
        )
        message = await call.unit.messages.add(note)
        await parcels.post(call.unit, call.dialog, message.id, call.now)
        found = await mentions.verdict(call.hub, call.unit, note.content, DeskNames(internal=True))
        source = message.id, note.content
        await mentions.tell_named(call.hub, call.unit, call.dialog, call.operator, source, found.named)
        return Silent()
