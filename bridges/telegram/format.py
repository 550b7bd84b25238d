"""Text ⇄ Telegram: entities in, HTML out.

Source: core.telegram.org/bots/api, "Formatting options"; what Telegram does to characters by itself is
in tdlib's `clean_input_string` and `fix_formatted_text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby, pairwise

from bot.text import Span, Style, Text
from bridges.shared.fields import Fields, clean

STYLES = {
    "bold": Style.BOLD,
    "italic": Style.ITALIC,
    "underline": Style.UNDERLINE,
    "strikethrough": Style.STRIKE,
    "spoiler": Style.SPOILER,
    "code": Style.CODE,
    "pre": Style.PRE,
    "blockquote": Style.QUOTE,
    "expandable_blockquote": Style.QUOTE,
}
LINK = re.compile(r"(?:https?|tg|mailto):", re.IGNORECASE)
LANGUAGE = re.compile(r"[\w+#.-]{1,32}")

INLINE = (
    (Style.BOLD | Style.HEADING, "b"),
    (Style.ITALIC, "i"),
    (Style.UNDERLINE, "u"),
    (Style.STRIKE, "s"),
    (Style.SPOILER, "tg-spoiler"),
)
WRITTEN = ~Style.NONE
"""Looks that reach the customer: all."""

# ----------------------------------------------------------------------------------- from Telegram


def read(text: str, entities: Sequence[Fields]) -> Text:
    """Every character of `text`, with the looks of those entities that make sense."""
    text = clean(text)
    position = _positions(text)
    ranges = [found for entity in entities if (found := _range(entity, position))]
    edges = sorted({0, len(text), *(edge for start, end, _ in ranges for edge in (start, end))})
    return Text.of(
        _styled(text[start:end], [entity for left, right, entity in ranges if left <= start and end <= right])
        for start, end in pairwise(edges)
    )


def _positions(text: str) -> list[int]:
    """UTF-16 offset → index; an offset inside a character belongs to that character."""
    return [index for index, char in enumerate(text) for _ in range(1 + (char > "\uffff"))] + [len(text)]


def _range(entity: Fields, position: list[int]) -> tuple[int, int, Fields] | None:
    offset, length = entity.size("offset"), entity.size("length")
    if offset is None or not length or offset >= len(position) - 1:
        return None
    start, end = position[offset], position[min(offset + length, len(position) - 1)]
    return (start, end, entity) if start < end else None


def _styled(text: str, entities: list[Fields]) -> Span:
    style, link, language = Style.NONE, "", ""
    for entity in entities:
        kind = entity.text("type")
        style |= STYLES.get(kind, Style.NONE)
        if kind == "text_link":
            link = entity.text("url")
        elif kind == "text_mention" and (user := entity.object("user").number("id")) is not None:
            link = f"tg://user?id={user}"
        elif kind == "pre":
            language = entity.text("language")
    return Span(text, style, link, language)


# ------------------------------------------------------------------------------------- to Telegram


def write(text: Text) -> str:
    """HTML for `parse_mode="HTML"`. A link that Telegram does not know becomes plain words."""
    return "".join(_quoted(list(spans), quoted) for quoted, spans in groupby(text.spans, _is_quoted))


def _quoted(spans: list[Span], quoted: bool) -> str:
    inner = "".join(_block(list(run)) for _, run in groupby(spans, _block_of))
    return f"<blockquote>{inner}</blockquote>" if quoted else inner


def _block_of(span: Span) -> tuple[bool, str]:
    pre = Style.PRE in span.style
    return pre, span.language if pre else ""


def _block(spans: list[Span]) -> str:
    """A block of code, which holds no other looks, or a run of anything else."""
    if Style.PRE not in spans[0].style:
        return "".join(map(_inline, spans))
    inner, language = _characters(spans), spans[0].language
    if LANGUAGE.fullmatch(language):
        inner = f'<code class="language-{language}">{inner}</code>'
    return f"<pre>{inner}</pre>"


def _inline(span: Span) -> str:
    html = _characters([span])
    linked = LINK.match(span.link)
    if Style.CODE in span.style and not linked:  # code cannot be combined with anything, a link matters more
        return f"<code>{html}</code>"
    for style, tag in INLINE:
        if span.style & style:
            html = f"<{tag}>{html}</{tag}>"
    return f'<a href="{escape(span.link)}">{html}</a>' if linked else html


def _characters(spans: Iterable[Span]) -> str:
    """Telegram drops line and paragraph separators without a trace; they mean a new line."""
    text = "".join(span.text for span in spans)
    return escape(text.replace("\u2028", "\n").replace("\u2029", "\n"), quote=False)


def _is_quoted(span: Span) -> bool:
    return Style.QUOTE in span.style
