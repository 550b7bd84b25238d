"""`rename`: give the dialog a title instead of its number."""

from __future__ import annotations

from bot.actions.base import CardSlot, DialogAction, DialogCall, InvalidInput, Right
from bot.dialogs.apply import apply_event
from bot.domain.lifecycle import Renamed
from bot.locale import N_
from bot.views.values import Answer, Field, Silent

LONGEST_TITLE = 100


class Rename(DialogAction):
    word = "rename"
    label = N_("Rename")
    about = N_("give the dialog a title: rename TITLE")
    right = Right.SEND
    spot = CardSlot.MENU

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        return {"title": words}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        value = call.inputs.get("title") or call.dialog.title
        return (Field("title", call._("Title"), required=True, value=value, limit=LONGEST_TITLE),)

    def satisfied(self, call: DialogCall) -> bool:
        return bool(call.inputs.get("title"))

    async def run(self, call: DialogCall) -> Answer:
        title = call.inputs.get("title", "")
        if len(title) > LONGEST_TITLE:
            raise InvalidInput(
                title=call._("The title is too long: at most {limit} characters.").format(limit=LONGEST_TITLE)
            )
        event = Renamed(call.operator.id, title, call.rights.administer)
        await apply_event(call.hub, call.unit, call.dialog, event)
        return Silent()
