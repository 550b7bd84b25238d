"""Settings and tools with which CRMs are built."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.ports import Tools
from tests.clock import ManualClock
from tests.tools import tools as made


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def tools(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Tools]:
    async with aiohttp.ClientSession() as http:
        yield made(tmp_path, http, clock=clock)
