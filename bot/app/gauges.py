"""Gauges that are read when Prometheus asks, and what the store tells about its transactions."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import structlog

from bot.hub.intake import Intake
from bot.ports.storage import PoolLoad, Store
from bot.runtime import metrics
from bot.runtime.throttled_log import ThrottledLog

throttled = ThrottledLog(structlog.get_logger(__name__))

SLOW = 2.0
"""Seconds after which a transaction that has to begin again is logged: it has waited for a lock, or for the server."""


class TransactionMetrics:
    """`bot.ports.storage.StoreObserver`."""

    def committed(self, seconds: float) -> None:
        metrics.COMMIT.observe(seconds)

    def repeated(self, why: Exception, seconds: float) -> None:
        error = type(why).__name__
        metrics.REPEATED.labels(error).inc()
        if seconds > SLOW:
            throttled.warning("a transaction had to begin again", error, error=error, seconds=round(seconds))


def watch(store: Store, intake: Intake) -> None:
    """Connects the gauges to a hub."""
    metrics.VERSION.labels(version("dialog-hub")).set(1)
    metrics.INTAKE.set_function(lambda: len(intake))
    metrics.OLDEST_INTAKE.set_function(intake.oldest)
    metrics.OLDEST_TRANSACTION.set_function(store.oldest_transaction)
    for pool in store.pools():
        for state, reading in _STATES.items():
            metrics.CONNECTIONS.labels(pool, state).set_function(_reading(store, pool, reading))


_STATES: dict[str, Callable[[PoolLoad], int]] = {
    "limit": lambda load: load.size,
    "used": lambda load: load.used,
    "waiting": lambda load: load.waiting,
}


def _reading(store: Store, pool: str, reading: Callable[[PoolLoad], int]) -> Callable[[], float]:
    return lambda: reading(store.pools()[pool])
