"""How long tests wait, and how time passes for a client whose platform is silent.

Every limit has room for a machine ten times as busy: only a test that fails waits for its end. A fault that is silence
never costs real time, and needs no short limit that a busy machine could break: see `until_left`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

BUSY = 10
"""How many times a platform's own short limits are as long in its fake."""
FACT = 120.0
"""Seconds for a fact to come true."""
ANSWER = 20.0
"""Seconds for which a bridge or a desk waits for a fake's answer."""
SHORT = ("bridges.vk.people", "bridges.vk.asking", "bridges.telegram.pictures", "bridges.max.people")
"""Ask for names and pictures for a few seconds only, because a message waits for it."""
STEP = 2.0
MOST = 100.0


def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bridges wait for names and pictures as long as for anything else."""
    for module in SHORT:
        monkeypatch.setattr(import_module(module), "PATIENCE", ANSWER)


def skip(seconds: float) -> None:
    """The running loop's time jumps: every limit, sleep and pause of this process that ends in between, ends now."""
    loop: Any = asyncio.get_running_loop()
    time: Callable[[], float] = loop.time
    loop.time = lambda: time() + seconds


async def until_left(left: Callable[[], bool]) -> None:
    """Says nothing until the client, in the same loop, has waited as long as it ever waits and `left`: the time for
    that is skipped. A client that waits for more than `MOST` seconds has no limit."""
    skipped = 0.0
    while not left() and skipped < MOST:
        skip(STEP)
        skipped += STEP
        await asyncio.sleep(0.01)
