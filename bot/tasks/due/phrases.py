"""Finds the due time in a sentence: a run of pieces at its beginning or end that can hardly be anything else.

Ambiguous words ("at 9", "sat") are found, too, but marked as unsure: then the author is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.value import value
from bot.tasks.due.pieces import Day, TimeFromNow, TimePhrase, Week
from bot.tasks.due.vocabulary import piece

_GAP = re.compile(r"[\s,;:—–-]+")
_BETWEEN = re.compile(r"\s*,?\s*")
_WORD = re.compile(r"(?<![\w@#/.:-])[\w@]")
_END = re.compile(r"[\s.!?]*$")
_SPOILED_BEFORE = re.compile(
    r"\b(?:every|each|last|past|previous|after|since|from|before|until|till|by|at|on|in|of|for|the|a|this|next|and|or|to"
    r"|кажд\w+|прошл\w+|по|после|с|со|от|до|к|в|во|на|из|за|и|или|через|не позднее|не позже)\s*$"
)
"""Words that change the meaning of a time after them: “every friday”, “после пятницы”."""
_SPOILED_BEHIND = re.compile(r"^[\s,]*(?:(?:at|by|on|in|before|until|after|or|and|в|к|до|на|после|или|и)\s+)?[\d]")
"""Signs that the time continues: “tomorrow at 25:00 …”."""


@value
class Split:
    """Sentence without its due time, and the due time ("" for none). `sure` False: it may not be a time at all."""

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


def run(folded: str, start: int) -> Sequence[TimePhrase]:
    """Pieces that follow one another from here and form one time; empty when no time begins here."""
    pieces, place = list[TimePhrase](), start
    while (found := piece(folded, place, behind=bool(pieces))) and _go_together([*pieces, found]):
        pieces.append(found)
        between = _BETWEEN.match(folded, found.end)
        place = between.end() if between is not None else found.end
        if place == found.end:
            break
    return pieces


def fold(words: str) -> str:
    """Folds text character by character, so that positions stay the same."""
    return "".join(low if len(low := one.lower()) == 1 else one for one in words).replace("ё", "е")


def _places(folded: str) -> Sequence[int]:
    return [found.start() for found in _WORD.finditer(folded)]


def _go_together(pieces: Sequence[TimePhrase]) -> bool:
    """Tells whether pieces combine: at most one of each kind, a span only alone; a week may have its weekday, and so
    may a date."""
    kinds = [type(one) for piece in pieces for one in piece.meanings]
    if TimeFromNow in kinds:
        return len(kinds) == 1
    return len(set(kinds)) == len(kinds) and not (Day in kinds and Week in kinds)


def _sure(pieces: Sequence[TimePhrase]) -> bool:
    return any(one.sure for one in pieces)


def _without(words: str, found: Sequence[TimePhrase], *, sure: bool) -> Split:
    start, end = found[0].start, found[-1].end
    rest = " ".join(part for part in (_trimmed(words[:start]), _trimmed(words[end:])) if part)
    return Split(rest, words[start:end], sure)


def _trimmed(words: str) -> str:
    return words.strip(" ,;:—–-") if words.strip(" .!?") else ""
