"""Operators' Markdown → `Text`, and back for editing.

Chat-flavoured: emphasis, code, quotes and links are markup; lists, rules and headings stay as typed, because people
write "- so" and "# 5" and mean just that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis, strikethrough
from markdown_it.token import Token

from bot.desks.shared.emoji import to_unicode
from bot.domain.text import Span, Style, Text

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_OPENING = {
    "strong": Style.BOLD,
    "em": Style.ITALIC,
    "s": Style.STRIKE,
}
_BLOCKS = ["code", "heading", "hr", "html_block", "lheading", "list", "reference"]
_INLINES = ["entity", "html_inline", "image"]


def _link_is_safe(url: str) -> bool:
    return urlsplit(url).scheme.lower() in SCHEMES


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark").enable("strikethrough").disable(_BLOCKS + _INLINES)
    reader.validateLink = _link_is_safe  # type: ignore[method-assign]
    reader.inline.ruler.before("emphasis", "address", _address)
    reader.inline.ruler.at("emphasis", _anywhere(emphasis.tokenize))
    reader.inline.ruler.at("strikethrough", _anywhere(strikethrough.tokenize))
    return reader


def _anywhere(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """A rule whose `*` and `~~` open before any word and close behind any: CommonMark takes those of `**Price:**15` for
    plain characters. A `_` is left to CommonMark: names have it within words."""

    def tokenize(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.delimiters)
        if not rule(state, silent):
            return False
        before, after = state.src[start - 1 : start], state.src[state.pos : state.pos + 1]
        for mark in state.delimiters[known:]:
            if state.src[start] != "_":
                mark.open, mark.close = bool(after.strip()), bool(before.strip())
        return True

    return tokenize


_ADDRESS = re.compile(r"://[^\s<>)\]]+")


def _address(state: StateInline, silent: bool) -> bool:
    """An inline rule: underscores and asterisks in a web address are not emphasis."""
    found = _ADDRESS.match(state.src, state.pos)
    if not found or not state.pending.lower().endswith(("http", "https")):
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True


_READER = _reader()


def read(source: str) -> Text:
    """Parses a text. Never fails: anything that is not markup is text."""
    clean = source.replace("\r\n", "\n").replace("\r", "\n").strip()
    return Text.of(_blocks(_READER.parse(clean))).strip()


def _blocks(tokens: Sequence[Token]) -> Iterator[Span]:
    """Yields paragraphs, quotes and code, separated as typed: by one line break or by an empty line."""
    quote, between, end = Style.NONE, Style.NONE, 0
    for token in tokens:
        if token.type in ("blockquote_open", "blockquote_close"):
            quote, between = (Style.QUOTE if token.nesting > 0 else Style.NONE), Style.NONE
        elif token.type in ("inline", "fence"):
            start, stop = token.map or (end, end + 1)
            if end:
                yield Span("\n" * (start - end + 1), between)
            look = _fence(token) if token.type == "fence" else _inline(token.children or ())
            yield from (replace(span, style=span.style | quote) for span in look)
            between, end = quote, stop


def _fence(token: Token) -> Iterable[Span]:
    return (Span(token.content.removesuffix("\n"), Style.PRE, language=token.info.strip().split(" ")[0]),)


def _inline(tokens: Sequence[Token]) -> Iterator[Span]:
    styles, url = Style.NONE, ""
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name == "link":
            url = str(token.attrs.get("href", "")) if token.nesting > 0 else ""
        elif name in _OPENING:
            styles = styles | _OPENING[name] if token.nesting > 0 else styles & ~_OPENING[name]
        elif token.type in ("softbreak", "hardbreak"):
            yield Span("\n", styles, url)
        elif token.type == "code_inline":
            yield Span(token.content, styles | Style.CODE, url)
        else:
            yield Span(to_unicode(token.content), styles, url)


# ------------------------------------------------------------------------------------ back to source

_SPECIAL = re.compile(r"(https?://[^\s<>)\]]+)|([\\`*_~\[\]<]|^>|(?<=\n)[ \t]*>)", re.IGNORECASE)
_MARKS = ((Style.BOLD, "**"), (Style.ITALIC, "*"), (Style.STRIKE, "~~"))


def write(text: Text) -> str:
    """Writes Markdown that reads as this text; styles that Markdown lacks are dropped."""
    return "".join(_written(span) for span in text.spans)


def _escaped(found: re.Match[str]) -> str:
    address, sign = found.groups()
    return address or sign[:-1] + "\\" + sign[-1]


def _written(span: Span) -> str:
    if span.style & Style.PRE:
        return f"```{span.language}\n{span.text}\n```"
    if span.style & Style.CODE:
        return f"`{span.text}`"
    words = _SPECIAL.sub(_escaped, span.text)
    core = words.strip()
    lead, trail = (words[: words.index(core)], words[words.index(core) + len(core) :]) if core else (words, "")
    for style, mark in _MARKS:
        core = f"{mark}{core}{mark}" if span.style & style and core else core
    core = f"[{core}]({span.link})" if span.link and core else core
    written = lead + core + trail
    return "\n".join(f"> {line}" for line in written.split("\n")) if span.style & Style.QUOTE else written
