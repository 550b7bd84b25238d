"""A real browser on a shop's page of another site, which includes the chat by its one script tag."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, FrameLocator, Locator, Page

from tests.bridges.webchat.conftest import Site
from tests.browsers import chromium

PARTITIONED = "--disable-features=Translate"
"""Replaces Playwright's own list, which denies frames of other sites any storage."""
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>A shop</title>
<script src="{hub}/chat/shop/widget.js" async></script></head>
<body><h1>A shop</h1><p>{filling}</p><a href="/other">Other</a> <a href="#" data-chat-open>Ask</a></body></html>"""
POLICY = "default-src 'none'; script-src {hub}; frame-src {hub}; style-src 'none'"
"""The strictest policy a site can have: it allows only what the chat needs."""


@asynccontextmanager
async def browsing(*, frames_keep: bool = True) -> AsyncIterator[Browser]:
    """Starts a browser. `frames_keep`: frames of other sites have partitioned storage, as browsers do by default."""
    async with chromium(*([PARTITIONED] if frames_keep else [])) as browser:
        yield browser


@asynccontextmanager
async def shop(site: Site, lang: str = "en") -> AsyncIterator[str]:
    """Serves the shop's page and gives its address: `localhost`, while the hub is at `127.0.0.1`, so that they are two
    sites."""

    async def page(_: web.Request) -> web.Response:
        body = PAGE.format(hub=site.url, lang=lang, filling="Tea. " * 2000)
        headers = {"Content-Security-Policy": POLICY.format(hub=site.url)}
        return web.Response(text=body, content_type="text/html", headers=headers)

    app = web.Application()
    app.router.add_get("/{page:.*}", page)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass
class Window:
    """The chat's window, as a visitor sees and uses it."""

    page: Page
    errors: list[str]

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def launcher(self) -> Locator:
        return self.page.locator("button[aria-expanded]").first

    async def open(self) -> None:
        await self.launcher.click()
        await self.chat.locator("#text").wait_for()

    async def write(self, text: str) -> None:
        await self.chat.locator("#text").fill(text)
        await self.chat.locator("#send").click()

    def message(self, text: str) -> Locator:
        return self.chat.locator("#list .row", has_text=text)

    async def texts(self) -> list[str]:
        """All texts in the conversation, in order."""
        found = await self.chat.locator("#list .row .text").all_inner_texts()
        return [one.strip() for one in found]


async def window(context: BrowserContext, url: str) -> Window:
    page = await context.new_page()
    seen = Window(page, [])
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on(
        "console",
        lambda line: (
            seen.errors.append(line.text) if line.type == "error" and "Failed to load" not in line.text else None
        ),
    )
    await page.goto(url)
    return seen
