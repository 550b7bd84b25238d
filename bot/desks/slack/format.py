"""`Text` → Slack's rich text blocks.

Rich text is the only styled form in which Slack takes characters literally: in it, `<!channel>`, `*bold*` and `:smile:`
are plain words, so a customer's text can neither notify nor format anything. But rich text cannot have a button next to
it: for that, `mrkdwn` writes texts in which no character has a meaning there. `reading` parses the other way.
"""

from __future__ import annotations

import json
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

from bot.desks.slack import limits
from bot.domain.text import Mention, Span, Style, Text, line

_WHOLE_LINES = Style.PRE | Style.QUOTE
_BLOCK_JSON, _STRETCH_JSON, _PART_JSON = 50, 60, 120
"""Characters of JSON around a block, a stretch of lines in it, and a run with all its styles."""
AGO = "{ago}"
"""Format of a time that the reader's client tells in its own language, and keeps current."""
_URL = re.compile(r"https?://[^\s<>\"'|]+[^\s<>\"'|.,;:!?)\]}»”]")


def escape(text: str) -> str:
    """Escapes exactly the three characters that Slack asks for in mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rich_text(text: Text) -> RichTextBlock:
    return RichTextBlock(elements=list(_elements(text)))


def size_at_most(text: Text) -> int:
    """Returns an upper bound, close to the size, of the text's block as JSON: drawing it would take a hundred times as
    long."""
    stretches = sum(1 for _ in groupby(text.spans, lambda span: span.style & _WHOLE_LINES))
    return _BLOCK_JSON + stretches * _STRETCH_JSON + sum(map(_size_at_most, text.spans))


def _size_at_most(span: Span) -> int:
    words = len(json.dumps(span.text, ensure_ascii=False))
    if span.link:
        return _PART_JSON + words + len(json.dumps(span.link, ensure_ascii=False))
    addresses = [len(json.dumps(found[0])) for found in _URL.finditer(span.text)] if "://" in span.text else []
    return _PART_JSON * (2 * len(addresses) + 1) + words + sum(addresses)


def _elements(text: Text) -> Iterator[RichTextElement]:
    """Yields a section, quote or code block per stretch of lines; quotes and code end their line by themselves."""
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
    """Yields a span's words; addresses become links, which rich text does not recognize by itself."""
    style = _style(span.style)
    if isinstance(span, Mention):
        yield RichTextElementParts.User(user_id=span.user, style=style)
        return
    if span.link and len(span.link) <= limits.URL and re.match(r"(https?|mailto|tel):", span.link):
        yield RichTextElementParts.Link(url=span.link, text=span.text, style=style)
        return
    if span.since is not None:
        at = int(span.since.timestamp())
        yield RichTextElementParts.Date(timestamp=at, format=AGO, fallback=span.text, style=style)
        return
    if span.style & (Style.CODE | Style.PRE):
        yield RichTextElementParts.Text(text=span.text, style=style)
        return
    position = 0
    for found in _URL.finditer(span.text):
        if len(found[0]) > limits.URL or found[0].endswith("…"):
            continue  # a shortened address leads nowhere
        if found.start() > position:
            yield RichTextElementParts.Text(text=span.text[position : found.start()], style=style)
        yield RichTextElementParts.Link(url=found[0], text=found[0], style=style)
        position = found.end()
    if position < len(span.text):
        yield RichTextElementParts.Text(text=span.text[position:], style=style)


def mentions(text: Text) -> Text:
    """Returns the text's mentions alone, each of them once."""
    found = {span.user: span for span in text.spans if isinstance(span, Mention)}
    return line(*(part for one in found.values() for part in (one, " "))).strip()


_MARKS = {Style.BOLD: "*", Style.ITALIC: "_", Style.STRIKE: "~"}
_MARKED = Style.BOLD | Style.ITALIC | Style.STRIKE
_MEANT = re.compile(r"[*_~`]|:[\w+'-]+:|^[^\S\n]*>", re.MULTILINE)


def mrkdwn(text: Text) -> str | None:
    """Writes the text as mrkdwn; None if its own characters would have a meaning there, or a style has no mark."""
    if _MEANT.search("".join("@" if isinstance(span, Mention) else span.text for span in text.spans)):
        return None
    written = [_marked(spans) for spans in _lines(text)]
    return None if None in written else "\n".join(filter(None, written))


def _lines(text: Text) -> Iterator[list[Span]]:
    """Splits the text into lines, which marks cannot cross."""
    found: list[Span] = []
    for span in text.spans:
        style = span.style & ~Style.HEADING | Style.BOLD if span.style & Style.HEADING else span.style
        first, *others = span.text.split("\n")
        found.append(replace(span, text=first, style=style))
        for other in others:
            yield found
            found = [replace(span, text=other, style=style)]
    yield found


def _marked(spans: Iterable[Span]) -> str | None:
    """Writes one line. Marks work only next to non-letters outside and words inside: outer white space goes outside of
    them."""
    written, before, was_marked = "", "", False
    for style, stretch in groupby((span for span in spans if span.text), lambda span: span.style):
        run = list(stretch)
        words = "".join(span.text for span in run)
        marks = "".join(mark for flag, mark in _MARKS.items() if style & flag)
        touching = before[-1:].strip() and words[0].strip()
        glued = (marks and (was_marked or before[-1:].isalnum())) or (was_marked and words[0].isalnum())
        if style & ~_MARKED or (touching and glued):
            return None
        inner = "".join(_linked(span) for span in run)
        bare = inner.strip()
        written += inner.replace(bare, f"{marks}{bare}{marks[::-1]}") if bare else inner
        before, was_marked = words, bool(marks)
    return written


def _linked(span: Span) -> str:
    if span.since is not None:
        return f"<!date^{int(span.since.timestamp())}^{AGO}|{escape(span.text)}>"
    if isinstance(span, Mention):
        return f"<@{span.user}>"
    if not span.link or len(span.link) > limits.URL or not re.match(r"(https?|mailto|tel):", span.link):
        return escape(span.text)
    url = escape(span.link).replace("|", "%7C")
    return f"<{url}|{escape(span.text)}>"


def _style(style: Style) -> RichTextElementParts.TextStyle | None:
    if not style & (Style.BOLD | Style.HEADING | Style.ITALIC | Style.STRIKE | Style.CODE):
        return None
    return RichTextElementParts.TextStyle(
        bold=bool(style & (Style.BOLD | Style.HEADING)) or None,
        italic=bool(style & Style.ITALIC) or None,
        strike=bool(style & Style.STRIKE) or None,
        code=bool(style & Style.CODE) or None,
    )
