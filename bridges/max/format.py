"""Text ⇄ MAX: reads `markup`, writes HTML.

Source: dev.max.ru, "Форматирование текста" (the tags), and `MarkupElement` of the schema. Offsets are in UTF-16 units,
as the service (Java) and its apps count; the schema only says "characters". MAX applies its limit of 4000 to the
finished string, tags included ("Field 'text' size (4549) must be at most 4000").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import groupby
from typing import Any

from bot.domain.text import Span, Style, Text, utf16_units
from bridges.shared.fields import Fields, clean
from bridges.shared.markup import Offsets, StyleRange, apply

LONGEST = 4000
LONGEST_LINK = 2048

STYLES = {
    "strong": Style.BOLD,
    "emphasized": Style.ITALIC,
    "underline": Style.UNDERLINE,
    "strikethrough": Style.STRIKE,
    "quote": Style.QUOTE,
    "heading": Style.HEADING,
    "highlighted": Style.BOLD,
}
LINK = re.compile(r"(?:https?|max)://", re.IGNORECASE)

BLOCKS = ((Style.QUOTE, "blockquote"), (Style.HEADING, "h1"), (Style.PRE, "pre"))
"""Styles of whole lines, outermost first."""
INLINE = (
    (Style.CODE, "code"),
    (Style.BOLD, "b"),
    (Style.ITALIC, "i"),
    (Style.UNDERLINE, "u"),
    (Style.STRIKE, "s"),
)
WRITTEN = ~Style.SPOILER
"""Styles that reach the customer."""

# ---------------------------------------------------------------------------------------- from MAX


def read(text: str, markup: Sequence[Fields]) -> Text:
    """Returns all of `text`, styled by those elements that are valid."""
    text = clean(text)
    offsets = Offsets(text)
    return apply(text, (found for element in markup if (found := _mark(element, text, offsets))))


def _mark(element: Fields, text: str, offsets: Offsets) -> StyleRange | None:
    found = offsets.range(element.size("from"), element.size("length"))
    if found is None:
        return None
    kind, link = element.text("type"), ""
    style = STYLES.get(kind, Style.NONE)
    if kind == "monospaced":  # one name for inline code and for blocks
        style = Style.PRE if text.find("\n", *found) >= 0 else Style.CODE
    elif kind == "link":
        link = element.text("url")
    elif kind == "user_mention":
        link = _person(element)
    return StyleRange(*found, style, link)


def _person(mention: Fields) -> str:
    number, name = mention.number("user_id"), mention.text("user_link").lstrip("@")
    if number is not None:
        return f"max://user/{number}"
    return f"https://max.ru/{name}" if name else ""


# ------------------------------------------------------------------------------------------ to MAX


def fields(text: Text) -> dict[str, Any]:
    """Builds `text` and `format` of a `NewMessageBody`. Unstyled text goes as plain text, so nothing in it is taken for
    markup. So does text whose tags would exceed the limit: the words matter more than the styles."""
    html = write(text)
    if all(_is_plain(span) for span in text.spans) or utf16_units(html) > LONGEST:
        return {"text": text.characters}
    return {"text": html, "format": "html"}


def write(text: Text) -> str:
    """Writes HTML for `format: html`. A link that MAX does not accept becomes plain text."""
    return _blocks(text.spans, BLOCKS)


def _blocks(spans: Iterable[Span], blocks: Sequence[tuple[Style, str]]) -> str:
    if not blocks:
        return "".join(map(_inline, spans))
    (style, tag), *inner = blocks
    written = ""
    for inside, run in groupby(spans, _has(style)):
        html = _blocks(list(run), inner)
        written += f"<{tag}>{html}</{tag}>" if inside else html
    return written


def _has(style: Style) -> Callable[[Span], bool]:
    return lambda span: style in span.style


def _inline(span: Span) -> str:
    html = escape(span.text, quote=False)
    for style, tag in INLINE:
        if style in span.style and not (style is Style.CODE and Style.PRE in span.style):
            html = f"<{tag}>{html}</{tag}>"
    return f'<a href="{escape(span.link)}">{html}</a>' if _is_linked(span) else html


def _is_linked(span: Span) -> bool:
    return bool(LINK.match(span.link)) and len(span.link) <= LONGEST_LINK


def _is_plain(span: Span) -> bool:
    return not span.style & WRITTEN and not _is_linked(span)
