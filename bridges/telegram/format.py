"""Text ⇄ Telegram: reads entities, writes HTML.

Source: core.telegram.org/bots/api, "Formatting options"; Telegram's own changes to characters are in tdlib's
`clean_input_string` and `fix_formatted_text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from bot.domain.text import Span, Style, Text
from bridges.shared.fields import Fields, clean
from bridges.shared.markup import Offsets, StyleRange, apply

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
"""Styles that reach the customer: all."""

# ----------------------------------------------------------------------------------- from Telegram


def read(text: str, entities: Sequence[Fields]) -> Text:
    """Returns all of `text`, styled by those entities that are valid."""
    text = clean(text)
    offsets = Offsets(text)
    return apply(text, (found for entity in entities if (found := _mark(entity, offsets))))


def _mark(entity: Fields, offsets: Offsets) -> StyleRange | None:
    found = offsets.range(entity.size("offset"), entity.size("length"))
    if found is None:
        return None
    kind, link, language = entity.text("type"), "", ""
    if kind == "text_link":
        link = entity.text("url")
    elif kind == "text_mention" and (user := entity.object("user").number("id")) is not None:
        link = f"tg://user?id={user}"
    elif kind == "pre":
        language = entity.text("language")
    return StyleRange(*found, STYLES.get(kind, Style.NONE), link, language)


# ------------------------------------------------------------------------------------- to Telegram


def write(text: Text) -> str:
    """Writes HTML for `parse_mode="HTML"`. A link that Telegram does not accept becomes plain text."""
    return "".join(_quoted(list(spans), quoted) for quoted, spans in groupby(text.spans, _is_quoted))


def _quoted(spans: list[Span], quoted: bool) -> str:
    inner = "".join(_block(list(run)) for _, run in groupby(spans, _block_of))
    return f"<blockquote>{inner}</blockquote>" if quoted else inner


def _block_of(span: Span) -> tuple[bool, str]:
    pre = Style.PRE in span.style
    return pre, span.language if pre else ""


def _block(spans: list[Span]) -> str:
    """Writes a code block, which cannot contain other styles, or a run of anything else."""
    if Style.PRE not in spans[0].style:
        return "".join(map(_inline, spans))
    inner, language = _characters(spans), spans[0].language
    if LANGUAGE.fullmatch(language):
        inner = f'<code class="language-{language}">{inner}</code>'
    return f"<pre>{inner}</pre>"


def _inline(span: Span) -> str:
    html = _characters([span])
    linked = LINK.match(span.link)
    if Style.CODE in span.style and not linked:  # code cannot be combined with anything, and a link matters more
        return f"<code>{html}</code>"
    for style, tag in INLINE:
        if span.style & style:
            html = f"<{tag}>{html}</{tag}>"
    return f'<a href="{escape(span.link)}">{html}</a>' if linked else html


def _characters(spans: Iterable[Span]) -> str:
    """Escapes text. Telegram silently drops line and paragraph separators, so they become newlines."""
    text = "".join(span.text for span in spans)
    return escape(text.replace("\u2028", "\n").replace("\u2029", "\n"), quote=False)


def _is_quoted(span: Span) -> bool:
    return Style.QUOTE in span.style
