"""Slack's documented limits of messages and windows, and what its own SDK knows: everything beyond them is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.fakes.slack import sdk

Block = dict[str, Any]
TEXT_LIMIT = 40_000
BLOCKS_SIZE = 13_200
VIEW_SIZE = 250_000


class Refused(Exception):
    """A response with `ok: false`."""

    def __init__(self, error: str, *messages: str, **more: Any) -> None:
        super().__init__(error)
        self.error, self.messages, self.more = error, messages, more


class Invalid(Exception):
    pass


def check_message(text: str, blocks: list[Block]) -> None:
    if not text and not blocks:
        raise Refused("no_text")
    if len(text) > TEXT_LIMIT:
        raise Refused("msg_too_long")
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise Refused("invalid_attachments", "[ERROR] only_one_table_allowed")
    try:
        _blocks(blocks, 50, _MESSAGE)
    except (Invalid, KeyError, TypeError) as error:
        raise Refused("invalid_blocks", f"[ERROR] {error}") from error
    if found := sdk.faults(blocks):
        raise Refused("invalid_blocks", f"[ERROR] {found}")
    if len(json.dumps(blocks, ensure_ascii=False)) > BLOCKS_SIZE:
        raise Refused("msg_blocks_too_long")


def check_metadata(metadata: Any) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise Refused("invalid_metadata_format")
    payload = metadata.get("event_payload")
    if not isinstance(payload, dict) or any(isinstance(value, dict) for value in payload.values()):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata)) > 8000:
        raise Refused("metadata_too_large")


def check_view(view: Block, kind: str = "modal") -> None:
    """Checks a view. `kind`: "modal" or "home"."""
    try:
        _require(view["type"] == kind, f"a {kind} is wanted")
        if kind == "modal":
            _modal(view)
        else:
            _require(not {"title", "submit", "close"} & set(view), "a Home has neither title nor buttons of its own")
        _require(len(view.get("private_metadata", "")) <= 3000, "private_metadata over 3000")
        _require(len(view.get("callback_id", "")) <= 255, "callback_id over 255")
        _require(bool(view["blocks"]), "no blocks")
        _blocks(view["blocks"], 100, _MODAL)
    except (Invalid, KeyError, TypeError, ValueError) as error:
        raise Refused("invalid_arguments", f"[ERROR] {error}") from error
    if found := sdk.faults_of_view(view):
        raise Refused("invalid_arguments", f"[ERROR] {found}")
    if len(json.dumps(view).encode()) > VIEW_SIZE:
        raise Refused("view_too_large")


def _modal(view: Block) -> None:
    _plain(view["title"], 24)
    has_input = any(block["type"] == "input" for block in view["blocks"])
    _require("submit" in view or not has_input, "a modal with inputs needs submit")
    for name in ("submit", "close"):
        if name in view:
            _plain(view[name], 24)


def _blocks(blocks: list[Block], most: int, kinds: dict[str, Callable[[Block], None]]) -> None:
    _require(len(blocks) <= most, f"more than {most} blocks")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    _require(len(ids) == len(set(ids)), "block_id twice")
    _require(all(len(one) <= 255 for one in ids), "block_id over 255")
    for number, block in enumerate(blocks):
        _require(block["type"] in kinds, f"unsupported type: {block['type']} [json-pointer:/blocks/{number}]")
        kinds[block["type"]](block)


def _section(block: Block) -> None:
    _require("text" in block or "fields" in block, "a section needs text or fields")
    if "text" in block:
        _text(block["text"], 3000)
    _require(len(block.get("fields", ())) <= 10, "more than 10 fields")
    for one in block.get("fields", ()):
        _text(one, 2000)
    if "accessory" in block:
        _element(block["accessory"], _PRESSED | {"image"})


def _context(block: Block) -> None:
    _require(1 <= len(block["elements"]) <= 10, "1 to 10 elements in context")
    for one in block["elements"]:
        _image(one) if one["type"] == "image" else _text(one, 3000)


def _actions(block: Block) -> None:
    _require(1 <= len(block["elements"]) <= 25, "1 to 25 elements in actions")
    for one in block["elements"]:
        _element(one, _PRESSED)
    ids = [one["action_id"] for one in block["elements"] if "action_id" in one]
    _require(len(ids) == len(set(ids)), "action_id twice")


def _container(block: Block) -> None:
    """The live validator takes fewer kinds of blocks in a container than the documentation names."""
    _require("title" in block or "rich_text_title" in block, "a container needs a title")
    if "title" in block:
        _plain(block["title"], 150)
    _require(1 <= len(block["child_blocks"]) <= 10, "1 to 10 blocks in a container")
    _blocks(block["child_blocks"], 10, _CONTAINED)
    _require(not block.get("default_collapsed") or block.get("is_collapsible", False), "collapsed, not collapsible")


def _rich_text(block: Block) -> None:
    _require(bool(block["elements"]), "rich_text without elements")
    for element in block["elements"]:
        items = element["elements"] if element["type"] == "rich_text_list" else [element]
        for item in items:
            _require(
                item["type"] in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"),
                f"unsupported rich text: {item['type']}",
            )
            for part in item["elements"]:
                _rich_part(part, item["type"])


def _rich_part(part: Block, within: str) -> None:
    allowed = {"text", "link"} if within == "rich_text_preformatted" else {*_PARTS}
    _require(part["type"] in allowed, f"{part['type']} in {within}")
    _require(set(part.get("style", {})) <= {"bold", "italic", "strike", "code"}, "unknown style")
    if part["type"] == "date":
        _require(isinstance(part["timestamp"], int) and "{" in part["format"], "a date without timestamp or format")
        _require(set(part) <= {"type", "timestamp", "format", "url", "fallback", "style"}, "unknown fields in a date")
    for name in _PARTS[part["type"]]:
        _require(isinstance(part[name], str) and len(part[name]) > 0, f"{part['type']} without {name}")
    if part["type"] == "link":
        _require(len(part["url"]) <= 3000, "url over 3000")
        _require(part["url"].split(":")[0] in ("http", "https", "mailto", "tel"), "not a url")


def _table(block: Block) -> None:
    _require(1 <= len(block["rows"]) <= 100, "1 to 100 rows")
    _require(len(block.get("column_settings", ())) <= 20, "more than 20 columns are set")
    characters = 0
    for row in block["rows"]:
        _require(1 <= len(row) <= 20, "1 to 20 cells in a row")
        for cell in row:
            _require(cell["type"] in ("raw_text", "raw_number", "rich_text"), "unsupported cell")
            if cell["type"] == "raw_text":
                _require(len(cell["text"]) >= 1, "an empty cell")
                characters += len(cell["text"])
            else:
                _rich_text(cell)
                characters += sum(len(part["text"]) for one in cell["elements"] for part in one["elements"])
    _require(characters <= 10_000, "more than 10 000 characters in a table")


def _input(block: Block) -> None:
    _plain(block["label"], 2000)
    config = block["element"].get("dispatch_action_config", {"trigger_actions_on": ["on_enter_pressed"]})
    known = {"on_enter_pressed", "on_character_entered"}
    _require(bool(config["trigger_actions_on"]) and set(config["trigger_actions_on"]) <= known, "unknown trigger")
    if "placeholder" in block["element"]:
        _plain(block["element"]["placeholder"], 150)
    if "hint" in block:
        _plain(block["hint"], 2000)
    _element(block["element"], _ENTERED)
    _require(isinstance(block.get("dispatch_action", False), bool), "dispatch_action must be a boolean")


def _element(element: Block, allowed: set[str]) -> None:
    kind = element["type"]
    _require(kind in allowed, f"{kind} is not allowed here")
    _require(len(element.get("action_id", "")) <= 255, "action_id over 255")
    match kind:
        case "button":
            _plain(element["text"], 75)
            _require(len(element.get("value", "")) <= 2000, "value over 2000")
            _require(element.get("style", "primary") in ("primary", "danger"), "unknown style")
        case "overflow":
            _options(element["options"], 2, 5)
        case "static_select" | "multi_static_select":
            _select(element)
        case "plain_text_input":
            most = element.get("max_length", 3000)
            _require(1 <= most <= 3000, "max_length must be 1 to 3000")
            _require(len(element.get("initial_value", "")) <= most, "initial_value over max_length")
        case "image":
            _image(element)
        case _:
            _picker(element)


def _picker(element: Block) -> None:
    """Checks an input of people, times or texts of one kind."""
    match element["type"]:
        case "users_select":
            _require(not {"options", "option_groups"} & set(element), "users_select takes no options")
            _users([element["initial_user"]] if "initial_user" in element else [])
        case "multi_users_select":
            most, users = element.get("max_selected_items", 1), element.get("initial_users")
            _require(most >= 1, "max_selected_items must be 1 at least")
            _require(users is None or 0 < len(users) <= most, "initial_users is empty, or has too many")
            _users(users or [])
        case "datetimepicker":
            at = element.get("initial_date_time", 10**9)
            _require(type(at) is int and len(str(at)) == 10, "initial_date_time must be an integer of 10 digits")
        case "datepicker":
            written = element.get("initial_date", "2026-01-01")
            _require(re.fullmatch(r"\d{4}-\d\d-\d\d", written) is not None, "initial_date must be YYYY-MM-DD")
        case "number_input":
            _require(isinstance(element["is_decimal_allowed"], bool), "is_decimal_allowed is required")
            float(_string(element.get("initial_value", "0")))
        case _:
            _string(element.get("initial_value", ""))
    if "placeholder" in element:
        _plain(element["placeholder"], 150)


def _users(ids: list[str]) -> None:
    _require(all(re.fullmatch(r"[UW][A-Z0-9]+", one) for one in ids), "no id of a user")


def _string(value: object) -> str:
    _require(isinstance(value, str), "must be a string")
    return str(value)


def _select(element: Block) -> None:
    _require(("options" in element) != ("option_groups" in element), "either options or option_groups")
    if "options" in element:
        _options(element["options"], 1, 100)
        offered = element["options"]
    else:
        _require(len(element["option_groups"]) <= 100, "more than 100 groups")
        for group in element["option_groups"]:
            _plain(group["label"], 75)
            _options(group["options"], 1, 100)
        offered = [option for group in element["option_groups"] for option in group["options"]]
    if "initial_option" in element:
        _require(element["initial_option"] in offered, "initial_option is not offered")
    first = element.get("initial_options")
    _require(first is None or (bool(first) and all(one in offered for one in first)), "initial_options are not offered")
    values = [one["value"] for one in offered]
    _require(len(values) == len(set(values)), "a value twice")
    if "placeholder" in element:
        _plain(element["placeholder"], 150)


def _options(options: list[Block], least: int, most: int) -> None:
    _require(least <= len(options) <= most, f"{least} to {most} options")
    for option in options:
        _plain(option["text"], 75)
        _require(1 <= len(option["value"]) <= 150, "value must be 1 to 150 characters")


def _image(element: Block) -> None:
    _require(("image_url" in element) != ("slack_file" in element), "either image_url or slack_file")
    if "slack_file" in element:
        _require(len({"id", "url"} & set(element["slack_file"])) == 1, "either id or url")
    else:
        _require(element["image_url"].startswith("https://"), "image_url must be public https")
    _require(1 <= len(element["alt_text"]) <= 2000, "alt_text must be 1 to 2000 characters")


def _text(one: Block, most: int) -> None:
    _require(one["type"] in ("plain_text", "mrkdwn"), "not a text")
    _require(1 <= len(one["text"]) <= most, f"text must be 1 to {most} characters")


def _plain(one: Block, most: int) -> None:
    _require(one["type"] == "plain_text", "must be plain_text")
    _text(one, most)


def _require(holds: bool, why: str) -> None:
    if not holds:
        raise Invalid(why)


_PRESSED = {"button", "overflow", "static_select", "users_select"}
_ENTERED = {
    *("plain_text_input", "email_text_input", "number_input", "url_text_input"),
    *("static_select", "multi_static_select", "users_select", "multi_users_select", "datepicker", "datetimepicker"),
}
_PARTS: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "link": ("url",),
    "emoji": ("name",),
    "user": ("user_id",),
    "channel": ("channel_id",),
    "usergroup": ("usergroup_id",),
    "broadcast": ("range",),
    "date": (),
}
_BOTH: dict[str, Callable[[Block], None]] = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich_text,
    "header": lambda block: _plain(block["text"], 150),
    "divider": lambda block: None,
    "image": _image,
}
_CONTAINED = {kind: _BOTH[kind] for kind in ("section", "context", "actions", "header", "divider", "image")}
_MESSAGE = {**_BOTH, "container": _container, "table": _table}
_MODAL = {**_BOTH, "input": _input}
