"""Mattermost's Markdown → neutral text.

The customer reads what the operator sees, and no word is lost. Text that only resembles markup (tags, link
definitions) stays as written; if a construct would drop words all the same, the whole message is read as plain text.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from bot.desks.mattermost.format.parser import parse
from bot.desks.shared import emoji
from bot.domain.text import Span, Style, Text

_STYLES = {"strong": Style.BOLD, "em": Style.ITALIC, "s": Style.STRIKE}
_VERBATIM = Style.CODE | Style.PRE
_BORDER = Span(" | ")
_NUMBER = re.compile(r"^[\s>]*\d{1,9}\. ", re.MULTILINE)
"""Number of a list's item: Mattermost counts from the first one's."""

_IN_LIST = re.compile(r"[\s>]*(?:(?:[*+-]|\d{1,9}\.) |$)|>? {2,}")
"""Beginning of a line within a list; words without an indentation end one."""


def read(markdown: str) -> Text:
    """Returns the text of the operator's post. Emoji names become emoji."""
    source = markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    lines = source.split("\n")
    spans = _MarkdownReader(lines).read(parse(source))
    if Counter(_letters(_NUMBER.sub("", source))) - Counter(_letters(_all_of(spans))):
        spans = [Span(source.strip("\n"))]
    return Text.of(map(_with_emoji, spans))


def _letters(words: str) -> str:
    """Returns letters and digits, with those that entities stand for in the place of their names."""
    while (unescaped := html.unescape(words)) != words:
        words = unescaped
    return "".join(character for character in words if character.isalnum())


def _all_of(spans: Iterable[Span]) -> str:
    return " ".join(f"{span.text} {span.link} {span.language}" for span in spans)


def _with_emoji(span: Span) -> Span:
    return span if span.style & _VERBATIM else replace(span, text=emoji.to_unicode(span.text))


@dataclass(slots=True)
class _List:
    """An open list. `number`: of its next item; None for bullets. `sign`: behind numbers."""

    number: int | None
    sign: str

    def marker(self) -> str:
        if self.number is None:
            return "• "
        self.number += 1
        return f"{self.number - 1}{self.sign} "


class _MarkdownReader:
    """Walks the tokens once. `_end`: the source line up to which everything is written; blank lines between blocks are
    kept."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._spans: list[Span] = []
        self._end = 0
        self._quotes: list[bool] = []  # per open quote: does it contain anything?
        self._lists: list[_List] = []
        self._items: list[str] = []  # per open list item: its marker while unwritten, else ""
        self._near: dict[int, _List] = {}  # lists next to each other, by how far they are set in
        self._after_quote = False

    def read(self, tokens: Sequence[Token]) -> list[Span]:
        for index, token in enumerate(tokens):
            match token.type:
                case "blockquote_open":
                    self._quotes.append(False)
                case "blockquote_close":
                    self._close_quote()
                case "bullet_list_open" | "ordered_list_open":
                    self._open_list(token, tokens[index - 1] if index else token)
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                case "list_item_open":
                    self._items.append(self._lists[-1].marker())
                case "list_item_close":
                    self._close_item(token)
                case "tr_close":
                    self._spans = self._spans[: _end_of_row(self._spans)]
                case "inline":
                    self._inline(token, tokens[index - 1])
                case "fence" | "code_block" if token.content.strip():
                    code = Span(token.content.rstrip("\n"), Style.PRE, language=token.info.strip())
                    self._block(token, [code])
                case "hr":
                    self._block(token, [Span("---")])
                case "fence" | "code_block":
                    self._verbatim(token)
        return self._spans

    # ------------------------------------------------------------------------------------------ blocks

    def _inline(self, token: Token, parent: Token) -> None:
        if parent.type in ("th_open", "td_open"):
            self._cell(token, header=parent.type == "th_open")
        elif not token.content:
            self._verbatim(token)  # "##" alone is not a heading in Mattermost
        else:
            look = Style.HEADING if parent.type == "heading_open" else Style.NONE
            self._block(token, _runs(token.children or (), look))

    def _cell(self, token: Token, *, header: bool) -> None:
        """Writes a cell. Cells of one row share a line; the row under the header is syntax."""
        runs = _runs(token.children or (), Style.BOLD if header else Style.NONE)
        assert token.map is not None
        if token.map[0] < self._end:
            self._spans += [_BORDER, *runs]
            return
        if not header and self._end == token.map[0] - 1:
            self._end += 1
        self._block(token, runs)

    def _verbatim(self, token: Token) -> None:
        assert token.map is not None
        self._block(token, [Span("\n".join(self._lines[slice(*token.map)]).strip())])

    def _block(self, token: Token, runs: Sequence[Span]) -> None:
        """Writes one block of text on lines of its own."""
        assert token.map is not None
        self._break(token.map[0])
        self._end = max(self._end, token.map[1])
        style = Style.QUOTE if self._quotes else Style.NONE
        self._quotes = [True] * len(self._quotes)
        lead = self._indent()
        self._spans += [replace(run, style=run.style | style) for run in (*([Span(lead)] if lead else []), *runs)]

    def _break(self, start: int) -> None:
        if self._spans:
            blank = max(0, start - self._end - int(self._after_quote))
            style = Style.QUOTE if self._quotes and self._quotes[-1] else Style.NONE
            self._spans.append(Span("\n" * (1 + blank), style))
        self._after_quote = False

    def _close_quote(self) -> None:
        """Closes a quote and skips the blank line that only ends it."""
        filled = self._quotes.pop()
        if not filled:
            self._spans.append(Span("\n>" if self._spans else ">"))
            self._end += 1
        self._after_quote = True

    def _open_list(self, token: Token, before: Token) -> None:
        """Opens a list, or goes on with one right before it that is set in as far and had another sign, or was
        interrupted by a list set in farther: `1. a`, `  - b`, `1. c`."""
        assert token.map is not None
        inset = len(self._lines[token.map[0]]) - len(self._lines[token.map[0]].lstrip(" >"))
        above = self._lines[token.map[0] - 1] if token.map[0] else "words"
        if before.type not in ("bullet_list_close", "ordered_list_close") or not _IN_LIST.match(above):
            self._near = {}
        number = int(str(token.attrs.get("start", 1))) if token.type == "ordered_list_open" else None
        dotted = ")" not in token.markup
        alike = {at: one for at, one in self._near.items() if at <= inset and dotted and one.sign != ")"}
        self._near = {inset: _List(number, token.markup), **alike}
        self._lists.append(self._near[inset])

    def _close_item(self, token: Token) -> None:
        if sign := self._items.pop():
            alone = token.markup if sign == "• " else sign.strip()
            self._spans.append(Span(("\n" if self._spans else "") + "  " * len(self._items) + alone))
            self._end += 1

    def _indent(self) -> str:
        """Returns the indentation: an item's marker before its first block, spaces before the others."""
        if not self._items:
            return ""
        sign, self._items[-1] = self._items[-1], ""
        depth = len(self._items) - 1
        return "  " * depth + (sign or "  ")


def _end_of_row(spans: Sequence[Span]) -> int:
    """Returns the number of spans up to the last cell that is not empty."""
    end = len(spans)
    while end and spans[end - 1] == _BORDER:
        end -= 1
    return end


def _runs(children: Sequence[Token], look: Style) -> list[Span]:
    spans: list[Span] = []
    styles, link, title = [look], "", ""
    for child in children:
        kind, _, side = child.type.rpartition("_")
        if side == "open" and kind in _STYLES:
            styles.append(styles[-1] | _STYLES[kind])
        elif side == "close" and kind in _STYLES:
            styles.pop()
        elif child.type == "link_open":
            link, title = str(child.attrs.get("href", "")), str(child.attrs.get("title", ""))
        elif child.type == "link_close":
            spans += [Span(f" ({title})", styles[-1])] if title else []
            link, title = "", ""
        else:
            spans += _leaf(child, styles[-1], link)
    return spans


def _leaf(child: Token, style: Style, link: str) -> list[Span]:
    match child.type:
        case "softbreak" | "hardbreak":
            return [Span("\n", style)]
        case "code_inline":
            return [Span(child.content.strip() or child.content, style | Style.CODE, link)]
        case "image":
            return _image(child, style)
        case _:
            return [Span(child.content, style, link)]


def _image(token: Token, style: Style) -> list[Span]:
    """Turns a picture by address into a link with its alternative text."""
    source, title = str(token.attrs.get("src", "")), str(token.attrs.get("title", ""))
    return [Span(token.content or source, style, source), *([Span(f" ({title})", style)] if title else [])]
