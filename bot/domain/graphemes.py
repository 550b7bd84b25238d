"""Characters as people see them: a flag, a family, a letter with its accents is one, of several code points."""

from __future__ import annotations

from collections.abc import Iterator

import regex

_ONE = regex.compile(r"\X")
"""Extended grapheme cluster (Unicode's UAX #29)."""
_APART = regex.compile(r"(?!\r\n)[\x00-\u02ff\u0370-\u0482\u048a-\u052f]{2}")
"""Two characters of which neither ever joins another: nearly every place where a text is cut."""


def border(text: str, at: int, start: int = 0) -> int:
    """Moves a position back to where no character would be cut. `start`: a border before it. A single character that
    reaches from there past `at` has to be cut: `at` is returned."""
    if at <= start or at >= len(text) or _APART.match(text, at - 1):
        return at
    last = start
    for one in _ONE.finditer(text, start):
        if one.end() > at:
            break
        last = one.end()
    return last if last > start else at


def each(text: str) -> Iterator[str]:
    """Yields the characters of a text."""
    return (one[0] for one in _ONE.finditer(text))


def first(text: str, most: int) -> str:
    """Returns the beginning of a text: at most `most` code points, no character cut."""
    return text[: border(text, most)]
