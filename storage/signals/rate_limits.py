"""Rate budgets: how much each platform lets us send. Shared through Redis, otherwise counted per process.

Several rates are taken all or none, and given back where no request followed. A process's own counting is `limits`'
moving window; what is shared is counted by Redis itself (`storage.signals.shared_windows`).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from bot.ports import LONG_WAIT, Rate
from storage.engine.transaction import outside

if TYPE_CHECKING:
    from storage.signals.shared_windows import SharedWindows

log = structlog.get_logger(__name__)

_AWAY = 5.0
"""Seconds without another attempt after Redis is lost."""
_TIMEOUT = 2.0  # seconds
_LEAST = 0.01
_TIDY_EVERY = 1000  # entries


class _Item(RateLimitItemPerSecond):
    """A rate as `limits` knows it, but with any number of seconds."""

    __slots__ = ["_seconds"]

    def __init__(self, rate: Rate) -> None:
        super().__init__(rate.amount, max(1, math.ceil(rate.seconds)))
        self._seconds = rate.seconds

    def get_expiry(self) -> float:  # type: ignore[override]
        return self._seconds


Budget = tuple[_Item, tuple[str, str, str]]


class SharedBudgets:
    """`bot.ports.Budgets`. While Redis is unreachable, each process counts for itself."""

    def __init__(self, redis_url: str = "") -> None:
        self._windows = OwnWindows()
        self._own = MovingWindowRateLimiter(self._windows)
        self._shared = _shared(redis_url) if redis_url else None
        self._lost = False
        self._lost_until = 0.0
        self._blocked: dict[tuple[str, str], float] = {}
        self._asked_for: dict[tuple[str, str], float] = {}

    async def take(self, owner: str, rates: Sequence[Rate], wanted: Sequence[Mapping[str, str]]) -> Sequence[float]:
        outside("a budget is asked")
        waits = [self._blocked_for(owner, scopes) for scopes in wanted]
        asked = [number for number, wait in enumerate(waits) if wait <= 0]
        found = await self._take([self._budgets(owner, rates, wanted[number]) for number in asked])
        for number, wait in zip(asked, found, strict=True):
            waits[number] = wait
        return waits

    async def give_back(self, owner: str, rates: Sequence[Rate], wanted: Sequence[Mapping[str, str]]) -> None:
        budgets = [budget for scopes in wanted for budget in self._budgets(owner, rates, scopes)]
        if self._shared is None or time.monotonic() < self._lost_until:
            for item, subject in budgets:
                self._windows.give_back(item.key_for(*subject))
            return
        try:
            async with asyncio.timeout(_TIMEOUT):
                await self._shared.give_back([f"hub:{item.key_for(*subject)}" for item, subject in budgets])
        except OSError as error:
            self._lose(error)

    def _budgets(self, owner: str, rates: Sequence[Rate], scopes: Mapping[str, str]) -> Sequence[Budget]:
        return [(_Item(rate), (owner, rate.scope, scopes[rate.scope])) for rate in rates if rate.scope in scopes]

    async def _take(self, wanted: Sequence[Sequence[Budget]]) -> Sequence[float]:
        if self._shared is not None and any(wanted) and time.monotonic() >= self._lost_until:
            if self._lost:  # one asks whether Redis is back; the others do not wait for it
                self._lost_until = time.monotonic() + _AWAY
            try:
                return await self._take_shared(self._shared, wanted)
            except OSError as error:
                self._lose(error)
        return [await _take(self._own, budgets) for budgets in wanted]

    async def _take_shared(self, shared: SharedWindows, wanted: Sequence[Sequence[Budget]]) -> Sequence[float]:
        windows = [
            [(f"hub:{item.key_for(*subject)}", item.amount, item.get_expiry()) for item, subject in budgets]
            for budgets in wanted
        ]
        async with asyncio.timeout(_TIMEOUT):
            waits = await shared.take(windows)
        if self._lost:
            log.info("Redis is back: rate limits are shared")
        self._lost, self._lost_until = False, 0.0
        return [max(wait, _LEAST) if wait > 0 else 0.0 for wait in waits]

    def _lose(self, error: OSError) -> None:
        if not self._lost:
            log.warning("Redis unavailable: rate limits are not shared", error=str(error) or type(error).__name__)
        self._lost, self._lost_until = True, time.monotonic() + _AWAY

    def block(self, owner: str, subject: str, seconds: float) -> None:
        now = time.monotonic()
        self._blocked = {key: until for key, until in self._blocked.items() if until > now}
        self._asked_for = {key: self._asked_for[key] for key in self._blocked}
        self._blocked[owner, subject] = max(self._blocked.get((owner, subject), 0.0), now + seconds)
        self._asked_for[owner, subject] = max(seconds, self._blocked[owner, subject] - now)

    def long_waits(self) -> Mapping[tuple[str, str], float]:
        now = time.monotonic()
        left = {key: until - now for key, until in self._blocked.items() if until > now}
        return {key: seconds for key, seconds in left.items() if self._asked_for[key] > LONG_WAIT}

    def _blocked_for(self, owner: str, scopes: Mapping[str, str]) -> float:
        if not self._blocked:
            return 0.0
        until = max((self._blocked.get((owner, subject), 0.0) for subject in scopes.values()), default=0.0)
        return max(until - time.monotonic(), 0.0)

    async def close(self) -> None:
        if self._shared is not None:
            await self._shared.close()


async def _take(limiter: MovingWindowRateLimiter, budgets: Sequence[Budget]) -> float:
    if len(budgets) > 1:
        free = await asyncio.gather(*(limiter.test(item, *subject) for item, subject in budgets))
        if not all(free):
            return await _until_free(limiter, [budget for budget, one in zip(budgets, free, strict=True) if not one])
    taken = await asyncio.gather(*(limiter.hit(item, *subject) for item, subject in budgets))
    return await _until_free(limiter, [budget for budget, one in zip(budgets, taken, strict=True) if not one])


async def _until_free(limiter: MovingWindowRateLimiter, missing: Sequence[Budget]) -> float:
    """Returns the seconds until each of the budgets has room again; 0 when none is missing."""
    windows = [await limiter.get_window_stats(item, *subject) for item, subject in missing]
    return max((max(window.reset_time - time.time(), _LEAST) for window in windows), default=0.0)


def _shared(url: str) -> SharedWindows:
    from storage.signals.shared_windows import SharedWindows  # most hubs have no Redis

    return SharedWindows(url, _TIMEOUT)


class OwnWindows(MemoryStorage):
    """Windows in this process's memory. `limits`' own storage checks every key for expiry in a thread at each hit; with
    a thousand chats that costs more than all the rest."""

    def __init__(self) -> None:
        super().__init__()
        self._windows: dict[str, deque[float]] = {}
        self._ends: dict[str, float] = {}
        self._entries = 0

    def give_back(self, key: str) -> None:
        """Takes the newest entry out again."""
        if window := self._windows.get(key):
            window.pop()

    async def acquire_entry(self, key: str, limit: int, expiry: float, amount: int = 1) -> bool:
        now = time.time()
        window = self._windows.setdefault(key, deque())
        while window and window[0] <= now - expiry:
            window.popleft()
        if len(window) + amount > limit:
            return False
        window.extend([now] * amount)
        self._ends[key] = now + expiry
        self._tidy(now)
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: float) -> tuple[float, int]:
        now = time.time()
        inside = [at for at in self._windows.get(key, ()) if at > now - expiry]
        return (inside[0], len(inside)) if inside else (now, 0)

    def _tidy(self, now: float) -> None:
        self._entries += 1
        if self._entries % _TIDY_EVERY == 0:
            for key in [key for key, end in self._ends.items() if end <= now]:
                del self._windows[key], self._ends[key]
