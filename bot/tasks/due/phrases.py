"""Where in a sentence its due time stands: a run of pieces that ends or begins it and cannot well be anything else.

Words that may be something else ("at 9", "sat") are found, too, but not surely: then people are asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.tasks.due.pieces import Day, Piece, Span, Week
from bot.tasks.due.vocabulary import piece

_GAP = re.compile(r"[\s,;:—–-]+")
_BETWEEN = re.compile(r"\s*,?\s*")
_WORD = re.compile(r"(?<![\w@#/.:-])[\w@]")
_END = re.compile(r"[\s.!?]*$")
_SPOILED_BEFORE = re.compile(
    r"\b(?:every|each|last|past|previous|after|since|from|before|until|till|by|at|on|in|of|for|the|a|this|next|and|or|to"
    r"|кажд\w+|прошл\w+|по|после|с|со|от|до|к|в|во|на|из|за|и|или|через|не позднее|не позже)\s*$"
)
"""Words that make something else of a time behind them: “every friday”, “после пятницы”."""
_SPOILED_BEHIND = re.compile(r"^[\s,]*(?:(?:at|by|on|in|before|until|after|or|and|в|к|до|на|после|или|и)\s+)?[\d]")
"""What looks as though it went on: “tomorrow at 25:00 …”."""


@dataclass(frozen=True, slots=True)
class Split:
    """A sentence without its due time, and the due time ("" none). `sure` False: it may be no time at all."""

    text: str
    due: str = ""
    sure: bool = True


def split(words: str) -> Split:
    """`купить билеты, fri 3pm` → «купить билеты» and "fri 3pm"."""
    flat = " ".join(words.split())
    folded = fold(flat)
    runs = [found for place in _places(folded) if (found := run(folded, place))]
    for found in runs:
        if _END.match(folded, found[-1].end):
            spoiled = _SPOILED_BEFORE.search(folded, 0, found[0].start)
            return _without(flat, found, sure=_sure(found) and not spoiled)
    if runs and runs[0][0].start == 0:
        found, behind = runs[0], folded[runs[0][-1].end :]
        if found[-1].sure and _GAP.match(behind) and not _SPOILED_BEHIND.match(behind):
            return _without(flat, found, sure=True)
    inside = next((one for one in runs if _sure(one)), None)
    return _without(flat, inside, sure=False) if inside is not None else Split(flat)


def run(folded: str, start: int) -> Sequence[Piece]:
    """The pieces that follow one another from here and make one time; none: no time begins here."""
    pieces, place = list[Piece](), start
    while (found := piece(folded, place, behind=bool(pieces))) and _go_together([*pieces, found]):
        pieces.append(found)
        between = _BETWEEN.match(folded, found.end)
        place = between.end() if between is not None else found.end
        if place == found.end:
            break
    return pieces


def fold(words: str) -> str:
    """As many characters as before, so that places in the one are places in the other."""
    return "".join(low if len(low := one.lower()) == 1 else one for one in words).replace("ё", "е")


def _places(folded: str) -> Sequence[int]:
    return [found.start() for found in _WORD.finditer(folded)]


def _go_together(pieces: Sequence[Piece]) -> bool:
    """No more than one of each kind; a span from now on stands alone; a week may have its day, and so may a date."""
    kinds = [type(one) for piece in pieces for one in piece.meanings]
    if Span in kinds:
        return len(kinds) == 1
    return len(set(kinds)) == len(kinds) and not (Day in kinds and Week in kinds)


def _sure(pieces: Sequence[Piece]) -> bool:
    return any(one.sure for one in pieces)


def _without(words: str, found: Sequence[Piece], *, sure: bool) -> Split:
    start, end = found[0].start, found[-1].end
    rest = " ".join(part for part in (_trimmed(words[:start]), _trimmed(words[end:])) if part)
    return Split(rest, words[start:end], sure)


def _trimmed(words: str) -> str:
    return words.strip(" ,;:—–-") if words.strip(" .!?") else ""
