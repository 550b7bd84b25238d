"""Operators' posts from the time that a restored database does not know.

The hub handled most of them before it was restored, so nothing of them may reach a customer again by itself. Its own
mark on a post says what became of it; without one its author, or whoever works in the dialog, is asked in the thread.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogs import held, send
from bot.dialogs.held_choices import obstacle_to
from bot.dialogs.mentions import verdict
from bot.domain import Delivery, Dialog, Message, Operator, OperatorPosted
from bot.domain.lifecycle import Answered, Refusal, advance
from bot.domain.mentions import Directory, TextKind, judge
from bot.handlers.operator_posts import as_note, dialog_at, save_post
from bot.hub import parcels
from bot.hub.context import Hub
from bot.locale import N_
from bot.ports import Mark
from bot.ports.storage import Unit
from bot.views import problems
from bot.views.answers import whisper
from bot.views.values import Answer, Silent
from bot.views.words import summary

NOT_REPEATED = N_(
    "The hub was restored from a backup made before this command, so it was not repeated: “{words}”. Enter it again "
    "if its effect is missing."
)
SENT = {Mark.DELIVERED: Delivery.SENT, Mark.READ: Delivery.READ}


async def posted(hub: Hub, unit: Unit, operator: Operator, event: OperatorPosted) -> Answer:
    """Handles a post. Notes are kept without notifying anybody again, and commands are not repeated."""
    found = judge(event.content, event.names, Directory())
    if found.kind is TextKind.COMMAND:
        return whisper(hub.tr.gettext(NOT_REPEATED).format(words=found.command))
    dialog = await dialog_at(unit, event.place)
    if dialog is None or event.place.post is None:
        return Silent()
    found = await verdict(hub, unit, event.content, event.names)
    may_send = (await hub.access(unit, operator, dialog.account)).rights.send
    internal = event.mark == Mark.INTERNAL or not may_send
    if internal or found.kind is TextKind.NOTE or dialog.source is not None:
        note = await save_post(hub, unit, dialog, operator, event, Delivery.INTERNAL, as_note(event.content))
        await parcels.mark(unit, dialog, note.id, hub.clock.now())
        return Silent()
    if event.mark == Mark.HELD:
        return await _held(hub, unit, dialog, operator, event)
    delivery = SENT.get(Mark(event.mark)) if event.mark else None
    message = await save_post(hub, unit, dialog, operator, event, delivery or Delivery.UNCONFIRMED)
    if delivery is not None:
        await unit.messages.set_mark_shown(message.id, event.mark)
    else:
        await send.failed(hub, unit, dialog, replace(message, failure=problems.RESTORED))
    await _count_as_answer(hub, unit, dialog, operator, message)
    return Silent()


async def _held(hub: Hub, unit: Unit, dialog: Dialog, operator: Operator, event: OperatorPosted) -> Answer:
    """Asks its author once more: the buttons of the question that they had are of a message that no longer exists."""
    message = await save_post(hub, unit, dialog, operator, event, Delivery.HELD)
    await unit.messages.set_mark_shown(message.id, event.mark)
    await held.ask(hub, unit, dialog, operator, message, await obstacle_to(hub, unit, dialog, message, operator.id))
    return Silent()


async def _count_as_answer(hub: Hub, unit: Unit, dialog: Dialog, operator: Operator, message: Message) -> None:
    """Advances the dialog as the reply did then; the lines about it are in the thread already."""
    try:
        changed, _ = advance(dialog, Answered(operator.id, message.at, summary(message.content, hub.tr)))
    except Refusal:
        return
    if changed != dialog:
        await unit.dialogs.save(changed)
        await parcels.refresh_card(unit, changed, hub.clock.now())
