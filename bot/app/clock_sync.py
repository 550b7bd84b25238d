"""Synchronization of the hub's clock with the database server's.

All processes on one database share its time. A machine whose own clock is wrong would otherwise take every lease and
lane at once, or none. It still needs to be set, because platforms compare times too: the difference is logged,
measured, and a finding of `hub check`.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.locale import Translator
from bot.ports import Clock, Finding
from bot.ports.storage import Store
from bot.runtime import metrics
from bot.runtime.clock import SystemClock, elapsed

log = structlog.get_logger(__name__)

EVERY = 5.0
TOLERATED = 2.0
"""Seconds by which the machine's clock may differ before anybody is told."""
SLOW = 1.0
"""Seconds after which an answer says too little about the time at which it was given."""
SAID_EVERY = 3600.0
_CERTAIN = timedelta(milliseconds=20)


class ClockSync:
    """Keeps the clock at the time of the store's server; does nothing where the store has none, nor to a clock of
    tests."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock if isinstance(clock, SystemClock) and not store.embedded else None
        self._set = False
        self._said = -SAID_EVERY
        self.ahead = 0.0
        """Seconds by which the machine's own clock is ahead of the server's; negative: behind."""

    async def run(self) -> None:
        """Compares the clocks every few seconds, for ever. A server that does not answer changes nothing."""
        while True:
            try:
                await self.compare()
            except Exception as error:  # noqa: BLE001 - readiness reports a database that is away
                log.debug("the database's time is not known", error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def compare(self) -> None:
        """Sets the clock if it differs by more than the answer took. Raises what the store raises."""
        if self._clock is None:
            return
        asked = elapsed()
        found = await self._store.server_time()
        took = timedelta(seconds=elapsed() - asked)
        if found is None or (self._set and took.total_seconds() > SLOW):
            return
        now = found + took / 2
        self.ahead = (self._clock.machine() - now).total_seconds()
        metrics.CLOCK_AHEAD.set(self.ahead)
        if not self._set or abs(self._clock.now() - now) > took / 2 + _CERTAIN:
            self._clock.set(now)
            self._set = True
        self._say()

    def _say(self) -> None:
        if abs(self.ahead) > TOLERATED and elapsed() - self._said >= SAID_EVERY:
            self._said = elapsed()
            log.warning("this machine's clock differs from the database's", seconds_ahead=round(self.ahead, 1))

    def findings(self, tr: Translator) -> list[Finding]:
        """Findings of `hub check`, after `compare`."""
        if abs(self.ahead) <= TOLERATED:
            return []
        ahead = tr.gettext("This machine's clock is {seconds} s ahead of the database server's.")
        behind = tr.gettext("This machine's clock is {seconds} s behind the database server's.")
        what = (ahead if self.ahead > 0 else behind).format(seconds=round(abs(self.ahead)))
        advice = tr.gettext("Synchronize both machines' clocks, e.g. with chrony. The hub uses the server's time.")
        return [Finding(True, what, advice, warning=True)]
