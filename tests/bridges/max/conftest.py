"""A bridge between the hub and the fake MAX."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.domain import AccountName, Attachment, ChatId, Content, ForeignId, Key, Media, MediaKind
from bot.domain.text import Text
from bot.ports import Outgoing, Sent, Tools
from bridges.max.receiving import PollingMax, WebhookMax
from bridges.max.settings import MaxSettings
from tests.clock import SystemClock
from tests.fakes.max import FakeCustomer, FakeMax
from tests.tools import FolderFiles, folder, tools
from tests.waiting import ANSWER

SECRET = "webhook-secret"
SHOP = AccountName("shop")
OURS = "http://127.0.0.1:1/hooks/shop"
PNG = b"\x89PNG picture"
TWICE = 2
"""aiohttp itself repeats an idempotent request (any but POST) once when the connection breaks."""


class Hasty(SystemClock):
    """The real time, but sleeping takes none; `slept` records for how long it would have slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class Shop:
    """A bot, polled or with a webhook, and Nick, its customer."""

    max: FakeMax
    tools: Tools
    clock: Hasty
    polled: PollingMax
    called: WebhookMax
    nick: FakeCustomer

    @property
    def chat(self) -> ChatId:
        return ChatId(str(self.nick.chat_id))

    @property
    def files(self) -> FolderFiles:
        return folder(self.tools)

    def media(self, kind: MediaKind = MediaKind.FILE, data: bytes = b"data", name: str = "a.txt") -> Media:
        return Media(kind, self.files.add(data, name), name, size=len(data))

    async def send(self, text: str | Text = "", *attachments: Attachment, reply_to: str | None = None) -> Sent:
        words = Text.plain(text) if isinstance(text, str) else text
        ref = ForeignId(reply_to) if reply_to else None
        return await self.polled.send(self.chat, Outgoing(Content(words, attachments), reply_to=ref), Key("k"))


def settings(server: FakeMax, receive: str = "polling", **more: object) -> MaxSettings:
    table = {"kind": "max", "token": server.token, "api_url": server.url, "receive": receive, "webhook_secret": SECRET}
    return MaxSettings.model_validate({**table, **more})


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with FakeMax() as server, aiohttp.ClientSession() as http:
        server.faults.skips = True
        clock = Hasty()
        given = tools(tmp_path, http, public_url="http://127.0.0.1:1/", clock=clock)
        polled = PollingMax(SHOP, settings(server), given, patience=ANSWER)
        called = WebhookMax(SHOP, settings(server, "webhook"), given, patience=ANSWER)
        yield Shop(server, given, clock, polled, called, server.customer(7, "Nick Smith"))
