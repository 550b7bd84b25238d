"""Accounts of 1C and of the HTTP channel side by side in one hub, under the same addresses."""

from __future__ import annotations

from pathlib import Path

import aiohttp

from bot.app.assembly import running
from settings import load
from tests.fakes.onec import FakeOneC

HUB = """
[hub]
public_url = "https://hub.example.com"
listen = "127.0.0.1:0"
database_url = "{database}"
files = "{files}"
secret = "0123456789012345678901234567890123456789"
[desks.local]
kind = "web"
operators = {{ anna = "a key of anna's" }}
[accounts.books]
kind = "onec"
endpoint_url = "{endpoint}"
token = "the token of books"
[accounts.app]
kind = "api"
token = "the token of the app"
"""


async def test_each_is_written_to_with_its_own_token(onec: FakeOneC, sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "hub.toml"
    path.write_text(HUB.format(database=sqlite_url, files=tmp_path / "files", endpoint=onec.endpoint_url))

    async def writes(account: str, token: str) -> int:
        url = f"{app.url}/api/v1/accounts/{account}/messages"
        message = {"id": "1", "conversation": "c", "text": "hello"}
        async with http.post(url, json=message, headers={"Authorization": f"Bearer {token}"}) as response:
            return response.status

    async with running(load(path, {})) as app, aiohttp.ClientSession() as http:
        assert await writes("books", "the token of books") == 202
        assert await writes("app", "the token of the app") == 202
        assert await writes("books", "the token of the app") == 401
        assert await writes("app", "the token of books") == 401
        async with http.get(f"{app.url}/api/openapi.json") as response:
            document = await response.json()
    ours = [path for path in document["paths"] if path.startswith("/api/v1/")]
    assert len(ours) == len(set(ours)) == 4
