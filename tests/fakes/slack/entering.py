"""Input of people in a window, as Slack's clients send it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any


def entered(element: Mapping[str, Any], value: str) -> dict[str, Any]:
    """The value of an input, as Slack submits it."""
    if element["type"] == "plain_text_input":
        assert len(value) <= element.get("max_length", 3000), "Slack lets nobody type more"
        return {"type": element["type"], "value": value or None}
    if element["type"] in _PICKED:
        return {"type": element["type"], **_PICKED[element["type"]](element, value)}
    offered = list(options(element))
    if element["type"] == "multi_static_select":
        wanted = [one for one in value.split(",") if one]
        assert set(wanted) <= {one["value"] for one in offered}, f"{value!r} is not offered"
        return {"type": element["type"], "selected_options": [one for one in offered if one["value"] in wanted]}
    chosen = next((one for one in offered if one["value"] == value), None)
    assert chosen is not None or not value, f"{value!r} is not offered: {[one['value'] for one in offered]}"
    return {"type": element["type"], "selected_option": chosen}


def _users(element: Mapping[str, Any], value: str) -> dict[str, Any]:
    chosen = [one for one in value.split(",") if one]
    assert len(chosen) <= element.get("max_selected_items", len(chosen)), "Slack lets nobody pick more"
    return {"selected_users": chosen}


def _text(like: str) -> Callable[[Mapping[str, Any], str], dict[str, Any]]:
    """An input whose client sends in only what looks right."""

    def text(element: Mapping[str, Any], value: str) -> dict[str, Any]:
        assert not value or re.fullmatch(like, value), f"Slack's client does not send {value!r}"
        return {"value": value or None}

    return text


_PICKED: Mapping[str, Callable[[Mapping[str, Any], str], dict[str, Any]]] = {
    "users_select": lambda element, value: {"selected_user": value or None},
    "multi_users_select": _users,
    "datepicker": lambda element, value: {"selected_date": value or None},
    "datetimepicker": lambda element, value: {"selected_date_time": int(value) if value else None},
    "email_text_input": _text(r"[^@\s]+@[^@\s]+"),
    "number_input": _text(r"-?\d+(\.\d+)?"),
    "url_text_input": _text(r"[a-z]+://\S+"),
}
"""State of inputs by type: from what was typed or picked, as Slack writes it."""


def filled_in(element: Mapping[str, Any]) -> str:
    """The initial value of an input; several values are comma-separated."""
    for one in ("initial_user", "initial_date", "initial_date_time"):
        if one in element:
            return str(element[one])
    if "initial_users" in element:
        return ",".join(element["initial_users"])
    if "initial_options" in element:
        return ",".join(one["value"] for one in element["initial_options"])
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    return str(element.get("initial_value", ""))


def options(element: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from element.get("options", ())
    for group in element.get("option_groups", ()):
        yield from group["options"]
