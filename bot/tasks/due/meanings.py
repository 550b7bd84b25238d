"""Meanings of due-time words: maps the groups of a pattern in `bot.tasks.due.vocabulary` to times. Each function raises
`NotATime` for words nobody can mean."""

from __future__ import annotations

import calendar
import re
from datetime import date, time, timedelta

from bot.tasks.due.pieces import MIDNIGHT, ClockTime, Day, Meaning, NotATime, TimeFromNow, Week, Weekday
from bot.tasks.due.words import HALF_OF, HOURS, LONG, MONTHS, SHORT, WEEKDAYS, how_many, which_of

Found = re.Match[str]
Meanings = tuple[Meaning, ...]

# -------------------------------------------------------------------------------------------- days


def add_months(day: date, months: int) -> date:
    """Same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _dated(day: int, month: int, year: int | None) -> Day:
    """Day of a date. Without a year: the next such day; February 29 is not in every year."""

    def of(today: date) -> date:
        for one in (year,) if year is not None else range(today.year, today.year + 9):
            try:
                at = date(one, month, day)
            except ValueError:
                continue
            if year is not None or at >= today:
                return at
        raise NotATime("there is no such day")

    return Day(of)


def of_the_month(found: Found) -> Meanings:
    """Next such day of the month; the 31st skips months without one."""
    number = int(found["day"])

    def of(today: date) -> date:
        for months in range(3):
            month = add_months(today.replace(day=1), months)
            if number <= calendar.monthrange(month.year, month.month)[1] and month.replace(day=number) >= today:
                return month.replace(day=number)
        raise NotATime(found[0])

    return (Day(of),)


def numbers(found: Found) -> Meanings:
    year = found["year"]
    return (_dated(int(found["d"]), int(found["m"]), (int(year) + (2000 if len(year) == 2 else 0)) if year else None),)


def slashed(found: Found) -> Meanings:
    """Date with a slash: 25/12 and 12/25 are the same day; 12/11 is unclear."""
    first, second = int(found["a"]), int(found["b"])
    if min(first, second) > 12 or (max(first, second) <= 12 and first != second):
        raise NotATime(found[0])
    return (_dated(max(first, second), min(first, second), int(found["y"]) if found["y"] else None),)


def named(found: Found) -> Meanings:
    month = which_of(MONTHS, found["month"]) + 1
    return (_dated(int(found["day"]), month, int(found["year"]) if found["year"] else None),)


def weekday(found: Found) -> Meanings:
    said = found["which"] or ""
    which = "next" if re.match("next|след", said) else "this" if re.match("this|эт", said) else ""
    return (Weekday(which_of(WEEKDAYS, found["weekday"]), which),)


def ahead(found: Found) -> Meanings:
    """Days, weeks, months and years ahead. Of fractions only half a year has a meaning."""
    days, months = list(LONG.values())[which_of(LONG, found["unit"])]
    count = how_many(found.groupdict().get("count"))
    if (count * days) % 1 or (count * months) % 1:
        raise NotATime(found[0])
    if days == 7:
        return (Week(int(count)),)
    return (Day(lambda today: add_months(today + timedelta(days=int(count * days)), int(count * months))),)


def end_of_week(today: date) -> date:
    """This week's Friday; on Saturday and Sunday, the coming week's."""
    return today + timedelta(days=(4 - today.weekday()) % 7)


def end_of_month(today: date) -> date:
    return add_months(today.replace(day=1), 1) - timedelta(days=1)


# ------------------------------------------------------------------------------------------- times


def _in_the(part: str, hour: int, minute: int) -> time:
    """Time with its part of the day: 9 вечера → 21:00, 12 ночи → midnight, 3 pm → 15:00."""
    if hour > 12:
        return time(hour, minute)
    if part[0] in "aу" or part == "morning":
        return time(hour % 12, minute)
    if part == "ночи":
        return MIDNIGHT if hour == 12 and not minute else time(hour % 12 + (12 if hour > 6 else 0), minute)
    return time(hour % 12 + 12, minute)


def _hour(found: Found) -> int:
    said = found["hour"]
    return int(said) if said.isdigit() else which_of(HOURS, said) + 1


def clock(found: Found) -> Meanings:
    """Clock time: 15:00, 9:30 am, 9 вечера, 15 часов, в три."""
    said = found.groupdict()
    hour, minute, part = _hour(found), said.get("minute"), said.get("part")
    if part == "дня" and not (said["by"] or said["unit"] or said["hour"] == "час"):
        raise NotATime(found[0])  # “3 дня” also means three days
    if part:
        return (ClockTime(_in_the(part, hour, int(minute or 0))),)
    return (ClockTime(time(hour, int(minute or 0)), bare=not minute and not said["hour"].startswith("0")),)


def half(found: Found) -> Meanings:
    """Half hours: half past two, полтретьего."""
    said = found["of"]
    past = which_of(HALF_OF, said) if said else _hour(found)
    return (ClockTime(time((past or 12) % 24, 30), bare=True),)


def span(found: Found) -> Meanings:
    minutes, said = 0.0, found.groupdict()
    for count, unit in ((said.get("count"), said["unit"]), (said["count2"], said["unit2"])):
        if unit:
            minutes += how_many(count) * list(SHORT.values())[which_of(SHORT, unit)]
    if said.get("and_half"):
        minutes += 30
    return (TimeFromNow(timedelta(minutes=minutes)),)
