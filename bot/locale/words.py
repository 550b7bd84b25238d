"""Times and sizes in words."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from babel.dates import format_datetime, format_timedelta
from babel.units import format_unit

from bot.locale.catalogues import N_, locale_of, translator

MINUTE = timedelta(minutes=1)
JUST_NOW = N_("just now")
LESS_THAN_A_MINUTE = N_("less than a minute")
SIZES = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")


def ago(passed: timedelta, locale: str) -> str:
    """Time since something: "5 minutes ago", «5 минут назад». A future time counts as just now."""
    if passed < MINUTE:
        return translator(locale).gettext(JUST_NOW)
    return format_timedelta(-passed, granularity="minute", threshold=1, add_direction=True, locale=locale_of(locale))


def lasting(span: timedelta, locale: str) -> str:
    """Duration: "5 minutes", «5 минут»."""
    if span < MINUTE:
        return translator(locale).gettext(LESS_THAN_A_MINUTE)
    return format_timedelta(span, granularity="minute", threshold=1, locale=locale_of(locale))


def taking(span: timedelta, locale: str, *, up: bool = False) -> str:
    """Time that something took, in at most two units: "17.5 minutes", "1 hour 29 minutes", «2 дня 3 часа». `up`:
    rounded up, from a minute, so that it took no longer; otherwise to the nearest."""
    if span < MINUTE and not up:
        return translator(locale).gettext(LESS_THAN_A_MINUTE)
    span = max(span, MINUTE)
    round_ = math.ceil if up else round
    tenths = round_(span / timedelta(seconds=6))
    if tenths < 600:
        return format_unit(tenths / 10, "duration-minute", "long", "#,##0.#", locale_of(locale))
    minutes = round_(span / MINUTE)
    if minutes < 24 * 60:
        return _units(locale, hour=minutes // 60, minute=minutes % 60)
    hours = round_(span / timedelta(hours=1))
    return _units(locale, day=hours // 24, hour=hours % 24)


def _units(locale: str, **counts: int) -> str:
    words = (format_unit(count, f"duration-{unit}", "long", locale=locale_of(locale)) for unit, count in counts.items())
    return " ".join(word for word, count in zip(words, counts.values(), strict=True) if count)


def moment(at: datetime, locale: str, tz: tzinfo, now: datetime | None = None) -> str:
    """Date and time in the reader's zone: "22 Nov 2026, 14:05"; without the year when it is that of `now`."""
    local = at.astimezone(tz)
    this_year = now is not None and now.astimezone(tz).year == local.year
    pattern = "d MMM, HH:mm" if this_year else "d MMM y, HH:mm"
    return format_datetime(local, pattern, tzinfo=tz, locale=locale_of(locale))


def appointment(at: datetime, locale: str, tz: tzinfo, now: datetime) -> str:
    """Appointment, with its weekday and time zone: "Tue 24 Nov, 15:00 (Europe/Moscow)"; with the year when it is not
    that of `now`."""
    local = at.astimezone(tz)
    year = "" if now.astimezone(tz).year == local.year else " y"
    day = format_datetime(local, f"EEE d MMM{year}, HH:mm", tzinfo=tz, locale=locale_of(locale))
    return f"{day} ({getattr(tz, 'key', None) or local.tzname()})"


def size(count: int, locale: str) -> str:
    """Size of `count` bytes in units of 1024: "1.2 MB", «1,2 МБ»."""
    amount, step = float(count), 0
    while amount >= 1000 and step < len(SIZES) - 1:  # 1000: at most three digits are shown
        amount, step = amount / 1024, step + 1
    pattern = "#,##0.#" if step and amount < 100 else "#,##0"
    length: Literal["short", "long"] = "short" if step else "long"  # "5 bytes", but "5 MB"
    return format_unit(amount, f"digital-{SIZES[step]}", length, pattern, locale_of(locale))
