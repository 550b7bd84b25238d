"""Span of whole days, as used in reports."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_interval

from bot.domain.value import value
from bot.locale import locale_of


@value
class Period:
    """Whole days in the reader's time zone: from `since` up to, but not including, `until`."""

    since: datetime
    until: datetime

    @property
    def days(self) -> int:
        return (self.until.date() - self.since.date()).days

    def words(self, locale: str) -> str:
        """ "1–22 Nov 2026"."""
        last = self.until.date() - timedelta(days=1)
        return format_interval(self.since.date(), last, "yMMMd", locale=locale_of(locale))
