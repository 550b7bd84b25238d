"""Business hours: opening times, and the business time between two moments. Pure.

Arguments and results are in UTC; inside, the account's local time counts. A span whose end is not after its beginning
ends on the next day (midnight is the day's end, and 22:00–06:00 a night shift of the day it begins on). When clocks go
forward, a nonexistent time means the moment of the change; when they go back, a span lasts from the first of two equal
times to the last. A search that finds no business time within `HORIZON` returns None: there may never be any.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.account_rules import DaySpan, Hours
from bot.domain.value import value

HORIZON = timedelta(days=400)
_WINDOW = timedelta(days=7)
_DAY = timedelta(days=1)
_NONE = timedelta()

Interval = tuple[datetime, datetime]
"""From the first moment, up to but not including the second, in UTC."""


class BusinessTime:
    """Business hours of one account. Without any span they are always open, on holidays too."""

    def __init__(self, hours: Hours) -> None:
        self._hours, self.zone = hours, _zone(hours.zone)
        self.always = not any(hours.days)

    def is_open(self, at: datetime) -> bool:
        return self.always or any(since <= at < until for since, until in self._around(at, at))

    def opens(self, at: datetime) -> datetime | None:
        """First open moment from `at` on."""
        if self.is_open(at):
            return at
        return next((since for since, _ in self._ahead(at)), None)

    def closed_since(self, at: datetime) -> datetime | None:
        """Beginning of the closed time around `at`. None: open then, or closed for longer than the search reaches."""
        if self.is_open(at):
            return None
        return next((until for _, until in self._back(at)), None)

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """Business time between two moments; zero when they are in the wrong order."""
        if self.always:
            return max(until - since, _NONE)
        return sum((end - start for start, end in self._between(since, until)), _NONE)

    def after(self, at: datetime, work: timedelta) -> datetime | None:
        """First moment by which `work` of business time has passed since `at`."""
        if self.always or work <= _NONE:
            return at + work
        for start, end in self._ahead(at):
            if end - start >= work:
                return start + work
            work -= end - start
        return None

    def before(self, at: datetime, work: timedelta) -> datetime | None:
        """Latest moment from which at least `work` of business time has passed by `at`: whatever is older has waited
        longer."""
        if self.always or work <= _NONE:
            return at - work
        for start, end in self._back(at):
            if end - start >= work:
                return end - work
            work -= end - start
        return None

    def local(self, at: datetime) -> datetime:
        """Same moment in the account's local time."""
        return at.astimezone(self.zone)

    # -------------------------------------------------------------------------------- intervals

    def _ahead(self, at: datetime) -> Iterator[Interval]:
        """Intervals of business time from `at` on."""
        for window in range(HORIZON // _WINDOW):
            since = at + window * _WINDOW
            yield from self._between(since, since + _WINDOW)

    def _back(self, at: datetime) -> Iterator[Interval]:
        """Intervals of business time up to `at`, the latest first."""
        for window in range(HORIZON // _WINDOW):
            until = at - window * _WINDOW
            yield from reversed(self._between(until - _WINDOW, until))

    def _between(self, since: datetime, until: datetime) -> list[Interval]:
        clipped = ((max(start, since), min(end, until)) for start, end in self._around(since, until))
        return [(start, end) for start, end in clipped if start < end]

    def _around(self, since: datetime, until: datetime) -> list[Interval]:
        """All spans that touch the given time, in order, joined where they meet. The day before is included: its spans
        may reach into it."""
        day, last = self.local(since).date() - _DAY, self.local(until).date()
        found: list[Interval] = []
        while day <= last:
            for start, end in sorted(self._interval(day, span) for span in self._spans(day)):
                if found and start <= found[-1][1]:
                    found[-1] = (found[-1][0], max(end, found[-1][1]))
                else:
                    found.append((start, end))
            day += _DAY
        return found

    def _spans(self, day: date) -> tuple[DaySpan, ...]:
        hours, calendar = self._hours, country_calendar(self._hours.country, day.year)
        if day not in hours.workdays and (day in hours.holidays or day in calendar.holidays):
            return ()
        moved_here = day in calendar.workdays and all(hours.days[:5])  # from a weekday; some do not work on it anyway
        if day in hours.workdays or moved_here:
            return self._usual(day)
        return hours.days[day.weekday()]

    def _usual(self, day: date) -> tuple[DaySpan, ...]:
        """Spans of a working day: those of its weekday, or else of the last weekday before it that has any."""
        week = (self._hours.days[(day - back * _DAY).weekday()] for back in range(7))
        return next(filter(None, week), ())

    def _interval(self, day: date, span: DaySpan) -> Interval:
        ends = day if span.until > span.since else day + _DAY
        return self._moment(day, span.since, last=False), self._moment(ends, span.until, last=True)

    def _moment(self, day: date, at: time, *, last: bool) -> datetime:
        """Moment of a local time; `last`: the later of two equal ones."""
        one, other = (datetime.combine(day, at.replace(fold=fold), self.zone).astimezone(UTC) for fold in (0, 1))
        if one <= other:
            return other if last else one
        return self._change(other, one)  # nonexistent: each fold gives a moment on one side of the change

    def _change(self, before: datetime, after: datetime) -> datetime:
        """Moment of the clock change between two moments, to the second."""
        offset = self.local(before).utcoffset()
        seconds = int((after - before).total_seconds())
        low, high = 0, seconds  # the old offset still holds; the new one does
        while high - low > 1:
            middle = (low + high) // 2
            if self.local(before + timedelta(seconds=middle)).utcoffset() == offset:
                low = middle
            else:
                high = middle
        return before + timedelta(seconds=high)


@lru_cache(maxsize=256)
def business_time(hours: Hours) -> BusinessTime:
    return BusinessTime(hours)


def _zone(name: str) -> ZoneInfo:
    """Time zone by name. UTC for one no longer in the tz database, so that customers' messages are still accepted."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return ZoneInfo("UTC")


@value
class Calendar:
    """A country's public holidays in one year, and the days of weekends that are worked in their place."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()


@lru_cache(maxsize=256)
def country_calendar(country: str, year: int) -> Calendar:
    """Calendar of a country, by its ISO 3166 code; empty for an unknown country."""
    if not country:
        return Calendar()
    import holidays  # slow to import, and few accounts need it

    try:
        found = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return Calendar()
    return Calendar(frozenset(found), frozenset(found.weekend_workdays))
