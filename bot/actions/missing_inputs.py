"""Questions for what an action needs and was not told: which dialog, which message."""

from __future__ import annotations

from bot.actions.base import AnyAction, Call, DialogCall
from bot.domain import Delivery
from bot.domain.text import line, shorten
from bot.hub.tokens import Ticket
from bot.ports.storage import Section, Viewer
from bot.views.answers import whisper
from bot.views.cards import heading
from bot.views.values import Answer, Ask, Field, FieldKind, Form, Option, Row, View, Whisper
from bot.views.words import summary

_LATEST = 25
"""Messages and dialogs offered in a choice."""


async def choose_dialog(action: AnyAction, call: Call) -> Answer:
    """List of the operator's dialogs on this desk, each with this action's button."""
    viewer = Viewer(call.operator.id, frozenset(), await call.hub.readable(call.unit, call.operator))
    mine = await call.unit.dialogs.section(Section.MINE, viewer, limit=_LATEST)
    fresh = await call.unit.dialogs.section(Section.NEW, viewer, limit=_LATEST)
    rows = []
    for row in [row for row in (*mine, *fresh) if row.dialog.desk == call.place.desk][:_LATEST]:
        ticket = Ticket(action.word, row.dialog.id, only=call.operator.id)
        about = f"{heading(row.dialog)} · {row.contact.name} · {shorten(row.dialog.last_words, 40)}"
        rows.append(Row(line(about), (call.hub.button(ticket, call.place.desk),)))
    if not rows:
        return whisper(call._("Which dialog? Use “/dialog {word} #1042”.").format(word=action.word))
    return Whisper(View(tuple(rows), call._("Which dialog?")))


async def choose_message(action: AnyAction, call: DialogCall) -> Answer:
    """Form with the dialog's latest messages."""
    latest, me = await call.unit.messages.latest(call.dialog.id, limit=_LATEST), call.operator.id
    options = tuple(
        Option(str(one.id), shorten(summary(one.content, call.hub.tr), 70))
        for one in reversed(latest)
        if one.content and one.deleted_at is None and (one.delivery is not Delivery.HELD or one.operator == me)
    )
    if not options:
        return whisper(call._("No messages yet."))
    label = call._(action.label)
    chosen = Field("message", call._("Message"), FieldKind.CHOICE, required=True, options=options)
    return Ask(Form(label, call.token(action.word, form=True), (chosen,), submit=call._(action.verb or action.label)))
