"""The worst moment to die: the platform has accepted a request, and the hub is killed before it knows. One test per
kind of parcel; whatever differs between the databases, whose claims expire by themselves, is tested on both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.fakes.faults import Fault
from tests.torture import truth
from tests.torture.conftest import Scene, scene
from tests.torture.hubs import Nursery
from tests.torture.world import Conversation, Json, said
from tests.waiting import FACT

"""Seconds in which a killed hub must have recovered: its claims expire after 10."""


@pytest.fixture
async def alone(births: Nursery, database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with scene(births, database, tmp_path) as found:
        yield found


@asynccontextmanager
async def killed_when(alone: Scene, method: str, taken: Callable[[], object]) -> AsyncIterator[None]:
    """Kills the hub in a call of `method` that the block causes and that gets no response: once `taken` holds, the hub
    is killed and started anew. Returns when everything has settled."""
    world, [hub] = alone.world, alone.hubs
    platform = world.telegrams[0] if method == "sendMessage" else world.mm
    platform.faults.add(method, Fault.NOTHING_AFTER)
    yield
    async with asyncio.timeout(FACT):
        await world.until(lambda: bool(taken()))
        await hub.kill()
        assert platform.faults.log[-1] == (method, Fault.NOTHING_AFTER), "it was killed at the wrong moment"
        await hub.start()
        await settled(alone)


async def settled(alone: Scene) -> None:
    await alone.world.telegrams[0].settled()
    while await alone.books.waiting():  # noqa: ASYNC110 - another process's database
        await asyncio.sleep(0.05)
    alone.world.look()


embedded = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def begun(alone: Scene) -> tuple[Conversation, str]:
    """An accepted dialog with an open thread; and the thread."""
    world, [one] = alone.world, alone.world.conversations
    async with asyncio.timeout(FACT):
        one.customer.writes(one.question(1))
        root = await world.root_of(one.question(1))
        await world.mm.person(one.operator).posts(root, one.answer(1))
        await world.until(lambda: world.received(one) == [one.answer(1)])
        await settled(alone)
    return one, root


@embedded
async def test_open(alone: Scene) -> None:
    world, [one] = alone.world, alone.world.conversations
    async with killed_when(alone, "posts", world.mm.roots):
        one.customer.writes(one.question(1))
    assert not [*truth.questions(world, 1)]
    assert len([root for root in world.mm.roots() if "hub_card" in root["props"]]) == 1


async def test_post(alone: Scene) -> None:
    world = alone.world
    one, _ = await begun(alone)
    async with killed_when(alone, "posts", lambda: world.posted[one.question(2)]):
        one.customer.writes(one.question(2))
    assert not [*truth.questions(world, 2)]


@embedded
async def test_posts_that_went_together(alone: Scene) -> None:
    """They share one post: each of them must be found in it."""
    one, _ = await begun(alone)
    world = alone.world
    world.mm.faults.add("posts", Fault.TOO_MANY, retry_after=2)  # so that they wait, and share a post
    one.customer.writes(one.question(2))
    await world.until(lambda: ("posts", Fault.TOO_MANY) in world.mm.faults.log)
    async with killed_when(alone, "posts", lambda: world.posted[one.question(2)]):
        one.customer.writes(one.question(3))
        one.customer.writes(one.question(4))
    assert not [*truth.questions(world, 4)]
    assert world.posted[one.question(3)] == world.posted[one.question(4)]


@embedded
async def test_card(alone: Scene) -> None:
    world = alone.world
    one, root = await begun(alone)

    def waits(card: Json) -> bool:
        return any(field["title"] == "Waiting since" for field in card["props"]["attachments"][0]["fields"])

    async with killed_when(alone, "posts.patch", lambda: waits(world.mm.state.posts[root])):
        one.customer.writes(one.question(2))
    assert waits(world.mm.state.posts[root])


@embedded
async def test_mark(alone: Scene) -> None:
    world = alone.world
    one, root = await begun(alone)
    async with killed_when(alone, "reactions", lambda: world.marks(world.mm.thread(root)[-1])):
        await world.mm.person(one.operator).posts(root, one.answer(2))
    assert world.marks(world.by_people(one.answer(2))) == {truth.DELIVERED}


@embedded
async def test_whisper(alone: Scene) -> None:
    """Nobody can look a whisper up: sending it twice is better than not at all."""
    world = alone.world
    _, root = await begun(alone)
    async with killed_when(alone, "ephemeral", lambda: world.mm.ephemerals("operator0")):
        await world.mm.person("operator0").posts(root, "I am a stranger here")
    whispers = [post for post in world.mm.ephemerals("operator0") if "Not sent yet" in said(post)]
    assert 1 <= len(whispers) <= 2


async def test_send(alone: Scene) -> None:
    """Telegram has no idempotency keys, so nobody can know: the operator is asked, and both answers are right."""
    world = alone.world
    one, root = await begun(alone)
    async with killed_when(alone, "sendMessage", lambda: one.answer(2) in world.received(one)):
        await world.mm.person(one.operator).posts(root, one.answer(2))
    [flag] = truth.flagged(world)
    assert world.received(one) == [one.answer(1), one.answer(2)]
    await world.mm.person(one.operator).presses(truth.ARRIVED, flag.post)
    await settled(alone)
    assert not [*truth.marks(world, 2)]
    assert world.received(one) == [one.answer(1), one.answer(2)]


@embedded
async def test_send_again(alone: Scene) -> None:
    world = alone.world
    one, root = await begun(alone)
    world.telegrams[0].faults.add("sendMessage", Fault.RESET_BEFORE)
    await world.mm.person(one.operator).posts(root, one.answer(2))
    await world.until(lambda: bool(truth.flagged(world)))
    [flag] = truth.flagged(world)
    async with killed_when(alone, "sendMessage", lambda: one.answer(2) in world.received(one)):
        await world.mm.person(one.operator).presses(truth.AGAIN, flag.post)
    assert len(truth.flagged(world)) == 2, "in doubt again, asked again"
    assert world.received(one) == [one.answer(1), one.answer(2)]
