"""Reports as CSV that a spreadsheet opens as it is: with a byte order mark, and in Russian with semicolons."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from io import StringIO

from bot.domain import OperatorId
from bot.locale import N_, Translator
from bot.ports.storage.reports import DialogFacts
from bot.reports.figures import Figures, Load, Spread
from bot.views.cards import STATUSES

DIALOGS = (
    N_("Dialog"),
    N_("Channel"),
    N_("Customer"),
    N_("Title"),
    N_("Status"),
    N_("Opened"),
    N_("First answer"),
    N_("Closed"),
    N_("Minutes to the first answer"),
    N_("Minutes to closing"),
    N_("Responsible"),
    N_("Closing reason"),
    N_("Comment"),
)
LOADS = (N_("Name"), N_("Opened"), N_("Closed"), N_("Answers"), N_("First answer, half within, minutes"))

Row = Sequence[object]
_BEGINS_FORMULA = ("=", "+", "-", "@")


def dialogs(
    facts: Iterable[DialogFacts],
    operators: Mapping[OperatorId, str],
    accounts: Mapping[str, str],
    tr: Translator,
    locale: str,
    zone: tzinfo,
) -> bytes:
    """A line for each dialog. Times are the reader's, as spreadsheets read them."""

    def at(moment: datetime | None) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment is not None else ""

    rows: list[Row] = [[tr.gettext(one) for one in DIALOGS]]
    rows += [
        [
            one.id,
            accounts.get(one.account, one.account),
            one.contact,
            one.title,
            tr.gettext(STATUSES[one.status]),
            at(one.opened_at),
            at(one.answered_at),
            at(one.closed_at),
            _minutes(one.answered_at - one.opened_at if one.answered_at else None, locale),
            _minutes(one.closed_at - one.opened_at if one.closed_at else None, locale),
            operators.get(one.responsible, "") if one.responsible is not None else "",
            one.reason,
            one.comment,
        ]
        for one in facts
    ]
    return _written(rows, locale)


def loads(figures: Figures, tr: Translator, locale: str) -> bytes:
    """Reasons, operators and channels, one table under the other."""
    rows: list[Row] = [[tr.gettext("Closing reason"), tr.gettext("Dialogs")]]
    rows += [[reason or tr.gettext("without a reason"), times] for reason, times in figures.reasons]
    for title, each in ((tr.gettext("Operators"), figures.operators), (tr.gettext("Channels"), figures.channels)):
        rows += [[], [title], [tr.gettext(one) for one in LOADS]]
        rows += [_load(one, locale) for one in each]
    return _written(rows, locale)


def _load(load: Load, locale: str) -> Row:
    return [load.name, load.opened, load.closed, load.answers, _minutes(_half(load.first), locale)]


def _half(spread: Spread | None) -> timedelta | None:
    return spread.half if spread is not None else None


def _minutes(span: timedelta | None, locale: str) -> str:
    if span is None:
        return ""
    minutes = f"{max(span.total_seconds(), 0) / 60:.1f}"  # a platform's clock may be ahead of ours
    return minutes.replace(".", ",") if locale == "ru" else minutes


def _written(rows: Iterable[Row], locale: str) -> bytes:
    """Every cell is quoted: whatever separator a spreadsheet expects, a cell cannot become several."""
    text = StringIO()
    csv.writer(text, delimiter=";" if locale == "ru" else ",", quoting=csv.QUOTE_ALL).writerows(
        [_harmless(cell) for cell in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig", "replace")


def _harmless(cell: object) -> object:
    """Customers choose their names: a spreadsheet must not take one for a formula. It looks behind spaces and what is
    not seen, and takes signs of full width for the plain ones."""
    if not isinstance(cell, str):
        return cell
    seen = next((one for one in cell if unicodedata.category(one)[0] not in "ZC"), "")
    begins_formula = unicodedata.normalize("NFKC", seen).startswith(_BEGINS_FORMULA)
    return f"'{cell}" if begins_formula or cell.startswith(("\t", "\r", "\n")) else cell
