"""Form field for a due time in plain words, and its parsing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from bot.actions.base import Call, InvalidInput
from bot.domain.text import shorten
from bot.locale import appointment
from bot.tasks.due import NotATime, Passed, TooFar, read
from bot.views import inputs
from bot.views.values import Field, FieldKind


def due_field(call: Call, zone: tzinfo, value: str = "") -> Field:
    """Field for a due time. `value`: in words or in ISO 8601."""
    hint = call._("E.g. tomorrow 15:00, fri 3pm, in 2 hours, 25.12 10:00. Empty: no due date.")
    picking, value = call._("Empty: no due date."), _picker_value(call, zone, value)
    return Field("due", call._("Due"), FieldKind.MOMENT, value=value, hint=hint, limit=100, picking=picking)


def reminder_field(call: Call) -> Field:
    hint = call._("E.g. tomorrow 15:00, fri 3pm, in 2 hours, 25.12 10:00.")
    return Field("due", call._("Remind me"), FieldKind.MOMENT, required=True, hint=hint, limit=100)


def _picker_value(call: Call, zone: tzinfo, words: str) -> str:
    """Time in words as a picker shows it, if the words can be read."""
    if inputs.moment(Field("due", "", FieldKind.MOMENT, value=words)) is not None:
        return words
    try:
        return read(words, call.now, zone).astimezone(zone).isoformat(timespec="minutes") if words else ""
    except (Passed, NotATime):
        return words


def unchanged(call: Call, value: str) -> bool:
    """Tells whether the form came back with the time that it showed; `value`: the field's, in ISO 8601."""
    entered, shown = call.inputs.get("due", "").strip(), Field("due", "", FieldKind.MOMENT, value=value)
    if entered in (value, inputs.simplified(shown).value):
        return True
    at = inputs.moment(replace(shown, value=entered))
    return at is not None and at == inputs.moment(shown)


def moment(call: Call, zone: tzinfo) -> datetime | None:
    """Time in the input "due", read in that zone; None: it is empty. Raises `InvalidInput`."""
    words = call.inputs.get("due", "").strip()
    try:
        return read(words, call.now, zone) if words else None
    except TooFar:
        raise InvalidInput(due=call._("This time is too far away: choose one within five years.")) from None
    except Passed as passed:
        at = appointment(passed.at, call.hub.locale, zone, call.now)
        raise InvalidInput(due=call._("This time has passed: {at}.").format(at=at)) from None
    except NotATime:
        error = call._("Cannot read the date “{words}”. Try: tomorrow 15:00, fri 3pm, in 2 hours, 25.12 10:00.")
        raise InvalidInput(due=error.format(words=shorten(words, 40))) from None
