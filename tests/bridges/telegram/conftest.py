"""A bridge between the hub and the fake Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.domain import AccountName, Attachment, ChatId, Content, Key, Media, MediaKind
from bot.domain.text import Text
from bot.ports import Outgoing, Sent, Tools
from bridges.telegram.receiving import PollingTelegram, WebhookTelegram
from bridges.telegram.settings import TelegramSettings
from tests.fakes.telegram import FakeCustomer, FakeTelegram
from tests.tools import FolderFiles, folder, tools
from tests.waiting import ANSWER

SECRET = "webhook-secret"
SHOP = AccountName("shop")


@dataclass
class Shop:
    """A bot, polled or with a webhook, and Nick, its customer."""

    telegram: FakeTelegram
    tools: Tools
    polled: PollingTelegram
    called: WebhookTelegram
    nick: FakeCustomer

    @property
    def chat(self) -> ChatId:
        return ChatId(str(self.nick.chat_id))

    @property
    def files(self) -> FolderFiles:
        return folder(self.tools)

    def media(self, kind: MediaKind = MediaKind.FILE, data: bytes = b"data", name: str = "a.txt") -> Media:
        return Media(kind, self.files.add(data, name), name, size=len(data))

    async def send(self, text: str = "", *attachments: Attachment) -> Sent:
        return await self.polled.send(self.chat, Outgoing(Content(Text.plain(text), attachments)), Key("k"))


def settings(telegram: FakeTelegram, receive: str = "polling") -> TelegramSettings:
    return TelegramSettings.model_validate(
        {
            "kind": "telegram",
            "token": telegram.token,
            "api_url": telegram.url,
            "receive": receive,
            "webhook_secret": SECRET,
        }
    )


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with FakeTelegram() as telegram, aiohttp.ClientSession() as http:
        telegram.faults.skips = True
        given = tools(tmp_path, http, public_url="http://127.0.0.1:1/")
        polled = PollingTelegram(SHOP, settings(telegram), given, patience=ANSWER)
        called = WebhookTelegram(SHOP, settings(telegram, "webhook"), given, patience=ANSWER)
        yield Shop(telegram, given, polled, called, telegram.customer(7, "Nick Smith"))
