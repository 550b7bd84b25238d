"""A `Form` as an interactive dialog. Pure.

https://developers.mattermost.com/integrate/plugins/interactive-dialogs/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.desks.mattermost.features import DATES, DROPS_AUTHORS, NESTED_DATES, PICKERS, Features
from bot.desks.mattermost.format import literal, write
from bot.desks.mattermost.hooks import TICKED
from bot.domain.graphemes import first
from bot.domain.text import Text, headline, shorten
from bot.views import inputs
from bot.views.values import Field, FieldKind, Form

Json = dict[str, Any]

_TITLE, _LABEL, _HINT = 24, 24, 150
_TEXT_INPUT, _AREA_INPUT = 150, 3000
_INTERVALS = (15, 5, 1)
"""Minutes between the times that a picker offers: of a day and of all time zones."""
_KEYBOARDS = {
    FieldKind.EMAIL: "email",
    FieldKind.PHONE: "tel",
    FieldKind.NUMBER: "number",
    FieldKind.URL: "url",
}


def dialog(form: Form, state: str, features: Features, source: str = "") -> Json:
    """Builds the dialog. A text too long for its place is repeated in full next to it. `features`: those of the server;
    without multi-select lists each option is a checkbox, without pickers people are lists and times are texts.
    `source`: where a choice is reported on which other fields depend."""
    title = headline(form.title, _TITLE)
    intro = [] if title == form.title else [f"**{literal(form.title)}**"]
    return {
        "callback_id": "hub",
        "title": title,
        "introduction_text": "\n\n".join([*intro, *([write(Text.plain(form.intro))] if form.intro else [])]),
        "elements": [element for one in form.fields for element in _elements(one, features)],
        "submit_label": _fitting(form.submit, _LABEL),
        "notify_on_cancel": False,
        "state": state,
        **({"source_url": source} if source and features.since(DATES) else {}),
    }


def picking(form: Form, features: Features) -> tuple[str, ...]:
    """Names of the fields in which users of the server are picked."""
    return tuple(one.name for one in form.fields if _picks_people(one, features))


def _picks_people(given: Field, features: Features) -> bool:
    """Tells whether people are picked from the server's users. Its clients do not show who is chosen already, so such a
    field stays a list."""
    return given.kind in (FieldKind.PERSON, FieldKind.PEOPLE) and not given.value and features.since(PICKERS)


def _elements(given: Field, features: Features) -> Iterator[Json]:
    if _picks_people(given, features):
        yield from _people(given)
    elif given.kind is FieldKind.MOMENT and features.since(DATES):
        yield _moment(given, features)
    elif given.kind is FieldKind.DAYS and features.since(DATES):
        for name, label, day in zip((given.name, inputs.second(given)), given.parts, inputs.days(given), strict=True):
            yield _element(replace(given, name=name, label=label or given.label), {"type": "date", "default": day})
    else:
        plain = inputs.simplified(given)
        if plain.kind is FieldKind.MANY and not features.since(PICKERS):
            yield from _checkboxes(plain)
        else:
            refreshes = {"refresh": True} if plain.refreshes and features.since(DATES) else {}
            yield _element(plain, {**_input(plain, _KEYBOARDS.get(inputs.typed(given), "")), **refreshes})


def _people(given: Field) -> Iterator[Json]:
    """Builds the picker, and a list of what is no person."""
    several, others = given.kind is FieldKind.PEOPLE, inputs.others(given)
    picker: Json = {"type": "select", "data_source": "users", **({"multiselect": True} if several else {})}
    first, label = given.parts if others else (given.label, "")
    yield _element(replace(given, label=first or given.label, required=given.required and not others), picker)
    if others:
        kind = FieldKind.MANY if several else FieldKind.CHOICE
        listed = Field(inputs.second(given), label or given.label, kind, options=others)
        yield _element(listed, _input(listed))


def _moment(given: Field, features: Features) -> Json:
    """Builds a picker of a time. A time that is set already has to be among those it offers."""
    at = inputs.moment(given)
    at = at.astimezone(UTC).replace(second=0, microsecond=0) if at is not None else None
    interval = next(one for one in _INTERVALS if at is None or at.minute % one == 0)
    settings: Json = {"time_interval": interval}
    if features.since(NESTED_DATES):
        settings["datetime_config"] = {"time_interval": interval, "manual_time_entry": True}
    if features.since(DROPS_AUTHORS):
        del settings["time_interval"]
    return _element(given, {"type": "datetime", "default": _written(at), **settings})


def _written(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at is not None else ""


def _checkboxes(given: Field) -> list[Json]:
    """Builds one optional checkbox per option; the core checks that enough are ticked."""
    wanted = given.value.split(",")
    return [
        {
            "display_name": _fitting(given.label if not number else "\u2060", _LABEL),
            "name": f"{given.name}{TICKED}{offered.value}",
            "type": "bool",
            "placeholder": _fitting(offered.label, _TEXT_INPUT),
            "help_text": _fitting(given.hint, _HINT) if number == len(given.options) - 1 else "",
            "optional": True,
            "default": "true" if offered.value in wanted else "false",
        }
        for number, offered in enumerate(given.options)
    ]


_PICKERS = (FieldKind.PERSON, FieldKind.PEOPLE, FieldKind.MOMENT, FieldKind.DAYS)


def _element(given: Field, drawn: Json) -> Json:
    """Builds an element. `drawn`: its kind of input."""
    label, about = _fitting(given.label, _LABEL), given.picking if given.kind in _PICKERS else given.hint
    hint = about if label == given.label else ". ".join(part for part in (given.label, about) if part)
    return {
        "display_name": label,
        "name": given.name,
        "help_text": _fitting(hint, _HINT),
        "optional": not given.required,
        "default": given.value,
        **drawn,
    }


def _input(given: Field, keyboard: str = "") -> Json:
    options = [{"text": option.label, "value": option.value} for option in given.options]
    offered = {option.value for option in given.options}
    if given.kind is FieldKind.CHOICE:
        return {"type": "select", "options": options, "default": given.value if given.value in offered else ""}
    if given.kind is FieldKind.MANY:
        chosen = ",".join(value for value in given.value.split(",") if value in offered)
        return {"type": "select", "multiselect": True, "options": options, "default": chosen}
    if given.kind is FieldKind.LINE and len(given.value) <= _TEXT_INPUT:
        subtype = {"subtype": keyboard} if keyboard else {}
        return {"type": "text", "max_length": min(given.limit, _TEXT_INPUT), **subtype}
    return {"type": "textarea", "max_length": min(given.limit, _AREA_INPUT), "default": first(given.value, _AREA_INPUT)}


def _fitting(words: str, limit: int) -> str:
    return words if len(words) <= limit else shorten(words, limit)
