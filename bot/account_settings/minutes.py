"""Durations in minutes, as people write them: "30", "1 h 30 min", «2 ч». Pure."""

from __future__ import annotations

import re

from bot.account_settings.errors import InvalidSetting
from bot.locale import N_, Translator

LONGEST = 60 * 24 * 31
_WRITTEN = re.compile(
    r"(?:(?P<hours>\d{1,4})\s*(?:h|hours?|ч|час|часа|часов)\.?)?\s*"
    r"(?:(?P<minutes>\d{1,5})\s*(?:m|min|minutes?|м|мин|минута|минуты|минут)?\.?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?P<hours>\d{1,4}):(?P<minutes>[0-5]\d)")

NO_TIME = N_("“{said}” is not a duration. Use minutes (30) or hours (2 h).")
TOO_LONG = N_("“{said}” is too long: at most a month.")


def parse_minutes(text: str) -> int:
    """Minutes; 0 for an empty text. Raises `InvalidSetting`."""
    said = text.strip()
    found = _CLOCK.fullmatch(said) or _WRITTEN.fullmatch(said)
    if found is None:
        raise InvalidSetting(NO_TIME, said=said)
    minutes = int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
    if minutes > LONGEST:
        raise InvalidSetting(TOO_LONG, said=said)
    return minutes


def print_minutes(minutes: int, tr: Translator) -> str:
    """ "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    parts = [tr.gettext("{n} h").format(n=hours)] if hours else []
    parts += [tr.gettext("{n} min").format(n=rest)] if rest or not hours else []
    return " ".join(parts)
