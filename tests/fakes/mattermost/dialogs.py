"""Interactive dialogs: what clients show as it is meant, what they let people enter, and what they send."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from tests.fakes.mattermost.rules import Refusal
from tests.fakes.mattermost.state import Json, State


def check_dialog(state: State, dialog: Json) -> None:
    """Refuses what clients do not show as it is meant. The server itself only logs it."""

    def need(holds: object, what: str) -> None:
        if not holds:
            raise Refusal(400, "api.context.invalid_body_param.app_error", what)

    need(0 < len(str(dialog.get("title", ""))) <= 24, "invalid dialog title")
    need(len(str(dialog.get("submit_label", ""))) <= 24, "submit label")
    names = [element.get("name") for element in dialog.get("elements") or ()]
    need(len(set(names)) == len(names), "duplicate dialog element")
    for element in dialog.get("elements") or ():
        name = str(element.get("name", ""))
        need(0 < len(name) <= 300, "name")
        need(0 < len(str(element.get("display_name", ""))) <= 24, f"{name}: display name")
        need(len(str(element.get("help_text", ""))) <= 150, f"{name}: help text")
        _check_element(state, element, name, need)
    refreshes = any(element.get("refresh") for element in dialog.get("elements") or ())
    need(not refreshes or (state.since(11, 1) and dialog.get("source_url")), "refresh without source_url, or too early")


_LONGEST = {"text": 150, "textarea": 3000, "select": 3000, "bool": 150, "radio": 3000, "date": 150, "datetime": 150}
"""Limits in characters of an element's default and of its placeholder."""
_KEYBOARDS = ("", "text", "email", "number", "tel", "url", "password")


def _check_element(state: State, element: Json, name: str, need: Callable[[object, str], None]) -> None:
    kind, default = str(element.get("type")), str(element.get("default", ""))
    need(kind in _LONGEST, f"{name}: type {kind}")
    need(kind == "select" or not (element.get("multiselect") or element.get("refresh")), f"{name}: for lists alone")
    need(state.since(11) or not element.get("multiselect"), f"{name}: multiselect came with 11.0")
    need(element.get("subtype", "") in _KEYBOARDS, f"{name}: subtype")
    if kind in ("date", "datetime"):
        _check_date(state, element, name, need)
    need(len(default) <= _LONGEST[kind], f"{name}: default too long")
    need(len(str(element.get("placeholder", ""))) <= _LONGEST[kind], f"{name}: placeholder too long")
    need(0 <= int(element.get("max_length", 0)) <= _LONGEST[kind], f"{name}: max_length")
    if kind == "bool":
        need(default in ("", "true", "false"), f"{name}: default of a checkbox")
    if source := element.get("data_source"):
        need(source in ("users", "channels", "dynamic") and not element.get("options"), f"{name}: data source {source}")
        need(not default, f"{name}: clients show no default of a {source} list")
        url = str(element.get("data_source_url", ""))
        need(source != "dynamic" or (state.since(11) and urlsplit(url).scheme), f"{name}: data_source_url")
    elif kind in ("select", "radio"):
        options = element.get("options") or ()
        need(all(one.get("text") and one.get("value") for one in options), f"{name}: an option says nothing")
        values = [option.get("value") for option in options]
        need(len(values) == len(set(values)), f"{name}: a value twice")
        wanted = default.replace(" ", "").split(",") if element.get("multiselect") else [default]
        need(all(not one or one in values for one in wanted), f"{name}: default is no option")


def _check_date(state: State, element: Json, name: str, need: Callable[[object, str], None]) -> None:
    """Checks a picker of dates. A time that is set has to be one of those that it offers."""
    need(state.since(11, 1), f"{name}: dates came with 11.1")
    default, nested = str(element.get("default", "")), element.get("datetime_config") or {}
    need(state.since(11, 6) or not nested, f"{name}: datetime_config came with 11.6")
    top = 0 if state.since(12) else int(element.get("time_interval", 0))
    if element["type"] == "date":
        need(not default or re.fullmatch(r"\d{4}-\d\d-\d\d", default), f"{name}: default is no date")
        return
    need(not default or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", default), f"{name}: default is no time")
    interval = int(nested.get("time_interval", 0)) or top
    need(0 < interval <= 1440 and 1440 % interval == 0, f"{name}: time_interval {interval}")
    clock = default[11:].rstrip("Z").split(":") if default else ["0", "0", "0"]
    need(
        (int(clock[0]) * 60 + int(clock[1])) % interval == 0 and clock[2] in ("0", "00"), f"{name}: default not offered"
    )


def check_submission(dialog: Json, values: dict[str, str]) -> Json:
    """Checks a submission as the client itself does: required fields, lengths, unknown options. Several chosen options
    are comma-separated."""
    errors: Json = {}
    for element in dialog["elements"]:
        value = values.get(element["name"], "")
        if not value and not element.get("optional"):
            errors[element["name"]] = "This field is required."
        chosen = [one for one in value.split(",") if one] if element.get("multiselect") else [value] if value else []
        listed = element["type"] == "select" and not element.get("data_source")
        if listed and not set(chosen) <= {one["value"] for one in element["options"]}:
            raise AssertionError(f"{value} is no option of {element['name']}")
        if (like := _LOOKS.get(element.get("subtype", ""))) and value and not re.search(like, value):
            errors[element["name"]] = "Must be valid."
        if element.get("max_length") and len(value) > element["max_length"]:
            raise AssertionError(f"{element['name']} holds no more than {element['max_length']} characters")
    return errors


_LOOKS = {"email": r".@.", "number": r"^-?\d+(\.\d+)?$", "url": r"https?://"}
"""Looks of texts that clients send in, by keyboard."""


def submitted(state: State, dialog: Json, values: dict[str, str]) -> Json:
    """The submission as clients send it: several options as lists, checkboxes as booleans, numbers as such. Since 11.1
    nothing that is empty is sent."""
    body: Json = dict(values)
    for element in dialog["elements"]:
        value = values.get(element["name"], "")
        if element.get("multiselect"):
            body[element["name"]] = [one for one in value.split(",") if one]
        if element["type"] == "bool":
            body[element["name"]] = value == "true"
        if element.get("subtype") == "number" and value:
            body[element["name"]] = float(value) if "." in value else int(value)
    return {name: value for name, value in body.items() if value not in ("", [])} if state.since(11, 1) else body
