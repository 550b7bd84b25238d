"""Turns of accounts in the outbox: which lanes a claim takes while more are due than it may take."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from bot.ports.storage import Claim, Queue, Settlement, Unit, Urgency
from storage import SqlStore
from tests.clock import ManualClock
from tests.storage.parts import DESK, claim, done, put, settle

SECOND = timedelta(seconds=1)
FLOOD = 40


def names(claims: list[Claim]) -> list[str]:
    return [one.name for one in claims]


async def flood(store: SqlStore, clock: ManualClock, account: str = "busy", urgency: Urgency = Urgency.MESSAGE) -> None:
    async def work(unit: Unit) -> None:
        for number in range(FLOOD):
            due = clock.now() + timedelta(milliseconds=number)
            await unit.outbox.enqueue(
                DESK, f"{account} {number}", urgency, "post", {"value": number}, due=due, account=account
            )

    await store.transact(work)


async def test_a_quiet_account_is_in_the_first_claim_however_many_lanes_of_another_wait(
    store: SqlStore, clock: ManualClock
) -> None:
    await flood(store, clock)
    now = clock.now() + SECOND
    await put(store, "quiet", 1, due=now, account="quiet")
    claims = await claim(store, now, lanes=5)
    assert names(claims) == ["busy 0", "quiet", "busy 1", "busy 2", "busy 3"]
    assert [one.queue for one in claims[:2]] == [
        Queue(Urgency.MESSAGE, "busy"),
        Queue(Urgency.MESSAGE, "quiet"),
    ]


async def test_accounts_take_turns_and_so_do_lanes_of_none(store: SqlStore, clock: ManualClock) -> None:
    now = clock.now() + SECOND
    for account in ("a", "b", ""):
        await flood(store, clock, account)
    claims = await claim(store, now, lanes=9)
    assert Counter(one.queue.account for one in claims) == {"a": 3, "b": 3, "": 3}
    assert [one.queue.account for one in claims[:3]] == ["a", "b", ""], "equal so far: in order of waiting"


async def test_a_claim_of_one_lane_begins_with_who_was_served_longest_ago(store: SqlStore, clock: ManualClock) -> None:
    now = clock.now() + SECOND
    for account in ("a", "b", "c"):
        await flood(store, clock, account)
    served: dict[Queue, int] = {}
    order = []
    for number in range(1, 10):
        [one] = await claim(store, now, lanes=1, served=served)
        served[one.queue] = number
        order.append(one.queue.account)
    assert order == ["a", "b", "c"] * 3


async def test_urgency_goes_before_turns(store: SqlStore, clock: ManualClock) -> None:
    now = clock.now() + SECOND
    await flood(store, clock)
    await put(store, "quiet's card", 1, due=clock.now(), urgency=Urgency.CARD, account="quiet")
    await put(store, "busy's answer", 1, due=now, urgency=Urgency.ANSWER, account="busy")
    assert names(await claim(store, now, lanes=3)) == ["busy's answer", "busy 0", "busy 1"]
    assert names(await claim(store, now, lanes=FLOOD))[-1] == "quiet's card"


async def test_a_lane_that_rests_gives_its_turn_to_no_other_account(store: SqlStore, clock: ManualClock) -> None:
    await flood(store, clock)
    now = clock.now() + SECOND
    await put(store, "quiet", 1, due=now, account="quiet")
    [_, quiet] = await claim(store, now, lanes=2)
    await settle(store, Settlement(quiet, again_at=now + SECOND), now)
    assert "quiet" not in names(await claim(store, now, lanes=3))
    assert "quiet" in names(await claim(store, now + SECOND, lanes=2))


async def test_a_lane_without_an_account_becomes_the_account_s_and_stays_it(
    store: SqlStore, clock: ManualClock
) -> None:
    await put(store, "contact", 1, due=clock.now())
    await put(store, "contact", 2, due=clock.now(), account="shop")
    await put(store, "contact", 3, due=clock.now(), account="bank")
    [one] = await claim(store, clock.now())
    assert one.queue.account == "shop"


async def test_many_parcels_of_one_transaction_name_their_account(store: SqlStore, clock: ManualClock) -> None:
    async def work(unit: Unit) -> None:
        for lane, account in (("a", ""), ("a", "shop"), ("b", "bank")):
            await unit.outbox.enqueue(DESK, lane, Urgency.MESSAGE, "post", {}, due=clock.now(), account=account)

    await store.transact(work)
    assert {one.name: one.queue.account for one in await claim(store, clock.now())} == {"a": "shop", "b": "bank"}


async def test_processes_share_a_flood_and_the_quiet_account(store: SqlStore, clock: ManualClock) -> None:
    """Each of several claimers, at once, takes different lanes; the quiet account's lane goes in the first round."""
    await flood(store, clock)
    now = clock.now() + SECOND
    await put(store, "quiet", 1, due=now, account="quiet")
    rounds = await asyncio.gather(*(claim(store, now, owner=str(number), lanes=4) for number in range(5)))
    taken = [one.name for claims in rounds for one in claims]
    assert len(taken) == len(set(taken)) == 20
    assert "quiet" in taken


async def test_a_flood_is_claimed_whole_and_in_order(store: SqlStore, clock: ManualClock) -> None:
    await flood(store, clock)
    now, order = clock.now() + SECOND, []
    while claims := await claim(store, now, lanes=7):
        for one in claims:
            order.append(one.name)
            assert await settle(store, done(one), now)
    assert order == [f"busy {number}" for number in range(FLOOD)]
