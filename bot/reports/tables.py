"""Reports as CSV that spreadsheets open correctly: with a byte order mark, and in Russian with semicolons."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from io import StringIO

from bot.domain import OperatorId
from bot.locale import N_
from bot.ports.storage.reports import DialogFacts
from bot.reports.figure import Cells, Figure, Language
from bot.views.cards import STATUSES

DIALOGS = (
    N_("Dialog"),
    N_("Account"),
    N_("Customer"),
    N_("Title"),
    N_("Status"),
    N_("Opened"),
    N_("First reply"),
    N_("Closed|report"),
    N_("Minutes to the first reply"),
    N_("Minutes to closing"),
    N_("Owner"),
    N_("Closing reason"),
    N_("Comment"),
)
_BEGINS_FORMULA = ("=", "+", "-", "@")


def dialogs(
    facts: Iterable[DialogFacts],
    operators: Mapping[OperatorId, str],
    accounts: Mapping[str, str],
    language: Language,
    zone: tzinfo,
) -> bytes:
    """Table with one line per dialog. Times are in the reader's zone, in a format that spreadsheets understand."""

    def at(moment: datetime | None) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment is not None else ""

    rows: list[Cells] = [[language._(one) for one in DIALOGS]]
    rows += [
        [
            one.id,
            accounts.get(one.account, one.account),
            one.contact,
            one.title,
            language._(STATUSES[one.status]),
            at(one.opened_at),
            at(one.answered_at),
            at(one.closed_at),
            one.answered_at - one.opened_at if one.answered_at else None,
            one.closed_at - one.opened_at if one.closed_at else None,
            operators.get(one.responsible, "") if one.responsible is not None else "",
            one.reason,
            one.comment,
        ]
        for one in facts
    ]
    return _written(rows, language.locale)


def figures(counted: Iterable[Figure], language: Language) -> bytes:
    """Tables of all figures, one below the other."""
    rows: list[Cells] = []
    for table in filter(None, (one.table(language) for one in counted)):
        rows += [(), *table] if rows else table
    return _written(rows, language.locale)


def _written(rows: Iterable[Cells], locale: str) -> bytes:
    """Writes CSV with every cell quoted: whatever separator a spreadsheet expects, a cell stays one cell."""
    text = StringIO()
    csv.writer(text, delimiter=";" if locale == "ru" else ",", quoting=csv.QUOTE_ALL).writerows(
        [_written_cell(cell, locale) for cell in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig", "replace")


def _written_cell(cell: object, locale: str) -> object:
    if isinstance(cell, timedelta):
        minutes = f"{max(cell.total_seconds(), 0) / 60:.1f}"  # a platform's clock may be ahead of ours
        return minutes.replace(".", ",") if locale == "ru" else minutes
    return _harmless(cell)


def _harmless(cell: object) -> object:
    """Prefixes a cell that a spreadsheet would take for a formula, because customers choose their names. Spreadsheets
    skip spaces and invisible characters, and accept full-width signs."""
    if not isinstance(cell, str):
        return cell
    seen = next((one for one in cell if unicodedata.category(one)[0] not in "ZC"), "")
    begins_formula = unicodedata.normalize("NFKC", seen).startswith(_BEGINS_FORMULA)
    return f"'{cell}" if begins_formula or cell.startswith(("\t", "\r", "\n")) else cell
