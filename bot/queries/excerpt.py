"""Excerpts around the words searched for. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.spelling import composed
from bot.domain.text import Span, Style, Text

AROUND = 40
"""Characters shown before the first match."""
LENGTH = 160


def excerpt(said: str, asked: str) -> Text:
    """One line of `said` around the words of `asked`, which are bold. Case does not matter, nor does
    how letters are composed; ё = е."""
    flat, wanted = (composed(" ".join(one.split())) for one in (said, asked))
    found = _places(flat, wanted.split())
    start = _start(flat, found[0][0]) if found else 0
    end = min(len(flat), start + LENGTH)
    spans = [Span("…")] if start else []
    place = start
    for since, until in found:
        if until <= place or since >= end:
            continue
        since, until = max(since, place), min(until, end)
        spans += [Span(flat[place:since]), Span(flat[since:until], Style.BOLD)]
        place = until
    spans.append(Span(flat[place:end] + ("…" if end < len(flat) else "")))
    return Text.of(spans)


def _places(said: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Start and end of each match, in order."""
    patterns = [re.sub("[еёЕЁ]", "[её]", re.escape(word)) for word in sorted(set(words), key=len, reverse=True)]
    return [found.span() for found in re.finditer("|".join(patterns), said, re.IGNORECASE)] if patterns else []


def _start(said: str, first: int) -> int:
    """Start of a word a few characters before the first match."""
    if first <= AROUND:
        return 0
    space = said.find(" ", first - AROUND, first)
    return space + 1 if space >= 0 else first - AROUND
