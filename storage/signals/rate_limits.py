"""Rate budgets: how much each platform lets us send. Shared through Redis, otherwise counted per process.

The counting is `limits`' moving window. Several rates are taken all or none: they are tested first, and if another
process gets in between, the units already taken count as used.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import structlog
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from bot.ports import Rate

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

log = structlog.get_logger(__name__)

_AWAY = 5.0
"""Seconds without another attempt after Redis is lost."""
_TIMEOUT = 0.5  # seconds
_LEAST = 0.01
_TIDY_EVERY = 1000  # entries

Budget = tuple[RateLimitItem, tuple[str, str, str]]


class SharedBudgets:
    """`bot.ports.Budgets`. While Redis is unreachable, each process counts for itself."""

    def __init__(self, redis_url: str = "") -> None:
        self._own = MovingWindowRateLimiter(OwnWindows())
        self._redis = _Redis(redis_url) if redis_url else None
        self._lost_until = 0.0
        self._blocked: dict[tuple[str, str], float] = {}

    async def take(self, owner: str, rates: Sequence[Rate], scopes: Mapping[str, str]) -> float:
        wait = self._blocked_for(owner, scopes)
        if wait > 0:
            return wait
        budgets = [(_item(rate), (owner, rate.scope, scopes[rate.scope])) for rate in rates if rate.scope in scopes]
        if not budgets:
            return 0.0
        if self._redis is not None and time.monotonic() >= self._lost_until:
            try:
                async with asyncio.timeout(_TIMEOUT):
                    return await self._take_shared(self._redis.limiter, budgets)
            except self._redis.errors as error:
                if not self._lost_until:
                    log.warning("Redis unavailable: rate limits are not shared", error=type(error).__name__)
                self._lost_until = time.monotonic() + _AWAY
        return await _take(self._own, budgets)

    async def _take_shared(self, shared: MovingWindowRateLimiter, budgets: Sequence[Budget]) -> float:
        wait = await _take(shared, budgets)
        if self._lost_until:
            log.info("Redis is back: rate limits are shared")
            self._lost_until = 0.0
        return wait

    def block(self, owner: str, subject: str, seconds: float) -> None:
        now = time.monotonic()
        self._blocked = {key: until for key, until in self._blocked.items() if until > now}
        self._blocked[owner, subject] = max(self._blocked.get((owner, subject), 0.0), now + seconds)

    def _blocked_for(self, owner: str, scopes: Mapping[str, str]) -> float:
        if not self._blocked:
            return 0.0
        until = max((self._blocked.get((owner, subject), 0.0) for subject in scopes.values()), default=0.0)
        return max(until - time.monotonic(), 0.0)

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.pool.disconnect()


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


def _item(rate: Rate) -> RateLimitItem:
    """Converts a rate to whole seconds, as `limits` wants them: one per half a second becomes two per second."""
    seconds = max(1, math.ceil(rate.seconds))
    return RateLimitItemPerSecond(max(1, int(rate.amount * seconds / rate.seconds)), seconds)


class _Redis:
    """Windows in Redis, and the errors that it can raise. Imports its client on use: most hubs have no Redis."""

    def __init__(self, url: str) -> None:
        from limits.aio.storage import RedisStorage
        from redis.asyncio import ConnectionPool
        from redis.exceptions import RedisError

        # No socket_timeout: the reason is given in `storage.signals.redis`.
        self.pool: ConnectionPool = ConnectionPool.from_url(url, socket_connect_timeout=_TIMEOUT, socket_timeout=None)
        # The URL only selects the kind of client to make; `limits` types its options too narrowly for a pool.
        storage = RedisStorage("async+redis://", implementation="redispy", connection_pool=self.pool)  # type: ignore[arg-type]
        self.limiter = MovingWindowRateLimiter(storage)
        self.errors = (RedisError, OSError, TimeoutError)


class OwnWindows(MemoryStorage):
    """Windows in this process's memory. `limits`' own storage checks every key for expiry in a thread at each hit; with
    a thousand chats that costs more than all the rest."""

    def __init__(self) -> None:
        super().__init__()
        self._windows: dict[str, deque[float]] = {}
        self._ends: dict[str, float] = {}
        self._entries = 0

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
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

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        now = time.time()
        inside = [at for at in self._windows.get(key, ()) if at > now - expiry]
        return (inside[0], len(inside)) if inside else (now, 0)

    def _tidy(self, now: float) -> None:
        self._entries += 1
        if self._entries % _TIDY_EVERY == 0:
            for key in [key for key, end in self._ends.items() if end <= now]:
                del self._windows[key], self._ends[key]
