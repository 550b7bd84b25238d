"""Words that administrators read about a channel of a team chat that is lost, and how often."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery.outages import Outages
from bot.ports import Unavailable
from tests.core.test_outages import BOSS, direct_messages
from tests.core.world import DESK, World

ARCHIVED = Unavailable("is_archived.", "Unarchive it.", "sales")
POST, MARK, READ = "desk:main sales post", "desk:main sales mark", "receive desk:main sales"
LOST = (
    "⚠️ The channel “sales” of the team chat “main” cannot be used: is_archived. Unarchive it. What goes there waits, "
    "all else goes on; nothing is lost."
)
FOUND = "✅ The channel “sales” of the team chat “main” works again."


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Tells the same on each database."""
    return sqlite_url


@pytest.fixture
async def outages(world: World) -> Outages:
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, BOSS))
    await world.pin_names()
    return Outages(world.hub)


async def told(world: World) -> list[str]:
    await world.deliver()
    return direct_messages(world)


async def test_a_channel_is_told_once_whatever_meets_it(world: World, outages: Outages) -> None:
    await asyncio.gather(*(outages.began(name, ARCHIVED) for name in (POST, MARK, READ)))
    await outages.began("desk:main support post", Unavailable("not_in_channel", "Invite it.", "support"))
    said = await told(world)
    assert [one for one in said if "sales" in one] == [LOST]
    assert len(said) == 2
    for name in (MARK, READ):
        await outages.ended(name)
    assert len(await told(world)) == 2
    await outages.ended(POST)
    assert (await told(world))[2:] == [FOUND]


async def test_a_channel_that_comes_and_goes_is_told_again_only_if_it_stays_away(
    world: World, outages: Outages
) -> None:
    for _ in range(20):
        await outages.began(POST, ARCHIVED)
        world.clock.advance(10)
        await outages.ended(POST)
        world.clock.advance(10)
    assert await told(world) == [LOST, FOUND]
    await outages.began(POST, ARCHIVED)
    world.clock.advance(70)
    await outages.began(POST, ARCHIVED)  # a probe
    await outages.ended(POST)
    assert await told(world) == [LOST, FOUND] * 2
    world.clock.advance(3600)
    await outages.began(POST, ARCHIVED)
    assert len(await told(world)) == 5


async def test_a_job_that_reads_a_team_chat_stops_nothing_that_writes_there(world: World, outages: Outages) -> None:
    await outages.job_began("desk:main", Unavailable("app_token: invalid_auth", "Set another one."))
    await world.customer_writes("Hello")
    await world.deliver()
    assert world.desk.cards
    await outages.began("desk:main", Unavailable("invalid_auth", "Set another one."))
    await outages.ended("desk:main")
    assert len(await told(world)) == 1
    await outages.job_ended("desk:main")
    assert (await told(world))[1:] == ["✅ The team chat “main” works again."]
