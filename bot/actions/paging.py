"""Buttons for another page, tab or choice of a view, whose state travels in their tokens."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions.base import Call
from bot.actions.choosing import whole_number
from bot.domain import MessageId
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.views.values import Button, Tone

LONGEST_TOKEN = 150
"""Longest token that a menu option can carry in every team chat."""
_TURNED = "turned"


def turn(call: Call, word: str, label: str, state: Mapping[str, str], tone: Tone = Tone.PLAIN) -> Button:
    """Button for this operator only. Empty values of `state` are left out; the view's dialog is included."""
    return Button(word, label, token(call, word, state), tone)


def token(call: Call, word: str, state: Mapping[str, str], *, form: bool = False) -> str:
    dialog = call.dialog.id if call.dialog is not None else None
    kept = {name: value for name, value in state.items() if value}
    return call.hub.seal.seal(Ticket(word, dialog, None, call.operator.id, form, kept), call.place.desk)


def tab(call: Call, word: str, label: str, state: Mapping[str, str], *, chosen: bool) -> Button:
    return turn(call, word, label, {**state, _TURNED: "y"}, Tone.PRIMARY if chosen else Tone.PLAIN)


def turned(call: Call) -> bool:
    """True when a tab or page button was pressed: the new view replaces the old one."""
    return bool(call.inputs.get(_TURNED))


ONWARDS = (N_("⇤ First"), N_("Next →"))
BACKWARDS = (N_("Latest ⇥"), N_("← Earlier"))
"""Labels of the buttons to the first and to the next page; a transcript begins with the latest messages."""


def pages(
    call: Call, word: str, state: Mapping[str, str], following: int | None, labels: tuple[str, str] = ONWARDS
) -> tuple[Button, ...]:
    """Buttons to the first page, unless this is it, and to the next. `following`: the cursor of the next page."""
    found, state = [], {**state, _TURNED: "y"}
    first, next_one = labels
    if state.get("before"):
        found.append(turn(call, word, call._(first), {**state, "before": ""}))
    if following is not None:
        found.append(turn(call, word, call._(next_one), {**state, "before": str(following)}))
    return tuple(found)


def before(call: Call) -> MessageId | None:
    said = call.inputs.get("before", "")
    return MessageId(int(said)) if whole_number(said) else None
