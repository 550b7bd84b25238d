"""What actions that take several messages are about: those marked with 🔖, or picked in a form."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.base import Call
from bot.actions.choosing import whole_number
from bot.dialogs.selection import chosen_by
from bot.domain import Author, Delivery, Message, MessageId, OperatorId, PostRef
from bot.domain.text import shorten
from bot.hub import names as people
from bot.views.values import Field, FieldKind, Option
from bot.views.words import summary

LATEST = 25
"""Messages that a form offers."""
WORDS = 70
"""Characters of each."""


async def chosen(call: Call) -> Sequence[Message]:
    """The messages that an action is about, oldest first: those that the form's field "messages" names; else those of
    this thread that the operator has marked with 🔖, and the one that the action was asked for on."""
    if "messages" in call.inputs:
        return await _picked(call)
    marked = await chosen_by(call.hub, call.unit, call.operator.id, call.the_dialog)
    found = {one.id: one for one in (*marked, *(await of_its_post(call) if call.message is not None else ()))}
    return [one for _, one in sorted(found.items()) if is_choosable(one, call.operator.id)]


async def of_its_post(call: Call) -> Sequence[Message]:
    """The message that an action was asked for on, with those that stand in one post with it: an album, or what a
    customer wrote while the desk was slow. Whoever means one of them picks it in a form."""
    place, post = call.place, call.place.post
    found = await call.unit.messages.by_post(PostRef(place.desk, place.channel, post)) if post is not None else ()
    return found if call.the_message.id in {one.id for one in found} else [call.the_message]


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
    await call.unit.choices.clear(call.operator.id, call.the_dialog.root)


def is_choosable(message: Message, viewer: OperatorId) -> bool:
    """Whether it says something, and to this operator."""
    shown = message.delivery is not Delivery.HELD or message.operator == viewer
    said = bool(message.content) and message.deleted_at is None
    return said and message.author is not Author.HUB and shown


async def _picked(call: Call) -> Sequence[Message]:
    numbers = [one.strip() for one in call.inputs["messages"].split(",") if whole_number(one.strip())]
    picked = [await call.unit.messages.get(MessageId(int(one))) for one in dict.fromkeys(numbers)]
    found = [one for one in picked if one is not None and await _of_thread(call, one)]
    return sorted((one for one in found if is_choosable(one, call.operator.id)), key=lambda one: one.id)


async def _of_thread(call: Call, message: Message) -> bool:
    if message.dialog == call.the_dialog.id:
        return True
    dialog = await call.unit.dialogs.get(message.dialog)
    return dialog is not None and dialog.root == call.the_dialog.root


async def _label(call: Call, message: Message) -> str:
    """A form's options are plain and short."""
    return shorten(await said(call, message), WORDS)


async def said(call: Call, message: Message) -> str:
    """“Vera: words”"""
    if message.author is Author.CUSTOMER:
        by = (await call.unit.contacts.get(call.the_dialog.contact)).name or call._("Customer")
    else:
        by = await people.writer(call.unit, message, call.hub.tr)
    words = summary(message.content, call.hub.tr)
    return f"{by}: {words}" if by else words
