"""A process's looks at due lanes, so that most of them need not go through all that has been sent meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.ports.storage import LOOK_EVERY

BACK = timedelta(seconds=60)
"""Margin before a look: lanes committed after it may be due earlier, by less than the longest transaction."""
AGES_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Looks:
    """This process's latest look at everything that was due, by destination; only looks that left nothing behind."""

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}

    def since(self, destination: str, now: datetime) -> datetime:
        """Returns the time from which on there may be due lanes."""
        at = self._at.get(destination)
        return AGES_AGO if at is None or not timedelta() <= now - at < LOOK_EVERY else at - BACK

    def saw(self, destination: str, since: datetime, now: datetime, *, all_of_it: bool) -> None:
        if not all_of_it:
            self._at.pop(destination, None)
        elif since == AGES_AGO:
            self._at[destination] = now
