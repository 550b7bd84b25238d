"""What a due time means: dateparser knows most words; what it reads otherwise than people mean is put for it first.

dateparser takes a quarter of a second and some memory to import, and half a second to learn its two languages; few
processes of a hub ever need it. So it is imported at first use, and works in a thread of its own.
"""

from __future__ import annotations

import asyncio
import re
import threading
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from bot.due.phrases import fold

MORNING, AFTERNOON, EVENING, END = time(9), time(14), time(19), time(18)
FARTHEST = timedelta(days=5 * 366)
"""What is farther away was not meant."""
_OF_NOW = 1
"""A microsecond that tells what was counted from now on from what was read off a clock."""


class Unclear(Exception):
    """These words are no time."""


class Passed(Exception):
    """The time is over. `at`: when it was, UTC."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


async def read(words: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment that `words` name for somebody in `zone`, UTC; times of the clock are those of that zone, and spans
    ("in 2 hours") pass as they do for everybody. Raises `Unclear` or `Passed`."""
    at = await asyncio.to_thread(_read, words, now, zone)
    if at > now + FARTHEST:
        raise Unclear(words)
    if at <= now:
        raise Passed(at)
    return at


def _read(words: str, now: datetime, zone: tzinfo) -> datetime:
    here = now.astimezone(zone).replace(tzinfo=None, second=0, microsecond=_OF_NOW)
    found, with_time = _parsed(_plainly(words, here), here)
    if with_time and found.microsecond == _OF_NOW:  # counted from now on
        return now.astimezone(UTC) + (found - here)
    if not with_time:
        found = datetime.combine(found.date(), MORNING if found.date() != here.date() else END)
    return found.replace(tzinfo=zone).astimezone(UTC)


# -------------------------------------------------------------------------------------- dateparser

_one_at_a_time = threading.Lock()
_SETTINGS = {
    "PREFER_DATES_FROM": "future",
    "RETURN_AS_TIMEZONE_AWARE": False,
    "DATE_ORDER": "DMY",
    "RETURN_TIME_AS_PERIOD": True,
}


def _parsed(words: str, here: datetime) -> tuple[datetime, bool]:
    """A moment of the clock, and whether the words told its time, not only its day. Raises `Unclear`."""
    with _one_at_a_time:
        from dateparser.date import DateDataParser  # type: ignore[import-untyped]

        parser = DateDataParser(languages=["ru", "en"], settings=_SETTINGS | {"RELATIVE_BASE": here})
        found: Any = parser.get_date_data(words)
    if not words.strip() or found.date_obj is None:
        raise Unclear(words)
    return found.date_obj.replace(tzinfo=None), found.period == "time"


# --------------------------------------------------------------------------------- in plainer words

_HOUR = r"([01]?\d|2[0-3])"
_STEMS = {
    r"понедельник": "понедельник",
    r"вторник": "вторник",
    r"сред[уае]": "среда",
    r"четверг": "четверг",
    r"пятниц": "пятница",
    r"суббот": "суббота",
    r"воскресень": "воскресенье",
}
_PLAINER: tuple[tuple[str, str], ...] = (
    (r"\b(?:by|at|к|в)?\s*(?:the )?(?:end of (?:the )?day|eod)\b", f" {END:%H:%M}"),
    (r"\b(?:к|в)?\s*кон(?:ец|цу|це) (?:рабочего )?дня\b", f" {END:%H:%M}"),
    (r"\btonight\b", f"today {EVENING:%H:%M}"),
    (r"\b(?:in the )?morning\b|\bутром\b", f"{MORNING:%H:%M}"),
    (r"\b(?:in the )?afternoon\b|\bднем\b", f"{AFTERNOON:%H:%M}"),
    (r"\b(?:in the )?evening\b|\bвечером\b", f"{EVENING:%H:%M}"),
    (r"\b(?:(?:at|by|в|к) )?(?:noon|полдень|полудню)\b", "12:00"),
    (r"\bhalf an hour\b", "30 minutes"),
    (r"\bполтора часа\b", "90 минут"),
    (r"\b(?:на )?следующей неделе\b|\bnext week\b", "monday"),
    (r"\b(?:next|this|эт[оу]т?|следующ\w+) ", ""),
    *((rf"\b{stem}\w*", day) for stem, day in _STEMS.items()),
    (
        rf"\b(?:at|by|в|к|на) {_HOUR}(?: ?(?:часов|часам|часа|часу|час|ч))?(?=$|,| (?!\d|утра|дня|вечера|ночи|[ap]m))",
        r"\1:00",
    ),
    (r"\b(?:at|by|on|к|ко|на|в|во) (?=\S)", ""),
)
_PARTS = {"утра": 0, "ночи": 0, "дня": 12, "вечера": 12}
_OF_A_PART = re.compile(rf"(?<!через )\b{_HOUR}(?:[:.]([0-5]\d))? ?(?:час(?:а|ов)? )?(утра|ночи|дня|вечера)\b")
_DAY_AND_MONTH = re.compile(r"(?<![\d:.])(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])(?![\d:]|\.\d)")


def _plainly(words: str, here: datetime) -> str:
    """The same in words that dateparser reads as people mean them."""
    plain = " ".join(fold(words).replace(",", " ").split()).strip(" .!")
    if re.fullmatch(r"\d+", plain):
        raise Unclear(words)  # a number alone may be anything
    plain = _OF_A_PART.sub(_on_the_clock, plain)
    for pattern, becomes in _PLAINER:
        plain = re.sub(pattern, becomes, plain)
    return " ".join(_DAY_AND_MONTH.sub(lambda found: _dated(found, here.date()), plain).split())


def _on_the_clock(found: re.Match[str]) -> str:
    """9 вечера → 21:00, 12 ночи → 00:00, 3 часа дня → 15:00."""
    hour, minute, part = int(found[1]), found[2] or "00", found[3]
    if hour <= 12:
        hour = hour % 12 + _PARTS[part]
    return f"{hour:02}:{minute}"


def _dated(found: re.Match[str], today: date) -> str:
    """25.12 → the next such day."""
    day, month = int(found[1]), int(found[2])
    for year in range(today.year, today.year + 5):  # the 29th of February is not in every year
        try:
            at = date(year, month, day)
        except ValueError:
            continue
        if at >= today:
            return at.isoformat()
    raise Unclear(found[0])
