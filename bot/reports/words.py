"""Figures of a report as text and as chart data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from bot.domain.period import Period
from bot.domain.text import Text, bold, line
from bot.locale import N_, Translator, lasting, locale_of
from bot.reports.chart import Bars, Chart
from bot.reports.figures import BUCKETS, DAYS, Figures, Load, Spread
from bot.views.values import Row

WITHOUT_REASON = N_("without a reason")
NOTHING = N_("nothing in this period")
NAMED = 5
"""Most reasons, operators and channels named in the text."""


def title(period: Period, account: str, tr: Translator, locale: str) -> str:
    """Title of a report. `account`: the account's title, or "" for all."""
    return tr.gettext("Report · {period} · {account}").format(
        period=period.words(locale), account=account or tr.gettext("all accounts")
    )


def rows(figures: Figures, tr: Translator, locale: str) -> tuple[Row, ...]:
    """Summary shown beside the chart."""
    told = [
        tr.gettext("{opened} opened · {closed} closed · {unanswered} without an answer").format(
            opened=figures.opened, closed=figures.closed, unanswered=figures.unanswered
        )
    ]
    said = [line(bold(tr.gettext("Dialogs")), ": ", told[0])]
    said += _spread(tr.gettext("First answer"), figures.first, tr, locale)
    said += _spread(tr.gettext("Closing"), figures.to_close, tr, locale)
    reasons = [f"{reason or tr.gettext(WITHOUT_REASON)} {times}" for reason, times in figures.reasons[:NAMED]]
    said += _listed(tr.gettext("Closing reasons"), reasons)
    said += _listed(tr.gettext("Operators"), [_load(one, tr) for one in figures.operators[:NAMED]])
    said += _listed(tr.gettext("Channels"), [f"{one.name} {one.opened}" for one in figures.channels[:NAMED]])
    return tuple(Row(one) for one in said)


def _spread(label: str, spread: Spread | None, tr: Translator, locale: str) -> list[Text]:
    if spread is None:
        return []
    told = tr.gettext("half within {half}, nine of ten within {most}")
    return [line(bold(label), ": ", told.format(half=lasting(spread.half, locale), most=lasting(spread.most, locale)))]


def _load(load: Load, tr: Translator) -> str:
    answers = tr.ngettext("{n} answer", "{n} answers", load.answers).format(n=load.answers)
    return tr.gettext("{name}: closed {closed}, {answers}").format(name=load.name, closed=load.closed, answers=answers)


def _listed(label: str, words: Sequence[str]) -> list[Text]:
    return [line(bold(label), ": ", " · ".join(words))] if words else []


def chart(heading: str, figures: Figures, period: Period, tr: Translator, locale: str) -> Chart:
    opened, closed, empty = tr.gettext("opened"), tr.gettext("closed"), tr.gettext(NOTHING)
    steps = figures.steps
    by = tr.gettext("Dialogs by day") if period.days <= DAYS else tr.gettext("Dialogs by week")
    reasons = tuple(reason or tr.gettext(WITHOUT_REASON) for reason, _ in figures.reasons)
    return Chart(
        heading,
        Bars(
            by,
            (opened, closed),
            tuple(_day(one.day, locale) for one in steps),
            (tuple(one.opened for one in steps), tuple(one.closed for one in steps)),
            empty,
        ),
        Bars(tr.gettext("Time to the first answer"), ("",), _buckets(tr), (figures.waits,), empty),
        Bars(tr.gettext("Closing reasons"), ("",), reasons, (tuple(times for _, times in figures.reasons),), empty),
        Bars(
            tr.gettext("Load per operator"),
            (tr.gettext("closed dialogs"), tr.gettext("answers")),
            tuple(one.name for one in figures.operators),
            (tuple(one.closed for one in figures.operators), tuple(one.answers for one in figures.operators)),
            empty,
        ),
        Bars(
            tr.gettext("Load per channel"),
            (opened, closed),
            tuple(one.name for one in figures.channels),
            (tuple(one.opened for one in figures.channels), tuple(one.closed for one in figures.channels)),
            empty,
        ),
    )


def _day(day: date, locale: str) -> str:
    return format_date(day, "d MMM", locale=locale_of(locale))


def _buckets(tr: Translator) -> tuple[str, ...]:
    """Labels of the buckets: "≤ 1 min", "≤ 5 min", … "≤ 1 day", "longer", each on two lines."""
    named = []
    for minutes in BUCKETS:
        if minutes < 60:
            named.append(tr.gettext("≤ {n}\nmin").format(n=minutes))
        elif minutes < 1440:
            named.append(tr.gettext("≤ {n}\nh").format(n=minutes // 60))
        else:
            named.append(tr.gettext("≤ {n}\nday").format(n=minutes // 1440))
    return (*named, tr.gettext("longer"))
