"""Actions that take several messages: those marked with 🔖, or picked in a form. `choose` marks and unmarks."""

from __future__ import annotations

from collections.abc import Sequence

from bot import people
from bot.actions.action import Action, Call, Needs
from bot.actions.choosing import whole_number
from bot.locale import N_
from bot.model import Author, Delivery, Message, MessageId, OperatorId, PostRef
from bot.text import shorten
from bot.views.answers import whisper
from bot.views.values import Answer, Field, FieldKind, Option, Silent
from bot.views.words import summary

LATEST = 25
"""Messages that a form offers."""
WORDS = 70
"""Characters of each."""


async def chosen(call: Call) -> Sequence[Message]:
    """The messages that an action is about, oldest first: those that the form's field "messages" names; else those of
    this dialog that the operator has marked with 🔖, and the one that the action was asked for on."""
    if "messages" in call.inputs:
        return await _picked(call)
    marked = await call.unit.choices.of(call.operator.id, call.the_dialog.id)
    found = {one.id: one for one in (*marked, *([call.message] if call.message is not None else ()))}
    return [one for _, one in sorted(found.items()) if is_choosable(one, call.operator.id)]


async def messages_field(call: Call, *, required: bool = False) -> Field:
    """The dialog's latest messages to pick from; those marked already are picked, also when they are older."""
    latest = await call.unit.messages.latest(call.the_dialog.id, limit=LATEST)
    marked = await chosen(call)
    offered = {one.id: one for one in (*latest, *marked) if is_choosable(one, call.operator.id)}
    options = [Option(str(one.id), await _label(call, one)) for _, one in sorted(offered.items(), reverse=True)]
    value = ",".join(str(one.id) for one in marked)
    return Field("messages", call._("Messages"), FieldKind.MANY, required=required, options=tuple(options), value=value)


async def done_with(call: Call) -> None:
    """What was marked has been used: the next action begins anew."""
    await call.unit.choices.clear(call.operator.id, call.the_dialog.id)


def is_choosable(message: Message, viewer: OperatorId) -> bool:
    """Whether it says something, and to this operator."""
    shown = message.delivery is not Delivery.HELD or message.operator == viewer
    return bool(message.content) and message.author is not Author.HUB and shown


async def _picked(call: Call) -> Sequence[Message]:
    numbers = [one.strip() for one in call.inputs["messages"].split(",") if whole_number(one.strip())]
    picked = [await call.unit.messages.get(MessageId(int(one))) for one in dict.fromkeys(numbers)]
    found = [one for one in picked if one is not None and one.dialog == call.the_dialog.id]
    return sorted((one for one in found if is_choosable(one, call.operator.id)), key=lambda one: one.id)


async def _label(call: Call, message: Message) -> str:
    """“Vera, 14:05: words”; a form's options are plain and short."""
    if message.author is Author.CUSTOMER:
        by = (await call.unit.contacts.get(call.the_dialog.contact)).name or call._("Customer")
    else:
        by = await people.writer(call.unit, message, call.hub.tr)
    words = summary(message.content, call.hub.tr)
    return shorten(f"{by}: {words}" if by else words, WORDS)


class Choose(Action):
    word = "choose"
    label = N_("Choose")
    about = N_("choose a message for what you do next (also a 🔖 reaction); once more takes it back")
    needs = Needs.MESSAGE
    shortcut = True
    reaction = "🔖"

    async def run(self, call: Call) -> Answer:
        """By a reaction silently, for the reaction is seen; else it is said how many are chosen now."""
        me, together = call.operator.id, await self._at_the_post(call)
        before = {one.id for one in await call.unit.choices.of(me, call.the_dialog.id)}
        wanted = call.inputs.get("on", "no" if call.the_message.id in before else "yes") == "yes"
        for message in together:
            if wanted and is_choosable(message, me):
                await call.unit.choices.add(me, message.id, call.now)
            else:
                await call.unit.choices.remove(me, message.id)
        if "on" in call.inputs:
            return Silent()
        count = len(await call.unit.choices.of(me, call.the_dialog.id))
        told = call.hub.tr.ngettext(
            "{n} message of this dialog is chosen.", "{n} messages of this dialog are chosen.", count
        )
        return whisper(f"🔖 {told.format(n=count)}")

    async def _at_the_post(self, call: Call) -> Sequence[Message]:
        """An album is one post: all of it is meant."""
        place = call.place
        if place.post is None:
            return [call.the_message]
        found = await call.unit.messages.by_post(PostRef(place.desk, place.channel, place.post))
        return found if call.the_message.id in {one.id for one in found} else [call.the_message]
