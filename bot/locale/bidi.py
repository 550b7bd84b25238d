"""Right-to-left names and words in sentences: isolated, so that they neither turn the sentence around nor reorder what
stands beside them. Pure. https://www.unicode.org/reports/tr9/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

ISOLATE, POP = "\u2068", "\u2069"
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"  # blocks of such scripts
)
_CONTROLS = str.maketrans("", "", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Phrase(str):
    """Text of the catalogue whose placeholders isolate what they are filled with. `str.format(phrase, …)` fills them
    in as it is: for what leaves the hub's own views."""

    __slots__ = ()

    def format(self, *args: object, **values: object) -> str:
        filled = {name: isolated(one) if isinstance(one, str) else one for name, one in values.items()}
        return super().format(*(isolated(one) if isinstance(one, str) else one for one in args), **filled)

    def format_map(self, values: Any, /) -> str:
        return super().format_map(_Isolating(values))


class _Isolating(Mapping[str, Any]):
    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        found = self._values[name]
        return isolated(found) if isinstance(found, str) else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def mixes(words: str) -> bool:
    """Tells whether there are right-to-left letters."""
    return not words.isascii() and _RIGHT_TO_LEFT.search(words) is not None


def isolated(words: str) -> str:
    """Isolates words that hold right-to-left letters, line by line; returns others as they are, and those that are
    isolated already."""
    if not mixes(words):
        return words
    return "\n".join(map(_isolated, words.split("\n")))


def bare(words: str) -> str:
    """Takes isolation out of words that were copied from the hub's views."""
    return words if words.isascii() else words.replace(ISOLATE, "").replace(POP, "")


def _isolated(line: str) -> str:
    outside = _outside(line)
    if outside is None:
        outside = line = line.translate(_CONTROLS)
    return f"{ISOLATE}{line}{POP}" if _RIGHT_TO_LEFT.search(outside) else line


def _outside(line: str) -> str | None:
    """Returns what stands outside of isolation; None if the line's controls would reach beyond it."""
    found, depth = "", 0
    for char in line:
        depth += (char == ISOLATE) - (char == POP)
        if depth < 0 or (char not in (ISOLATE, POP) and char.translate(_CONTROLS) == ""):
            return None
        found += char if depth == 0 and char != POP else ""
    return found if depth == 0 else None
