"""A bridge between the hub and the fake WhatsApp."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.domain import AccountName, Attachment, ChatId, Content, Key, Media, MediaKind
from bot.domain.text import Text
from bot.ports import Outgoing, Sent, Tools
from bridges.whatsapp.receiving import CalledTemplatingWhatsApp, CalledWhatsApp
from bridges.whatsapp.settings import WhatsAppSettings
from tests.fakes.whatsapp import FakeCustomer, FakeWhatsApp
from tests.tools import FolderFiles, folder, tools
from tests.waiting import ANSWER

SHOP = AccountName("shop")
PUBLIC = "https://hub.example.com"


@dataclass
class Shop:
    """A number, with its business account known or not, and Nick, its customer."""

    whatsapp: FakeWhatsApp
    tools: Tools
    bridge: CalledTemplatingWhatsApp
    without_account: CalledWhatsApp
    nick: FakeCustomer

    @property
    def chat(self) -> ChatId:
        return ChatId(self.nick.id)

    @property
    def files(self) -> FolderFiles:
        return folder(self.tools)

    def media(
        self, kind: MediaKind = MediaKind.FILE, data: bytes = b"data", name: str = "a.txt", mime: str = ""
    ) -> Media:
        return Media(kind, self.files.add(data, name, mime), name, mime, len(data))

    async def send(self, text: str = "", *attachments: Attachment) -> Sent:
        return await self.bridge.send(self.chat, Outgoing(Content(Text.plain(text), attachments)), Key("k"))


def settings(whatsapp: FakeWhatsApp, **more: str) -> WhatsAppSettings:
    return WhatsAppSettings.model_validate(
        {
            "kind": "whatsapp",
            "phone_id": whatsapp.phone_id,
            "waba_id": whatsapp.waba_id,
            "token": whatsapp.token,
            "app_secret": whatsapp.app_secret,
            "verify_token": whatsapp.verify_token,
            "api_url": whatsapp.url,
            **more,
        }
    )


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with FakeWhatsApp() as whatsapp, aiohttp.ClientSession() as http:
        whatsapp.faults.skips = True
        given = tools(tmp_path, http, public_url=PUBLIC)
        yield Shop(
            whatsapp,
            given,
            CalledTemplatingWhatsApp(SHOP, settings(whatsapp), given, patience=ANSWER),
            CalledWhatsApp(SHOP, settings(whatsapp, waba_id=""), given, patience=ANSWER),
            whatsapp.customer("Nick Smith", phone="79990001122"),
        )
