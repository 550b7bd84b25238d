"""MAX's reading of `format: html`: `MarkupElement`s, with offsets in UTF-16 units.

The documentation says that unknown tags are stripped; here they are refused, as is everything that is not
well-formed: a hub that relies on repairs would lose a customer's words one day.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from tests.fakes.max.refusals import payload

TAGS = {
    "b": "strong",
    "strong": "strong",
    "i": "emphasized",
    "em": "emphasized",
    "s": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "code": "monospaced",
    "pre": "monospaced",
    "mark": "highlighted",
    "h1": "heading",
    "blockquote": "quote",
    "a": "link",
}
PIECE = re.compile(r"<(/?)([a-z][a-z0-9]*)(?: href=\"([^\"<>]*)\")?>|([^<>&]+)|(&(?:lt|gt|amp|quot|#x27|#\d+);)")


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Parses HTML into the text that a person reads and its markup. Raises `Refused`."""
    text, position = "", 0
    stack: list[tuple[str, int, str]] = []
    found: list[dict[str, Any]] = []
    while position < len(source):
        piece = PIECE.match(source, position)
        if piece is None:
            raise payload(f"Invalid html at {position}")
        closing, tag, href, words, entity = piece.groups()
        if tag is None:
            text += words or unescape(entity)
        elif closing:
            found += _closed(tag, stack, units_of(text))
        elif tag not in TAGS or (tag == "a") != bool(href):
            raise payload(f"Unsupported tag {tag}")
        else:
            stack.append((tag, units_of(text), unescape(href or "")))
        position = piece.end()
    if stack:
        raise payload(f"Tag {stack[-1][0]} is not closed")
    return text, sorted(found, key=lambda one: (one["from"], -one["length"]))


def _closed(tag: str, stack: list[tuple[str, int, str]], end: int) -> list[dict[str, Any]]:
    if not stack or stack[-1][0] != tag:
        raise payload(f"Unexpected end of {tag}")
    _, start, href = stack.pop()
    if href and (not re.match(r"(https?|max)://\S", href) or len(href) > 2048):
        raise payload("Invalid link")
    element = {"type": TAGS[tag], "from": start, "length": end - start}
    return [element | ({"url": href} if href else {})] if end > start else []


def units_of(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
