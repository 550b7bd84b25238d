"""A hub that stood still while another took its work over sends nothing more of it when it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.runtime import http_pools
from tests.conftest import Database
from tests.fakes.mattermost import operations
from tests.torture.conftest import Scene, scene
from tests.torture.hubs import Nursery
from tests.torture.world import Conversation
from tests.waiting import FACT

CUSTOMERS = 220
TAKEN, AFTER = 2, 3
"""Turns of a conversation: what is under way in the freeze, and what shows that the frozen hub works again."""
UNDER_WAY = 90
"""Requests of the frozen hub that the team chat has at least: nearly as many as it has lanes."""

CLAIMED = "SELECT count(*) FROM lanes WHERE destination = 'desk:office' AND fence IS NOT NULL"
STILL_CLAIMED = f"{CLAIMED} AND due_at > now()"

Writes = Callable[[Conversation, int], object]


def _writes(one: Conversation, turn: int) -> None:
    one.customer.writes(one.question(turn))


def _sends_a_file(one: Conversation, turn: int) -> None:
    one.customer.sends_file("document", b"%PDF-1.7", "order.pdf", "application/pdf", caption=one.question(turn))


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A team chat that recognizes no repeated post, as Slack; Mattermost forgets after half a minute."""
    monkeypatch.setattr(operations, "PENDING_REMEMBERED", 0)


@pytest.mark.parametrize(("what", "method"), [(_writes, "posts"), (_sends_a_file, "files")])
async def test_a_thawed_hub_repeats_nothing(
    what: Writes, method: str, births: Nursery, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Requests are under way, more wait for their turn, and each file is to become a post when the hub stands still."""
    database = Database(postgres_url, redis_url)
    async with scene(births, database, tmp_path, hubs=2, conversations=CUSTOMERS, bots=2, timeout=FACT) as given:
        world, (frozen, other) = given.world, given.hubs
        other.freeze()
        await _written(given, 1, _writes)
        await _under_way(given, what, method)
        frozen.freeze()
        other.thaw()
        world.mm.faults.release(method)
        await _posted(given, TAKEN)
        frozen.thaw()
        await other.kill()
        await _written(given, AFTER, _writes)
        _once(given)


async def _under_way(given: Scene, what: Writes, method: str) -> None:
    """Every customer writes; returns when the hub has begun as many deliveries as it can, and the team chat holds
    them."""
    world = given.world
    world.mm.faults.hold(method)
    for one in world.conversations:
        what(one, TAKEN)
    async with asyncio.timeout(FACT):
        await world.until(lambda: world.mm.faults.held >= UNDER_WAY)
        await _claimed(given, http_pools.LANES)


def _once(given: Scene) -> None:
    """Checks that no message of the time in question stands twice."""
    given.world.look()
    names = [one.question(TAKEN) for one in given.world.conversations]
    twice = [name for name in names if len(given.world.posted[name]) > 1]
    assert not twice, f"{len(twice)} of {CUSTOMERS} customers' messages stand twice"


async def _claimed(given: Scene, lanes: int) -> None:
    while await given.books.one(CLAIMED) < lanes:  # noqa: ASYNC110 - another process's database
        await asyncio.sleep(0.05)


async def _written(given: Scene, turn: int, what: Writes) -> None:
    for one in given.world.conversations:
        what(one, turn)
    await _posted(given, turn)


async def _posted(given: Scene, turn: int) -> None:
    """Waits until the message of every customer stands in the thread."""
    async with asyncio.timeout(FACT):
        for one in given.world.conversations:
            await given.world.root_of(one.question(turn))


@pytest.mark.parametrize(("what", "method"), [(_writes, "posts"), (_sends_a_file, "files")])
async def test_a_hub_alone_goes_on_where_it_stood(
    what: Writes, method: str, births: Nursery, postgres_url: str, tmp_path: Path
) -> None:
    """Its claims have ended meanwhile, and nobody has taken them over: it does not do so itself either."""
    async with scene(births, Database(postgres_url), tmp_path, conversations=CUSTOMERS, bots=2, timeout=FACT) as given:
        world, [hub] = given.world, given.hubs
        await _written(given, 1, _writes)
        await _under_way(given, what, method)
        hub.freeze()
        async with asyncio.timeout(FACT):
            while await given.books.one(STILL_CLAIMED):  # noqa: ASYNC110 - a database
                await asyncio.sleep(0.1)
        world.mm.faults.release(method)
        hub.thaw()
        await _posted(given, TAKEN)
        await _written(given, AFTER, _writes)
        _once(given)
