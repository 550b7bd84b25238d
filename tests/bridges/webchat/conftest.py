"""The site's chat behind a real HTTP server: one account "shop"."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain import AccountName, ChatId, Content, ForeignId, Key
from bot.domain.text import Text
from bot.ports import Accept, MailboxEntry, Outgoing, Sent, Tools
from bridges.webchat import KIND, WebchatSettings
from bridges.webchat.bridge import WebchatBridge
from tests.bridges.serving import UpdateRecorder, app_of, file_route
from tests.serving import Server, serving
from tests.tools import MemoryMailbox, folder, tools

SHOP = AccountName("shop")


@dataclass
class Event:
    """A server-sent event."""

    id: int
    data: dict[str, Any]


@dataclass
class Site:
    """The hub's side: the core and the operators."""

    url: str
    http: aiohttp.ClientSession
    tools: Tools
    updates: UpdateRecorder
    bridge: WebchatBridge
    server: Server
    sends: int = 0

    @property
    def chat_url(self) -> str:
        return f"{self.url}/chat/shop"

    async def answer(self, chat: ChatId, what: str | Content, author: str = "Anna Petrova", **more: Any) -> Sent:
        """Sends an operator's answer."""
        self.sends += 1
        content = Content(Text.plain(what)) if isinstance(what, str) else what
        return await self.bridge.send(chat, Outgoing(content, author, **more), Key(f"out-{self.sends}"))

    def letters(self) -> Sequence[MailboxEntry]:
        mailbox = self.tools.mailbox
        assert isinstance(mailbox, MemoryMailbox)
        return mailbox.letters.get(SHOP, [])

    async def visitor(self) -> Visitor:
        visitor = Visitor(self)
        await visitor.arrive()
        return visitor


@dataclass
class Visitor:
    """A widget without a window: it makes each request once."""

    site: Site
    token: str = ""
    count: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def chat(self) -> ChatId:
        return ChatId(self.token.rpartition(".")[0])

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}", **self.headers, **options.pop("headers", {})}
        async with self.site.http.request(method, self.site.chat_url + path, headers=headers, **options) as response:
            return response.status, await response.json(content_type=None)

    async def arrive(self) -> dict[str, Any]:
        status, session = await self.ask("POST", "/session")
        assert status == 200, session
        self.token = session["token"]
        return dict(session)

    async def writes(self, text: str = "", **more: Any) -> tuple[int, Any]:
        self.count += 1
        return await self.ask("POST", "/messages", json={"id": f"message-{self.count:03}", "text": text, **more})

    async def uploads(self, data: bytes, name: str, mime: str) -> str:
        headers = {"X-File-Name": name, "Content-Type": mime}
        status, answer = await self.ask("POST", "/files", data=data, headers=headers)
        assert status == 200, answer
        return str(answer["file"])

    @asynccontextmanager
    async def stream(self, after: int = 0) -> AsyncIterator[AsyncIterator[Event]]:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream", "Last-Event-ID": f"{after}"}
        async with self.site.http.get(f"{self.site.chat_url}/events", headers=headers) as response:
            assert response.status == 200, await response.text()
            assert response.content_type == "text/event-stream"
            yield events(response)


async def events(response: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    import json

    text = ""
    async for chunk in response.content.iter_any():
        *blocks, text = (text + chunk.decode()).split("\n\n")
        for block in blocks:
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "data" in fields:
                yield Event(int(fields["id"]), json.loads(fields["data"]))


@asynccontextmanager
async def site_of(given: Tools, settings: WebchatSettings, http: aiohttp.ClientSession) -> AsyncIterator[Site]:
    updates = UpdateRecorder()
    accept: Accept = updates.accept
    bridge = WebchatBridge(SHOP, settings, given)
    files = folder(given)
    files.base = ""
    assert KIND.routes is not None
    routes = [*KIND.routes({SHOP: bridge}, {SHOP: accept}, given), file_route(files)]
    async with serving(app_of(routes)) as server:
        yield Site(server.url, http, given, updates, bridge, server)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    settings = WebchatSettings(kind="webchat", title="Hillside Tea", origins=("https://shop.example.com",))
    async with aiohttp.ClientSession() as http, site_of(tools(tmp_path, http), settings, http) as served:
        yield served


def ref(id: str) -> ForeignId:  # noqa: A002
    return ForeignId(id)
