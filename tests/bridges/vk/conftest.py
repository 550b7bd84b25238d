"""A bridge between the hub and the fake VK."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain import AccountName, Attachment, ChatId, Content, ForeignId, Key, Media, MediaKind
from bot.domain.text import Text
from bot.ports import Outgoing, Sent, Tools
from bridges.vk.receiving import CallbackVk, LongPollVk
from bridges.vk.settings import VkSettings
from tests.fakes.vk import FakeCustomer, FakeVk
from tests.tools import FolderFiles, folder, tools
from tests.waiting import ANSWER

SECRET = "callback_secret_1"
SHOP = AccountName("shop")


@dataclass
class Shop:
    """A community, by Long Poll or with a callback server, and Nick, its customer."""

    vk: FakeVk
    tools: Tools
    polled: LongPollVk
    called: CallbackVk
    nick: FakeCustomer

    @property
    def chat(self) -> ChatId:
        return ChatId(str(self.nick.peer))

    @property
    def files(self) -> FolderFiles:
        return folder(self.tools)

    def media(self, kind: MediaKind = MediaKind.FILE, data: bytes = b"data", name: str = "a.txt") -> Media:
        return Media(kind, self.files.add(data, name), name, size=len(data))

    async def send(self, text: str = "", *attachments: Attachment, key: str = "k", reply_to: str = "") -> Sent:
        said = Content(Text.plain(text), attachments)
        outgoing = Outgoing(said, reply_to=ForeignId(reply_to) if reply_to else None)
        return await self.polled.send(self.chat, outgoing, Key(key))


def settings(vk: FakeVk, receive: str = "longpoll", **more: Any) -> VkSettings:
    table = {"kind": "vk", "group_id": vk.group, "token": vk.token, "api_url": vk.api_url, "secret": SECRET}
    return VkSettings.model_validate({**table, "receive": receive, **more})


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with FakeVk() as vk, aiohttp.ClientSession() as http:
        vk.faults.skips = True
        given = tools(tmp_path, http, public_url="http://127.0.0.1:1/")
        polled = LongPollVk(SHOP, settings(vk), given, patience=ANSWER)
        called = CallbackVk(SHOP, settings(vk, "callback"), given, patience=ANSWER)
        yield Shop(vk, given, polled, called, vk.customer(7, "Nick Smith"))
