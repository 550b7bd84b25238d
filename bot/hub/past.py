"""The hub's past, as far as its database may not remember it: after a restore from a backup."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.traces import Reached

SKEW = timedelta(minutes=5)
"""Difference between the clocks of a team chat and of the hub, for posts that are read late."""


@dataclass(slots=True)
class Past:
    """`restored_at`: when the hub first ran on a restored database; None: it never did. `reached`: the highest numbers
    given, as of a few seconds ago."""

    restored_at: datetime | None = None
    reached: Reached = field(default_factory=Reached)

    def covers(self, at: datetime, *, missed: bool = False) -> bool:
        """Tells whether something from that time, unknown to the database, may have been handled before the restore.
        `missed`: it was read late, from a gap."""
        if self.restored_at is None:
            return False
        return at < (self.restored_at + SKEW if missed else self.restored_at)
