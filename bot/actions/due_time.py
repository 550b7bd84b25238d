"""Form field for a due time in plain words, and its parsing."""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.actions.base import Call, InvalidInput
from bot.domain.text import shorten
from bot.locale import appointment
from bot.tasks.due import NotATime, Passed, read
from bot.views.values import Field


def due_field(call: Call, value: str = "") -> Field:
    hint = call._("E.g. tomorrow 15:00, fri 3pm, in 2 hours, 25.12 10:00. Empty: no due date.")
    return Field("due", call._("Due"), value=value, hint=hint, limit=100)


def reminder_field(call: Call) -> Field:
    hint = call._("E.g. tomorrow 15:00, fri 3pm, in 2 hours, 25.12 10:00.")
    return Field("due", call._("Remind me"), required=True, hint=hint, limit=100)


def moment(call: Call, zone: tzinfo) -> datetime | None:
    """Time in the input "due", read in that zone; None: it is empty. Raises `InvalidInput`."""
    words = call.inputs.get("due", "").strip()
    try:
        return read(words, call.now, zone) if words else None
    except Passed as passed:
        at = appointment(passed.at, call.hub.locale, zone, call.now)
        raise InvalidInput(due=call._("This time has passed: {at}.").format(at=at)) from None
    except NotATime:
        error = call._("Cannot read the date “{words}”. Try: tomorrow 15:00, fri 3pm, in 2 hours, 25.12 10:00.")
        raise InvalidInput(due=error.format(words=shorten(words, 40))) from None
