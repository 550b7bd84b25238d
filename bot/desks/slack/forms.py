"""A `Form` as Slack's window, and the answers on their way back. Pure.

The window carries in `private_metadata` what must come back with the answers: the core's token, where the
form was asked for (whispers about it belong there), and values too long for an option.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    InputInteractiveElement,
    Option,
    OptionGroup,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.desks.slack.format import rich_text
from bot.desks.slack.render import LABEL_LIMIT, OPTION_VALUE_LIMIT, SELECT_LIMIT, option, plain
from bot.text import Text, shorten
from bot.views.values import Field, FieldKind, Form

TITLE_LIMIT = 24
INPUT_LIMIT = 3000
HINT_LIMIT = 2000
METADATA_LIMIT = 3000
CALLBACK = "form"
_LONG = "\u2026#"  # begins the stand-in of an option whose value is too long


@dataclass(frozen=True, slots=True)
class Luggage:
    """What a window carries. `channel`, `thread`: where it was asked for, as far as that is known."""

    token: str
    channel: str = ""
    thread: str = ""
    long: dict[str, str] = field(default_factory=dict)

    def pack(self) -> str:
        packed = {"t": self.token, "c": self.channel, "h": self.thread, "l": self.long}
        return json.dumps({name: value for name, value in packed.items() if value}, ensure_ascii=False)

    @classmethod
    def unpack(cls, packed: str) -> Luggage:
        """Whatever else stands there is the token itself."""
        try:
            found = json.loads(packed)
            return cls(str(found["t"]), str(found.get("c", "")), str(found.get("h", "")), dict(found.get("l", {})))
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(packed)


def window(form: Form, channel: str, thread: str, cancel: str) -> dict[str, Any]:
    """The view for `views.open`. `cancel` labels the button that closes it."""
    long: dict[str, str] = {}
    blocks: list[Block] = [rich_text(Text.plain(form.intro))] if form.intro else []
    blocks += [_input(asked, long) for asked in form.fields]
    drawn = View(
        type="modal",
        callback_id=CALLBACK,
        title=plain(shorten(form.title, TITLE_LIMIT)),
        submit=plain(shorten(form.submit, TITLE_LIMIT)),
        close=plain(shorten(cancel, TITLE_LIMIT)),
        private_metadata=Luggage(form.token, channel, thread, long).pack(),
        blocks=blocks,
    )
    return dict(drawn.to_dict())


def answers(view: Mapping[str, Any]) -> dict[str, str]:
    """Field name → what was entered."""
    long = Luggage.unpack(str(view.get("private_metadata") or "")).long
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    found: dict[str, str] = {}
    for name, actions in (values if isinstance(values, dict) else {}).items():
        for entered in actions.values() if isinstance(actions, dict) else ():
            value = _entered(entered if isinstance(entered, dict) else {})
            found[str(name)] = long.get(value, value)
    return found


def _entered(entered: Mapping[str, Any]) -> str:
    one = entered.get("selected_option")
    if isinstance(one, dict):
        return str(one.get("value") or "")
    many = entered.get("selected_options")
    if isinstance(many, list):
        return ",".join(str(one.get("value") or "") for one in many if isinstance(one, dict))
    return str(entered.get("value") or "")


def _input(asked: Field, long: dict[str, str]) -> InputBlock:
    return InputBlock(
        block_id=asked.name,
        label=plain(shorten(asked.label, HINT_LIMIT)),
        hint=plain(shorten(asked.hint, HINT_LIMIT)) if asked.hint else None,
        optional=not asked.required,
        element=_select(asked, long) if asked.kind is FieldKind.CHOICE and asked.options else _text(asked),
    )


def _text(asked: Field) -> InputInteractiveElement:
    limit = max(1, min(asked.limit, INPUT_LIMIT))
    return PlainTextInputElement(
        action_id="value",
        multiline=asked.kind is FieldKind.AREA,
        initial_value=asked.value[:limit] or None,
        max_length=limit,
    )


def _select(asked: Field, long: dict[str, str]) -> InputInteractiveElement:
    drawn: list[Option] = []
    chosen: Option | None = None
    for number, offered in enumerate(asked.options):
        value = offered.value
        if len(value) > OPTION_VALUE_LIMIT:
            value = f"{_LONG}{asked.name}#{number}"
            long[value] = offered.value
        drawn.append(option(value, offered.label))
        chosen = drawn[-1] if offered.value == asked.value and asked.value else chosen
    if len(drawn) <= SELECT_LIMIT:
        return StaticSelectElement(action_id="value", options=drawn, initial_option=chosen)
    labels = [offered.label for offered in asked.options]
    return StaticSelectElement(action_id="value", option_groups=_groups(drawn, labels), initial_option=chosen)


def _groups(options: Sequence[Option], labels: Sequence[str]) -> list[OptionGroup]:
    """A list holds a hundred options, or a hundred groups of them."""
    starts = range(0, min(len(options), SELECT_LIMIT * SELECT_LIMIT), SELECT_LIMIT)
    return [
        OptionGroup(
            label=plain(shorten(f"{labels[start]} …", LABEL_LIMIT)), options=list(options[start : start + SELECT_LIMIT])
        )
        for start in starts
    ]
