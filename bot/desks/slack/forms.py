"""A `Form` as Slack's window, and its answers. Pure.

The window carries its `ViewState`: the core's token, the place where the form was requested (to answer there), and
values too long for an option.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    DateTimePickerElement,
    EmailInputElement,
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UrlInputElement,
    UserMultiSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.desks.slack import limits
from bot.desks.slack.format import rich_text
from bot.desks.slack.render import grouped, option, plain
from bot.desks.slack.view_state import ViewState
from bot.domain.graphemes import first
from bot.domain.text import Text, bold, headline, line, shorten
from bot.views import inputs
from bot.views.values import Field, FieldKind, Form

CALLBACK = "form"


def window(form: Form, view_state: ViewState, cancel: str) -> dict[str, Any]:
    """Builds the view for `views.open`. `view_state`: where the form was requested; `cancel`: label of the closing
    button. A title that is too long is repeated in full above the inputs."""
    packed = replace(view_state, token=form.token, long={})
    title = headline(form.title, limits.TITLE)
    whole = [line(bold(form.title))] if title != form.title else []
    blocks: list[Block] = [rich_text(words) for words in (*whole, Text.plain(form.intro)) if words]
    blocks += [block for asked in form.fields for block in _inputs(asked, packed)]
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
    return inputs.joined(found)


def _entered(entered: Mapping[str, Any], view_state: ViewState) -> str:
    one = entered.get("selected_option")
    if isinstance(one, dict):
        return view_state.restored(str(one.get("value") or ""))
    many = entered.get("selected_options")
    if isinstance(many, list):
        return ",".join(view_state.restored(str(one.get("value") or "")) for one in many if isinstance(one, dict))
    users = entered.get("selected_users") or [entered.get("selected_user")]
    if isinstance(users, list) and any(users):
        return ",".join(inputs.picked(str(user)) for user in users if user)
    seconds = entered.get("selected_date_time")
    if isinstance(seconds, int) and seconds in _MOMENTS:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    return str(entered.get("selected_date") or entered.get("value") or "")


_MOMENTS = range(10**9, 10**10)  # Slack's are numbers of ten digits


def _inputs(asked: Field, view_state: ViewState) -> Iterator[InputBlock]:
    """Builds one input, or the two that pickers need."""
    if asked.kind is FieldKind.DAYS:
        for name, label, day in zip((asked.name, inputs.second(asked)), asked.parts, inputs.days(asked), strict=True):
            day_picker = DatePickerElement(action_id="value", initial_date=day or None)
            yield _block(replace(asked, label=label or asked.label), day_picker, name)
        return
    if asked.kind not in _PEOPLE:
        yield _block(asked, _element(asked, view_state))
        return
    others = inputs.others(asked)
    first, label = (asked.parts[0] or asked.label) if others else asked.label, asked.parts[1] or asked.label
    yield _block(replace(asked, label=first, required=asked.required and not others), _people(asked))
    if others:
        kind = FieldKind.CHOICE if asked.kind is FieldKind.PERSON else FieldKind.MANY
        listed = replace(asked, name=inputs.second(asked), label=label, kind=kind, required=False, options=others)
        yield _block(replace(listed, picking="", hint=""), _choice(listed, view_state))


def _block(asked: Field, element: InputInteractiveElement, name: str = "") -> InputBlock:
    """Builds the block of an input. `name`: where it is not the field's."""
    hint = asked.hint if asked.kind not in _PICKERS else asked.picking
    return InputBlock(
        block_id=name or asked.name,
        label=plain(shorten(asked.label, limits.HINT)),
        hint=plain(shorten(hint, limits.HINT)) if hint else None,
        optional=not asked.required,
        element=element,
        dispatch_action=True if asked.refreshes else None,
    )


_CHOICES = (FieldKind.CHOICE, FieldKind.MANY)
_PEOPLE = (FieldKind.PERSON, FieldKind.PEOPLE)
_PICKERS = (*_PEOPLE, FieldKind.MOMENT, FieldKind.DAYS)


def _element(asked: Field, view_state: ViewState) -> InputInteractiveElement:
    if asked.options and asked.kind in _CHOICES:
        return _choice(asked, view_state)
    match inputs.typed(asked):
        case FieldKind.MOMENT:
            at = inputs.moment(asked)
            seconds = int(at.timestamp()) if at is not None else 0
            return DateTimePickerElement(action_id="value", initial_date_time=seconds if seconds in _MOMENTS else None)
        case FieldKind.EMAIL:
            return EmailInputElement(action_id="value", initial_value=asked.value or None)
        case FieldKind.URL:
            return UrlInputElement(action_id="value", initial_value=asked.value or None)
        case FieldKind.NUMBER:
            return NumberInputElement(action_id="value", is_decimal_allowed=True, initial_value=asked.value or None)
    return _text(asked)


def _text(asked: Field) -> InputInteractiveElement:
    limit = max(1, min(asked.limit, limits.INPUT))
    return PlainTextInputElement(
        action_id="value",
        multiline=asked.kind is FieldKind.AREA,
        initial_value=first(asked.value, limit) or None,
        max_length=limit,
    )


def _people(asked: Field) -> InputInteractiveElement:
    users = inputs.users(asked)
    if asked.kind is FieldKind.PERSON:
        return UserSelectElement(action_id="value", initial_user=users[0] if users else None)
    return UserMultiSelectElement(action_id="value", initial_users=users or None, max_selected_items=limits.PEOPLE)


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
