"""Text ⇄ VK: `format_data` both ways, and VK's way to name people within a text.

Source: dev.vk.com/reference/objects/message, "format_data": ranges of UTF-16 units, of the types bold, italic,
underline and url. VK reads `[id1|Anna]`, `@id1 (Anna)` and `*id1 (Anna)` in what is sent to it as a mention and shows
"Anna" alone: what operators write so gets an invisible word joiner in it, and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby, pairwise
from typing import Any

from bot.text import Span, Style, Text, utf16_units
from bridges.shared.fields import Fields, clean

STYLES = {"bold": Style.BOLD, "italic": Style.ITALIC, "underline": Style.UNDERLINE}
WRITTEN = Style.BOLD | Style.ITALIC | Style.UNDERLINE | Style.HEADING
"""Looks that reach the customer; a heading is bold."""
ITEMS: tuple[tuple[str, Style], ...] = (
    ("bold", Style.BOLD | Style.HEADING),
    ("italic", Style.ITALIC),
    ("underline", Style.UNDERLINE),
)
LINK = re.compile(r"https?://", re.IGNORECASE)
MENTION = re.compile(r"\[((?:id|club|public|event)\d+)\|([^\[\]]+)\]", re.ASCII)
AS_MENTION = re.compile(
    r"(?<=\[)(?=[^\s\[\]|\u2060]+\|[^\[\]]+\])|(?<=[@*])(?=(?:id|club|public|event)\d+ ?\()", re.ASCII
)
"""Where the joiner goes; addresses of VK's own pages may stand in such brackets, too."""
JOINER = "\u2060"

# ------------------------------------------------------------------------------------------ from VK


def read(text: str, items: Sequence[Fields]) -> Text:
    """Every character of `text`, with the looks of those items that make sense; mentions become links."""
    text = clean(text)
    position = _positions(text)
    ranges = [found for item in items if (found := _range(item, position))]
    edges = sorted({0, len(text), *(edge for start, end, _ in ranges for edge in (start, end))})
    return _mentions(
        Text.of(
            _styled(text[start:end], [item for left, right, item in ranges if left <= start and end <= right])
            for start, end in pairwise(edges)
        )
    )


def _positions(text: str) -> list[int]:
    """UTF-16 offset → index; an offset inside a character belongs to that character."""
    return [index for index, char in enumerate(text) for _ in range(1 + (char > "\uffff"))] + [len(text)]


def _range(item: Fields, position: list[int]) -> tuple[int, int, Fields] | None:
    offset, length = item.size("offset"), item.size("length")
    if offset is None or not length or offset >= len(position) - 1:
        return None
    start, end = position[offset], position[min(offset + length, len(position) - 1)]
    return (start, end, item) if start < end else None


def _styled(text: str, items: list[Fields]) -> Span:
    style, link = Style.NONE, ""
    for item in items:
        style |= STYLES.get(item.text("type"), Style.NONE)
        link = item.text("url") or link
    return Span(text, style, link)


def _mentions(text: Text) -> Text:
    found, start = Text(), 0
    for mention in MENTION.finditer(text.characters):
        name, address = text.cut(*mention.span(2)), f"https://vk.com/{mention[1]}"
        linked = Text.of(replace(span, link=address) for span in name.spans)
        found = found + text.cut(start, mention.start()) + linked
        start = mention.end()
    return found + text.cut(start) if start else text


# -------------------------------------------------------------------------------------------- to VK


def guarded(words: str) -> str:
    """The words with nothing in them that VK takes for a mention."""
    return AS_MENTION.sub(JOINER, words)


def measure(words: str) -> int:
    """Length as VK is sent it."""
    return utf16_units(guarded(words))


def write(text: Text) -> tuple[str, list[dict[str, Any]]]:
    """`message`, and the items of `format_data`. A link that is none of the web becomes plain words."""
    spans = _guarded(text).spans
    items = [item for kind, style in ITEMS for item in _items(spans, kind, partial(_looks, style))]
    items += _items(spans, "url", lambda span: span.link if LINK.match(span.link) else "")
    return "".join(span.text for span in spans), items


def _looks(style: Style, span: Span) -> bool:
    return bool(span.style & style)


def _guarded(text: Text) -> Text:
    places = [found.start() for found in AS_MENTION.finditer(text.characters)]
    for place in reversed(places):
        text = text.cut(0, place) + Text.plain(JOINER) + text.cut(place)
    return text


def _items(spans: Sequence[Span], kind: str, look: Callable[[Span], object]) -> Iterator[dict[str, Any]]:
    """One item for each run of neighbours whose `look` is the same and is something."""
    offset = 0
    for found, run in groupby(spans, look):
        length = sum(utf16_units(span.text) for span in run)
        if found:
            more = {"url": found} if kind == "url" else {}
            yield {"type": kind, "offset": offset, "length": length, **more}
        offset += length
