"""The page about the HTTP channel: served only with the channel, and without foreign resources."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from bot.app import assembly
from settings import embedded
from tests.browsers import chromium, new_context

FREE = {"HUB__HUB__LISTEN": "127.0.0.1:0"}
CHANNEL = {"HUB__ACCOUNTS__APP__KIND": "api", "HUB__ACCOUNTS__APP__TOKEN": "a-token-of-the-tests"}


@asynccontextmanager
async def running(folder: Path, **more: str) -> AsyncIterator[str]:
    async with assembly.running(embedded(folder, {**FREE, **more})) as hub:
        yield hub.url


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/style.css", "/api/openapi.json"])
async def test_without_the_channel_there_is_nothing_to_read(tmp_path: Path, path: str) -> None:
    async with running(tmp_path) as url, aiohttp.ClientSession() as http, http.get(url + path) as response:
        assert response.status == 404


async def test_the_page_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    async with running(tmp_path, **CHANNEL) as url, aiohttp.ClientSession() as http:
        async with http.get(f"{url}/api/docs") as response:
            page, policy = await response.text(), response.headers["Content-Security-Policy"]
        async with http.get(f"{url}/api/openapi.json") as response:
            described = await response.json()
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="([^"]+)"', page) == ["/api/docs/style.css", "/api/openapi.json"]
    for path, methods in described["paths"].items():
        assert path in page
        for about in methods.values():
            assert about["summary"] in page
    for field in ("conversation", "attachments[].url", "sender.phone"):
        assert f"<code>{field}</code>" in page


async def test_a_browser_shows_it(tmp_path: Path) -> None:
    async with running(tmp_path, **CHANNEL) as url, chromium() as browser:
        page = await (await new_context(browser)).new_page()
        asked, said = list[str](), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        await page.goto(f"{url}/api/docs")
        await expect(page.get_by_role("heading", level=2)).to_have_count(5)
        background = await page.locator("pre").first.evaluate("node => getComputedStyle(node).borderRadius")
        assert background == "4px", "its own style reached it"
        assert [one for one in asked if not one.startswith(url)] == []
        assert [one for one in said if "Content Security" in one] == []
