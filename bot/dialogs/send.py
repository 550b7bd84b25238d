"""Sending of replies to the customer: an operator's, or the account's own."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogs import channel_fit
from bot.dialogs.apply import apply_step
from bot.dialogs.split import plan
from bot.domain import Content, Delivery, Dialog, Message, MessageId, Quote
from bot.domain.lifecycle import Answered, Refusal, advance
from bot.domain.text import shorten
from bot.hub import parcels
from bot.hub.context import Hub, OperatorAccess
from bot.ports import Bridge
from bot.ports.storage import Unit
from bot.views.words import summary

QUOTED = 120
"""Characters quoted from the message replied to, where the channel cannot point at it."""
SHOWN_WITH_FAILURES_ONLY = frozenset({Delivery.FAILED, Delivery.UNCONFIRMED})


async def answer(
    hub: Hub, unit: Unit, dialog: Dialog, by: OperatorAccess, message: Message, *, posted: bool = True
) -> Dialog:
    """Sends a saved message in the (locked) dialog. `posted`: it began as a post in the thread. Raises `Refusal` when
    the operator may not, and `ChannelCannotCarry` when the channel cannot carry it as written; nothing has happened
    then."""
    check_may_send(by)
    bridge = hub.bridges.get(dialog.account)
    if bridge is None:
        raise Refusal("no_account")
    if not message.content:
        raise Refusal("says_nothing")
    answered = Answered(by.operator.id, hub.clock.now(), summary(message.content, hub.tr), posted)
    step = advance(dialog, answered)
    channel_fit.check(hub, bridge, dialog, message.content)
    dialog = await apply_step(hub, unit, dialog, step)
    if message.delivery is not Delivery.PENDING:
        await unit.messages.save(replace(message, delivery=Delivery.PENDING))
    await enqueue_answer(hub, unit, dialog, bridge, message)
    if message.delivery is Delivery.HELD:  # its ⏸ may be on its way just now, which `show_progress` cannot see
        await parcels.mark(unit, dialog, message.id, hub.clock.now() + parcels.WAITING_SHOWS_AFTER, replaces=True)
    return dialog


def quoting(hub: Hub, content: Content, answered: Message) -> Content:
    """Reply that quotes the message it answers, where the channel cannot point at it."""
    return replace(content, quote=Quote(words=shorten(summary(answered.content, hub.tr), QUOTED)))


async def enqueue_answer(hub: Hub, unit: Unit, dialog: Dialog, bridge: Bridge, message: Message) -> None:
    """Enqueues a saved `PENDING` message in its customer's lane, part by part."""
    parts = count(hub, bridge, message.content)
    await unit.messages.set_parts(message.id, parts)
    await parcels.send(unit, dialog, message.id, range(parts), hub.clock.now())
    await show_progress(hub, unit, dialog, message.id, Delivery.PENDING)


async def resume(hub: Hub, unit: Unit, dialog: Dialog, by: OperatorAccess, message: Message) -> None:
    """Resends the missing parts of a (locked) reply that failed or is in doubt; all parts when none is missing, because
    then the channel reported the failure afterwards. Raises `Refusal`."""
    check_may_send(by)
    await resume_parts(hub, unit, dialog, message)


async def resume_parts(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> None:
    """Does what `resume` does, on nobody's behalf: for a reply whose sending an operator has begun."""
    bridge = hub.bridges.get(dialog.account)
    if bridge is None:
        raise Refusal("no_account")
    left = await unit.messages.parts_left(message.id)
    if not left:
        left = range(count(hub, bridge, message.content))
        await unit.messages.set_parts(message.id, len(left))
    await unit.messages.save(replace(message, delivery=Delivery.PENDING, failure="", detail=""))
    await parcels.send_again(unit, dialog, message, left, hub.clock.now())
    await show_progress(hub, unit, dialog, message.id, Delivery.PENDING)


def check_may_send(by: OperatorAccess) -> None:
    """Checks the right to send; every reply passes here. Edits and deletions are checked in `bot.handlers.post_edits`,
    reactions in `bot.handlers.desk_events`, other actions by their `right` in `bot.actions.dispatch`. Raises
    `Refusal`."""
    if not by.rights.send:
        raise Refusal("no_send")


def parts_of(hub: Hub, bridge: Bridge, content: Content) -> list[Content]:
    """Messages of the channel that make up a reply."""
    return plan(content, bridge.limits, hub.tr, hub.files.link)


def count(hub: Hub, bridge: Bridge, content: Content) -> int:
    """Number of parcels, at least one even for an empty reply: its sender finds that out and reports it."""
    return len(parts_of(hub, bridge, content)) or 1


async def failed(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> None:
    """Saves a message that failed or is in doubt, and reports it in the thread with the possible remedies."""
    await unit.messages.save(message)
    await show_progress(hub, unit, dialog, message.id, message.delivery)
    await parcels.report_problem(unit, dialog, message.id, hub.clock.now())


async def show_progress(hub: Hub, unit: Unit, dialog: Dialog, message: MessageId, delivery: Delivery) -> None:
    """Marks the operator's message with its delivery state; one sent at once gets no ⏳."""
    unmarked = hub.marks == "failures" and delivery not in SHOWN_WITH_FAILURES_ONLY
    if unmarked and not await unit.messages.mark_shown(message):
        return
    now = hub.clock.now()
    due = now + parcels.WAITING_SHOWS_AFTER if delivery is Delivery.PENDING else now
    await parcels.mark(unit, dialog, message, due, replaces=delivery is Delivery.READ)
