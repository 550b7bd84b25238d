"""Buttons that show another page, tab or choice of a view: what it shows travels in their tokens."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions.base import Call
from bot.actions.choosing import whole_number
from bot.domain import MessageId
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.views.values import Button, Tone

LONGEST_TOKEN = 150
"""Characters that an option of a menu holds in every team chat."""
_TURNED = "turned"


def turn(call: Call, word: str, label: str, state: Mapping[str, str], tone: Tone = Tone.PLAIN) -> Button:
    """A button for this operator alone. Empty values of `state` are left out; the dialog that the view is about goes
    along."""
    return Button(word, label, token(call, word, state), tone)


def token(call: Call, word: str, state: Mapping[str, str], *, form: bool = False) -> str:
    dialog = call.dialog.id if call.dialog is not None else None
    kept = {name: value for name, value in state.items() if value}
    return call.hub.seal.seal(Ticket(word, dialog, None, call.operator.id, form, kept), call.place.desk)


def tab(call: Call, word: str, label: str, state: Mapping[str, str], *, chosen: bool) -> Button:
    return turn(call, word, label, {**state, _TURNED: "y"}, Tone.PRIMARY if chosen else Tone.PLAIN)


def turned(call: Call) -> bool:
    """A tab or a page was pressed: the new view takes the place of the one that it stood in."""
    return bool(call.inputs.get(_TURNED))


ONWARDS = (N_("⇤ To the beginning"), N_("Further →"))
BACKWARDS = (N_("To the latest ⇥"), N_("← Earlier"))
"""What leads to the first page, and to the next one; a transcript begins with what was said last."""


def pages(
    call: Call, word: str, state: Mapping[str, str], following: int | None, labels: tuple[str, str] = ONWARDS
) -> tuple[Button, ...]:
    """To the first page, when this is a later one; and on. `following`: where the next page begins behind."""
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
