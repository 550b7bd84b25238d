"""Choices that the author of a held message has, and why it is held, as things stand now."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from bot.dialogs import channel_fit, mentions
from bot.domain import Dialog, Message, Operator, OperatorId, Status
from bot.domain.lifecycle import Refusal, in_team
from bot.hub.context import Hub
from bot.hub.names import operator_names
from bot.hub.tokens import Ticket
from bot.ports.storage import Unit
from bot.views.lines import word_refusal
from bot.views.values import Button

ASKED = frozenset({"nobody", "nobody_near", "perhaps_named", "no_command"})
"""Refusals that are questions about single words."""

HELD = ASKED | {"not_in_team", "cannot_carry", "window_closed"}
"""Refusals after which the author may choose what becomes of the words."""

CANNOT_GO = frozenset({"closed", "no_account", "says_nothing"})
"""Refusals after which the words can only stay inside."""


async def reason(hub: Hub, unit: Unit, dialog: Dialog, message: Message, operator: OperatorId) -> str:
    """The reason why a held message cannot simply be sent, as things stand now; "" when it can."""
    obstacle = await obstacle_to(hub, unit, dialog, message, operator)
    return await worded(hub, unit, obstacle) if obstacle is not None else ""


async def choices(
    hub: Hub, unit: Unit, dialog: Dialog, message: Message, operator: Operator, within: str = ""
) -> tuple[Button, ...]:
    """The buttons for a held message's author, as things stand now. `within`: key of the direct message that shows
    them; "" for the thread."""
    obstacle = await obstacle_to(hub, unit, dialog, message, operator.id)
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
        case hopeless if hopeless in CANNOT_GO:
            offered = ("keep",)
    extra = _extra(obstacle)
    here = {"within": within} if within else {}
    tickets = (Ticket(word, dialog.id, message.id, operator.id, extra=extra.get(word, {}) | here) for word in offered)
    buttons = [hub.button(ticket, operator.desk) for ticket in tickets]
    if obstacle is None:
        buttons[0] = replace(buttons[0], label=hub.tr.gettext("Send"))
    return tuple(buttons)


def _extra(obstacle: Refusal | None) -> dict[str, dict[str, str]]:
    """Returns what a button says about the question that it answers, by action."""
    if obstacle is None:
        return {}
    return {"send_named": {"asked": fingerprint(obstacle)}, "take_over": {"owner": obstacle.values.get("by", "")}}


def fingerprint(question: Refusal) -> str:
    """Hash of the words in question, for the button that answers the question."""
    return hashlib.sha256(question.values.get("words", "").encode("utf-8", "replace")).hexdigest()[:12]


async def obstacle_to(hub: Hub, unit: Unit, dialog: Dialog, message: Message, operator: OperatorId) -> Refusal | None:
    """The first thing that is in the way of sending it."""
    if not dialog.open:
        return Refusal("closed")
    if (asked := await mentions.question(hub, unit, operator, message.content)) is not None:
        return asked
    if dialog.status is Status.IN_PROGRESS and not in_team(dialog, operator):
        return Refusal("not_in_team", by=str(dialog.responsible))
    bridge = hub.bridges.get(dialog.account)
    if bridge is None:
        return Refusal("no_account")
    try:
        channel_fit.check(hub, bridge, dialog, message.content)
    except Refusal as unfit:
        return unfit
    return None


async def worded(hub: Hub, unit: Unit, refusal: Refusal) -> str:
    names = await operator_names(unit, [one for one in refusal.values.values() if one.isdigit()])
    sentences = [word_refusal(refusal.code, refusal.values, names, hub.tr)]
    if isinstance(refusal, channel_fit.ChannelCannotCarry) and refusal.losses:
        sentences.append(channel_fit.word(hub, refusal.losses))
    return "\n".join(sentences)
