"""The HTTP channel behind a real HTTP server: account "shop" with a callback, account "quiet" without."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from fastapi import FastAPI

from bot.config.plugins import Secret
from bot.domain import AccountName
from bot.ports import Bridge, Tools
from bridges.api import KIND, ApiSettings
from bridges.api.bridge import ApiBridge
from tests.bridges.serving import UpdateRecorder, app_of
from tests.fakes.callback import FakeCallback
from tests.serving import serving
from tests.tools import tools
from tests.waiting import ANSWER

SHOP, QUIET = AccountName("shop"), AccountName("quiet")
TOKENS = {SHOP: "the token of the shop", QUIET: "the token of the quiet one"}


@dataclass
class Channel:
    """A client's view of the hub. `at` is the path below the account."""

    url: str
    http: aiohttp.ClientSession
    tools: Tools
    updates: UpdateRecorder
    callback: FakeCallback
    bridges: Mapping[AccountName, ApiBridge]
    app: FastAPI

    async def ask(
        self, method: str, at: str, body: Any = None, account: str = SHOP, token: str | None = None, **options: Any
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {TOKENS[AccountName(account)] if token is None else token}"}
        if body is not None:
            options["json"] = body
        url = f"{self.url}/api/v1/accounts/{account}/{at}"
        async with self.http.request(method, url, headers=headers, **options) as response:
            return response.status, await response.json()

    async def events(self, account: str = SHOP, after: int = 0, **query: int) -> tuple[list[dict[str, Any]], int]:
        asked = "&".join(f"{name}={value}" for name, value in {"after": after, **query}.items())
        status, answer = await self.ask("GET", f"events?{asked}", account=account)
        assert status == 200, answer
        return answer["events"], answer["cursor"]


@pytest.fixture
async def channel(tmp_path: Path) -> AsyncIterator[Channel]:
    updates = UpdateRecorder()
    async with aiohttp.ClientSession() as http, FakeCallback() as callback:
        callback.faults.skips = True
        given = tools(tmp_path, http, public_url="https://hub.example.com")
        settings = {
            SHOP: ApiSettings(
                kind="api",
                token=Secret(TOKENS[SHOP]),
                callback_url=callback.url,
                callback_secret=Secret(callback.secret),
            ),
            QUIET: ApiSettings(kind="api", token=Secret(TOKENS[QUIET])),
        }
        bridges: dict[AccountName, ApiBridge] = {
            name: ApiBridge(name, one, given, patience=ANSWER) for name, one in settings.items()
        }
        assert KIND.routes is not None
        plain: dict[AccountName, Bridge] = dict(bridges)
        app = app_of(KIND.routes(plain, dict.fromkeys(bridges, updates.accept), given))
        async with serving(app) as server:
            yield Channel(server.url, http, given, updates, callback, bridges, app)
        for bridge in bridges.values():
            await bridge.close()
