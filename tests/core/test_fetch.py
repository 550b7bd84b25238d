"""Requests to an account for messages now."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial

import pytest

from bot.ports import Accept, Transient
from bot.runtime.polling import Receiving, asked_to_fetch
from tests.contracts.desks import eventually
from tests.core.world import SHOP
from tests.tools import MemoryWake


class Bridge:
    """Counts how often it was started."""

    def __init__(self, error: Exception | None = None) -> None:
        self.begun, self.ended, self.registered = 0, 0, list[str]()
        self._error = error

    async def run(self, accept: Accept) -> None:
        self.begun += 1
        try:
            if self._error is not None:
                raise self._error
            await asyncio.Event().wait()
        finally:
            self.ended += 1

    async def register(self, url: str) -> None:
        self.registered.append(url)


def _began_after(bridge: Bridge, times: int) -> bool:
    return bridge.begun > times


async def accept(updates: object) -> list[object]:
    return []


async def test_a_poll_begins_anew_when_somebody_asks() -> None:
    wake, bridge = MemoryWake(), Bridge()
    task = asyncio.create_task(Receiving(SHOP, wake).poll(bridge, accept))  # type: ignore[arg-type]
    await eventually(lambda: bridge.begun == 1)
    for _ in range(2):
        before = bridge.begun
        await wake.notify([asked_to_fetch(SHOP)])
        await eventually(partial(_began_after, bridge, before))
        assert bridge.ended == bridge.begun - 1, "never two at once"
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert bridge.ended == 3


async def test_a_poll_that_fails_is_the_supervisors_business() -> None:
    with pytest.raises(Transient):
        await Receiving(SHOP, MemoryWake()).poll(Bridge(Transient("away")), accept)  # type: ignore[arg-type]


async def test_an_address_is_told_anew_when_somebody_asks() -> None:
    wake, bridge = MemoryWake(), Bridge()
    task = asyncio.create_task(Receiving(SHOP, wake).register(bridge, "https://hub.test/hooks/shop"))
    await eventually(lambda: len(bridge.registered) == 1)
    await wake.notify([asked_to_fetch(SHOP)])
    await eventually(lambda: len(bridge.registered) == 2)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
