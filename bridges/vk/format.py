"""Text ⇄ VK: reads and writes `format_data`, and handles VK's mentions inside a text.

Source: dev.vk.com/reference/objects/message, "format_data": ranges of UTF-16 units, of the types bold, italic,
underline and url. In text sent to it, VK takes `[id1|Anna]`, `@id1 (Anna)` and `*id1 (Anna)` for a mention and shows
only "Anna". An invisible word joiner is put into such words of operators, so that they stay as written.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, groupby, islice
from typing import Any

from bot.domain.text import Span, Style, Text, utf16_units
from bridges.shared.fields import Fields, clean
from bridges.shared.markup import MOST, Offsets, StyleRange, apply

STYLES = {"bold": Style.BOLD, "italic": Style.ITALIC, "underline": Style.UNDERLINE}
WRITTEN = Style.BOLD | Style.ITALIC | Style.UNDERLINE | Style.HEADING
"""Styles that reach the customer; a heading becomes bold."""
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
"""Places for the joiner. Addresses of VK's own pages can form such mentions too."""
JOINER = "\u2060"

# ------------------------------------------------------------------------------------------ from VK


def read(text: str, items: Sequence[Fields]) -> Text:
    """Returns all of `text`, styled by those items that are valid; mentions become links."""
    text = clean(text)
    offsets = Offsets(text)
    looks = (found for item in items if (found := _mark(item, offsets)))
    return apply(text, chain(_mentions(text), looks))


def _mark(item: Fields, offsets: Offsets) -> StyleRange | None:
    found = offsets.range(item.size("offset"), item.size("length"))
    return StyleRange(*found, STYLES.get(item.text("type"), Style.NONE), item.text("url")) if found else None


def _mentions(text: str) -> Iterator[StyleRange]:
    """Makes each name a link and hides the markup around it; stops at as many as `apply` can take."""
    for mention in islice(MENTION.finditer(text), MOST // 3):
        (start, end), (left, right) = mention.span(0), mention.span(2)
        yield StyleRange(start, left, hidden=True)
        yield StyleRange(left, right, link=f"https://vk.com/{mention[1]}")
        yield StyleRange(right, end, hidden=True)


# -------------------------------------------------------------------------------------------- to VK


def guarded(words: str) -> str:
    """Inserts joiners, so that VK finds no mention."""
    return AS_MENTION.sub(JOINER, words)


def measure(words: str) -> int:
    """Returns the length of the text as sent to VK."""
    return utf16_units(guarded(words))


def write(text: Text) -> tuple[str, list[dict[str, Any]]]:
    """Returns `message` and the items of `format_data`. A link that is not a web address becomes plain text."""
    spans = _guarded(text).spans
    items = [item for kind, style in ITEMS for item in _items(spans, kind, partial(_looks, style))]
    items += _items(spans, "url", lambda span: span.link if LINK.match(span.link) else "")
    return "".join(span.text for span in spans), items


def _looks(style: Style, span: Span) -> bool:
    return bool(span.style & style)


def _guarded(text: Text) -> Text:
    places = deque(found.start() for found in AS_MENTION.finditer(text.characters))
    spans, position = list[Span](), 0
    for span in text.spans:
        start, end = position, position + len(span.text)
        while places and places[0] < end:
            spans += (replace(span, text=span.text[start - position : places[0] - position]), Span(JOINER))
            start = places.popleft()
        spans.append(replace(span, text=span.text[start - position :]))
        position = end
    return Text.of(spans)


def _items(spans: Sequence[Span], kind: str, look: Callable[[Span], object]) -> Iterator[dict[str, Any]]:
    """Yields one item for each run of spans whose `look` is equal and not empty."""
    offset = 0
    for found, run in groupby(spans, look):
        length = sum(utf16_units(span.text) for span in run)
        if found:
            more = {"url": found} if kind == "url" else {}
            yield {"type": kind, "offset": offset, "length": length, **more}
        offset += length
