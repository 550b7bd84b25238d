"""A `Form` as Slack's window, and its answers. Pure.

The window carries its `ViewState`: the core's token, the place where the form was requested (to answer there), and
values too long for an option.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.desks.slack import limits
from bot.desks.slack.format import rich_text
from bot.desks.slack.render import grouped, option, plain
from bot.desks.slack.view_state import ViewState
from bot.domain.graphemes import first
from bot.domain.text import Text, bold, headline, line, shorten
from bot.views.values import Field, FieldKind, Form

CALLBACK = "form"


def window(form: Form, view_state: ViewState, cancel: str) -> dict[str, Any]:
    """Builds the view for `views.open`. `view_state`: where the form was requested; `cancel`: label of the closing
    button. A title that is too long is repeated in full above the inputs."""
    packed = replace(view_state, token=form.token, long={})
    title = headline(form.title, limits.TITLE)
    whole = [line(bold(form.title))] if title != form.title else []
    blocks: list[Block] = [rich_text(words) for words in (*whole, Text.plain(form.intro)) if words]
    blocks += [_input(asked, packed) for asked in form.fields]
    drawn = View(
        type="modal",
        callback_id=CALLBACK,
        title=plain(title),
        submit=plain(shorten(form.submit, limits.TITLE)),
        close=plain(shorten(cancel, limits.TITLE)),
        private_metadata=packed.pack(),
        blocks=blocks,
    )
    return dict(drawn.to_dict())


def answers(view: Mapping[str, Any]) -> dict[str, str]:
    """Maps field names to entered values; multiple values are comma-separated."""
    view_state = ViewState.unpack(str(view.get("private_metadata") or ""))
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    found: dict[str, str] = {}
    for name, actions in (values if isinstance(values, dict) else {}).items():
        for entered in actions.values() if isinstance(actions, dict) else ():
            found[str(name)] = _entered(entered if isinstance(entered, dict) else {}, view_state)
    return found


def _entered(entered: Mapping[str, Any], view_state: ViewState) -> str:
    one = entered.get("selected_option")
    if isinstance(one, dict):
        return view_state.restored(str(one.get("value") or ""))
    many = entered.get("selected_options")
    if isinstance(many, list):
        return ",".join(view_state.restored(str(one.get("value") or "")) for one in many if isinstance(one, dict))
    return str(entered.get("value") or "")


def _input(asked: Field, view_state: ViewState) -> InputBlock:
    return InputBlock(
        block_id=asked.name,
        label=plain(shorten(asked.label, limits.HINT)),
        hint=plain(shorten(asked.hint, limits.HINT)) if asked.hint else None,
        optional=not asked.required,
        element=_choice(asked, view_state) if asked.options and asked.kind in _CHOICES else _text(asked),
    )


_CHOICES = (FieldKind.CHOICE, FieldKind.MANY)


def _text(asked: Field) -> InputInteractiveElement:
    limit = max(1, min(asked.limit, limits.INPUT))
    return PlainTextInputElement(
        action_id="value",
        multiline=asked.kind is FieldKind.AREA,
        initial_value=first(asked.value, limit) or None,
        max_length=limit,
    )


def _choice(asked: Field, view_state: ViewState) -> InputInteractiveElement:
    """Builds a list. Options whose value fits nowhere are left out."""
    many = asked.kind is FieldKind.MANY
    wanted = set(asked.value.split(",")) if many else {asked.value}
    options: list[Option] = []
    chosen: list[Option] = []
    for number, offered in enumerate(asked.options):
        value = view_state.stand_in(offered.value, f"{asked.name}#{number}")
        if value is None:
            continue
        options.append(option(value, offered.label))
        if offered.value and offered.value in wanted:
            chosen.append(options[-1])
    if many:
        return StaticMultiSelectElement(action_id="value", initial_options=chosen or None, **grouped(options))
    return StaticSelectElement(action_id="value", initial_option=chosen[0] if chosen else None, **grouped(options))
