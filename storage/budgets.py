"""Rate budgets: how much each platform lets us send; shared through Redis, else this process's own.

The arithmetic is `limits`' moving window. A budget of several rates is taken whole or not at all: it is tested
first, and since another process may be faster between the two, what was taken in vain simply counts as used.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence

import structlog
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from bot.ports import Rate

log = structlog.get_logger(__name__)

_AWAY = 5.0
"""Seconds for which a lost Redis is not asked again."""
_LEAST = 0.01


class SharedBudgets:
    """`bot.ports.Budgets`. While Redis is lost each process counts for itself."""

    def __init__(self, redis_url: str = "") -> None:
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_redis(redis_url)) if redis_url else None
        self._away_until = 0.0
        self._blocked: dict[tuple[str, str], float] = {}

    async def take(self, owner: str, rates: Sequence[Rate], scopes: Mapping[str, str]) -> float:
        wait = self._blocked_for(owner, scopes)
        if wait > 0:
            return wait
        budgets = [(_item(rate), (owner, rate.scope, scopes[rate.scope])) for rate in rates if rate.scope in scopes]
        if not budgets:
            return 0.0
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return await _take(self._shared, budgets)
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("redis is lost; budgets are not shared", error=type(error).__name__)
                self._away_until = time.monotonic() + _AWAY
        return await _take(self._own, budgets)

    def block(self, owner: str, subject: str, seconds: float) -> None:
        now = time.monotonic()
        self._blocked = {key: until for key, until in self._blocked.items() if until > now}
        self._blocked[owner, subject] = max(self._blocked.get((owner, subject), 0.0), now + seconds)

    def _blocked_for(self, owner: str, scopes: Mapping[str, str]) -> float:
        if not self._blocked:
            return 0.0
        until = max(self._blocked.get((owner, subject), 0.0) for subject in scopes.values()) if scopes else 0.0
        return max(until - time.monotonic(), 0.0)

    async def close(self) -> None:
        """Gives Redis' connections back."""


Budget = tuple[RateLimitItem, tuple[str, str, str]]


async def _take(limiter: MovingWindowRateLimiter, budgets: Sequence[Budget]) -> float:
    for item, subject in budgets if len(budgets) > 1 else ():
        if not await limiter.test(item, *subject):
            return await _until_free(limiter, item, subject)
    for item, subject in budgets:
        if not await limiter.hit(item, *subject):
            return await _until_free(limiter, item, subject)
    return 0.0


async def _until_free(limiter: MovingWindowRateLimiter, item: RateLimitItem, subject: tuple[str, str, str]) -> float:
    window = await limiter.get_window_stats(item, *subject)
    return max(window.reset_time - time.time(), _LEAST)


def _item(rate: Rate) -> RateLimitItem:
    """`limits` counts whole seconds: a rate per 0.5 s is twice as many per second."""
    seconds = max(1, math.ceil(rate.seconds))
    return RateLimitItemPerSecond(max(1, int(rate.amount * seconds / rate.seconds)), seconds)


def _redis(url: str) -> Storage:
    return RedisStorage(f"async+{url}", implementation="redispy", socket_connect_timeout=2, socket_timeout=2)
