"""Right-to-left names in what the hub shows, isolated wherever they stand beside other words. Pure.

Sentences isolate what they are filled with (`bot.locale.bidi.Phrase`). This covers everything put together otherwise:
“#7 · name · account”, “name: words”. Never applied to what customers are sent, nor to words on lines of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, pairwise

from bot.domain.text import Span, Text
from bot.locale import bidi
from bot.views.values import Answer, Ask, Card, Form, Post, Quoted, Row, Table, View, Whisper

_ISOLATED, _SIGNS = f"{bidi.ISOLATE}[^{bidi.ISOLATE}{bidi.POP}]*{bidi.POP}", " · |: | → |[“”•(]"
_BETWEEN = re.compile(f"(?P<isolated>{_ISOLATED})|(?P<sign>{_SIGNS})")
_LISTED = re.compile(f"(?P<isolated>{_ISOLATED})|(?P<sign>{_SIGNS}|, )")


def settled_words(words: str) -> str:
    """Isolates each part of a line that holds right-to-left letters, if other parts stand beside it."""
    return settled_text(Text.plain(words)).characters if bidi.mixes(words) else words


def settled_text(text: Text, between: re.Pattern[str] = _BETWEEN) -> Text:
    words = text.characters
    if not bidi.mixes(words):
        return text
    places = sorted(chain.from_iterable(_parts(words, between)))
    cuts = [0, *places, len(words)]
    pieces = [text.cut(start, end) for start, end in pairwise(cuts)]
    return Text.of(chain.from_iterable(_marked(piece, number) for number, piece in enumerate(pieces)))


def _marked(piece: Text, number: int) -> Iterator[Span]:
    """Adds isolation to every other piece, inside of its own looks."""
    spans = list(piece.spans)
    if number % 2 and spans:
        spans[0] = replace(spans[0], text=bidi.ISOLATE + spans[0].text)
        spans[-1] = replace(spans[-1], text=spans[-1].text + bidi.POP)
    yield from spans


def _parts(words: str, between: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yields the beginnings and ends of the parts to be isolated."""
    start = 0
    for line in words.split("\n"):
        parts = list(_between(line, between))
        for begin, end in parts if len(parts) > 1 else ():
            part = line[begin:end]
            if bidi.isolated(part) != part:
                sign = next(number for number, char in enumerate(part) if char.isalnum() or char == bidi.ISOLATE)
                yield start + begin + sign, start + begin + len(part.rstrip())
        start += len(line) + 1


def _between(line: str, signs: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yields the parts between signs; what is isolated already has none."""
    start = 0
    for found in signs.finditer(line):
        if found["sign"]:
            yield start, found.start()
            start = found.end()
    yield start, len(line)


def card(given: Card) -> Card:
    facts = tuple(replace(fact, value=settled_value(fact.value)) for fact in given.facts)
    return replace(given, heading=settled_words(given.heading), summary=settled_words(given.summary), facts=facts)


def settled_value(value: Text) -> Text:
    """Isolates a value that stands behind its label, or each entry of a list in which others are not
    right-to-left."""
    listed = any(not bidi.mixes(entry) for entry in value.characters.split(", "))
    settled = settled_text(value, _LISTED if listed else _BETWEEN)
    if settled != value or not bidi.mixes(value.characters):
        return settled
    return Text.of((Span(bidi.ISOLATE), *value.spans, Span(bidi.POP)))


def post(given: Post) -> Post:
    """Settles a post of the hub's own words."""
    return replace(given, content=replace(given.content, text=settled_text(given.content.text)))


def quoted(given: Quoted) -> Quoted:
    return Quoted(bidi.isolated(given.words), bidi.isolated(given.author), given.link)


def view(given: View) -> View:
    rows = tuple(replace(row, text=settled_text(row.text)) if _mixed(row) else row for row in given.rows)
    return replace(given, rows=rows, title=settled_words(given.title), table=given.table and _table(given.table))


def _table(given: Table) -> Table:
    return replace(given, rows=tuple(tuple(map(bidi.isolated, row)) for row in given.rows))


def form(given: Form) -> Form:
    return replace(given, title=settled_words(given.title), intro=settled_words(given.intro))


def answer(given: Answer) -> Answer:
    match given:
        case Whisper():
            return replace(given, view=view(given.view))
        case Ask():
            return replace(given, form=form(given.form))
    return given


def _mixed(row: Row) -> bool:
    return any(bidi.mixes(span.text) for span in row.text.spans)
