"""`star` marks a message as important or removes the mark; `important` lists the marked ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.actions.base import Action, Call, CardSlot, DialogCall, MenuGroup, MessageAction, MessageCall, Right, Stock
from bot.actions.chosen import of_its_post
from bot.dialogs.apply import write_line
from bot.domain import Line, Message
from bot.domain.text import bold, line, link, shorten
from bot.hub import parcels
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.cards import heading
from bot.views.values import Answer, Row, Silent, View, Whisper
from bot.views.words import summary

WORDS = 80
"""Characters of a message shown in lines and lists."""


def words_of(call: Call, message: Message) -> str:
    return shorten(summary(message.content, call.hub.tr), WORDS)


async def set_important(call: DialogCall, messages: Sequence[Message], important: bool) -> None:
    """Marks or unmarks messages and writes one line about it; without a change it writes none."""
    changed = [message for message in messages if message.important != important]
    if not changed:
        return
    for message in changed:
        await call.unit.messages.save(replace(message, important=important))
    words = shorten(" · ".join(summary(message.content, call.hub.tr) for message in changed), WORDS)
    technical_line = Line("starred" if important else "unstarred", {"by": str(call.operator.id), "words": words})
    await write_line(call.hub, call.unit, call.dialog, technical_line)
    await parcels.refresh_card(call.unit, call.dialog, call.now)  # its menu offers the list while there is one


class Star(MessageAction):
    word = "star"
    label = N_("Mark as important")
    about = N_("mark or unmark a message as important (or react with ⭐)")
    shortcut = True
    reactions = ("⭐",)

    async def run(self, call: MessageCall) -> Answer:
        wanted = call.inputs.get("on", "no" if call.message.important else "yes")
        await set_important(call, await of_its_post(call), wanted == "yes")
        return Silent()


class Important(Action):
    word = "important"
    label = N_("Important messages")
    about = N_("important messages of this dialog or of all dialogs: important [all]")
    right = Right.READ
    spot = CardSlot.MENU
    group = MenuGroup.MESSAGES
    lists = Stock.IMPORTANT

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"all": "yes"} if words.casefold() in ("all", "все") else {}

    async def run(self, call: Call) -> Answer:
        dialog = None if call.inputs.get("all") or call.dialog is None else call.dialog.id
        accounts = await call.hub.readable(call.unit, call.operator)
        found = await call.unit.messages.important(dialog=dialog, accounts=accounts)
        if not found:
            return whisper(call._("No important messages yet. React with ⭐ to mark one."))
        rows = []
        for one in found:
            where = call.hub.desks.link(one.dialog.ref, one.post)
            about = line(bold(heading(one.dialog)), f" · {one.contact.name} · {call.hub.when(one.message.at)}\n")
            rows.append(Row(about + line(link(words_of(call, one.message) or "…", where))))
        title = call._("Important messages") if dialog is None else call._("Important messages of this dialog")
        return Whisper(View(tuple(rows), title))
