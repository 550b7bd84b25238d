"""Confirmation of an action that was called outside of the thread it is about, where nothing shows its effect."""

from __future__ import annotations

from bot.actions.base import Call
from bot.domain.text import line, link
from bot.domain.value import replace
from bot.views.answers import whisper
from bot.views.cards import heading
from bot.views.values import Answer, Silent


async def confirmed(answer: Answer, call: Call, *, typed: bool, pressed: bool) -> Answer:
    """Returns the answer; where an action has nothing to say, it names the dialog, with a link. `typed`: a command in
    words; `pressed`: a button or a form; other actions are seen where they are done."""
    dialog, place = call.dialog, call.place
    if not isinstance(answer, Silent) or dialog is None or not (pressed or (typed and place.post is None)):
        return answer
    if place.thread is not None and dialog.thread in (None, place.thread):
        return answer
    now = await call.unit.dialogs.get(dialog.id) or dialog
    before, _, after = call._("Done: {dialog}").partition("{dialog}")
    said = whisper(line(before, link(heading(now), call.hub.desks.link(now.ref)), after))
    return replace(said, confirms=True)
