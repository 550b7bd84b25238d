"""Deletions of operators' posts: effects on replies, notes and held messages."""

from __future__ import annotations

from bot.dialogs import held
from bot.domain import Actor, Author, Delivery, Dialog, Message, OperatorDeleted, Place, PostRef
from bot.domain.access import NO_PERSON
from bot.domain.value import replace
from bot.hub import parcels
from bot.hub.context import Hub
from bot.locale import N_
from bot.ports import Deleting
from bot.ports.storage import Unit
from bot.views.answers import whisper
from bot.views.values import Answer, Silent

KEPT = N_("You have no permission to reply in this account: the customer still sees the original message.")


async def deleted(hub: Hub, unit: Unit, event: OperatorDeleted) -> Answer:
    """Handles a deletion; it reaches the customer where the channel can delete. When the desk does not say who deleted
    the post, its author's rights decide."""
    message, dialog = await message_at(unit, event.place)
    if message is None or dialog is None or message.deleted_at is not None:
        return Silent()
    if message.author not in (Author.OPERATOR, Author.NOTE):
        return Silent()
    gone = replace(message, deleted_at=hub.clock.now())
    await unit.messages.save(gone)
    await held.withdraw(hub, unit, dialog, gone)
    if message.author is Author.NOTE or message.delivery in (Delivery.HELD, Delivery.INTERNAL):
        return Silent()
    if not await _may_delete(hub, unit, dialog, message, event):
        return whisper(hub.tr.gettext(KEPT))
    if not isinstance(hub.bridges.get(dialog.account), Deleting):
        words = hub.tr.gettext("Messages cannot be deleted in this messenger: the customer still sees yours.")
        return whisper(words)
    await parcels.delete(unit, dialog, message.id, hub.clock.now())
    return Silent()


async def _may_delete(hub: Hub, unit: Unit, dialog: Dialog, message: Message, event: OperatorDeleted) -> bool:
    actor = event.actor or event.author
    if actor is None:
        author = await unit.operators.get(message.operator) if message.operator is not None else None
        if author is None:
            return False
        actor = Actor(author.user, "")
    if actor.belongs in NO_PERSON:
        return False
    by = await unit.operators.upsert_operator(event.place.desk, actor)
    return (await hub.access(unit, by, dialog.account)).rights.send


async def message_at(unit: Unit, place: Place) -> tuple[Message | None, Dialog | None]:
    """Returns the message posted at this place, and its dialog, both locked."""
    if place.post is None:
        return None, None
    found = await unit.messages.by_post(PostRef(place.desk, place.channel, place.post))
    if not found:
        return None, None
    dialog = await unit.dialogs.lock(found[-1].dialog)
    return await unit.messages.lock(found[-1].id), dialog
