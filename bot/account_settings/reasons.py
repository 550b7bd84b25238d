"""Closing reasons: one per line, in the order in which they are offered. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.account_settings.errors import InvalidSetting
from bot.domain.spelling import folded
from bot.locale import N_

LONGEST, MOST = 75, 100
"""Most characters of a reason, and most reasons of an account: the limits of the desks' menus."""

TOO_LONG = N_("Line {line} is too long: at most {limit} characters.")
TWICE = N_("Line {line}: “{reason}” is listed twice.")
TOO_MANY = N_("Too many: at most {limit} reasons.")


def parse_reasons(text: str) -> tuple[str, ...]:
    """Parses reasons. Raises `InvalidSetting`, which names the wrong line."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        reason = " ".join(line.split())
        if len(reason) > LONGEST:
            raise InvalidSetting(TOO_LONG, line=number, limit=LONGEST)
        if reason and folded(reason) in found:
            raise InvalidSetting(TWICE, line=number, reason=reason)
        if reason:
            found[folded(reason)] = reason
    if len(found) > MOST:
        raise InvalidSetting(TOO_MANY, limit=MOST)
    return tuple(found.values())


def print_reasons(reasons: Sequence[str]) -> str:
    return "\n".join(reasons)


def retired(offered: Sequence[str], before: Sequence[str], gone: Sequence[str]) -> tuple[str, ...]:
    """Reasons no longer offered, kept for reports: those already `gone` and those offered `before`, without the ones
    that are offered again."""
    return tuple(one for one in dict.fromkeys((*gone, *before)) if one not in offered)
