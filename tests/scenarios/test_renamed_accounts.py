"""An account removed from hub.toml, and renamed in it, between runs of a hub with a website chat and the web desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import assembly
from bot.desks.web.auth import HEADER
from settings import Settings, load
from tests.waiting import FACT

KEY = "the key of anna, of enough letters"
HUB = f"""
[hub]
database_url = "sqlite+aiosqlite:///{{folder}}/hub.db"
listen = "127.0.0.1:0"
files = "{{folder}}/files"
admins = ["anna"]
[desks.local]
kind = "web"
operators = {{{{ anna = "{KEY}" }}}}
"""
SITE = '[accounts.site]\nkind = "webchat"\ntitle = "Our site"\n'
SHOP = '[accounts.shop]\nkind = "webchat"\ntitle = "Our shop"\n'


def settings(folder: Path, accounts: str) -> Settings:
    file = folder / "hub.toml"
    file.write_text(HUB.format(folder=folder) + accounts)
    file.chmod(0o600)
    return load(file, {})


class Browser:
    """Anna's browser, and a visitor's."""

    def __init__(self, http: aiohttp.ClientSession, hub: str) -> None:
        self.http, self.hub, self.cookie = http, hub, ""

    async def ask(self, method: str, path: str, visitor: str = "", **more: Any) -> Any:
        headers = {HEADER: "1", "Cookie": self.cookie, "Authorization": f"Bearer {visitor}"}
        async with self.http.request(method, f"{self.hub}{path}", headers=headers, **more) as response:
            self.cookie = response.headers.get("Set-Cookie", self.cookie).partition(";")[0]
            assert response.status < 300, await response.text()
            return await response.json()

    async def says(self, account: str, visitor: str, words: str) -> None:
        message = {"id": words.lower().replace(" ", "-"), "text": words}
        await self.ask("POST", f"/chat/{account}/messages", visitor, json=message)

    async def listed(self, words: str) -> dict[str, Any]:
        """The only dialog in the list, once its last words are these."""
        async with asyncio.timeout(FACT):
            while True:
                rows = (await self.ask("GET", "/desk/api/dialogs?section=all"))["rows"]
                if [row["dialog"]["last_words"] for row in rows] == [words]:
                    return rows[0]  # type: ignore[no-any-return]
                await asyncio.sleep(0.02)


@asynccontextmanager
async def running(given: Settings) -> AsyncIterator[Browser]:
    async with assembly.running(given) as app, aiohttp.ClientSession() as http:
        browser = Browser(http, app.url)
        await browser.ask("POST", "/desk/api/session", json={"key": KEY})
        yield browser


async def test_its_dialogs_stay_and_then_move(tmp_path: Path) -> None:
    async with running(settings(tmp_path, SITE)) as browser:
        visitor = (await browser.ask("POST", "/chat/site/session"))["token"]
        await browser.says("site", visitor, "Hello there")
        first = await browser.listed("Hello there")
        assert first["account"] == "Our site"

    renamed = settings(tmp_path, SHOP)
    async with running(renamed) as browser:
        row = await browser.listed("Hello there")
        assert row["account"] == "site (no longer configured)"
    found = [finding for section, finding in await assembly.check(renamed) if section == "accounts.site"]
    assert ["1 open dialog" in finding.what for finding in found] == [True]

    moved = settings(tmp_path, f'{SHOP}former = ["site"]\n')
    for words in ("Anyone here", "And one more word"):
        async with running(moved) as browser:
            assert (await browser.ask("GET", "/desk/api/dialogs?section=all"))["rows"][0]["account"] == "Our shop"
            await browser.says("shop", visitor, words)
            row = await browser.listed(words)
            assert row["dialog"]["id"] == first["dialog"]["id"], "the same conversation"
    assert not [section for section, _ in await assembly.check(moved) if section == "accounts.site"]
