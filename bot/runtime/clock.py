"""The hub's clock. Tests inject their own.

Processes that share a database must agree on the time: leases, claims and due times of one are read by the others. So
their clock is the database server's (`bot.app.clock_sync`); the machine's own, whatever it says, is not asked again.
"""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

_RULES = Path("/etc/localtime")


def elapsed() -> float:
    """Seconds of a clock that nobody sets; it goes on while the machine sleeps, where the system has such a one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class SystemClock:
    """The machine's clock, until `set` says what time it is; from then on, that time and what has passed since."""

    def __init__(self) -> None:
        self._start: datetime | None = None  # the time when nothing had elapsed

    def now(self) -> datetime:
        if self._start is None:
            return self.machine()
        return self._start + timedelta(seconds=elapsed())

    def machine(self) -> datetime:
        """The machine's own time."""
        return datetime.fromtimestamp(time.time(), UTC)

    def set(self, now: datetime) -> None:
        self._start = now - timedelta(seconds=elapsed())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def local_zone() -> tzinfo:
    """Time zone of this machine (`TZ`, otherwise the system's setting) with its daylight-saving rules: a hub runs from
    winter into summer. Where no rules are known (`TZ=MSK-3`), the current fixed offset."""
    named = os.environ.get("TZ")
    try:
        if named is not None:
            return ZoneInfo(named.removeprefix(":"))
        with _RULES.open("rb") as rules:
            return ZoneInfo.from_file(rules)
    except (OSError, ValueError, LookupError):
        return datetime.now().astimezone().tzinfo or UTC
