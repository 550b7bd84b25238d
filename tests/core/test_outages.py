"""Administrators are notified of an outage once, and of its end."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery.outages import NobodyTold, Outages
from bot.ports import Unavailable
from tests.core.world import DESK, World, member

BOSS = member("U9", "boss", "The boss")
REFUSED = Unavailable("token refused", "Get a new one.")


def direct_messages(world: World) -> list[str]:
    return [row.text.characters for _, view in world.desk.direct_messages for row in view.rows]


async def test_administrators_are_told_as_soon_as_they_are_known_and_once(world: World) -> None:
    outages = Outages(world.hub)
    with pytest.raises(NobodyTold):
        await outages.began_once("account:shop", REFUSED)
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, BOSS))
    await world.pin_names()
    await outages.began_once("account:shop", REFUSED)
    await outages.began("account:shop", REFUSED)
    await world.deliver()
    assert len(direct_messages(world)) == 1
    assert "account:shop is down: token refused" in direct_messages(world)[0]
    await outages.ended("account:shop")
    await outages.ended("account:shop")
    await world.deliver()
    assert direct_messages(world)[1:] == ["✅ account:shop works again."]


async def test_of_several_processes_one_tells(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, BOSS))
    await world.pin_names()
    processes = [Outages(world.hub) for _ in range(6)]
    await asyncio.gather(*(one.began("account:shop", REFUSED) for one in processes))
    await world.deliver()
    assert len(direct_messages(world)) == 1
    await asyncio.gather(*(one.ended("account:shop") for one in processes))
    await world.deliver()
    assert direct_messages(world)[1:] == ["✅ account:shop works again."]
