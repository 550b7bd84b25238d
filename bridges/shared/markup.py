"""Styles given as ranges over a text, turned into runs of one style each.

Telegram, VK and MAX all count offsets in UTF-16 units and let ranges overlap and nest. A customer's app may send
thousands of them: the sweep here takes O(n log n), and only the first `MOST` are applied; other text stays plain.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice, pairwise
from operator import or_

from bot.domain.text import Span, Style, Text
from bot.domain.value import value

MOST = 500
"""Styled ranges applied per text."""


@value
class StyleRange:
    """A style of `text[start:end]` (indices, not UTF-16 units). `hidden`: these characters are not shown at all."""

    start: int
    end: int
    style: Style = Style.NONE
    link: str = ""
    language: str = ""
    hidden: bool = False


class Offsets:
    """UTF-16 offsets of a text → indices; an offset inside a character means that character."""

    def __init__(self, text: str) -> None:
        self._index = [index for index, char in enumerate(text) for _ in range(1 + (char > "\uffff"))] + [len(text)]

    def range(self, offset: int | None, length: int | None) -> tuple[int, int] | None:
        """Returns `(start, end)`; None for an invalid range. A range past the end is cut off there."""
        last = len(self._index) - 1
        if offset is None or not length or offset >= last:
            return None
        start, end = self._index[offset], self._index[min(offset + length, last)]
        return (start, end) if start < end else None


def apply(text: str, marks: Iterable[StyleRange]) -> Text:
    """Returns all of `text` that is not hidden, styled by the first `MOST` marks. Where links or languages overlap, the
    first one given counts."""
    return Text.of(_runs(text, list(islice(marks, MOST))))


def bounded(text: Text) -> Text:
    """Keeps the styles of the first `MOST` styled runs: for markup written in the text itself."""
    marked = [number for number, span in enumerate(text.spans) if span != Span(span.text)]
    if len(marked) <= MOST:
        return text
    end = marked[MOST]
    return Text.of((*text.spans[:end], *(Span(span.text) for span in text.spans[end:])))


def _runs(text: str, marks: Sequence[StyleRange]) -> Iterator[Span]:
    opened, closed = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for number, mark in enumerate(marks):
        opened[mark.start].append(number)
        closed[mark.end].append(number)
    active = _Active(marks)
    for start, end in pairwise(sorted({0, len(text), *opened, *closed})):
        for number in closed[start]:
            active.remove(number)
        for number in opened[start]:
            active.add(number)
        if not active.hidden:
            yield active.span(text[start:end])


class _Active:
    """The marks that cover the current run. Adding and removing one takes the same time however many there are."""

    def __init__(self, marks: Sequence[StyleRange]) -> None:
        self._marks = marks
        self._styles, self.hidden = Counter[Style](), 0
        self._links, self._languages = list[int](), list[int]()

    def add(self, number: int) -> None:
        mark = self._marks[number]
        self._styles[mark.style] += 1
        self.hidden += mark.hidden
        for kept in self._named(mark):
            insort(kept, number)

    def remove(self, number: int) -> None:
        mark = self._marks[number]
        self._styles[mark.style] -= 1
        self.hidden -= mark.hidden
        for kept in self._named(mark):
            del kept[bisect_left(kept, number)]

    def span(self, text: str) -> Span:
        style = reduce(or_, (style for style, count in self._styles.items() if count), Style.NONE)
        link = self._marks[self._links[0]].link if self._links else ""
        language = self._marks[self._languages[0]].language if self._languages else ""
        return Span(text, style, link, language)

    def _named(self, mark: StyleRange) -> Iterator[list[int]]:
        if mark.link:
            yield self._links
        if mark.language:
            yield self._languages
