"""A road's circuit: stops sending while the account or desk as a whole is broken, and probes whether it works.

    closed ── outage ──► open ── pause is over ──► half-open ── an answer ──► closed
                          ▲                            │
                          └── outage, pause × 2 ───────┘

An outage is an `Unavailable`, or lanes of which none gets through any more (`bot.delivery.lane_failures`). The first
stops the road for as long as it takes someone to mend it; the second is probed sooner, and nobody hears of it before it
has lasted a minute. `bot.delivery.outages` is called for every failure from then on and at the end: it stores the
pause, which outlives this process, and alerts the hub's administrators once.

A road is what breaks and works as one: a whole destination, or a channel of it (`bot.delivery.roads`).
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.delivery.lane_failures import LaneFailures, Streak, is_answer, is_failure
from bot.ports import DeliveryError, Unavailable

PROBE_FIRST, PROBE_LONGEST = 15.0, 300.0
"""Seconds until the first probe after `Unavailable`, doubled with each that fails; and their maximum."""
RETRY_FIRST, RETRY_LONGEST = 2.0, 30.0
"""The same while nothing gets through."""
TOLD_AFTER = 60.0
"""Seconds without anything getting through after which it is a pause that people hear of."""


class CircuitState(StrEnum):
    """States of a circuit. Closed: all lanes are sent. Open: none is. Half-open: one lane probes whether the
    destination works again."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass
class Circuit:
    """The circuit of one `road`. `monotonic`: seconds of a clock that never goes back; `longest`: between
    two probes."""

    road: str
    on_pause: Callable[[str, Unavailable], Awaitable[None]]
    on_resume: Callable[[str], Awaitable[None]]
    monotonic: Callable[[], float] = time.monotonic
    longest: float = PROBE_LONGEST
    _lanes: LaneFailures = field(default_factory=LaneFailures)
    _broken: bool = False
    _told: bool = False
    _pause: float = 0.0
    _probe_at: float = 0.0

    @property
    def state(self) -> CircuitState:
        """State of the circuit now; open becomes half-open when the pause is over."""
        if not self._broken:
            return CircuitState.CLOSED
        return CircuitState.HALF_OPEN if self.monotonic() >= self._probe_at else CircuitState.OPEN

    @property
    def opens_in(self) -> float:
        """Seconds until the next probe."""
        return max(self._probe_at - self.monotonic(), 0.0)

    def room(self, most: int, under_way: int, ended: int = 0) -> int:
        """Returns how many lanes may be claimed now, of `most` at once. `ended`: lanes under way that are settled in
        the same transaction; unless the circuit is closed, their results are recorded before a probe goes out."""
        state = self.state
        if state is CircuitState.CLOSED:
            return most - under_way + ended
        return 1 if state is CircuitState.HALF_OPEN and not under_way else 0

    def observe(self, lane: str, error: DeliveryError | None) -> Streak:
        """Notes how an attempt of a lane ended, as soon as it has; `error` None: it got through."""
        if is_answer(error):
            self._lanes.passed(lane)
            return Streak()
        return self._lanes.failed(lane, self.monotonic(), blames=is_failure(error))

    async def record(self, error: DeliveryError | None) -> None:
        """Opens or closes the circuit after an attempt that was observed and settled."""
        if isinstance(error, Unavailable):
            self._open(PROBE_FIRST, self.longest)
            await self._tell(error)
        elif is_answer(error):
            await self._close()
        elif is_failure(error) and (self._broken or self._lanes.nothing_passes):
            self._open(RETRY_FIRST, RETRY_LONGEST)
            if self._told or self.monotonic() - self._lanes.since >= TOLD_AFTER:
                await self._tell(Unavailable(str(error)))

    def hasten(self) -> None:
        """Makes the next probe due at once."""
        self._probe_at = min(self._probe_at, self.monotonic())

    def adopt_pause(self) -> None:
        """Adopts a pause stored by another process or an earlier one: half-open at once, because it may be over."""
        self._broken, self._told, self._pause, self._probe_at = True, True, PROBE_FIRST, 0.0

    def _open(self, first: float, longest: float) -> None:
        """Begins a pause, or a longer one after a probe. What else fails meanwhile was under way before."""
        state = self.state
        if state is CircuitState.OPEN:
            return
        self._pause = first if state is CircuitState.CLOSED else min(self._pause * 2, longest)
        self._broken, self._probe_at = True, self.monotonic() + self._pause

    async def _tell(self, error: Unavailable) -> None:
        self._told = True
        await self.on_pause(self.road, error)

    async def _close(self) -> None:
        broken, told = self._broken, self._told
        self._broken = self._told = False
        if broken and told:
            await self.on_resume(self.road)
