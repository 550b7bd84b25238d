"""Where in a sentence its due time stands: what ends or begins it and cannot well be anything else.

Only looks; what the words mean is asked of a library (`bot.due.reading`). Words that may be something else ("at 9",
"sat") are found, too, but not surely: then people are asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HOUR = r"(?:[01]?\d|2[0-3])"
_CLOCK = rf"{_HOUR}[:.][0-5]\d(?!\.?\d)(?:\s?[ap]m)?"
_PART = r"(?:in the\s+)?(?:morning|afternoon|evening)|утром|днем|вечером|noon|полдень"
_END = r"(?:by\s+|at\s+)?(?:the\s+)?(?:end of (?:the )?day|eod)|(?:к\s+|в\s+)?кон(?:ец|цу|це) (?:рабочего )?дня"
_TIME = (
    rf"(?:(?:at|by|в|к|на)\s+)?(?:{_CLOCK}|{_HOUR}\s?(?:[ap]m|утра|дня|вечера|ночи)|{_PART})"
    rf"|(?:в|к)\s+{_HOUR}\s?(?:часов|часам|часа|часу|час|ч)(?: (?:утра|дня|вечера|ночи))?|{_END}"
)
_WEEKDAYS = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|tues|wed|thu|thur|thurs|fri"
    r"|понедельник[ау]?|вторник[ау]?|сред[уае]|четверг[ау]?|пятниц[уае]|суббот[уае]|воскресень[еяю]|пн|вт|ср|чт|пт|сб|вс"
)
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
)
_DATE = (
    r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])(?:\.\d{4})?|\d{4}-\d\d-\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})(?:\s+\d{{4}})?"
    rf"|(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?"
)
_COUNT = r"(?:\d{1,3}|an?|one|two|three|four|five|six|half an|один|одну|два|две|три|четыре|пять|шесть|пол|полтора)\s?"
_LONG = r"days?|weeks?|months?|день|дня|дней|недел[юиь]|месяц(?:а|ев)?"
_SHORT = r"minutes?|mins?|hours?|hrs?|минут[уы]?|мин|час(?:а|ов)?"
_AFTER = rf"(?:in|через)\s+(?:{_COUNT})?(?:{_LONG})"
_SPAN = rf"(?:in|через)\s+(?:{_COUNT})?(?:{_SHORT})(?:\s+(?:и\s+|and\s+)?{_COUNT}(?:{_SHORT}))?"
_DAY = (
    r"today|tomorrow|tonight|yesterday|сегодня|завтра|послезавтра|вчера"
    rf"|(?:(?:on|by|next|this|в|во|к|ко|на)\s+)?(?:(?:next|this|эт[оу]т?|следующ\w+)\s+)?(?:{_WEEKDAYS})"
    r"|next week|на следующей неделе"
    rf"|(?:(?:on|by|к|на)\s+)?(?:{_DATE})|{_AFTER}"
)
_SURE = rf"(?:(?:{_DAY})(?:,?\s+(?:{_TIME}))?|(?:{_TIME})(?:,?\s+(?:{_DAY}))?|{_SPAN})"
_PERHAPS = rf"(?:(?:(?:{_DAY})\s+)?(?:at|by|в|к)\s+{_HOUR}|(?:on\s+|at\s+)?(?:sat|sun)(?:,?\s+(?:{_TIME}))?|{_SURE})"

_GAP = r"[\s,;:—–-]+"
_AT_THE_END = re.compile(rf"(?:^|{_GAP})(?P<due>{_SURE})[.!]?$")
_AT_THE_START = re.compile(rf"^(?P<due>{_SURE})(?={_GAP}|$)")
_ANYWHERE = re.compile(rf"(?<!\w)(?P<due>{_PERHAPS})(?!\w)")


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
    for pattern in (_AT_THE_END, _AT_THE_START):
        if found := pattern.search(folded):
            return _without(flat, found, sure=True)
    if found := _ANYWHERE.search(folded):
        return _without(flat, found, sure=False)
    return Split(flat)


def fold(words: str) -> str:
    """As many characters as before, so that places in the one are places in the other."""
    return "".join(low if len(low := one.lower()) == 1 else one for one in words).replace("ё", "е")


def _without(words: str, found: re.Match[str], *, sure: bool) -> Split:
    start, end = found.span("due")
    rest = " ".join(part for part in (_trimmed(words[:start]), _trimmed(words[end:])) if part)
    return Split(rest, words[start:end], sure)


def _trimmed(words: str) -> str:
    return words.strip(" ,;:—–-") if words.strip(" .!") else ""
