"""Table in the message of a report: the load per operator and account. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.text import shorten
from bot.locale import N_, taking
from bot.reports.figure import Figure, Language
from bot.reports.figures import LOADS
from bot.views.values import Table

FIRST = N_("First reply, median")
ROWS = 15
"""Most operators, and most accounts, in a message's table; the CSV holds all."""
SHOWN_NAME = 40


def table(counted: Sequence[Figure], language: Language) -> Table | None:
    """Table of the message: the loads, each figure's below its title. None when nobody had any."""
    rows: list[tuple[str, ...]] = []
    sections: set[int] = set()
    header = tuple(language._(one) for one in (*LOADS[:-1], FIRST))
    for title, loads in filter(None, (one.section(language) for one in counted)):
        if loads:
            sections.add(len(rows))
            rows.append((title, *("" for _ in header[1:])))
            rows += [tuple(_cell(cell, language) for cell in load) for load in loads[:ROWS]]
            left = len(loads) - ROWS
            if left > 0:
                more = language.tr.ngettext("and {n} more", "and {n} more", left).format(n=left)
                rows.append((more, *("" for _ in header[1:])))
    return Table(header, tuple(rows), frozenset(sections)) if rows else None


def _cell(cell: object, language: Language) -> str:
    if isinstance(cell, timedelta):
        return taking(cell, language.locale)
    return "" if cell is None else shorten(str(cell), SHOWN_NAME)
