"""A served desk for each test, and Chromium for tests of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.desks.web.serving import Served, served


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as running:
        yield running


@pytest.fixture
async def talk(hub: Served) -> int:
    """A new dialog with one message."""
    hub.backend.add(7, "Maria")
    await hub.backend.customer_writes(7, "Hello?")
    return 7
