"""Chromium, headless, which waits for a fact as long as everything else in the tests does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from tests import servers
from tests.waiting import FACT

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=FACT * 1000)


@asynccontextmanager
async def chromium(*more: str) -> AsyncIterator[Browser]:
    """Starts a browser. `more`: further arguments."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=servers.chromium(), args=[*ARGUMENTS, *more])
        yield browser
        await browser.close()


async def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Opens a context of its own, as a fresh profile. `options`: Playwright's."""
    context = await browser.new_context(**options)
    context.set_default_timeout(FACT * 1000)
    return context
