"""A destination's circuit: stops sending while the account or desk as a whole is broken, and probes whether it works.

    closed ── Unavailable ──► open ── pause is over ──► half-open ── anything but Unavailable or Transient ──► closed
                               ▲                            │
                               └── Unavailable, pause × 2 ──┘

`bot.delivery.outages` is called for every `Unavailable` and at the end: it stores the pause, which outlives this
process, and alerts the hub's administrators once.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.ports import DeliveryError, Transient, Unavailable

PROBE_FIRST, PROBE_LONGEST = 15.0, 300.0
"""Seconds until the first probe, doubled with each that fails; and their maximum."""


class CircuitState(StrEnum):
    """States of a circuit. Closed: all lanes are sent. Open: none is. Half-open: one lane probes whether the
    destination works again."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass
class Circuit:
    """The circuit of one `destination`. `monotonic`: seconds of a clock that never goes back."""

    destination: str
    on_pause: Callable[[str, Unavailable], Awaitable[None]]
    on_resume: Callable[[str], Awaitable[None]]
    monotonic: Callable[[], float] = time.monotonic
    _broken: bool = False
    _pause: float = 0.0
    _probe_at: float = 0.0

    @property
    def state(self) -> CircuitState:
        """State of the circuit now; open becomes half-open when the pause is over."""
        if not self._broken:
            return CircuitState.CLOSED
        return CircuitState.HALF_OPEN if self.monotonic() >= self._probe_at else CircuitState.OPEN

    def room(self, most: int, under_way: int, ended: int = 0) -> int:
        """Returns how many lanes may be claimed now, of `most` at once. `ended`: lanes under way that are settled in
        the same transaction; unless the circuit is closed, their results are recorded before a probe goes out."""
        state = self.state
        if state is CircuitState.CLOSED:
            return most - under_way + ended
        return 1 if state is CircuitState.HALF_OPEN and not under_way else 0

    async def record(self, error: DeliveryError | None) -> None:
        """Opens or closes the circuit after an attempt; `error` None: it got through."""
        if isinstance(error, Unavailable):
            self._pause = min(self._pause * 2, PROBE_LONGEST) if self._broken else PROBE_FIRST
            self._broken, self._probe_at = True, self.monotonic() + self._pause
            await self.on_pause(self.destination, error)
        elif self._broken and not isinstance(error, Transient):
            self._broken = False
            await self.on_resume(self.destination)

    def adopt_pause(self) -> None:
        """Adopts a pause stored by another process or an earlier one: half-open at once, because it may be over."""
        self._broken, self._pause, self._probe_at = True, PROBE_FIRST, 0.0
