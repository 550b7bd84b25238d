"""Texts as Slack draws them: `Text` → rich text blocks.

Rich text is the only form in which Slack takes characters for what they are: in it `<!channel>`, `*bold*` and
`:smile:` are just words, so a customer's text can neither notify nor format anything. The way back is in `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from slack_sdk.models.blocks import RichTextBlock
from slack_sdk.models.blocks.block_elements import (
    RichTextElement,
    RichTextElementParts,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from bot.text import Span, Style, Text

_WHOLE_LINES = Style.PRE | Style.QUOTE
_URL = re.compile(r"https?://[^\s<>\"'|]+[^\s<>\"'|.,;:!?)\]}»”]")
URL_LIMIT = 3000


def escape(text: str) -> str:
    """For mrkdwn: exactly these three characters, as Slack asks."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rich_text(text: Text) -> RichTextBlock:
    return RichTextBlock(elements=list(_elements(text)))


def _elements(text: Text) -> Iterator[RichTextElement]:
    """A section, quote or code block per stretch of lines; the latter two end their line by themselves."""
    for look, stretch in groupby(text.spans, lambda span: span.style & _WHOLE_LINES):
        spans = list(stretch)
        if look:
            spans[-1] = replace(spans[-1], text=spans[-1].text.removesuffix("\n"))
        parts = [part for span in spans if span.text for part in _parts(span)]
        if not parts:
            continue
        if look & Style.PRE:
            yield RichTextPreformattedElement(elements=parts)
        elif look & Style.QUOTE:
            yield RichTextQuoteElement(elements=parts)
        else:
            yield RichTextSectionElement(elements=parts)


def _parts(span: Span) -> Iterable[RichTextElement]:
    """The words of a span; addresses in it become links, for rich text finds none by itself."""
    style = _style(span.style)
    if span.link and len(span.link) <= URL_LIMIT and re.match(r"(https?|mailto|tel):", span.link):
        yield RichTextElementParts.Link(url=span.link, text=span.text, style=style)
        return
    if span.style & (Style.CODE | Style.PRE):
        yield RichTextElementParts.Text(text=span.text, style=style)
        return
    position = 0
    for found in _URL.finditer(span.text):
        if len(found[0]) > URL_LIMIT:
            continue
        if found.start() > position:
            yield RichTextElementParts.Text(text=span.text[position : found.start()], style=style)
        yield RichTextElementParts.Link(url=found[0], text=found[0], style=style)
        position = found.end()
    if position < len(span.text):
        yield RichTextElementParts.Text(text=span.text[position:], style=style)


def _style(style: Style) -> RichTextElementParts.TextStyle | None:
    if not style & (Style.BOLD | Style.HEADING | Style.ITALIC | Style.STRIKE | Style.CODE):
        return None
    return RichTextElementParts.TextStyle(
        bold=bool(style & (Style.BOLD | Style.HEADING)) or None,
        italic=bool(style & Style.ITALIC) or None,
        strike=bool(style & Style.STRIKE) or None,
        code=bool(style & Style.CODE) or None,
    )
