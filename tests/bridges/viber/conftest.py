"""A bridge between the hub and the fake Viber, and the server from which Viber fetches the hub's files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.domain import AccountName, Attachment, ChatId, Content, Key, Media, MediaKind
from bot.domain.text import Text
from bot.ports import Outgoing, Sent, Tools
from bridges.viber.bridge import ViberBridge
from bridges.viber.settings import ViberSettings
from tests.fakes.viber import FakeCustomer, FakeViber
from tests.tools import FolderFiles, folder, tools
from tests.waiting import ANSWER

SHOP = AccountName("shop")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"j" * 500
PNG = b"\x89PNG\r\n\x1a\n" + b"p" * 500
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"v" * 500


@dataclass
class Shop:
    """A bot and Nick, its customer."""

    viber: FakeViber
    tools: Tools
    bridge: ViberBridge
    nick: FakeCustomer

    @property
    def chat(self) -> ChatId:
        return ChatId(self.nick.id)

    @property
    def files(self) -> FolderFiles:
        return folder(self.tools)

    def media(self, kind: MediaKind = MediaKind.FILE, data: bytes = b"data", name: str = "a.txt") -> Media:
        return Media(kind, self.files.add(data, name), name, size=len(data))

    async def send(self, text: str = "", *attachments: Attachment) -> Sent:
        return await self.bridge.send(self.chat, Outgoing(Content(Text.plain(text), attachments)), Key("k"))


def settings(viber: FakeViber, **more: str) -> ViberSettings:
    return ViberSettings.model_validate({"kind": "viber", "token": viber.token, "api_url": viber.url, **more})


@asynccontextmanager
async def served(files: FolderFiles) -> AsyncIterator[None]:
    """Serves the links of the tests' files."""

    async def file(request: web.Request) -> web.Response:
        return web.Response(body=files.read(request.match_info["id"]))

    app = web.Application()
    app.router.add_get("/files/{id}/{name}", file)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        files.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with FakeViber() as viber, aiohttp.ClientSession() as http:
        viber.faults.skips = True
        given = tools(tmp_path, http, public_url="https://hub.example.com/")
        async with served(folder(given)):
            bridge = ViberBridge(SHOP, settings(viber, title="Our shop"), given, patience=ANSWER)
            yield Shop(viber, given, bridge, viber.customer("Nick Smith"))
