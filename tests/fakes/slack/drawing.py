"""Rendering of blocks as Slack's clients show them: styled text, what can be pressed, who is notified."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from bot.desks.shared import emoji
from bot.domain.text import Span, Style, Text

Block = dict[str, Any]
_STYLES = {"bold": Style.BOLD, "italic": Style.ITALIC, "strike": Style.STRIKE, "code": Style.CODE}
_LINES = {"rich_text_quote": Style.QUOTE, "rich_text_preformatted": Style.PRE}
_CALLS = re.compile(r"<[!@]")
_MARKS = (
    (r"(?<!\w)\*([^*\n]+)\*(?!\w)", Style.BOLD),
    (r"(?<!\w)_([^_\n]+)_(?!\w)", Style.ITALIC),
    (r"(?<!\w)~([^~\n]+)~(?!\w)", Style.STRIKE),
)
"""Marks stand beside no letter or digit: `*Price:*1500` is shown as it is written."""
_DATE = re.compile(r"<!date\^\d+\^[^|<>]*\{[a-z_]+\}[^|<>]*\|([^<>\n]+)>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|\n]+)\|([^<>\n]+)>")


def text(blocks: list[Block], fallback: str) -> Text:
    spans: list[Span] = []
    for block in blocks:
        drawn = list(_block(block))
        if spans and drawn and not spans[-1].text.endswith("\n"):
            spans.append(Span("\n"))
        spans += drawn
    return Text.of(spans) if blocks else Text.of(_mrkdwn(fallback))


def _block(block: Block) -> Iterator[Span]:
    match block["type"]:
        case "rich_text":
            for element in block["elements"]:
                yield from _rich(element)
        case "header":
            yield from _object(block["text"], Style.HEADING)
        case "section":
            for number, one in enumerate([one for one in (block.get("text"), *block.get("fields", ())) if one]):
                yield Span("\n" if number else "")
                yield from _object(one, Style.NONE)
        case "context":
            for one in block["elements"]:
                yield from _object(one, Style.NONE) if one["type"] != "image" else ()
        case "table":
            for row in block["rows"]:
                for cell in row:
                    yield from _block(cell) if cell["type"] == "rich_text" else [Span(cell["text"])]
                    yield Span(" | ")
                yield Span("\n")
        case "input":
            yield from _object(block["label"], Style.NONE)
        case "container":
            yield from _object(block["title"], Style.NONE)
            for one in block["child_blocks"]:
                yield Span("\n")
                yield from _block(one)


def _rich(element: Block) -> Iterator[Span]:
    if element["type"] == "rich_text_list":
        for item in element["elements"]:
            yield Span("• ")
            yield from _rich(item)
            yield Span("\n")
        return
    outer = _LINES.get(element["type"], Style.NONE)
    for part in element["elements"]:
        style = outer
        for name, flag in _STYLES.items():
            style |= flag if part.get("style", {}).get(name) else Style.NONE
        match part["type"]:
            case "link":
                yield Span(part.get("text") or part["url"], style, part["url"])
            case "emoji":
                yield Span(emoji.of_name(part["name"]) or f":{part['name']}:", style)
            case "user":
                yield Span(f"@{part['user_id']}", style)
            case "broadcast":
                yield Span(f"@{part['range']}", style)
            case "date":
                yield Span(part["fallback"], style)
            case _:
                yield Span(part["text"], style)
    if outer:
        yield Span("\n", outer)


def _object(one: Block, style: Style) -> Iterator[Span]:
    """Renders a text object: `plain_text` shows its characters, and emoji names as emoji only with `emoji: true`."""
    if one["type"] == "mrkdwn":
        yield from _mrkdwn(one["text"])
    else:
        yield Span(emoji.to_unicode(one["text"]) if one.get("emoji", True) else one["text"], style)


def _mrkdwn(words: str) -> list[Span]:
    """Renders mrkdwn approximately: enough to notice formatting that should not be there."""
    words = _DATE.sub(r"\1", words)
    links = dict(enumerate(_LINK.findall(words)))
    numbers = iter(links)
    words = _LINK.sub(lambda found: f"\x00{next(numbers)}\x01{found[2]}\x02", words)
    spans = [Span(emoji.to_unicode(words))]
    for pattern, style in _MARKS:
        spans = [piece for span in spans for piece in _marked(span, pattern, style)]
    return [piece for span in spans for piece in _unlinked(span, {number: url for number, (url, _) in links.items()})]


def _unlinked(span: Span, urls: dict[int, str]) -> Iterator[Span]:
    """Puts back links that were set aside, so that nothing in their addresses is taken for a mark."""
    for part in re.split(r"(\x00\d+\x01[^\x02]*\x02)", span.text):
        found = re.fullmatch(r"\x00(\d+)\x01([^\x02]*)\x02", part)
        if found:
            yield Span(html.unescape(found[2]), span.style, html.unescape(urls[int(found[1])]))
        elif part:
            yield Span(html.unescape(part), span.style)


def _marked(span: Span, pattern: str, style: Style) -> Iterator[Span]:
    position = 0
    for found in re.finditer(pattern, span.text):
        yield Span(span.text[position : found.start()], span.style)
        yield Span(found[1], span.style | style)
        position = found.end()
    yield Span(span.text[position:], span.style)


def notifies(blocks: list[Block], fallback: str) -> bool:
    """Tells whether a message notifies anyone; its fallback text counts too, since phones show it."""
    return bool(_CALLS.search(fallback)) or any(_calls(block) for block in blocks)


def _calls(value: Any) -> bool:
    if isinstance(value, list):
        return any(_calls(one) for one in value)
    if not isinstance(value, dict):
        return False
    if value.get("type") in ("user", "broadcast", "usergroup"):
        return True
    if value.get("type") == "mrkdwn" and _CALLS.search(value["text"]):
        return True
    return any(_calls(one) for one in value.values())


def buttons(blocks: list[Block]) -> Iterator[tuple[str, str, Block]]:
    """Label, value, and the action as Slack returns it when the button is pressed."""
    for block in blocks:
        elements = block.get("elements", []) if block["type"] == "actions" else []
        for element in [*elements, *([block["accessory"]] if "accessory" in block else [])]:
            action = {"type": element["type"], "action_id": element.get("action_id"), "block_id": block.get("block_id")}
            if element["type"] == "button":
                pressed = {**action, "value": element.get("value", ""), "text": element["text"]}
                yield element["text"]["text"], element.get("value", ""), pressed
            if element["type"] == "users_select":
                yield element["placeholder"]["text"], "", action
            for option in _options(element):
                yield option["text"]["text"], option["value"], {**action, "selected_option": option}


def chosen(blocks: list[Block]) -> Iterator[str]:
    """Labels of the selected menu entries."""
    for block in blocks:
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            if "initial_option" in element:
                yield element["initial_option"]["text"]["text"]


def _options(element: Block) -> Iterator[Block]:
    yield from element.get("options", ())
    for group in element.get("option_groups", ()):
        yield from group["options"]
