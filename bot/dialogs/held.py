"""Held answers: words that were not sent at once, because someone outside the dialog's team wrote them, because they
may mean something else, or because the channel cannot carry them as written. Their author decides; the dialog's owner
is told (`bot.dialogs.held_notices` keeps what was shown to both).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogs import held_notices
from bot.dialogs.held_choices import choices, reason, worded
from bot.dialogs.held_notices import HeldNotice
from bot.dialogs.notifications import named, open_button, wanting
from bot.domain import Author, Delivery, Dialog, Key, Line, Message, MessageId, Operator
from bot.domain.lifecycle import Refusal
from bot.domain.notifications import Occasion
from bot.domain.text import Text, line, link, shorten
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.names import operator_name
from bot.locale import N_
from bot.ports.storage import Unit
from bot.views.answers import says
from bot.views.values import Row, View
from bot.views.words import summary

ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""Time until the author, who may have lost the question in the thread, is asked by direct message."""
WORDS = 120
"""Characters of a message that tell which one is meant."""
WAITS = N_("⏸️ Not sent yet: “{words}”")
TO_OWNER = N_("⏸️ {by} wrote “{words}”. It is not sent yet: {by} decides.")
OUTCOMES = {
    "sent": (N_("✅ Your reply is on its way: “{words}”."), N_("✅ {by} sent it to the customer: “{words}”")),
    "kept": (N_("🔒 Kept as an internal note: “{words}”."), N_("🔒 {by} kept it as an internal note: “{words}”")),
    "deleted": (N_("🗑 You deleted this before it was sent: “{words}”."), N_("🗑 {by} deleted it unsent: “{words}”")),
    "closed": (
        N_("🏁 The dialog was closed. This was not sent and stays an internal note: “{words}”."),
        N_("🏁 The dialog was closed. This by {by} was not sent: “{words}”"),
    ),
    "asked": (N_("⏸️ You are asked again below: “{words}”."), TO_OWNER),
}
"""Outcomes in words: for the author of a held message, and for the dialog's owner."""


def waits(message: Message) -> bool:
    """Tells whether its author still has to decide."""
    return message.delivery is Delivery.HELD and message.deleted_at is None


def waiting(hub: Hub, message: Message) -> str:
    """Says that a message is not sent yet."""
    return _quoting(hub, hub.tr.gettext(WAITS), message)


# ----------------------------------------------------------------------------------------- asking


async def hold(
    hub: Hub,
    unit: Unit,
    dialog: Dialog,
    operator: Operator,
    message: Message,
    refusal: Refusal | None,
    within: str = "",
) -> View:
    """Keeps an answer until its author decides; returns the question to them. `refusal` None: nothing is in the way any
    more. `within`: as in `choices`."""
    await unit.messages.save(replace(message, delivery=Delivery.HELD))
    await parcels.mark(unit, dialog, message.id, hub.clock.now(), replaces=True)
    why = [await worded(hub, unit, refusal)] if refusal is not None else []
    words = "\n".join([*why, hub.tr.gettext("Not sent yet.")])
    return says(words, *await choices(hub, unit, dialog, message, operator, within))


async def ask(
    hub: Hub, unit: Unit, dialog: Dialog, operator: Operator, message: Message, refusal: Refusal | None
) -> None:
    """Holds an answer and asks its author: at once in the thread, and later by direct message. An earlier question
    about it is withdrawn. Tells the dialog's owner."""
    view = await hold(hub, unit, dialog, operator, message, refusal)
    message, now = replace(message, delivery=Delivery.HELD), hub.clock.now()
    standing = await _withdraw_questions(hub, unit, dialog, message)
    key = await parcels.whisper(unit, dialog, operator.user, view, now)
    standing.append(HeldNotice(operator.user, key, parcels.whisper_lane(dialog, operator.user)))
    desk = hub.desks.by_name.get(dialog.desk)
    if desk is None or not desk.limits.keeps_whispers:
        standing.append(await _ask_directly(unit, dialog, operator, message, now + ASKED_AGAIN_AFTER))
    await held_notices.keep(unit, message.id, await _with_owner(hub, unit, dialog, message, standing))


async def ask_now(hub: Hub, unit: Unit, dialog: Dialog, operator: Operator, message: Message) -> None:
    """Asks the author of a held message by direct message, in the place of the questions before."""
    standing = await _withdraw_questions(hub, unit, dialog, message)
    standing.append(await _ask_directly(unit, dialog, operator, message, hub.clock.now()))
    await held_notices.keep(unit, message.id, standing)


async def _ask_directly(unit: Unit, dialog: Dialog, operator: Operator, message: Message, due: datetime) -> HeldNotice:
    key = Key(secrets.token_hex(12))
    await parcels.ask_author(unit, dialog, operator.user, message.id, key, due)
    return HeldNotice(operator.user, key, parcels.asking_lane(key))


async def question(hub: Hub, unit: Unit, dialog: Dialog, message: MessageId, key: Key) -> View | None:
    """Direct message that asks the author, as things stand now; None: the message is decided, or asked about anew."""
    found = await unit.messages.get(message)
    standing = await held_notices.shown(unit, dialog, message)
    if found is None or not waits(found) or key not in [one.key for one in standing]:
        return None
    return await _question(hub, unit, dialog, found, key)


async def _question(hub: Hub, unit: Unit, dialog: Dialog, message: Message, key: Key) -> View:
    operator = await unit.operators.get(message.operator) if message.operator is not None else None
    assert operator is not None, "operators wrote what is held"
    words = waiting(hub, message)
    why = await reason(hub, unit, dialog, message, operator.id)
    text = await _about(hub, unit, dialog, message, f"{words}\n{why}".strip())
    buttons = await choices(hub, unit, dialog, message, operator, key)
    return View((Row(text, (*buttons, open_button(hub, dialog))),))


async def redraw(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> None:
    """Redraws what was shown about a message that is still held: its words or the dialog's owner have changed."""
    standing = await held_notices.shown(unit, dialog, message.id)
    for one in standing:
        if not one.to_owner:
            await _replace(hub, unit, dialog, one, await _question(hub, unit, dialog, message, one.key))
    await held_notices.keep(unit, message.id, await _with_owner(hub, unit, dialog, message, standing))


async def _with_owner(
    hub: Hub, unit: Unit, dialog: Dialog, message: Message, standing: Sequence[HeldNotice]
) -> list[HeldNotice]:
    """Tells the dialog's owner, unless they wrote it or do not want to be told; one who was told before sees the notice
    change. Returns the notices that then stand."""
    owner = await unit.operators.get(dialog.responsible) if dialog.responsible is not None else None
    kept, told = [one for one in standing if not one.to_owner], [one for one in standing if one.to_owner]
    view = await _for_owner(hub, unit, dialog, message, TO_OWNER)
    for one in told:
        await _replace(hub, unit, dialog, one, view)
    if owner is None or owner.id == message.operator or owner.user in [one.user for one in told]:
        return [*kept, *told]
    may_read = (await hub.access(unit, owner, dialog.account)).rights.read
    if not may_read or not await wanting(unit, [owner], Occasion.HELD):
        return [*kept, *told]
    key = await parcels.tell(unit, owner.desk, owner.user, view, hub.clock.now(), dialog.id)
    if owner.desk == dialog.desk:
        told.append(HeldNotice(owner.user, key, parcels.tell_lane(owner.user)))
    return [*kept, *told]


# --------------------------------------------------------------------------------------- decisions


async def withdraw(hub: Hub, unit: Unit, dialog: Dialog, message: Message, outcome: str = "") -> None:
    """Replaces everything that was shown about a message by what became of it. `outcome`: of `OUTCOMES`; "" for what
    the message says itself."""
    if standing := await held_notices.shown(unit, dialog, message.id):
        await held_notices.keep(unit, message.id, ())
        await show_outcome(hub, unit, dialog, message, standing, outcome)


async def show_outcome(
    hub: Hub, unit: Unit, dialog: Dialog, message: Message, standing: Sequence[HeldNotice], outcome: str = ""
) -> None:
    """Replaces these notices by what became of the message."""
    to_owner = OUTCOMES[outcome or _outcome(message)][1]
    for one in standing:
        if one.to_owner:
            view = await _for_owner(hub, unit, dialog, message, to_owner)
        else:
            view = View((Row(await _about(hub, unit, dialog, message, decided(hub, message, outcome))),))
        await _replace(hub, unit, dialog, one, view)


async def closed(hub: Hub, unit: Unit, dialog: Dialog) -> list[Line]:
    """Makes notes of what is still held in a dialog that was closed; returns a line about each."""
    lines = []
    for message in await unit.messages.held(dialog.id):
        await unit.messages.save(replace(message, author=Author.NOTE, delivery=Delivery.INTERNAL))
        await parcels.mark(unit, dialog, message.id, hub.clock.now(), replaces=True)
        await withdraw(hub, unit, dialog, message, "closed")
        words = shorten(summary(message.content, hub.tr), WORDS)
        lines.append(Line("closed_unsent", {"by": str(message.operator), "words": words}))
    return lines


async def changed_hands(hub: Hub, unit: Unit, dialog: Dialog) -> None:
    """Tells the new owner of a dialog what is held in it, and renews the questions, which name the owner."""
    for message in await unit.messages.held(dialog.id):
        await redraw(hub, unit, dialog, message)


def decided(hub: Hub, message: Message, outcome: str = "") -> str:
    """Outcome of a message in words, for its author."""
    return _quoting(hub, hub.tr.gettext(OUTCOMES[outcome or _outcome(message)][0]), message)


def _outcome(message: Message) -> str:
    if message.deleted_at is not None:
        return "deleted"
    return {Delivery.HELD: "asked", Delivery.INTERNAL: "kept"}.get(message.delivery, "sent")


async def _withdraw_questions(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> list[HeldNotice]:
    """Replaces the questions to the author by the word that another follows. Returns what still stands: the owner's
    notices."""
    standing = await held_notices.shown(unit, dialog, message.id)
    await show_outcome(hub, unit, dialog, message, [one for one in standing if not one.to_owner], "asked")
    return [one for one in standing if one.to_owner]


async def _replace(hub: Hub, unit: Unit, dialog: Dialog, notice: HeldNotice, view: View) -> None:
    await parcels.retell(unit, dialog, notice.user, notice.key, notice.lane, view, hub.clock.now())


async def _for_owner(hub: Hub, unit: Unit, dialog: Dialog, message: Message, template: str) -> View:
    by = await operator_name(unit, message.operator)
    words = hub.tr.gettext(template).format(by=by, words=shorten(summary(message.content, hub.tr), WORDS))
    buttons = (open_button(hub, dialog),) if template is TO_OWNER else ()
    return View((Row(await _about(hub, unit, dialog, message, words), buttons),))


async def _about(hub: Hub, unit: Unit, dialog: Dialog, message: Message, words: str) -> Text:
    """Words above a link to the message."""
    where = hub.desks.link(dialog.ref, await unit.messages.post(message.id))
    return Text.plain(f"{words}\n") + line(link(await named(hub, unit, dialog), where))


def _quoting(hub: Hub, template: str, message: Message) -> str:
    return template.format(words=shorten(summary(message.content, hub.tr), WORDS))
