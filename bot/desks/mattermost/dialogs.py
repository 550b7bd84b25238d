"""A `Form` as an interactive dialog. Pure.

https://developers.mattermost.com/integrate/plugins/interactive-dialogs/
"""

from __future__ import annotations

from typing import Any

from bot.desks.mattermost.format import literal, write
from bot.desks.mattermost.hooks import TICKED
from bot.domain.graphemes import first
from bot.domain.text import Text, headline, shorten
from bot.views.values import Field, FieldKind, Form

Json = dict[str, Any]

_TITLE, _LABEL, _HINT = 24, 24, 150
_TEXT_INPUT, _AREA_INPUT = 150, 3000


def dialog(form: Form, state: str, *, several: bool) -> Json:
    """Builds the dialog. A text too long for its place is repeated in full next to it. `several`: the server has
    multi-select lists; without them each option is a checkbox."""
    title = headline(form.title, _TITLE)
    intro = [] if title == form.title else [f"**{literal(form.title)}**"]
    return {
        "callback_id": "hub",
        "title": title,
        "introduction_text": "\n\n".join([*intro, *([write(Text.plain(form.intro))] if form.intro else [])]),
        "elements": [element for one in form.fields for element in _elements(one, several)],
        "submit_label": _fitting(form.submit, _LABEL),
        "notify_on_cancel": False,
        "state": state,
    }


def _elements(given: Field, several: bool) -> list[Json]:
    if given.kind is FieldKind.MANY and not several:
        return _checkboxes(given)
    return [_element(given)]


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


def _element(given: Field) -> Json:
    label = _fitting(given.label, _LABEL)
    hint = given.hint if label == given.label else ". ".join(part for part in (given.label, given.hint) if part)
    element: Json = {
        "display_name": label,
        "name": given.name,
        "help_text": _fitting(hint, _HINT),
        "optional": not given.required,
        "default": given.value,
        **_input(given),
    }
    return element


def _input(given: Field) -> Json:
    options = [{"text": option.label, "value": option.value} for option in given.options]
    offered = {option.value for option in given.options}
    if given.kind is FieldKind.CHOICE:
        return {"type": "select", "options": options, "default": given.value if given.value in offered else ""}
    if given.kind is FieldKind.MANY:
        chosen = ",".join(value for value in given.value.split(",") if value in offered)
        return {"type": "select", "multiselect": True, "options": options, "default": chosen}
    if given.kind is FieldKind.LINE and len(given.value) <= _TEXT_INPUT:
        return {"type": "text", "max_length": min(given.limit, _TEXT_INPUT)}
    return {"type": "textarea", "max_length": min(given.limit, _AREA_INPUT), "default": first(given.value, _AREA_INPUT)}


def _fitting(words: str, limit: int) -> str:
    return words if len(words) <= limit else shorten(words, limit)
