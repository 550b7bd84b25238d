"""Messages for actions that take several: those marked with 🔖, or picked in a form."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.base import DialogCall, MessageCall
from bot.actions.choosing import whole_number
from bot.dialogs.selection import chosen_by
from bot.domain import Author, Delivery, Message, MessageId, OperatorId, PostRef
from bot.domain.text import shorten
from bot.hub.names import writer_name
from bot.views.values import Field, FieldKind, Option
from bot.views.words import summary

LATEST = 25
"""Messages offered in a form."""
WORDS = 70
"""Characters shown of each."""


async def chosen(call: DialogCall) -> Sequence[Message]:
    """Messages that an action is about, oldest first: those in the form's field "messages"; otherwise the operator's 🔖
    selection in this thread and the message on which the action was called."""
    if "messages" in call.inputs:
        return await _picked(call)
    marked = await chosen_by(call.hub, call.unit, call.operator.id, call.dialog)
    found = {one.id: one for one in (*marked, *(await of_its_post(call) if isinstance(call, MessageCall) else ()))}
    return [one for _, one in sorted(found.items()) if is_choosable(one, call.operator.id)]


async def of_its_post(call: MessageCall) -> Sequence[Message]:
    """Message on which an action was called, together with the others in its post: an album, or what a customer wrote
    while the desk was slow. To choose one of them, the operator uses a form."""
    place, post = call.place, call.place.post
    found = await call.unit.messages.by_post(PostRef(place.desk, place.channel, post)) if post is not None else ()
    return found if call.message.id in {one.id for one in found} else [call.message]


async def messages_field(call: DialogCall, *, required: bool = False) -> Field:
    """Field with the dialog's latest messages; those already marked are preselected, even when older."""
    latest = await call.unit.messages.latest(call.dialog.id, limit=LATEST)
    marked = await chosen(call)
    offered = {one.id: one for one in (*latest, *marked) if is_choosable(one, call.operator.id)}
    options = [Option(str(one.id), await _label(call, one)) for _, one in sorted(offered.items(), reverse=True)]
    value = ",".join(str(one.id) for one in marked)
    return Field("messages", call._("Messages"), FieldKind.MANY, required=required, options=tuple(options), value=value)


async def done_with(call: DialogCall) -> None:
    """Clears the selection once it has been used."""
    await call.unit.choices.clear(call.operator.id, call.dialog.root)


def is_choosable(message: Message, viewer: OperatorId) -> bool:
    """Tells whether a message has content that this operator may see."""
    shown = message.delivery is not Delivery.HELD or message.operator == viewer
    said = bool(message.content) and message.deleted_at is None
    return said and message.author is not Author.HUB and shown


async def _picked(call: DialogCall) -> Sequence[Message]:
    numbers = [one.strip() for one in call.inputs["messages"].split(",") if whole_number(one.strip())]
    picked = [await call.unit.messages.get(MessageId(int(one))) for one in dict.fromkeys(numbers)]
    found = [one for one in picked if one is not None and await _of_thread(call, one)]
    return sorted((one for one in found if is_choosable(one, call.operator.id)), key=lambda one: one.id)


async def _of_thread(call: DialogCall, message: Message) -> bool:
    if message.dialog == call.dialog.id:
        return True
    dialog = await call.unit.dialogs.get(message.dialog)
    return dialog is not None and dialog.root == call.dialog.root


async def _label(call: DialogCall, message: Message) -> str:
    """Label of a message among a form's options: plain and short."""
    return shorten(await said(call, message), WORDS)


async def said(call: DialogCall, message: Message) -> str:
    """Message with its author: “Vera: words”"""
    if message.author is Author.CUSTOMER:
        by = (await call.unit.contacts.get(call.dialog.contact)).name or call._("Customer")
    else:
        by = await writer_name(call.unit, message, call.hub.tr)
    words = summary(message.content, call.hub.tr)
    return f"{by}: {words}" if by else words
