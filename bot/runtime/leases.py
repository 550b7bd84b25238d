"""Leases: what only one process may do at a time, and how another takes over when the holder dies.

A dead holder's lease expires within `TTL` and is asked for every `ASK` seconds, so another process has it within 10 s.
A living holder renews it. One that cannot renew gives up `MARGIN` before the end, so that its work has stopped before
another's begins.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.domain.value import value
from bot.ports import Clock
from bot.ports.storage import Store, Unit
from bot.runtime.race import race
from bot.runtime.throttled_log import ThrottledLog

throttled = ThrottledLog(structlog.get_logger(__name__))

TTL = 8.0
RENEW = 2.5
ASK = 1.5
MARGIN = 2.0


class LeaseLost(Exception):
    """The lease is no longer ours, or cannot be confirmed: the work must stop."""


@value
class Lease:
    """Lease on one task. `name` names the task, `owner` is this process."""

    store: Store
    name: str
    owner: str

    async def take(self, clock: Clock) -> datetime | None:
        """Takes or renews the lease; returns its end. None: another process holds it. Raises what the store raises."""
        now = clock.now()
        until = now + timedelta(seconds=TTL)

        async def work(unit: Unit) -> bool:
            return await unit.leases.take(self.name, self.owner, now, until)

        return until if await self.store.transact(work) else None

    async def hold(self, clock: Clock, until: datetime) -> None:
        """Renews the lease for ever; raises `LeaseLost`. Retries a store that does not answer while time is left."""

        def left() -> float:
            return max((until - clock.now()).total_seconds() - MARGIN, 0)

        while True:
            await clock.sleep(min(RENEW, left()))
            if not left():
                raise LeaseLost
            try:
                renewed = await self._take_within(left(), clock)
            except LeaseLost:
                raise
            except Exception as error:  # noqa: BLE001 - any error of a database means the same here
                name = type(error).__name__
                throttled.warning("lease renewal failed", name, lease=self.name, error=name)
            else:
                until = renewed

    async def drop(self, clock: Clock) -> None:
        """Releases the lease, so that the next process need not wait for its end. Never raises."""

        async def work(unit: Unit) -> None:
            await unit.leases.drop(self.name, self.owner)

        try:
            await race(self.store.transact(work), clock.sleep(MARGIN))
        except Exception as error:  # noqa: BLE001 - it ends by itself
            throttled.warning("lease release failed", type(error).__name__, lease=self.name, error=type(error).__name__)

    async def _take_within(self, seconds: float, clock: Clock) -> datetime:
        taken: list[datetime | None] = []

        async def take() -> None:
            taken.append(await self.take(clock))

        await race(take(), clock.sleep(seconds))
        if not taken or taken[0] is None:
            raise LeaseLost
        return taken[0]
