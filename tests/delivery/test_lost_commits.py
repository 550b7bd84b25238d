"""Commits whose answer is lost: the database is asked what is so, before anybody is told of a doubt."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.delivery.pace import Pace
from bot.domain import Delivery
from bot.ports import Mark
from bot.ports.storage import Claim, CommitUnknown, Settlement
from storage import SharedBudgets, SqlStore, connect
from storage.signals.local import Waker
from tests.clock import ManualClock, SystemClock
from tests.core.helpers import accepted_dialog
from tests.core.world import ANNA, World
from tests.delivery.postman import Postman, all_sent, courier, enqueue
from tests.networks import Network, network_to
from tests.tools import FolderFiles
from tests.waiting import FACT


class SilentPace(Pace):
    async def divide(self, found: Sequence[Claim], now: datetime) -> tuple[Sequence[Claim], Sequence[Settlement]]:
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture
def world(store: SqlStore, clock: ManualClock, tmp_path: Path) -> World:
    return World(store, clock, FolderFiles(tmp_path))


@pytest.fixture
async def network(postgres_url: str) -> AsyncIterator[Network]:
    url = make_url(postgres_url)
    async with network_to(url.host or "", url.port or 5432) as made:
        yield made


@pytest.fixture
async def behind(network: Network, postgres_url: str, clock: ManualClock) -> AsyncIterator[SqlStore]:
    """A store whose answers may get lost."""
    url = make_url(postgres_url).set(host="127.0.0.1", port=network.own_port)
    store = await connect(url.render_as_string(hide_password=False), wake=Waker(), clock=clock)
    yield store
    await store.close()


async def test_an_answer_whose_claim_was_committed_unheard_is_sent_once(
    network: Network, behind: SqlStore, clock: ManualClock, tmp_path: Path
) -> None:
    """The courier claimed it, and never began to send it: nothing is in doubt."""
    world = World(behind, clock, FolderFiles(tmp_path))
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "once")
    network.commits_to_lose = 1
    courier = next(one for one in world._couriers() if one.destination == "account:shop")
    with pytest.raises(CommitUnknown):
        await courier._turn()
    assert network.lost == 1
    while await world._turn(courier):
        pass
    assert world.customer_sees() == ["once"]
    assert await world.delivery(dialog) == [Delivery.SENT]
    await world.deliver()
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_of_many_answers_to_commits_that_are_lost_none_leaves_a_doubt(
    network: Network, behind: SqlStore, postgres_url: str
) -> None:
    """Two processes; one loses an answer to a commit now and then."""
    clock, postman = SystemClock(), Postman()
    direct = await connect(postgres_url, wake=Waker(), clock=clock)
    behind._clock = clock
    couriers = [
        asyncio.create_task(courier(postman, store, clock, SharedBudgets(), number).run())
        for number, store in enumerate((behind, direct))
    ]
    rounds = itertools.count()
    while network.lost < 15:
        network.commits_to_lose = 1
        await enqueue(direct, clock, 10, f"round {next(rounds)}")
        await all_sent(direct)
    for one in couriers:
        one.cancel()
        await asyncio.wait([one])
    await direct.close()
    assert not postman.doubtful
    assert len(postman.sent) == 10 * next(rounds) == len(set(postman.sent)), "each once"


async def test_a_result_whose_commit_was_not_heard_of_is_saved_once(
    network: Network, behind: SqlStore, clock: ManualClock, tmp_path: Path
) -> None:
    world = World(behind, clock, FolderFiles(tmp_path))
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "once")
    courier = next(one for one in world._couriers() if one.destination == "account:shop")
    [claim] = await courier._turn()
    await courier._fly(claim)
    network.commits_to_lose = 2  # that of all results, and that of this one alone
    with pytest.raises(CommitUnknown):
        await courier._turn()
    assert network.lost == 2
    clock.advance(60)
    await world.deliver()
    assert world.customer_sees() == ["once"]
    assert await world.delivery(dialog) == [Delivery.SENT]
    assert not await world.parcels_waiting()


async def test_a_hub_that_stops_before_it_sends_leaves_no_doubt(world: World) -> None:
    """Its courier is cancelled between the claim's commit and the first request: it asks for a rate limit's room."""
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "once")
    stopped = next(one for one in world._couriers() if one.destination == "account:shop")
    stopped._pace = SilentPace(stopped.destination, stopped.carrier, stopped.budgets)
    turn = asyncio.create_task(stopped._turn())
    async with asyncio.timeout(FACT):
        while not stopped._claimed:  # noqa: ASYNC110 - it says nothing when it waits
            await asyncio.sleep(0.01)
    turn.cancel()
    await asyncio.wait([turn])
    await stopped._land()
    await world.deliver()
    assert world.customer_sees() == ["once"]
    assert await world.delivery(dialog) == [Delivery.SENT]
