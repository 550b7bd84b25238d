"""A hub behind the nginx of docs/operations.md, word for word except for ports and the certificate."""

from __future__ import annotations

import asyncio
import re
import ssl
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from bot.app import assembly
from bot.desks.web.auth import HEADER
from settings import embedded
from tests import servers
from tests.free_ports import free_port
from tests.waiting import FACT

DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "operations.md").read_text()
HOST = "hub.example.com"
OPERATOR = "127.0.0.2"
"""The address of these tests' browser, as nginx sees it."""
FORGED = {"X-Forwarded-For": "203.0.113.77"}
PAGE = {"Host": HOST, "Origin": f"https://{HOST}", HEADER: "1"}


def block(language: str) -> str:
    """The document's block in this language, in the chapter about proxies."""
    chapter = DOCUMENT.split("## Behind a reverse proxy")[1].split("\n## ")[0]
    found = re.findall(rf"```{language}\n(.*?)```", chapter, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def replaced(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


@dataclass
class Front:
    """The hub as browsers see it. `plain`: the address without HTTPS."""

    url: str
    plain: str
    http: aiohttp.ClientSession
    key: str

    async def ask(self, method: str, path: str, **more: Any) -> aiohttp.ClientResponse:
        headers = {**PAGE, **more.pop("headers", {})}
        response = await self.http.request(method, self.url + path, headers=headers, server_hostname=HOST, **more)
        await response.read()
        return response


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    ours = tomllib.loads(block("toml"))["hub"]
    given = {"HUB__HUB__PUBLIC_URL": ours["public_url"], "HUB__HUB__TRUSTED_PROXIES": ",".join(ours["trusted_proxies"])}
    settings = embedded(tmp_path, {**given, "HUB__HUB__LISTEN": "127.0.0.1:0"})
    key = tomllib.loads((tmp_path / "hub.db.operators").read_text())["anna"]
    async with assembly.running(settings) as hub, behind(hub.url.removeprefix("http://"), key) as shown:
        yield shown


@asynccontextmanager
async def behind(hub: str, key: str) -> AsyncIterator[Front]:
    secure, plain = free_port(), free_port()
    written = replaced(
        block("nginx"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;"),
        (f"/etc/letsencrypt/live/{HOST}/fullchain.pem", "{folder}/cert.pem"),
        (f"/etc/letsencrypt/live/{HOST}/privkey.pem", "{folder}/key.pem"),
        ("http://127.0.0.1:8080", f"http://{hub}"),
    )
    with servers.nginx(written, secure) as certificate:
        trusted = ssl.create_default_context(cafile=str(certificate))
        connector = aiohttp.TCPConnector(ssl=trusted, local_addr=(OPERATOR, 0))
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as http:
            yield Front(f"https://127.0.0.1:{secure}", f"http://127.0.0.1:{plain}", http, key)


async def test_whoever_comes_without_https_is_sent_there(front: Front) -> None:
    async with front.http.get(f"{front.plain}/desk", headers={"Host": HOST}, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (301, f"https://{HOST}/desk")


async def test_addresses_are_the_browsers_own_whatever_it_claims(front: Front) -> None:
    with structlog.testing.capture_logs() as logs:
        assert (await front.ask("POST", "/desk/api/session", json={"key": "wrong"}, headers=FORGED)).status == 403
    assert [line["address"] for line in logs if "wrong key" in line["event"]] == [OPERATOR]
    assert not [line for line in logs if "X-Forwarded-For" in line["event"]]


async def test_nothing_internal_is_passed_on(front: Front) -> None:
    assert (await front.ask("GET", "/metrics")).status == 404
    assert await (await front.ask("GET", "/readyz")).json() == {"status": "ready"}
    assert await (await front.ask("GET", "/healthz")).json() == {"status": "ok"}


async def test_an_operator_works_and_a_live_page_is_not_held_back(front: Front) -> None:
    signed_in = await front.ask("POST", "/desk/api/session", json={"key": front.key})
    assert signed_in.status == 200
    assert "; Secure" in signed_in.headers["Set-Cookie"]
    cookie = signed_in.headers["Set-Cookie"].split(";")[0]
    mine = {**PAGE, "Cookie": cookie}
    assert (await front.ask("GET", "/desk/api/state", headers=mine)).status == 200
    live = front.http.get(f"{front.url}/desk/api/live", headers=mine, server_hostname=HOST)
    async with asyncio.timeout(FACT), live as stream:
        await until(stream, b"event: list")
        assert (await front.ask("DELETE", "/desk/api/sessions", headers=mine)).status == 200
        await until(stream, b"event: signed_out")
        assert await stream.content.read() is not None, "and then it ends"
    assert (await front.ask("GET", "/desk/api/state", headers=mine)).status == 401


async def until(stream: aiohttp.ClientResponse, words: bytes) -> None:
    async for line in stream.content:
        if line.startswith(words):
            return
    raise EOFError


async def test_a_large_file_goes_through(front: Front) -> None:
    visitor = await (await front.ask("POST", "/chat/site/session")).json()
    about = {"Authorization": f"Bearer {visitor['token']}", "X-File-Name": "film.mp4", "Content-Type": "video/mp4"}
    sent = await front.ask("POST", "/chat/site/files", data=BytesIO(b"x" * 15_000_000), headers=about)
    assert (sent.status, list(await sent.json())) == (200, ["file"])
