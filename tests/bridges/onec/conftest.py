"""The bridge against a fake 1C, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config.plugins import Secret
from bot.domain import AccountName, ChatId, Content, Key, Media, MediaKind
from bot.domain.text import Text
from bot.ports import Outgoing, Sent, Tools
from bridges.onec.bridge import OneCBridge
from bridges.onec.settings import OneCChannelSettings
from tests.fakes.onec import FakeOneC
from tests.tools import folder, tools
from tests.waiting import ANSWER

TOKEN = "the token of the code in 1C"


def settings(onec: FakeOneC, **more: Any) -> OneCChannelSettings:
    return OneCChannelSettings(kind="onec", endpoint_url=Secret(onec.endpoint_url), token=Secret(TOKEN), **more)


@dataclass
class World:
    onec: FakeOneC
    bridge: OneCBridge
    tools: Tools

    async def send(self, chat: str, text: str, *media: Media, key: str = "k1") -> Sent:
        return await self.bridge.send(ChatId(chat), Outgoing(Content(Text.plain(text), media)), Key(key))

    def file(self, name: str, data: bytes = b"bytes") -> Media:
        return Media(MediaKind.FILE, folder(self.tools).add(data, name), name)


@pytest.fixture
async def onec() -> AsyncIterator[FakeOneC]:
    async with FakeOneC() as fake:
        fake.faults.skips = True
        yield fake


@pytest.fixture
async def world(onec: FakeOneC, tmp_path: Path) -> AsyncIterator[World]:
    async with aiohttp.ClientSession() as http:
        given = tools(tmp_path, http, public_url="https://hub.example.com")
        bridge = OneCBridge(AccountName("shop"), settings(onec, title="Acme"), given, patience=ANSWER)
        yield World(onec, bridge, given)
        await bridge.close()
