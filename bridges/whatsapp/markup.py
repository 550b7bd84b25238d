"""WhatsApp's markup → styles, as a customer's app shows the text it sent.

WhatsApp has no entities and no escapes: `*bold*`, `_italic_`, `~struck~`, `` `code` ``, fenced code blocks and lines
that begin with "> " are sent as they are, and its apps hide the marks. Which marks count is documented by examples only
(faq.whatsapp.com/539178204879377); the rules here are those on which the converters of long-lived bridges agree
(mautrix): a mark opens at the beginning of a line, after white space, an opening bracket or another mark, and closes on
the same line before anything but a letter or digit. In doubt a mark stays text: a stray mark is readable, a lost one is
not.

`GUARD` is the hub's own escape: a mark with one on either side is literal. It is the invisible zero-width space.
`format.write` puts it where an operator's words would otherwise be styled; copied or quoted by a customer it comes
back.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from bot.domain.text import Span, Style, Text

GUARD = "\u200b"
LOOKS = {"*": Style.BOLD, "_": Style.ITALIC, "~": Style.STRIKE}
CODE, FENCE, QUOTE = "`", "```", "> "
OPENERS = frozenset("([{<>\"'«“‘¿¡")
"""Characters after which a mark may open."""

_GUARDED = re.compile(f"{GUARD}((?:[*_~`>]{GUARD})+)")
_FENCE = re.compile(FENCE)


def read(source: str) -> Text:
    """Returns the text without its marks, styled by them."""
    return Text.of(_MarkupReader(*_unguarded(source)).spans())


def may_open(mark: str, before: str, after: str) -> bool:
    """Tells whether a mark may open a style here. `before`, `after`: the characters next to it, "" at the ends of the
    line."""
    beside = not before or before.isspace() or before in OPENERS or (before in LOOKS and before != mark)
    return beside and bool(after) and not after.isspace() and after not in (mark, GUARD)


def may_close(mark: str, before: str, after: str) -> bool:
    inside = bool(before) and not before.isspace() and before != mark
    return inside and not (after.isalnum() or after in (mark, GUARD))


def _unguarded(source: str) -> tuple[str, frozenset[int]]:
    """Removes the guards around marks; returns the text and the indices of the marks that they guarded."""
    parts, literal, length, position = list[str](), set[int](), 0, 0
    for found in _GUARDED.finditer(source):
        before, mark = source[position : found.start()], found[1].replace(GUARD, "")
        length += len(before)
        literal.update(range(length, length + len(mark)))
        length += len(mark)
        parts += (before, mark)
        position = found.end()
    return "".join((*parts, source[position:])), frozenset(literal)


class _MarkupReader:
    """Reads one text. `literal`: indices of marks that are plain text."""

    def __init__(self, text: str, literal: frozenset[int]) -> None:
        self._text, self._literal = text, literal
        self._closing: dict[str, list[int]] = {}

    def spans(self) -> Iterator[Span]:
        position = 0
        for start, end in self._blocks():
            yield from self._lines(position, start)
            code = self._text[start + len(FENCE) : end]
            yield Span(code, Style.PRE if "\n" in code else Style.CODE)
            position = end + len(FENCE)
        yield from self._lines(position, len(self._text))

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """Yields the start of each fenced block and the start of its closing fence."""
        fences = [found.start() for found in _FENCE.finditer(self._text) if found.start() not in self._literal]
        opened: int | None = None
        for fence in fences:
            if opened is None or not self._text[opened + len(FENCE) : fence].strip():
                opened = fence
            else:
                yield opened, fence
                opened = None

    def _lines(self, start: int, end: int) -> Iterator[Span]:
        edges = [start, *(found.end() for found in re.compile("\n").finditer(self._text, start, end)), end]
        lines = [(left, right) for left, right in pairwise(edges) if left < right]
        for number, (left, right) in enumerate(lines):
            words = right - self._text.endswith("\n", left, right)
            quoted = self._is_quote(left, words)
            yield from self._line(left + len(QUOTE) * quoted, words, Style.QUOTE if quoted else Style.NONE)
            if words < right:
                goes_on = quoted and number + 1 < len(lines) and self._is_quote(*lines[number + 1])
                yield Span("\n", Style.QUOTE if goes_on else Style.NONE)

    def _is_quote(self, start: int, end: int) -> bool:
        first = start == 0 or self._text[start - 1] == "\n"
        begins = first and self._text.startswith(QUOTE, start, end) and start not in self._literal
        return begins and bool(self._text[start + len(QUOTE) : end].strip())

    def _line(self, start: int, end: int, style: Style) -> Iterator[Span]:
        self._closing = {mark: [] for mark in (*LOOKS, CODE)}
        for index in range(start + 1, end):
            mark = self._text[index]
            if mark in self._closing and index not in self._literal and may_close(mark, *self._beside(index, end)):
                self._closing[mark].append(index)
        yield from self._inline(start, end, end, style)

    def _inline(self, start: int, end: int, line_end: int, style: Style) -> Iterator[Span]:
        position = index = start
        while index < end:
            close = self._close(index, end, line_end, style)
            if close is None:
                index += 1
                continue
            yield Span(self._text[position:index], style)
            mark = self._text[index]
            if mark == CODE:
                yield Span(self._text[index + 1 : close], style | Style.CODE)
            else:
                yield from self._inline(index + 1, close, line_end, style | LOOKS[mark])
            position = index = close + 1
        yield Span(self._text[position:end], style)

    def _close(self, index: int, end: int, line_end: int, style: Style) -> int | None:
        """Returns where the mark at `index` closes; None if it opens nothing."""
        mark = self._text[index]
        closings = self._closing.get(mark)
        if not closings or index in self._literal or style & LOOKS.get(mark, Style.NONE):
            return None
        if not may_open(mark, *self._beside(index, line_end)):
            return None
        found = bisect_right(closings, index + 1)
        return closings[found] if found < len(closings) and closings[found] < end else None

    def _beside(self, index: int, line_end: int) -> tuple[str, str]:
        """Returns the characters before and after; next to a literal mark that is its guard."""
        before = self._text[index - 1] if index and self._text[index - 1] != "\n" else ""
        after = self._text[index + 1] if index + 1 < line_end else ""
        return GUARD if index - 1 in self._literal else before, GUARD if index + 1 in self._literal else after
