"""Deliveries under way: each may send only while its claim lasts.

Claims are renewed while their deliveries go on. A process that stood still, or whose database did not answer, finds its
claims past their end: before it sends or claims anything more it renews them. A delivery whose lane another process has
taken over meanwhile is cancelled; one whose claim cannot be renewed now sends nothing.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.ports import Clock
from bot.ports.storage import Claim, Store
from bot.runtime import claims
from bot.runtime.claims import ClaimLost
from bot.runtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)

LEASE = 10.0
"""Seconds that a claim lasts; renewed while its carrier works."""
RENEW_EVERY = 3.0
MARGIN = 2.0
"""Seconds before its end from which a claim counts as ended: a request written just before still has to get there."""
PATIENCE = 5.0
"""Seconds for which a delivery waits for a renewal."""

_Key = tuple[int, str]


@dataclass(eq=False)
class Flight:
    """A delivery under way. `until`: second of `claims.seconds()` from which nothing may be sent."""

    flights: Flights
    claim: Claim
    task: asyncio.Task[object]
    until: float

    def lasts(self) -> bool:
        return claims.seconds() < self.until

    async def confirm(self) -> None:
        if not self.lasts() and not await self.flights.renewed(self.lasts):
            raise ClaimLost


class Flights:
    """Deliveries of one courier. `held`: its claims that are not settled yet; `on_loss` is called for a delivery whose
    claim is lost."""

    def __init__(
        self,
        destination: str,
        store: Store,
        clock: Clock,
        held: Callable[[], Sequence[Claim]],
        on_loss: Callable[[Claim], None],
    ) -> None:
        self._destination, self._store, self._clock = destination, store, clock
        self._held, self._on_loss = held, on_loss
        self._ends: dict[_Key, float] = {}  # of claims whose deliveries have not begun
        self._flights: dict[_Key, Flight] = {}
        self._wanted = asyncio.Event()
        self._rounds = asyncio.Condition()

    @staticmethod
    def now() -> float:
        """Second of the clock by which claims end."""
        return claims.seconds()

    def claimed(self, new: Iterable[Claim], at: float) -> None:
        """Takes note of claims. `at`: `now()` before they were made."""
        self._ends |= dict.fromkeys(map(_key, new), _end(at))

    @contextmanager
    def under(self, claim: Claim) -> Iterator[None]:
        """Makes what is sent within depend on the claim."""
        task = asyncio.current_task()
        assert task is not None
        flight = self._flights[_key(claim)] = Flight(self, claim, task, self._ends.pop(_key(claim)))
        token = claims.CURRENT.set(flight)
        try:
            yield
        finally:
            claims.CURRENT.reset(token)
            if self._flights.pop(_key(claim), None) is not None:
                flight.until = math.inf  # for tasks that it leaves behind

    async def all_last(self) -> bool:
        """Tells whether every claim lasts, after a renewal of those that have ended. A courier that claimed more while
        they do not would claim its own lanes a second time."""

        def all_last() -> bool:
            return claims.seconds() < min((one.until for one in self._flights.values()), default=math.inf)

        return all_last() or await self.renewed(all_last)

    async def renewed(self, enough: Callable[[], bool]) -> bool:
        """Has all claims renewed at once, and again if a renewal had begun before. Returns `enough()`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE), self._rounds:
                for _ in range(2):
                    if not enough():
                        self._wanted.set()
                        await self._rounds.wait()
        return enough()

    async def run(self) -> None:
        """Renews claims regularly, and when asked to."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(RENEW_EVERY):
                    await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._renew()
            except Exception as error:  # noqa: BLE001 - logged
                throttled.exception("failed to renew lane leases", error)
            async with self._rounds:
                self._rounds.notify_all()

    async def _renew(self) -> None:
        if not (held := self._held()):
            return
        began = claims.seconds()
        kept = await self._store.transact(
            lambda unit: unit.outbox.renew(held, self._clock.now() + timedelta(seconds=LEASE))
        )
        for claim, ours in zip(held, kept, strict=True):
            flight = self._flights.get(_key(claim))
            if flight is not None and ours:
                flight.until = _end(began)
            elif flight is not None:
                self._give_up(flight)

    def _give_up(self, flight: Flight) -> None:
        log.warning("lane taken over by another process", destination=self._destination)
        del self._flights[_key(flight.claim)]
        self._on_loss(flight.claim)
        flight.task.cancel()


def _key(claim: Claim) -> _Key:
    return claim.lane, claim.fence


def _end(claimed_at: float) -> float:
    return claimed_at + LEASE - MARGIN
