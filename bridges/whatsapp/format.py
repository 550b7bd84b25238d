"""Operators' text → WhatsApp's markup, such that `markup.read` gives the same text back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from itertools import groupby

from bot.domain.text import Span, Style, Text, utf16_units
from bot.domain.value import value
from bridges.whatsapp.markup import CODE, FENCE, GUARD, LOOKS, QUOTE, may_close, may_open, read

WRITTEN = Style.BOLD | Style.ITALIC | Style.STRIKE | Style.CODE | Style.PRE | Style.QUOTE | Style.HEADING
"""Styles that reach the customer."""

_RUN = re.compile(r"[*_~`]+")
_GUARDABLE = re.compile(r"[*_~`]+|^>", re.MULTILINE)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s*~`]+|[^\s*~`@]+@[^\s*~`@]+", re.IGNORECASE)
"""Addresses that WhatsApp turns into links. Underscores belong to them, and a guard inside would break the link."""
_LINKED = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+", re.IGNORECASE)
_LINK_AT_AN_END = re.compile(r"\A\S*@|(?:://|www\.|@)\S*\Z", re.IGNORECASE)
"""Text at an edge that WhatsApp may join to a link: marks are kept away from it."""


class _Way(Enum):
    """Ways to write a text, from the best to the one that always works."""

    HOPEFUL = "looks, also where the next look begins"
    CAREFUL = "looks where they stand free"
    PLAIN = "no looks; addresses as they are"
    GUARDED = "no looks; marks in addresses are guarded, too"


@value
class _Piece:
    """A piece of output. `guarded`: its marks may be guarded; otherwise it is a mark of the hub's, or code, whose
    content is literal."""

    text: str
    guarded: bool = True


def write(text: Text, limit: int) -> str:
    """Writes at most `limit` UTF-16 units, provided that `measure` of the text is within the limit."""
    meant = _unseen(text.characters)
    for way in _Way:
        pieces = list(_pieces(text, way))
        written = _joined(pieces, way)
        if utf16_units(written) <= limit and _are_apart(pieces) and _unseen(read(written).characters) == meant:
            return written
    return _joined([_Piece(text.characters)], _Way.GUARDED)


def measure(text: str) -> int:
    """Returns the most UTF-16 units that the text may need when sent, guards included."""
    return utf16_units(text) + sum(1 + len(found[0]) for found in _GUARDABLE.finditer(text))


def _unseen(text: str) -> str:
    return text.replace(GUARD, "")


# ----------------------------------------------------------------------------------------- looks


def _pieces(text: Text, way: _Way) -> Iterator[_Piece]:
    if way in (_Way.PLAIN, _Way.GUARDED):
        yield _Piece(text.characters)
        return
    last = "\n"
    for is_block, spans in groupby(text.spans, lambda span: bool(span.style & Style.PRE)):
        run = list(spans)
        for piece in _block(run) if is_block else _lines(run, last, way):
            yield piece
            last = piece.text[-1:] or last


def _block(spans: Sequence[Span]) -> Sequence[_Piece]:
    """Writes a code block. Its last line break goes outside of the fence, so that what follows is guarded as a new
    line."""
    whole = "".join(span.text for span in spans)
    code = whole.rstrip("\n")
    fits = code.strip() and FENCE not in code and GUARD not in code and not (code[0] == CODE or code[-1] == CODE)
    if not fits:
        return [_Piece(whole)]
    return [_Piece(f"{FENCE}{code}{FENCE}", guarded=False), _Piece(whole[len(code) :])]


def _lines(spans: Iterable[Span], last: str, way: _Way) -> Iterator[_Piece]:
    """Writes text line by line. `last`: the character before the text."""
    line: list[Span] = []
    for span in spans:
        *ended, rest = span.text.split("\n")
        for words in ended:
            yield from _line([*line, replace(span, text=words)], last, way)
            yield _Piece("\n")
            line, last = [], "\n"
        line.append(replace(span, text=rest))
    yield from _line(line, last, way)


def _line(spans: Sequence[Span], last: str, way: _Way) -> Iterator[_Piece]:
    spans = [span for span in spans if span.text]
    if last == "\n" and spans and spans[0].style & Style.QUOTE and any(span.text.strip() for span in spans):
        yield _Piece(QUOTE, guarded=False)
        last = " "
    yield from _marked(spans, tuple(LOOKS), "" if last == "\n" else last, "", way)


def _marked(spans: Sequence[Span], marks: Sequence[str], before: str, after: str, way: _Way) -> Iterator[_Piece]:
    """Writes the spans with `marks`, outermost first. `before`, `after`: the adjacent characters, "" at the ends of the
    line."""
    if not marks:
        yield from _words(spans, before, after, way)
        return
    mark, inner = marks[0], marks[1:]
    groups = [(has, list(run)) for has, run in groupby(spans, lambda span: _has(span, mark))]
    for number, (has, run) in enumerate(groups):
        beside = groups[number + 1][1][0] if number + 1 < len(groups) else None
        following = _following(beside, after, way)
        deal = (
            _wrapped(run, mark, before, following, inner, way) if has else _marked(run, inner, before, following, way)
        )
        for piece in deal:
            yield piece
            before = piece.text[-1:] or before


def _following(span: Span | None, after: str, way: _Way) -> str:
    """Returns the character that will follow; in the hopeful way that is the next style's mark."""
    if span is None:
        return after
    if way is _Way.HOPEFUL:
        for mark in LOOKS:
            if _has(span, mark) and not span.text[0].isspace():
                return mark
    return span.text[0]


def _wrapped(
    spans: Sequence[Span], mark: str, before: str, after: str, inner: Sequence[str], way: _Way
) -> Iterator[_Piece]:
    """Writes the run between two marks, its outer white space outside of them; without marks where they would be
    invalid."""
    text = Text.of(spans)
    words = text.characters
    left, right = len(words) - len(words.lstrip()), len(words.rstrip())
    body = text.cut(left, right)
    fits = (
        body
        and not _LINK_AT_AN_END.search(body.characters)
        and not any(_RUN.search(span.text) or GUARD in span.text for span in body.spans)
    )
    opens = fits and may_open(mark, (words[:left] or before)[-1:], words[left])
    if not (opens and may_close(mark, words[right - 1], (words[right:] or after)[:1])):
        yield from _marked(spans, inner, before, after, way)
        return
    yield _Piece(words[:left])
    yield _Piece(mark, guarded=False)
    yield from _marked(body.spans, inner, mark, mark, way)
    yield _Piece(mark, guarded=False)
    yield _Piece(words[right:])


def _words(spans: Sequence[Span], before: str, after: str, way: _Way) -> Iterator[_Piece]:
    """Writes code spans, whose marks are literal, and plain ones."""
    for number, span in enumerate(spans):
        following = _following(spans[number + 1] if number + 1 < len(spans) else None, after, way)
        yield from _code(span.text, before, following) if span.style & Style.CODE else [_Piece(span.text)]
        before = span.text[-1:]


def _code(text: str, before: str, after: str) -> Sequence[_Piece]:
    code = text.strip()
    if not code or CODE in code or GUARD in code:
        return [_Piece(text)]
    left, _, right = text.partition(code)
    if not (may_open(CODE, (left or before)[-1:], code[0]) and may_close(CODE, code[-1], (right or after)[:1])):
        return [_Piece(text)]
    return [_Piece(left), _Piece(f"{CODE}{code}{CODE}", guarded=False), _Piece(right)]


def _has(span: Span, mark: str) -> bool:
    style = span.style | (Style.BOLD if span.style & Style.HEADING else Style.NONE)
    return bool(style & LOOKS[mark])


# ---------------------------------------------------------------------------------------- guards


def _joined(pieces: Sequence[_Piece], way: _Way) -> str:
    """Joins the pieces, with a guard on both sides of each character that would be taken for a mark: the outer one
    keeps the mark from standing free, the inner one from touching the word."""
    whole = "".join(piece.text for piece in pieces)
    often = {mark for mark in (*LOOKS, CODE) if whole.count(mark) > 1}
    kept = () if way is _Way.GUARDED else [found.span() for found in _ADDRESS.finditer(whole)]
    parts, position, end = list[str](), 0, 0
    for piece in pieces:
        start, end = end, end + len(piece.text)
        for found in _GUARDABLE.finditer(whole, start, end) if piece.guarded else ():
            first = next((right for left, right in kept if left <= found.start() < right), found.start())
            if first < found.end() and _is_danger(whole, first, found.end(), often):  # a mark after an address
                marks = (f"{mark}{GUARD}" for mark in whole[first : found.end()])
                parts += (whole[position:first], GUARD, *marks)
                position = found.end()
    return "".join((*parts, whole[position:]))


def _are_apart(pieces: Sequence[_Piece]) -> bool:
    """Tells whether all marks of the hub's stand outside of what WhatsApp would take for an address."""
    links = [found.span() for found in _LINKED.finditer("".join(piece.text for piece in pieces))]
    position = 0
    for piece in pieces:
        if links and not piece.guarded and _is_inside(position, links):
            return False
        position += len(piece.text)
    return True


def _is_inside(index: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(start <= index < end for start, end in ranges)


def _is_danger(whole: str, start: int, end: int, often: set[str]) -> bool:
    """Tells whether WhatsApp might take the run for a mark: not inside a word, not alone between spaces, and not the
    only one."""
    run, before, after = whole[start:end], whole[start - 1 : start], whole[end : end + 1]
    if run == ">":
        return after == " "
    within = before.isalnum() and after.isalnum()
    alone = (not before or before.isspace()) and (not after or after.isspace())
    return (len(run) > 1 or not (within or alone)) and not often.isdisjoint(run)
