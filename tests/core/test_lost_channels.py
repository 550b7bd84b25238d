"""Channels that cannot be read: told, and read again when their outage is over, whichever process saw its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import cast

import pytest

from bot.app import lost_channels
from bot.app.lost_channels import LostChannels
from bot.delivery.outages import Outages
from bot.ports import Rereading, Transient, Unavailable
from tests.core.test_outages import BOSS, direct_messages
from tests.core.world import DESK, World
from tests.waiting import FACT

LOST = Unavailable("not_in_channel", "Invite it.", "C1")


class Reader:
    def __init__(self) -> None:
        self.lost: dict[str, Unavailable] = {}
        self.begun: list[str] = []
        self.reread_since: list[tuple[str, datetime]] = []
        self.fails = False
        self.hangs = ""

    def unreadable(self) -> Mapping[str, Unavailable]:
        return self.lost

    async def reread(self, channel: str, since: datetime) -> None:
        self.begun.append(channel)
        if self.fails:
            raise Transient("HTTP 503")
        if channel == self.hangs:
            await asyncio.Event().wait()
        self.reread_since.append((channel, since))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_a_channel_is_read_again_when_no_outage_of_it_is_left(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, BOSS))
    await world.pin_names()
    outages, reader = Outages(world.hub), Reader()
    channels = LostChannels(world.hub, outages, DESK, cast(Rereading, reader))
    began = world.clock.now()
    await outages.began("desk:main C1 post", LOST)
    reader.lost["C1"] = LOST
    await channels.look()
    await channels.look()
    world.clock.advance(600)
    await outages.ended("desk:main C1 post")
    await channels.look()
    assert reader.reread_since == []

    reader.lost.clear()
    reader.fails = True
    await channels.look()
    await channels.look()
    reader.fails = False
    for _ in range(3):
        await channels.look()
    assert reader.reread_since == [("C1", began)]
    await world.deliver()
    assert [words[:1] for words in direct_messages(world)] == ["⚠", "✅"]


async def test_a_channel_whose_reading_hangs_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lost_channels, "EVERY", 0.1)
    outages, reader = Outages(world.hub), Reader()
    channels, reader.hangs = LostChannels(world.hub, outages, DESK, cast(Rereading, reader)), "C1"
    for channel in ("C1", "C2"):
        await outages.began(f"desk:main {channel} post", Unavailable("not_in_channel", "Invite it.", channel))
        await outages.ended(f"desk:main {channel} post")
    await asyncio.wait_for(channels.look(), FACT)
    await asyncio.wait_for(channels.look(), FACT)
    assert [channel for channel, _ in reader.reread_since] == ["C2"]
    assert sorted(reader.begun) == ["C1", "C2"], "what is being read is not read a second time"
    reader.hangs = ""
    await cancelled(asyncio.create_task(channels.run()))
    await channels.look()
    assert [channel for channel, _ in reader.reread_since] == ["C2", "C1"]


async def cancelled(running: asyncio.Task[None]) -> None:
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
