"""Slows down guessing of keys without locking out the holder of a right one."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime


@dataclass
class _Attempts:
    """Wrong keys of one address or of all. `level`: falls by one every `cools` seconds; `count`: wrong keys since it
    was last 0."""

    cools: float
    level: float = 0.0
    count: int = 0
    at: datetime | None = None

    def add(self, now: datetime) -> None:
        self.level = self.now(now) + 1
        self.count = self.count + 1 if self.level > 1 else 1
        self.at = now

    def now(self, now: datetime) -> float:
        passed = (now - self.at).total_seconds() if self.at else 0.0
        return max(0.0, self.level - max(0.0, passed) / self.cools)


class SignInThrottle:
    """Counts wrong keys per address and in total. Only time reduces the counts: a right key does not, since a guesser
    may own one.

    After `FREE` wrong keys every answer to the address is delayed, also to a right key, so that timing reveals nothing
    and each guess holds a connection. Only wrong keys are ever refused.
    """

    FREE, FREE_TOGETHER = 8, 200
    COOLS, COOLS_TOGETHER = 30.0, 0.5
    """Seconds after which one wrong key is forgotten."""
    SLOWEST, SLOWEST_TOGETHER = 5.0, 2.0
    REMEMBERED = 10_000

    def __init__(self) -> None:
        self._addresses: OrderedDict[str, _Attempts] = OrderedDict()
        self._all = _Attempts(self.COOLS_TOGETHER)

    def failed(self, address: str, now: datetime) -> bool:
        """Counts a wrong key. Returns False when there are so many that this one need not be logged."""
        one = self._addresses.setdefault(address, _Attempts(self.COOLS))
        self._addresses.move_to_end(address)
        if len(self._addresses) > self.REMEMBERED:
            self._addresses.popitem(last=False)
        for heat in (one, self._all):
            heat.add(now)
        return _notable(one.count, self.FREE) and _notable(self._all.count, self.FREE_TOGETHER)

    def pause(self, address: str, now: datetime) -> float:
        """Returns the seconds to delay an answer to this address."""
        one = self._addresses.get(address)
        own = one.now(now) - self.FREE if one else 0.0
        together = self._all.now(now) - self.FREE_TOGETHER
        return max(
            min(self.SLOWEST, 0.5 + own / 4) if own > 0 else 0.0,
            min(self.SLOWEST_TOGETHER, together / 20) if together > 0 else 0.0,
        )


def _notable(count: int, free: int) -> bool:
    """Tells whether to log this one: the first ones, then the 16th, the 32nd, the 64th …"""
    return count <= free or count.bit_count() == 1
