"""Held answers: words that were not sent at once, because someone outside the dialog's team wrote them, because they
may mean something else, or because the channel cannot carry them as written. Their author decides.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from bot.dialogs import channel_fit, mentions
from bot.domain import Delivery, Dialog, Key, Message, MessageId, Operator, OperatorId, Status
from bot.domain.lifecycle import Refusal, in_team
from bot.domain.text import shorten
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.names import operator_names
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.ports.storage import Unit
from bot.views.answers import says
from bot.views.lines import word_refusal
from bot.views.values import Button, View
from bot.views.words import summary

ASKED = frozenset({"nobody", "nobody_near", "perhaps_named", "no_command"})
"""Refusals that are questions about single words."""

WORDS = 120
"""Characters of a message that tell which one was decided."""
KEPT = N_("🔒 Kept as an internal note: “{words}”.")
SENT = N_("✅ Your reply is on its way: “{words}”.")

HELD = ASKED | {"not_in_team", "cannot_carry", "window_closed"}
"""Refusals after which the author may choose what becomes of the words."""


async def hold(hub: Hub, unit: Unit, dialog: Dialog, operator: Operator, message: Message, refusal: Refusal) -> View:
    """Keeps an answer until its author decides; returns the question to them."""
    await unit.messages.save(replace(message, delivery=Delivery.HELD))
    paragraphs = [await _worded(hub, unit, refusal), hub.tr.gettext("Not sent yet.")]
    return says("\n".join(paragraphs), *await choices(hub, unit, dialog, message, operator))


async def ask(hub: Hub, unit: Unit, dialog: Dialog, operator: Operator, message: Message, refusal: Refusal) -> None:
    """Holds an answer and asks its author. An earlier question about it is withdrawn."""
    view = await hold(hub, unit, dialog, operator, message, refusal)
    await withdraw(hub, unit, dialog, message)
    key = await parcels.whisper(unit, dialog, operator.user, view, hub.clock.now())
    await unit.cursors.set(_asked(message.id), f"{operator.user} {key}")


async def withdraw(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> None:
    """Replaces the question about a message that was decided elsewhere, if its author was asked by direct message."""
    asked = await unit.cursors.get(_asked(message.id))
    if not asked:
        return
    await forget_question(unit, message.id)
    user, _, key = asked.partition(" ")
    await parcels.retell(unit, dialog, user, Key(key), says(_decided(hub, message)), hub.clock.now())


async def forget_question(unit: Unit, message: MessageId) -> None:
    """Notes that a question has been answered where it stands."""
    await unit.cursors.forget(_asked(message))


def _decided(hub: Hub, message: Message) -> str:
    """Says what became of a message."""
    if message.deleted_at is None and message.delivery is Delivery.INTERNAL:
        return worded_decision(hub, hub.tr.gettext(KEPT), message)
    if message.deleted_at is None and message.delivery is not Delivery.HELD:
        return worded_decision(hub, hub.tr.gettext(SENT), message)
    return hub.tr.gettext("This has already been handled.")


def worded_decision(hub: Hub, template: str, message: Message) -> str:
    return template.format(words=shorten(summary(message.content, hub.tr), WORDS))


def _asked(message: MessageId) -> str:
    return f"asked:{message}"


async def reason(hub: Hub, unit: Unit, dialog: Dialog, message: Message, operator: OperatorId) -> str:
    """The reason why a held message cannot simply be sent, as things stand now; "" when it can."""
    obstacle = await _obstacle(hub, unit, dialog, message, operator)
    return await _worded(hub, unit, obstacle) if obstacle is not None else ""


async def choices(hub: Hub, unit: Unit, dialog: Dialog, message: Message, operator: Operator) -> tuple[Button, ...]:
    """The buttons for a held message's author, as things stand now."""
    obstacle = await _obstacle(hub, unit, dialog, message, operator.id)
    offered: tuple[str, ...] = ("send_so", "keep")
    match obstacle.code if obstacle is not None else "":
        case asked if asked in ASKED:
            offered = ("send_named", "make_note")
        case "not_in_team":
            offered = ("take_over", "join", "keep")
        case "window_closed":
            offered = ("template", "keep") if hub.offered("template", dialog) else ("keep",)
        case "cannot_carry" if not channel_fit.can_go(hub, message.content, dialog):
            offered = ("keep",)
    extra = {"send_named": {"asked": fingerprint(obstacle)}} if obstacle is not None else {}
    tickets = (Ticket(word, dialog.id, message.id, operator.id, extra=extra.get(word, {})) for word in offered)
    return tuple(hub.button(ticket, operator.desk) for ticket in tickets)


def fingerprint(question: Refusal) -> str:
    """Hash of the words in question, for the button that answers the question."""
    return hashlib.sha256(question.values.get("words", "").encode("utf-8", "replace")).hexdigest()[:12]


async def _obstacle(hub: Hub, unit: Unit, dialog: Dialog, message: Message, operator: OperatorId) -> Refusal | None:
    """The first thing that is in the way of sending it."""
    if (asked := await mentions.question(hub, unit, operator, message.content)) is not None:
        return asked
    if dialog.status is Status.IN_PROGRESS and not in_team(dialog, operator):
        return Refusal("not_in_team", by=str(dialog.responsible))
    bridge = hub.bridges.get(dialog.account)
    if bridge is None:
        return Refusal("no_account")
    try:
        channel_fit.check(hub, bridge, dialog, message.content)
    except channel_fit.ChannelCannotCarry as unfit:
        return unfit
    return None


async def _worded(hub: Hub, unit: Unit, refusal: Refusal) -> str:
    names = await operator_names(unit, [one for one in refusal.values.values() if one.isdigit()])
    sentences = [word_refusal(refusal.code, refusal.values, names, hub.tr)]
    if isinstance(refusal, channel_fit.ChannelCannotCarry) and refusal.losses:
        sentences.append(channel_fit.word(hub, refusal.losses))
    return "\n".join(sentences)
