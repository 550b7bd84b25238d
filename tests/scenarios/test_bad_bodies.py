"""Bodies that are not JSON, too deep, of another type than announced, or broken off: 4xx or nothing on every route,
before and after authentication, and no stack trace."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import hmac
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import pytest
from yarl import URL

from bot.app.assembly import running
from bot.desks.mattermost.hooks import FormState
from settings import load

SECRET = "the hub's own secret, of enough letters"
NOBODY = "http://127.0.0.1:9"
CONFIG = f"""
[hub]
listen = "127.0.0.1:0"
public_url = "https://hub.example.com"
secret = "{SECRET}"
database_url = "sqlite+aiosqlite:///FOLDER/hub.db"
files = "FOLDER/files"
[desks.slack]
kind = "slack"
bot_token = "xoxb-nobody"
signing_secret = "slack-signing"
channel = "C1"
api_url = "{NOBODY}/"
[desks.office]
kind = "mattermost"
url = "{NOBODY}"
token = "nobody"
team = "acme"
channel = "support"
command_token = "command-token"
[desks.local]
kind = "web"
operators = {{ anna = "the key of anna, of enough letters" }}
[accounts.telegram]
kind = "telegram"
desk = "local"
token = "123456789:a-token-that-nobody-has"
receive = "webhook"
webhook_secret = "telegram-secret"
api_url = "{NOBODY}"
[accounts.max]
kind = "max"
desk = "local"
token = "a-token-that-nobody-has"
receive = "webhook"
webhook_secret = "max-secret"
api_url = "{NOBODY}"
[accounts.whatsapp]
kind = "whatsapp"
desk = "local"
phone_id = "123456789"
token = "nobody"
app_secret = "app-secret"
verify_token = "verify"
api_url = "{NOBODY}"
[accounts.viber]
kind = "viber"
desk = "local"
token = "4453b6ac1s345678-e02c5f12174805f9-daec9cbb5448c51f"
api_url = "{NOBODY}"
[accounts.vk]
kind = "vk"
desk = "local"
group_id = 1
token = "vk1.a.a-token-that-nobody-has"
receive = "callback"
secret = "vk_secret"
api_url = "{NOBODY}/"
[accounts.api]
kind = "api"
desk = "local"
token = "the token of the program"
[accounts.onec]
kind = "onec"
desk = "local"
token = "the token of 1C, of enough"
endpoint_url = "{NOBODY}/x"
[accounts.site]
kind = "webchat"
desk = "local"
"""

DEEP = json.dumps({"a": 1})[:-1].encode()
EVIL: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"a": ',
    "null": b"null",
    "list": b"[]",
    "number": b"7",
    "a million lists": b"[" * 100_000,
    "a million objects": b'{"a":' * 50_000,
    "deep and whole": b'{"a":' * 900 + b"1" + b"}" * 900,
    "deep list": b"[" * 900 + b"]" * 900,
    "no UTF-8": b'\xff\xfe{"a": "\xff"}',
    "half a character": b'{"text": "\\ud800", "type": "\\udfff", "user_id": "\\ud800"}',
    "no number": b'{"text": NaN, "type": Infinity, "id": -Infinity}',
    "large number": b'{"id": ' + b"9" * 400 + b', "group_id": 1e999}',
    "too large number": b'{"id": ' + b"9" * 10_000 + b"}",
    "zipped": gzip.compress(b'{"a": 1}'),
    "form": b"payload=%5B%5B%5B&a=%ff&a=%00&token",
    "no form": b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello',
}
TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "x",
)


def signed(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def slack(body: bytes) -> dict[str, str]:
    now = str(int(time.time()))
    base = f"v0:{now}:".encode() + body
    return {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": "v0=" + signed("slack-signing", base)}


def form_state() -> str:
    return FormState("office", "u1", "t1", "token", ("reason",)).sealed(SECRET)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Road:
    """A route. `proof`: the headers that authenticate a body; `wrap`: turns a body into one that authenticates
    itself."""

    method: str
    path: str
    proof: Callable[[bytes], Mapping[str, str]] = lambda body: {}
    wrap: Callable[[Any], bytes | None] = lambda evil: None


def bearer(token: str) -> Callable[[bytes], Mapping[str, str]]:
    return lambda body: {"Authorization": f"Bearer {token}"}


def roads(visitor: str, cookie: str) -> list[Road]:
    page = {"Cookie": cookie, "X-Hub-Desk": "1"}
    api, onec, site = bearer("the token of the program"), bearer("the token of 1C, of enough"), bearer(visitor)
    dialogs = "/desk/api/dialogs/1/posts"
    return [
        Road("POST", "/hooks/telegram", lambda body: {"X-Telegram-Bot-Api-Secret-Token": "telegram-secret"}),
        Road("POST", "/hooks/max", lambda body: {"X-Max-Bot-Api-Secret": "max-secret"}),
        Road("POST", "/hooks/whatsapp", lambda body: {"X-Hub-Signature-256": "sha256=" + signed("app-secret", body)}),
        Road(
            "POST",
            "/hooks/viber",
            lambda body: {
                "X-Viber-Content-Signature": signed("4453b6ac1s345678-e02c5f12174805f9-daec9cbb5448c51f", body)
            },
        ),
        Road(
            "POST",
            "/hooks/vk",
            wrap=lambda evil: b'{"group_id":1,"secret":"vk_secret","type":"message_new","object":%b}' % evil,
        ),
        Road("GET", "/hooks/vk"),
        *(
            Road("POST", f"/api/v1/accounts/{name}/{what}", proof)
            for name, proof in (("api", api), ("onec", onec))
            for what in ("messages", "receipts")
        ),
        Road("PUT", "/api/v1/accounts/api/messages/m1", api),
        Road("DELETE", "/api/v1/accounts/api/messages/m1", api),
        *(Road("POST", f"/chat/site/{what}", site) for what in ("session", "messages", "profile", "receipts", "files")),
        Road("POST", "/slack/events", slack),
        Road("POST", "/slack/events", slack, lambda evil: b"payload=" + quote(evil).encode()),
        Road("POST", "/mattermost/command", lambda body: {"Authorization": "Token command-token"}),
        Road(
            "POST",
            "/mattermost/command",
            wrap=lambda evil: b"token=command-token&user_id=%ff&text=" + quote(evil).encode(),
        ),
        Road("POST", "/mattermost/action"),
        Road(
            "POST",
            "/mattermost/action",
            wrap=lambda evil: (
                b'{"context":{"desk":"office","where":%b,"tokens":[1],"selected_option":"%b"},"trigger_id":%b,"user_id":%b}'
                % (evil, b"1" * 5000, evil, evil)
            ),
        ),
        Road("POST", "/mattermost/dialog"),
        Road(
            "POST",
            "/mattermost/dialog",
            wrap=lambda evil: (
                b'{"user_id":"u1","state":%b,"submission":%b,"channel_id":%b}'
                % (json.dumps(form_state()).encode(), evil, evil)
            ),
        ),
        Road("POST", "/mattermost/dialog", wrap=lambda evil: json.dumps({"state": evil.decode("latin-1")}).encode()),
        Road("POST", "/desk/api/session", lambda body: {"X-Hub-Desk": "1"}),
        *(Road("POST", f"/desk/api/{what}", lambda body: page) for what in ("press", "submit", "command")),
        Road("POST", dialogs, lambda body: page),
        Road("PATCH", f"{dialogs}/x", lambda body: page),
        Road("DELETE", f"{dialogs}/x", lambda body: page),
        Road("POST", f"{dialogs}/x/reactions", lambda body: page),
    ]


@dataclass
class Attacker:
    url: str
    http: aiohttp.ClientSession
    roads: list[Road] = field(default_factory=list)

    async def sends(self, road: Road, body: bytes, mime: str, *, proved: bool) -> int:
        headers = {"Content-Type": mime, **(road.proof(body) if proved else {})}
        try:
            async with self.http.request(road.method, self.url + road.path, data=body, headers=headers) as response:
                await response.read()
                return response.status
        except aiohttp.ClientError:
            return 599

    async def breaks_off(self, road: Road, body: bytes) -> None:
        """Sends half of what was announced, and closes."""
        address = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        headers = {"Host": "hub", "Content-Length": str(len(body) + 100), **road.proof(body)}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"{road.method} {road.path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        writer.write_eof()
        await reader.read()
        writer.close()


@asynccontextmanager
async def attacked(folder: Path) -> AsyncIterator[Attacker]:
    file = folder / "hub.toml"
    file.write_text(CONFIG.replace("FOLDER", str(folder)))
    settings = load(file, {"PATH": os.environ["PATH"]})
    async with running(settings) as app, aiohttp.ClientSession() as http:
        async with http.post(f"{app.url}/chat/site/session") as response:
            visitor = (await response.json())["token"]
        key = {"key": "the key of anna, of enough letters"}
        async with http.post(f"{app.url}/desk/api/session", json=key, headers={"X-Hub-Desk": "1"}) as response:
            assert response.status == 200
            cookie = response.headers["Set-Cookie"].partition(";")[0]
        http.cookie_jar.clear()
        yield Attacker(app.url, http, roads(visitor, cookie))


@pytest.mark.parametrize("proved", [False, True])
async def test_bad_bodies_are_refused_or_ignored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, proved: bool
) -> None:
    failed: list[str] = []
    async with attacked(tmp_path) as hub:
        for road in hub.roads:
            for name, evil in EVIL.items():
                for body in filter(None, (evil, road.wrap(evil) if proved else None)):
                    for mime in TYPES:
                        capsys.readouterr()
                        status = await hub.sends(road, body, mime, proved=proved)
                        said = capsys.readouterr().out + caplog.text
                        caplog.clear()
                        if status >= 500 or "Traceback" in said:
                            failed.append(f"{road.method} {road.path}: {name} as {mime}: {status}\n{said[-3000:]}")
    assert not failed, f"{len(failed)} of them:\n" + "\n".join(failed[:20])


async def test_odd_lines_before_a_body_are_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    packed = base64.urlsafe_b64encode(b"[" * 6000).decode().rstrip("=")
    digits = "9" * 5000
    asked: list[tuple[str, dict[str, str]]] = [
        ("/desk/api/state", {"Cookie": f"hub_desk={packed}.x"}),
        ("/desk/api/state", {"Cookie": 'hub_desk="\\777\\xff'}),
        (f"/desk/api/dialogs/{digits}", {}),
        (f"/files/{packed}.{packed}", {"Range": f"bytes={digits}-"}),
        ("/files/%ff%00", {}),
        (f"/chat/site/events?after={digits}", {"Authorization": f"Bearer {packed}.{packed}"}),
        ("/chat/site/events", {"Last-Event-ID": digits}),
        ("/chat/%ff/session", {}),
        (f"/api/v1/accounts/api/events?after={digits}&wait=NaN", {"Authorization": "Bearer the token of the program"}),
        ("/api/v1/accounts/%00/events", {"Authorization": "Bearer \xff\xfe"}),
        ("/hooks/whatsapp?hub.mode=subscribe&hub.verify_token=%ff&hub.challenge=%ff", {}),
        ("/hooks/%ff", {}),
        ("/healthz", {"Connection": "Upgrade", "Upgrade": "websocket"}),
        ("/healthz", {"X-Forwarded-For": packed}),
    ]
    async with attacked(tmp_path) as hub:
        cookie = hub.roads[-1].proof(b"")
        for path, headers in asked:
            for more in ({}, cookie):
                url = URL(hub.url + path, encoded=True)
                async with hub.http.get(url, headers={**more, **headers}) as response:
                    assert response.status < 500, path
    assert "Traceback" not in capsys.readouterr().out + caplog.text


async def test_a_body_that_is_broken_off_is_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    async with attacked(tmp_path) as hub:
        capsys.readouterr()
        for road in hub.roads:
            for body in (b"", b'{"text": "hel', b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello'):
                await hub.breaks_off(road, body)
    assert "Traceback" not in capsys.readouterr().out + caplog.text
