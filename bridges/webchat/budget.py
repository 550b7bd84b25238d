"""How much one visitor or one address may ask for: a bucket of tokens per name, in this process's memory."""

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

    def take(self, name: str, now: datetime, wanted: float = 1) -> float:
        """Takes `wanted`, at most `amount`. 0: it was there; else the seconds until it will be; nothing is taken."""
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
        """Full buckets are as good as none; of too many others the fullest go."""
        kept = {name: left for name in self._left if (left := self._now(name, now)) < self.amount}
        emptiest = sorted(kept, key=kept.__getitem__)[: _MANY // 2]
        self._left = {name: self._left[name] for name in emptiest}
