"""Limits of waiting in tests, and the passing of time for a client whose platform is silent.

Every limit suits a machine ten times as busy: only a failing test waits for its end. A silent fault never costs real
time, and needs no short limit that a busy machine could break: see `until_left`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

BUSY = 10
"""Factor by which a platform's own short limits are longer in its fake."""
FACT = 120.0
"""Seconds for a fact to come true."""
ANSWER = 20.0
"""Seconds for which a bridge or a desk waits for a fake's response."""
SHORT = (
    "bot.desks.mattermost.audience",
    "bot.desks.slack.audience",
    "bridges.max.people",
    "bridges.telegram.pictures",
    "bridges.vk.asking",
    "bridges.vk.people",
)
"""Modules that limit requests for names, pictures and members to a moment, because somebody waits for them."""
STEP = 2.0
MOST = 100.0


def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes bridges and desks wait for names, pictures and members as long as for anything else."""
    for module in SHORT:
        monkeypatch.setattr(import_module(module), "PATIENCE", ANSWER)


def skip(seconds: float) -> None:
    """Moves the running loop's time forward: every limit, sleep and pause of this process that ends in between ends
    now."""
    loop: Any = asyncio.get_running_loop()
    time: Callable[[], float] = loop.time
    loop.time = lambda: time() + seconds


async def until_left(left: Callable[[], bool]) -> None:
    """Sends nothing until the client, in the same loop, has waited its longest and `left`; that time is skipped. A
    client that waits for more than `MOST` seconds has no limit."""
    skipped = 0.0
    while not left() and skipped < MOST:
        skip(STEP)
        skipped += STEP
        await asyncio.sleep(0.01)
