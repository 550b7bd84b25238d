"""The real clock. Tests put their own in its place."""

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
    """This machine's zone (`TZ`, else what the machine is set to), which knows when clocks are changed: a hub runs from
    winter into summer. Where nothing tells its rules (`TZ=MSK-3`), the present offset."""
    named = os.environ.get("TZ")
    try:
        if named is not None:
            return ZoneInfo(named.removeprefix(":"))
        with _RULES.open("rb") as rules:
            return ZoneInfo.from_file(rules)
    except (OSError, ValueError, LookupError):
        return datetime.now().astimezone().tzinfo or UTC
