"""Words of due times in English and Russian, as patterns on folded text (lower case, е for ё)."""

from __future__ import annotations

import re
from collections.abc import Iterable

WEEKDAYS = (
    *(r"mon(?:day)?|понедельник[ау]?|пн", r"tue(?:s(?:day)?)?|вторник[ау]?|вт", r"wed(?:nesday)?|сред[уыае]|ср"),
    *(r"thu(?:r(?:s(?:day)?)?)?|четверг[ау]?|чт", r"fri(?:day)?|пятниц[уыае]|пт"),
    *(r"sat(?:urday)?|суббот[уыае]|сб", r"sun(?:day)?|воскресень[еяю]|вс"),
)
MONTHS = (
    *(r"jan(?:uary)?|янв(?:аря)?", r"feb(?:ruary)?|фев(?:р(?:аля)?)?", r"mar(?:ch)?|мар(?:та)?"),
    *(r"apr(?:il)?|апр(?:еля)?", r"may|мая", r"june?|июня?", r"july?|июля?", r"aug(?:ust)?|авг(?:уста)?"),
    *(r"sept?(?:ember)?|сент?(?:ября)?", r"oct(?:ober)?|окт(?:ября)?", r"nov(?:ember)?|ноя(?:б(?:ря)?)?"),
    r"dec(?:ember)?|дек(?:абря)?",
)
HOURS = (
    *(r"one|час[ау]?", r"two|дв(?:а|ум|ух)", r"three|тр(?:и|ем|ех)", r"four|четыр(?:е|ем|ех)", r"five|пят[ьи]"),
    *(r"six|шест[ьи]", r"seven|сем[ьи]", r"eight|вос(?:емь|ьми)", r"nine|девят[ьи]", r"ten|десят[ьи]"),
    *(r"eleven|одиннадцат[ьи]", r"twelve|двенадцат[ьи]"),
)
HALF_OF = (
    *(r"перво", r"второ", r"третье", r"четверто", r"пято", r"шесто", r"седьмо", r"восьмо", r"девято", r"десято"),
    *(r"одиннадцато", r"двенадцато"),
)
COUNTS = {
    r"half an?|half|пол": 0.5,
    r"(?:a )?quarter of an|четверть": 0.25,
    r"one and a half|полтор[аы]": 1.5,
    r"an?|one|одну|один|одни": 1,
    r"(?:a )?couple(?: of)?|two|два|две|двое|пару": 2,
    r"three|три|трое": 3,
    r"four|четыре": 4,
    r"five|пять": 5,
    r"six|шесть": 6,
    r"seven|семь": 7,
    r"eight|восемь": 8,
    r"nine|девять": 9,
    r"ten|десять": 10,
    r"fifteen|пятнадцать": 15,
    r"twenty|двадцать": 20,
    r"thirty|тридцать": 30,
    r"forty[ -]five|сорок пять": 45,
    r"forty|сорок": 40,
}
SHORT = {r"minutes?|mins?|m|минут[уы]?|мин|м": 1, r"hours?|hrs?|h|час(?:а|ов)?|ч": 60}
"""Units of spans, in minutes."""
LONG = {
    r"days?|d|день|дня|дней|дн|сутки|суток|д": (1, 0),
    r"weeks?|w|недел[юиь]|нед": (7, 0),
    r"fortnights?": (14, 0),
    r"months?|месяц(?:а|ев)?|мес": (0, 1),
    r"years?|года?|лет": (0, 12),
}
"""Units of dates, in days and months."""


def any_of(patterns: Iterable[str]) -> str:
    """Pattern that matches any of them."""
    return "(?:" + "|".join(patterns) + ")"


def which_of(patterns: Iterable[str], said: str) -> int:
    """Index of the pattern that the words match."""
    return next(place for place, one in enumerate(patterns) if re.fullmatch(one, said))


def how_many(said: str | None) -> float:
    """Number in digits or words; 1 when there is none."""
    if not said:
        return 1
    number = said.strip().replace(",", ".")
    return float(number) if number[0].isdigit() else list(COUNTS.values())[which_of(COUNTS, number)]
