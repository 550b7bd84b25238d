"""Vocabulary of due times in English and Russian: a table of patterns and their meanings.

We tried dateparser first. It reads "tonight at 9" as six o'clock, "in 1.5 hours" as one hour and "tomorrow at 25:00" as
tomorrow, and never says that it guessed. A deadline must be understood, or asked about.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta

from bot.tasks.due.meanings import (
    Found,
    Meanings,
    add_months,
    ahead,
    clock,
    end_of_month,
    end_of_week,
    half,
    named,
    numbers,
    of_the_month,
    slashed,
    span,
    weekday,
)
from bot.tasks.due.pieces import (
    AFTERNOON,
    END,
    EVENING,
    LUNCH,
    MIDNIGHT,
    MORNING,
    NOON,
    ClockTime,
    Day,
    NotATime,
    PartOfDay,
    TimeFromNow,
    TimePhrase,
    Week,
    Weekday,
)
from bot.tasks.due.words import COUNTS, HALF_OF, HOURS, LONG, MONTHS, SHORT, WEEKDAYS, any_of

_BY = (
    r"(?P<by>(?:(?:at|by|on|before|until|till|no later than|@|в|во|к|ко|до|на|около|ровно|примерно"
    r"|не позднее|не позже)\s+){0,2})(?:the\s+)?"
)
_AT = _BY.replace("(?:at|", "(?:at|after|around|about|после|", 1)
_IN = r"(?:in|within|через)\s+"
_N = rf"(?:\d{{1,4}}(?:[.,]\d{{1,2}})?\s?|{any_of(COUNTS)}\s)"
_LENGTH = (
    rf"(?P<count>{_N}|пол)(?P<unit>{any_of(SHORT)})(?P<and_half> and a half)?"
    rf"(?:\s*(?:and |и )?(?P<count2>{_N})(?P<unit2>{any_of(SHORT)}))?"
)
_MONTH = rf"(?P<month>{any_of(MONTHS)})\.?"
_YEAR = r"(?:,?\s+(?P<year>20\d\d)(?:\s?(?:года|г\b\.?))?)?"
_HOUR = rf"(?P<hour>[01]?\d|2[0-3]|{any_of(HOURS)})"
_PART = r"(?P<part>[ap]\.?m\b\.?|утра|дня|вечера|ночи|in the (?:morning|afternoon|evening))"
_WEEK = r"(?:(?:на )?следующей неделе|(?:on )?next week)"


def _of_day(at: time, until: time = MIDNIGHT) -> Callable[[Found], Meanings]:
    return lambda _: (PartOfDay(at, until),)


def _days(days: int) -> Callable[[Found], Meanings]:
    return lambda _: (Day(lambda today: today + timedelta(days=days)),)


def _until_end(of: Callable[[date], date]) -> Callable[[Found], Meanings]:
    return lambda _: (Day(of, END),)


_TABLE: tuple[tuple[str, Callable[[Found], Meanings]], ...] = (
    (rf"{_IN}{_LENGTH}", span),
    (rf"{_LENGTH} from now", span),
    (rf"через (?P<unit>минуту|час)(?: (?:и )?(?P<count2>{_N})(?P<unit2>{any_of(SHORT)}))?", span),
    (rf"{_IN}(?P<count>{_N}|пол)(?P<unit>{any_of(LONG)})", ahead),
    (rf"(?P<count>{_N})(?P<unit>{any_of(LONG)}) from now", ahead),
    (r"через (?P<unit>день|сутки|неделю|месяц|год)", ahead),
    (rf"{_BY}(?:later )?(?:today|сегодня|сегодняшнему дню)", _days(0)),
    (rf"{_BY}(?:tomorrow|tmrw|tmr|завтра|завтрашнего дня|завтрашнему дню)", _days(1)),
    (rf"{_BY}(?:day after tomorrow|послезавтра)", _days(2)),
    (r"yesterday|вчера", _days(-1)),
    (r"day before yesterday|позавчера", _days(-2)),
    (
        rf"{_BY}(?P<which>(?:next|this|coming|эт[уо]т?|следующ\w{{2,3}}|ближайш\w{{2,3}})\s+)?"
        rf"(?P<weekday>{any_of(WEEKDAYS)})\b\.?",
        weekday,
    ),
    (_WEEK, lambda _: (Week(1, begins=True),)),
    (rf"{_BY}(?:(?:end of (?:the |this )?week|eow)|кон(?:ец|ца|цу|це) (?:этой )?недели)", _until_end(end_of_week)),
    (rf"{_BY}(?:(?:end of (?:the |this )?month|eom)|кон(?:ец|ца|цу|це) (?:этого )?месяца)", _until_end(end_of_month)),
    (rf"{_BY}(?:(?:this )?weekend|выходны[ехм]{{1,2}})", lambda _: (Weekday(5),)),
    (
        rf"{_BY}(?:next month|(?:beginning|start) of (?:the )?(?:next )?month"
        r"|следующем месяце|начал[оеу] (?:следующего )?месяца)",
        lambda _: (Day(lambda today: add_months(today.replace(day=1), 1)),),
    ),
    (rf"(?P<by>(?:at|в)\s+){_HOUR}[.-](?P<minute>[0-5]\d)(?![.:]?\d)", clock),
    (rf"{_BY}(?P<d>\d{{1,2}})\.(?P<m>0?[1-9]|1[0-2])(?:\.(?P<year>20\d\d|\d\d))?(?![.:\d])", numbers),
    (rf"{_BY}(?P<year>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d)", numbers),
    (rf"{_BY}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y>20\d\d))?", slashed),
    (rf"{_BY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|-?го|-?му|-?е)?\s+(?:of\s+)?{_MONTH}{_YEAR}", named),
    (rf"{_BY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]\d?){_YEAR}", named),
    (
        rf"{_BY}(?P<day>[12]?\d|3[01])(?:st|nd|rd|th|(?:-?(?:го|му|е))?\s+числ[ауо]|-(?:го|му|е))",
        of_the_month,
    ),
    (rf"{_AT}{_HOUR}(?:[:.](?P<minute>[0-5]\d))?\s?(?P<unit>час(?:а|ов|ам)?\s)?{_PART}", clock),
    (rf"{_AT}{_HOUR}[:.](?P<minute>[0-5]\d)(?![.:]?\d)(?::00)?", clock),
    (rf"{_AT}24[:.]00", lambda _: (ClockTime(MIDNIGHT),)),
    (rf"{_AT}{_HOUR} o'clock", clock),
    (rf"(?P<by>(?:at|by|в|к|до|на|после)\s+){_HOUR}\s?(?:час(?:ов|ам|а|у)?|[чh])", clock),
    (rf"(?P<by>(?:at|by|@|в|к|до)\s+(?:ровно\s+)?){_HOUR}(?![:.\w]|,\d)", clock),
    (rf"{_BY}(?:half past {_HOUR}|(?:пол-?|половин[аеу]\s+)(?P<of>{any_of(HALF_OF)})го)", half),
    (rf"{_BY}(?:noon|midday|полдень|полудня|полудню)", lambda _: (ClockTime(NOON),)),
    (rf"{_BY}(?:midnight|полночь|полуночи)", lambda _: (ClockTime(MIDNIGHT),)),
    (r"tonight", lambda _: (Day(lambda today: today), PartOfDay(EVENING, MIDNIGHT))),
    (r"this morning", lambda _: (Day(lambda today: today), PartOfDay(MORNING, NOON))),
    (r"this afternoon", lambda _: (Day(lambda today: today), PartOfDay(AFTERNOON, END))),
    (r"this evening", lambda _: (Day(lambda today: today), PartOfDay(EVENING, MIDNIGHT))),
    (r"(?:in the )?morning|утром|с утра|(?:к|до) утра|к утру", _of_day(MORNING, NOON)),
    (r"(?:after lunch|in the afternoon|afternoon)|днем|после обеда", _of_day(AFTERNOON, END)),
    (r"(?:(?:at|by|before) )?(?:lunch ?time|lunch)|в обед|(?:к|до) обед[ау]", _of_day(LUNCH, AFTERNOON)),
    (r"(?:(?:in the|by) )?(?:evening|night)|вечером|к вечеру|до вечера", _of_day(EVENING)),
    (
        rf"{_BY}(?:end of (?:the )?(?:working |business )?day|eod|cob|close of business)"
        rf"|{_BY.replace('<by>', '<by2>')}кон(?:ец|ца|цу|це) (?:рабочего )?дня|в течение дня",
        _of_day(END),
    ),
)
_READERS = tuple((re.compile(rf"(?:{pattern})(?!\w)"), meaning) for pattern, meaning in _TABLE)
_LENGTH_ALONE = re.compile(_LENGTH)
_HOUR_BEHIND = re.compile(r"(?P<hour>[01]?\d|2[0-3])(?![\w:.,/-])")
_DOUBTFUL = re.compile(
    r"sat|sun|ср|сб|вс|(?:after)?noon|morning|evening|night|midnight|lunch ?time|lunch|weekend"
    r"|\d{1,2}(?:st|nd|rd|th|-(?:го|му|е))|\d{1,2}[./]\d{1,2}"
)
"""Words that, alone and without a preposition, may mean something else."""


def piece(folded: str, start: int, *, behind: bool) -> TimePhrase | None:
    """Longest piece that begins here; `behind` another piece, a bare number is an hour."""
    best: TimePhrase | None = None
    for pattern, meaning in _READERS:
        found = pattern.match(folded, start)
        if found is not None and found.end() > (best.end if best is not None else start):
            best = _meant(found, meaning) or best
    if best is None and behind and (found := _HOUR_BEHIND.match(folded, start)):
        return _meant(found, clock)
    return best


def length_alone(folded: str) -> TimeFromNow | None:
    """Span without a preposition, as “2 hours”, where nothing else can be meant."""
    found = _LENGTH_ALONE.fullmatch(folded)
    return next((one for one in span(found) if isinstance(one, TimeFromNow)), None) if found else None


def _meant(found: Found, meaning: Callable[[Found], Meanings]) -> TimePhrase | None:
    try:
        meanings = meaning(found)
    except NotATime:
        return None
    an_hour = meaning is clock and found.end("hour") == found.end()  # a bare number
    return TimePhrase(meanings, found.start(), found.end(), sure=not an_hour and not _DOUBTFUL.fullmatch(found[0]))
