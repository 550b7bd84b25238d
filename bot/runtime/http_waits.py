"""The time that an answer asks to wait: `Retry-After`, and fields like it."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds(given: object, now: datetime | None = None) -> float | None:
    """Returns the seconds of a number, or of the date that HTTP allows in its place; None for anything else. `now`: to
    count from, the present by default."""
    if isinstance(given, bool):
        return None
    try:
        number = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return _until(given, now)
    return None if math.isnan(number) else max(number, 0.0)


def _until(given: object, now: datetime | None) -> float | None:
    try:
        return max((parsedate_to_datetime(str(given)) - (now or datetime.now(UTC))).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):  # no date, or one without a time zone
        return None
