"""A hub's process is told to stop, or to read its settings again, while pages are open."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import aiohttp

from bot.desks.web.auth import HEADER
from tests.scenarios.process import hub
from tests.waiting import FACT

KEY = "the key of anna, of enough letters"
TOKEN = "the token of the app, of enough letters"
STREAM = {HEADER: "1", "Accept": "text/event-stream"}
ENVIRON = {
    "HUB__DESKS__LOCAL__OPERATORS__ANNA": KEY,
    "HUB__ACCOUNTS__APP__KIND": "api",
    "HUB__ACCOUNTS__APP__TOKEN": TOKEN,
}


async def test_it_stops_with_open_pages_without_an_error(tmp_path: Path) -> None:
    """An operator's page, a visitor's chat and a long poll of the HTTP API."""
    async with hub(tmp_path, "run", environ=ENVIRON) as process, aiohttp.ClientSession() as http:
        url = (await process.says(r"(http://\S+)/desk"))[1]
        async with http.post(f"{url}/desk/api/session", json={"key": KEY}, headers={HEADER: "1"}) as response:
            cookie = response.headers["Set-Cookie"].partition(";")[0]
        async with http.post(f"{url}/chat/site/session") as response:
            visitor = (await response.json())["token"]
        page = await http.get(f"{url}/desk/api/live", headers={**STREAM, "Cookie": cookie})
        chat = await http.get(f"{url}/chat/site/events", headers={**STREAM, "Authorization": f"Bearer {visitor}"})
        assert (page.status, chat.status) == (200, 200)
        app = {"Authorization": f"Bearer {TOKEN}"}
        news = asyncio.create_task(
            http.get(f"{url}/api/v1/accounts/app/events?after=0&wait=25", headers=app).__aenter__()
        )
        await asyncio.sleep(0.3)  # it has arrived
        process.inner.send_signal(signal.SIGTERM)
        async with asyncio.timeout(FACT):
            rest = (await process.inner.communicate())[0].decode()
        await asyncio.gather(news, return_exceptions=True)
        said = process.text + rest
        assert process.inner.returncode == 0, said
        assert "stopping" in said
        assert "timeout graceful shutdown" not in said
        assert "error" not in said.lower()


async def test_sighup_is_ignored_and_says_so(tmp_path: Path) -> None:
    async with hub(tmp_path, "run", environ=ENVIRON) as process, aiohttp.ClientSession() as http:
        url = (await process.says(r"(http://\S+)/desk"))[1]
        process.inner.send_signal(signal.SIGHUP)
        await process.says("SIGHUP is ignored")
        async with http.get(f"{url}/healthz") as response:
            assert response.status == 200
