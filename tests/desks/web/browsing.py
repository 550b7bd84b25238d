"""Chromium, headless, looking at a served desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tests.browsers import new_context
from tests.desks.web.serving import KEYS, Served

DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


@dataclass
class Screen:
    """One operator's browser. `errors`: exceptions of scripts and violations of the page's policy."""

    hub: Served
    page: Page
    errors: list[str] = field(default_factory=list)

    async def sign_in(self, user: str = "anna") -> None:
        await self.page.goto(f"{self.hub.url}/desk")
        await self.page.get_by_label("key", exact=False).first.fill(KEYS[user])
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator(".desk")).to_be_visible()

    async def open(self, number: int) -> None:
        await self.page.goto(f"{self.hub.url}/desk#/dialog/{number}")
        await expect(self.page.locator(".card .number")).to_have_text(f"#{number}")

    async def write(self, words: str) -> None:
        await self.composer.fill(words)
        await self.composer.press("Enter")

    @property
    def composer(self) -> Locator:
        return self.page.locator(".composer textarea")

    @property
    def messages(self) -> Locator:
        return self.page.locator(".message")

    @property
    def unsent(self) -> Locator:
        """Messages that are shown already and that the hub has not taken yet."""
        return self.page.locator(".message.unsent")

    @property
    def rows(self) -> Locator:
        return self.page.locator("a.dialog")

    @property
    def toast(self) -> Locator:
        return self.page.locator(".toast").last

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


@asynccontextmanager
async def screen(browser: Browser, hub: Served, **options: Any) -> AsyncIterator[Screen]:
    """A fresh browser window; at the end it must have no errors."""
    context = await new_context(browser, **{**DESKTOP, **options})
    shown = Screen(hub, await context.new_page())
    shown.page.on("pageerror", lambda error: shown.errors.append(str(error)))
    shown.page.on("console", lambda said: shown.errors.append(said.text) if "Content Security" in said.text else None)
    shown.page.on("dialog", lambda dialog: shown.errors.append(f"a script opened: {dialog.message}"))
    try:
        yield shown
        assert not shown.errors, shown.errors
    finally:
        await context.close()
