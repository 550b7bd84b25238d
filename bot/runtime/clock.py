"""The system clock. Tests inject their own."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

_RULES = Path("/etc/localtime")


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

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
