"""One Chromium for all tests of the page; a fresh hub and a fresh window for each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser

from bot.domain import Status
from tests.browsers import chromium
from tests.desks.web.browsing import Screen, screen
from tests.desks.web.serving import Served, served


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="package")
async def hub(tmp_path: Path) -> AsyncIterator[Served]:
    """Two new dialogs, Maria's and Yusuf's, and one of Boris's in progress."""
    async with served(tmp_path) as running:
        for number, name in ((7, "Maria"), (8, "Yusuf"), (9, "Olga")):
            running.backend.add(number, name, "shop" if number < 9 else "site")
            await running.backend.customer_writes(number, f"Hello from {name}")
        running.backend.replace(9, status=Status.IN_PROGRESS)
        running.backend.talks[9].people = ["boris"]
        yield running


@pytest_asyncio.fixture(loop_scope="package")
async def anna(browser: Browser, hub: Served) -> AsyncIterator[Screen]:
    async with screen(browser, hub) as shown:
        await shown.sign_in()
        yield shown
