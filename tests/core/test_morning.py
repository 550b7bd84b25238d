"""Morning lists: once a day at the operator's hour by their own clock, over processes, restarts and changed clocks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import Belonging
from bot.tasks.morning import MorningLists
from tests.core.helpers import accepted_dialog, register_operators
from tests.core.world import BORIS, World, member

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DORA = member("U1", "anna", "Anna", "Asia/Yekaterinburg")  # five hours ahead of UTC


@pytest.fixture
async def morning(world: World) -> World:
    """Monday, 09:00 UTC is 14:00 in Yekaterinburg; Anna has one dialog and wants her list at 08:00 from tomorrow on."""
    await register_operators(world, DORA)
    await world.commands(DORA, "notifications morning 8:00")
    await accepted_dialog(world)
    await register_operators(world, DORA)
    return world


async def passes(world: World, until: str) -> list[str]:
    """Moves the clock to that time of a later day ("+1 03:00" UTC); two processes look; returns the lists sent."""
    days, at = until.split()
    hour, minute = map(int, at.split(":"))
    midnight = world.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    goal = midnight + timedelta(days=int(days), hours=hour, minutes=minute)
    world.clock.advance((goal - world.clock.now()).total_seconds())
    before = len(world.desk.direct_messages)
    await asyncio.gather(MorningLists(world.hub).tick(), MorningLists(world.hub).tick())
    await world.deliver()
    return [view.title for _, view in world.desk.direct_messages[before:]]


LIST = ["☀️ Your morning list"]


async def test_a_list_comes_once_each_morning_by_their_own_clock(morning: World) -> None:
    assert await passes(morning, "+0 10:00") == [], "today's hour has passed when it was chosen"
    assert await passes(morning, "+1 02:59") == []
    assert await passes(morning, "+0 03:00") == LIST
    assert await passes(morning, "+0 03:30") == []
    await morning.commands(DORA, "notifications direct on")  # no second list for another choice
    assert await passes(morning, "+0 03:40") == []
    assert await passes(morning, "+1 05:59") == LIST, "a hub that was away sends it late"
    assert await passes(morning, "+1 06:00") == [], "but not in the afternoon"
    assert await passes(morning, "+1 03:00") == LIST
    await register_operators(morning, member("U1", "anna", "Anna", "Europe/London"))
    assert await passes(morning, "+0 08:00") == [], "who travels west has had today's"
    assert await passes(morning, "+1 08:00") == LIST
    await morning.commands(DORA, "notifications morning off")
    assert await passes(morning, "+1 08:00") == []


async def test_a_list_says_what_is_theirs_what_waits_and_what_is_due(morning: World) -> None:
    await morning.customer_writes("Is anyone there?", "8", "Nina")
    await morning.commands(DORA, "task call Vera in 2 hours")
    await morning.commands(DORA, "task lunch in 20 hours")
    await morning.commands(DORA, "task rest in 3 weeks")
    assert await passes(morning, "+1 03:00") == LIST
    view = morning.desk.direct_messages[-1][1]
    said = [row.text.characters for row in view.rows]
    assert said[0] == "Yours: 1 dialog"
    assert said[1].startswith("• #1 · Vera · ⏱ ")
    assert said[2:4][0] == "Waiting in the queue: 1 dialog"
    assert said[3].startswith("• #2 · Nina · ⏱ ")
    assert said[4] == "Due today: 2 tasks"
    assert said[5].startswith("❗ call Vera · ⏰ ")
    assert said[6] == "📝 lunch · ⏰ 10:00"
    assert [one.label for one in view.buttons] == ["Mine", "New", "Tasks"]
    assert "#1" in str(await morning.presses(DORA, view.buttons[0]))


async def test_nothing_to_do_or_no_access_is_no_list(world: World) -> None:
    await register_operators(world, DORA, BORIS)
    await world.commands(BORIS, "notifications morning 8:00")
    await passes(world, "+1 00:00")
    assert await passes(world, "+0 08:00") == []
    await accepted_dialog(world)
    await register_operators(world, replace(BORIS, belongs=Belonging.GONE))
    assert await passes(world, "+1 08:00") == []
