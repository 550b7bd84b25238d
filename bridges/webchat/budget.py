"""How often one visitor may ask: a bucket of tokens per name, in this process's memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

_MANY = 10_000


@dataclass
class Budget:
    """`amount` at once, and as many again over each `seconds`."""

    amount: int
    seconds: float
    _left: dict[str, tuple[float, datetime]] = field(default_factory=dict, repr=False)

    def take(self, name: str, now: datetime) -> float:
        """Takes one. 0: it was there; else the seconds until there will be one, and nothing is taken."""
        left = self._now(name, now)
        if left < 1:
            return (1 - left) * self.seconds / self.amount
        if len(self._left) >= _MANY:
            self._forget(now)
        self._left[name] = (left - 1, now)
        return 0.0

    def _now(self, name: str, now: datetime) -> float:
        left, at = self._left.get(name, (float(self.amount), now))
        return min(self.amount, left + max(0.0, (now - at).total_seconds()) * self.amount / self.seconds)

    def _forget(self, now: datetime) -> None:
        """Full buckets are as good as none."""
        self._left = {name: kept for name, kept in self._left.items() if self._now(name, now) < self.amount}
