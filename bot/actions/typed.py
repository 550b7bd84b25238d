"""Text for customers typed into a form: it passes the same rule as posts."""

from __future__ import annotations

from bot.actions.base import DialogCall
from bot.dialogs import mentions
from bot.domain import Content
from bot.domain.mentions import TextKind
from bot.locale import N_
from bot.views.lines import word_refusal

INSIDE = N_("This looks like an internal note or a command, but it would go to the customer. Nothing was sent.")
ONCE_MORE = N_("Not sent yet. Submit again to send it as written.")


async def unsendable(call: DialogCall, content: Content) -> str:
    """Reason why the text cannot be sent, for its form field; "" when it can. A text that only raises a question is
    sent when it is submitted once more."""
    found = await mentions.verdict(call.hub, call.unit, content)
    if found.kind in (TextKind.NOTE, TextKind.COMMAND):
        return call._(INSIDE)
    asked = await mentions.asked_once(call.hub, call.unit, call.operator.id, call.dialog.id, content)
    if asked is None:
        return ""
    return f"{word_refusal(asked.code, asked.values, {}, call.hub.tr)} {call._(ONCE_MORE)}"
