"""Neutral text → Mattermost's Markdown. Styles that Mattermost lacks (underline, spoiler) are dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.desks.mattermost.format.escape import JOINER, literal, target, unlinked
from bot.domain.text import Mention, Span, Style, Text
from bot.domain.value import value

_MARKS = ((Style.BOLD, "**"), (Style.ITALIC, "*"), (Style.STRIKE, "~~"))
_INLINE = Style.BOLD | Style.ITALIC | Style.STRIKE | Style.CODE
_BARE_ADDRESS = re.compile(r"(?:https?|ftp):(?P<slashes>//)\S|www\d{0,3}(?P<dot>\.)\S", re.IGNORECASE)
_USER = re.compile(r"@[a-z0-9._-]+")
_IN_NAME = re.compile(r"[\w.:@-]")
_LONGEST_BEGINNING = len("https://.")
_SCHEMES = re.compile(r"(?:https?|ftp)://\S|(?:mailto|tel):\S")


@value
class _Line:
    """One line. `kind`: PRE, QUOTE or HEADING when the whole line has that style, else NONE. `language`: of PRE."""

    spans: tuple[Span, ...]
    kind: Style
    language: str = ""


_EMPTY = _Line((), Style.NONE)


@value
class _Around:
    """Characters directly before and after a run on its line; "" at the ends of the line."""

    before: str
    after: str
    line_start: bool = False


def write(text: Text) -> str:
    """Writes the same text with the same look and no other effect: nothing in it is markup, a mention or an emoji
    name."""
    blocks: list[str] = []
    for (kind, language), group in groupby(_lines(text), key=lambda line: (line.kind, line.language)):
        lines = list(group)
        if kind is Style.PRE:
            blocks.append(_fenced(lines, language))
        elif kind is Style.QUOTE:
            blocks.append("\n".join(("> " + _inline(line.spans)).rstrip() for line in lines) + "\n")
        elif kind is Style.HEADING:
            blocks.append("\n".join("#### " + _inline(_unheaded(line.spans), line_start=False) for line in lines))
        else:
            blocks.append("\n".join(_inline(line.spans) for line in lines))
    return "\n".join(blocks).removesuffix("\n") if blocks else ""


def _lines(text: Text) -> Iterator[_Line]:
    """Yields the text's lines. An empty one belongs to the block that surrounds it."""
    line: list[Span] = []
    before = Span("")
    for span in text.spans:
        pieces = re.split(r"\r\n|\r|\n", span.text)
        for number, piece in enumerate(pieces):
            if number:
                yield _line(line, span if before is span else replace(before, style=before.style & span.style))
                line, before = [], span
            if piece:
                line.append(replace(span, text=piece))
    if line:
        yield _line(line, Span(""))


def _line(spans: Sequence[Span], around: Span) -> _Line:
    if not spans and not around.style:  # keeps thousands of empty lines cheap
        return _EMPTY
    looks = [span.style for span in spans if span.text.strip()] or [around.style & ~Style.HEADING]
    for kind in (Style.QUOTE, Style.PRE, Style.HEADING):
        if all(look & kind for look in looks):
            return _Line(tuple(spans), kind, (*spans, around)[0].language if kind is Style.PRE else "")
    return _Line(tuple(spans), Style.NONE)


def _fenced(lines: Iterable[_Line], language: str) -> str:
    code = "\n".join("".join(span.text for span in line.spans) for line in lines)
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{re.sub(r'[^A-Za-z0-9+#.-]', '', language)}\n{code}\n{fence}"


def _unheaded(spans: Iterable[Span]) -> Iterator[Span]:
    return (replace(span, style=span.style & ~(Style.HEADING | Style.BOLD)) for span in spans)


def _inline(spans: Iterable[Span], *, line_start: bool = True) -> str:
    written = ""
    runs = _drawable(spans)
    for number, span in enumerate(runs, 1):
        after = runs[number].text[:1] if number < len(runs) else ""
        around = _Around(written[-1:], after, line_start=line_start and not written)
        piece = _mentioned(span, around) if isinstance(span, Mention) else _span(span, around)
        if written and _touching(written[-1], piece[:1]):
            piece = JOINER + piece
        written = _apart(written, piece)
    return written


def _apart(written: str, piece: str) -> str:
    """Puts a run behind the others; an address that would begin there, which nothing has made a link, is broken up."""
    start = max(0, len(written) - _LONGEST_BEGINNING)
    joined, end = written[start:] + piece, len(written) - start
    found = _BARE_ADDRESS.search(joined[: end + _LONGEST_BEGINNING])
    if found is None or not found.start() < end < found.end():
        return written + piece
    at = min(end, found.start(found.lastgroup or 0))
    return written[:start] + joined[:at] + JOINER + joined[at:]


def _drawable(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Joins neighbouring runs that differ only in styles that Mattermost lacks."""

    def seen(span: Span) -> Span:
        if isinstance(span, Mention):
            return span
        code = Style.CODE if span.style & (Style.CODE | Style.PRE) else Style.NONE
        bold = Style.BOLD if span.style & Style.HEADING else Style.NONE
        return Span(span.text, (span.style | code | bold) & _INLINE, span.link)

    return Text.of(map(seen, spans)).spans


def _touching(left: str, right: str) -> bool:
    """Tells whether two runs would interact: marks that would be read as one, an `@` that turns the next run into a
    mention, a `!` that turns the next run's link into a picture."""
    return (left in "*~`" and right in "*~`") or left == "@" or (left == "!" and right == "[")


def _mentioned(mention: Mention, around: _Around) -> str:
    """Writes a mention of a user name, without a style, and apart from characters that would be read as part of it. One
    that is no name is written as words."""
    if not _USER.fullmatch(mention.text):
        return literal(mention.text, line_start=around.line_start)
    left, right = (JOINER if _IN_NAME.fullmatch(one) else "" for one in (around.before, around.after))
    return f"{left}{mention.text}{right}"


def _span(span: Span, around: _Around) -> str:
    core = span.text.strip()
    if not core or not (span.style or span.link):
        return literal(span.text, line_start=around.line_start)
    lead, _, trail = span.text.partition(core)
    inset = JOINER if lead and around.line_start else ""  # four spaces would begin a code block
    around = _Around(lead or around.before, trail or around.after, around.line_start and not lead)
    return inset + lead + _linked(core, span, around) + trail


def _linked(core: str, span: Span, around: _Around) -> str:
    drawn = literal(core, line_start=around.line_start)
    if span.link in ("", core):
        return _styled(drawn, core, span.style, around)
    if not _SCHEMES.match(span.link) or "[" in core or "]" in core:
        return f"{_styled(drawn, core, span.style, around)} ({literal(span.link, line_start=False)})"
    return f"[{_styled(unlinked(core), core, span.style, _Around('', ''))}]({target(span.link)})"


def _styled(drawn: str, core: str, style: Style, around: _Around) -> str:
    """Adds a style's marks. A style is dropped if its own mark in the text would end it, since escapes have no effect
    there."""
    if style & Style.CODE:
        drawn = _code(core)
    for look, mark in reversed(_MARKS):
        if style & look and mark not in drawn:
            left, right = _edge(mark, drawn[0], around.before), _edge(mark, drawn[-1], around.after)
            right = JOINER if _ends_escaped(drawn, mark[0]) else right
            drawn = f"{mark}{left}{drawn}{right}{mark}"
    return drawn


def _ends_escaped(drawn: str, sign: str) -> bool:
    """Tells whether the last character is this sign, escaped."""
    before = drawn.removesuffix(sign)
    return before != drawn and (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _edge(mark: str, inside: str, outside: str) -> str:
    """Writes a mark. Between a punctuation character and a letter a mark is not recognized: a joiner inside acts as a
    letter."""
    tight = outside.strip() and not inside.isalnum()
    return JOINER if tight or (mark == "*" and inside in '"<') else ""


def _code(core: str) -> str:
    longest = max((len(run) for run in re.findall("`+", core)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if core[0] == "`" or core[-1] == "`" else ""
    return f"{ticks}{pad}{core}{pad}{ticks}"
