"""Rate limits per visitor or address: one token bucket per name, in this process's memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

_MANY = 10_000


@dataclass
class Budget:
    """Allows `amount` at once, refilled over `seconds`."""

    amount: int
    seconds: float
    _left: dict[str, tuple[float, datetime]] = field(default_factory=dict, repr=False)

    def take(self, name: str, now: datetime, wanted: float = 1) -> float:
        """Takes `wanted` (at most `amount`) and returns 0, or takes nothing and returns the seconds until it will be
        available."""
        left = self._now(name, now)
        if left < wanted:
            return (wanted - left) * self.seconds / self.amount
        if len(self._left) >= _MANY:
            self._forget(now)
        self._left[name] = (left - wanted, now)
        return 0.0

    def _now(self, name: str, now: datetime) -> float:
        left, at = self._left.get(name, (float(self.amount), now))
        return min(self.amount, left + max(0.0, (now - at).total_seconds()) * self.amount / self.seconds)

    def _forget(self, now: datetime) -> None:
        """Drops full buckets, which limit nothing; of the rest, keeps the emptiest up to half the maximum."""
        kept = {name: left for name in self._left if (left := self._now(name, now)) < self.amount}
        emptiest = sorted(kept, key=kept.__getitem__)[: _MANY // 2]
        self._left = {name: self._left[name] for name in emptiest}
