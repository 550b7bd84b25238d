"""Confirmation of a command that was given outside of the thread it is about, where nothing shows its effect."""

from __future__ import annotations

from bot.actions.base import Call
from bot.domain.text import line, link
from bot.views.answers import whisper
from bot.views.cards import heading
from bot.views.values import Answer, Silent


async def confirmed(answer: Answer, call: Call, *, typed: bool) -> Answer:
    """Returns the answer; where a command has nothing to say, it names the dialog, with a link. `typed`: no
    button, form or reaction."""
    dialog, place = call.dialog, call.place
    if not isinstance(answer, Silent) or dialog is None or not typed or place.post is not None:
        return answer
    if place.thread is not None and dialog.thread in (None, place.thread):
        return answer
    now = await call.unit.dialogs.get(dialog.id) or dialog
    before, _, after = call._("Done: {dialog}").partition("{dialog}")
    return whisper(line(before, link(heading(now), call.hub.desks.link(now.ref)), after))
