"""Messages forwarded for review: a dialog for review, with copies that are never sent to the customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogs.apply import apply_event, write_line
from bot.domain import Addressee, Author, Content, Delivery, Dialog, Forwarded, Line, Message, Operator
from bot.domain.lifecycle import PassedForReview
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.names import writer_name
from bot.ports.storage import NewMessage, Unit
from bot.views.words import summary


async def pass_on(
    hub: Hub, unit: Unit, source: Dialog, by: Operator, to: Addressee, messages: Sequence[Message], comment: str
) -> Dialog:
    """Opens a dialog for review in its own thread (its card, who forwarded what, the messages) and notifies the
    addressee. `source` is locked, `messages` are in order."""
    now, words = hub.clock.now(), summary(messages[0].content, hub.tr)
    dialog = await unit.dialogs.pass_on(source, by.id, now)
    await parcels.open_thread(unit, dialog, now)
    dialog = await apply_event(hub, unit, dialog, PassedForReview(by.id, to, now, words, comment))
    for message in messages:
        content = Content(forwarded=(await _copy(hub, unit, source, message),))
        copy = NewMessage(dialog.id, Author.NOTE, now, content, by.id, Delivery.INTERNAL)
        await parcels.post(unit, dialog, (await unit.messages.add(copy)).id, now)
    whom = {"to_role": str(to.role)} if to.role is not None else {"to": str(to.operator)}
    values = {"by": str(by.id), **whom, "number": str(dialog.id), "comment": comment}
    await write_line(hub, unit, source, Line("passed", {name: value for name, value in values.items() if value}))
    return dialog


async def _copy(hub: Hub, unit: Unit, source: Dialog, message: Message) -> Forwarded:
    """Copy of a message with its author and time as text, the way desks show them above it."""
    if message.author is Author.CUSTOMER:
        name = (await unit.contacts.get(source.contact)).name or hub.tr.gettext("Customer")
    else:
        name = await writer_name(unit, message, hub.tr)
    content = replace(message.content, quote=None)
    return Forwarded(" · ".join(part for part in (name, hub.when(message.at)) if part), content, message.at)
