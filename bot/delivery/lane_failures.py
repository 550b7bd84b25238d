"""Failures of lanes in a row: they tell an outage of the destination from the fault of one parcel.

An outage is when at least `LANES` lanes fail and none gets through in between. A lane that fails alone may be at fault
itself, or the only one that is waiting: it goes on trying.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.value import value
from bot.ports import (
    DeliveryError,
    Moved,
    Rejected,
    RejectReason,
    SourceUnavailable,
    Transient,
    Unavailable,
    Unconfirmed,
)

LANES = 2
"""Failing lanes that make an outage."""
_ABOUT_THE_FILE = frozenset({RejectReason.FILE_GONE, RejectReason.FILE_EMPTY})
"""Reasons that say nothing about the destination: it was not asked."""
MOST = 10_000
"""Lanes remembered; a lane that another process took over is never heard of again."""


@value
class Streak:
    """Failures of a lane in a row, the present one included. `others_pass`: another lane got through since the one
    before."""

    failures: int = 1
    others_pass: bool = False


@dataclass
class LaneFailures:
    """Streaks of all lanes of a road. `since`: seconds of the caller's clock at the first failure after the last lane
    that got through."""

    since: float = 0.0
    _passes: int = 0
    _streaks: dict[str, tuple[int, int]] = field(default_factory=dict)  # lane → failures, `_passes` at the latest
    _failing: set[str] = field(default_factory=set)

    @property
    def nothing_passes(self) -> bool:
        """True in an outage."""
        return len(self._failing) >= LANES

    def passed(self, lane: str) -> None:
        self._passes += 1
        self._streaks.pop(lane, None)
        self._failing.clear()

    def failed(self, lane: str, now: float, *, blames: bool) -> Streak:
        """Counts a failure. `blames`: it may be the destination's."""
        if blames:
            self.since = self.since if self._failing else now
            self._failing.add(lane)
        if len(self._streaks) >= MOST:
            self._streaks.clear()
        failures, passes = self._streaks.get(lane, (0, self._passes))
        self._streaks[lane] = failures + 1, self._passes
        return Streak(failures + 1, others_pass=passes < self._passes)


def is_answer(error: DeliveryError | None) -> bool:
    """Tells whether an attempt shows that the destination works, although it may have refused this parcel. `error`
    None: it got through."""
    if isinstance(error, Unavailable):
        return bool(error.channel)
    refused = isinstance(error, Rejected) and error.reason not in _ABOUT_THE_FILE
    return error is None or refused or isinstance(error, Moved)


def is_failure(error: DeliveryError | None) -> bool:
    """Tells whether an attempt failed in a way that an outage explains: neither a rate limit nor a file's source."""
    if isinstance(error, SourceUnavailable):
        return False
    return isinstance(error, Unconfirmed) or (isinstance(error, Transient) and not error.scope)
