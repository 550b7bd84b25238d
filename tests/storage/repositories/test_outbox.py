"""The outbox: order, fences, leases, doubts."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from bot.ports.storage import Settlement, Unit, Urgency
from storage import SqlStore
from storage.engine.statements import Statement
from storage.tables.tables import dead_parcels, lanes, parcels
from tests.clock import ManualClock
from tests.storage.parts import DESK, claim, done, next_due, put, read, settle, values

SECOND = timedelta(seconds=1)
_LANES = Statement(select(func.count()).select_from(lanes))
_PARCELS = Statement(select(func.count()).select_from(parcels))
_KEPT = ("destination", "lane", "key", "payload", "attempts", "error", "died_at")
_DEAD = Statement(select(*(dead_parcels.c[name] for name in _KEPT)))


async def left(store: SqlStore) -> tuple[int, int]:
    """Numbers of lanes and parcels."""
    async with store.read() as unit:
        return (await unit.session.rows(_LANES))[0][0], (await unit.session.rows(_PARCELS))[0][0]


async def test_a_lane_goes_out_in_order_and_is_gone_when_it_is_empty(store: SqlStore, clock: ManualClock) -> None:
    await put(store, "a", 1, 2, due=clock.now())
    await put(store, "a", 3, due=clock.now())

    [first] = await claim(store, clock.now(), depth=2)
    assert (first.name, first.destination, values(first)) == ("a", DESK, [1, 2])
    assert [(parcel.attempts, parcel.doubtful) for parcel in first.parcels] == [(0, False)] * 2
    assert await settle(store, done(first), clock.now())
    [second] = await claim(store, clock.now())
    assert values(second) == [3]
    assert await settle(store, done(second), clock.now())

    assert await left(store) == (0, 0)
    assert await next_due(store) is None


async def test_one_claim_of_a_lane_at_a_time(store: SqlStore, clock: ManualClock) -> None:
    await put(store, "a", 1, due=clock.now())
    await claim(store, clock.now())
    await put(store, "a", 2, due=clock.now())
    assert await claim(store, clock.now(), owner="another") == []


async def test_urgent_lanes_first_then_those_that_wait_longest(store: SqlStore, clock: ManualClock) -> None:
    now = clock.now()
    await put(store, "marks", 1, due=now - 9 * SECOND, urgency=Urgency.MARK)
    await put(store, "late", 1, due=now - SECOND)
    await put(store, "later", 1, due=now)
    await put(store, "future", 1, due=now + SECOND, urgency=Urgency.ANSWER)
    await put(store, "answers", 1, due=now, urgency=Urgency.ANSWER)

    claims = await claim(store, now, lanes=3)
    assert sorted(one.name for one in claims) == ["answers", "late", "later"]
    assert [one.name for one in await claim(store, now)] == ["marks"]
    assert [one.name for one in await claim(store, now + SECOND)] == ["future"]


async def test_a_lane_is_as_urgent_as_its_most_urgent_parcel(store: SqlStore, clock: ManualClock) -> None:
    now = clock.now()
    await put(store, "a", 1, due=now, urgency=Urgency.MARK)
    await put(store, "b", 1, due=now, urgency=Urgency.CARD)
    await put(store, "a", 2, due=now, urgency=Urgency.ANSWER)
    [first] = await claim(store, now, lanes=1)
    assert values(first) == [1, 2]


async def test_what_is_put_during_a_claim_waits_for_its_end(store: SqlStore, clock: ManualClock) -> None:
    await put(store, "a", 1, due=clock.now())
    [first] = await claim(store, clock.now())
    await put(store, "a", 2, due=clock.now() - SECOND)
    assert await next_due(store) == clock.now() + 10 * SECOND, "the lease"

    assert await settle(
        store, Settlement(first, done=(first.parcels[0].id,), again_at=clock.now() + 3 * SECOND), clock.now()
    )
    assert await next_due(store) == clock.now() + 3 * SECOND
    assert await claim(store, clock.now()) == []
    [second] = await claim(store, clock.now() + 3 * SECOND)
    assert values(second) == [2]


async def test_a_resting_lane_becomes_due_with_a_parcel_that_is_due_earlier(
    store: SqlStore, clock: ManualClock
) -> None:
    await put(store, "a", 1, due=clock.now() + 5 * SECOND)
    await put(store, "a", 2, due=clock.now() + 9 * SECOND)
    assert await next_due(store) == clock.now() + 5 * SECOND
    await put(store, "a", 3, due=clock.now())
    [whole] = await claim(store, clock.now())
    assert values(whole) == [1, 2, 3]


async def test_untouched_parcels_stay_as_they_were_and_tried_ones_are_marked(
    store: SqlStore, clock: ManualClock
) -> None:
    await put(store, "a", 1, 2, 3, 4, due=clock.now())
    [first] = await claim(store, clock.now())
    a, b, c, _ = (parcel.id for parcel in first.parcels)
    assert await settle(store, Settlement(first, done=(a,), again={b: True, c: False}), clock.now())

    [second] = await claim(store, clock.now())
    assert [(parcel.payload["value"], parcel.attempts, parcel.doubtful) for parcel in second.parcels] == [
        (2, 1, True),
        (3, 1, False),
        (4, 0, False),
    ]


async def test_a_failure_that_does_not_count_leaves_the_attempts_and_keeps_its_doubt(
    store: SqlStore, clock: ManualClock
) -> None:
    await put(store, "a", 1, due=clock.now())
    for doubtful in (False, True):
        [one] = await claim(store, clock.now())
        assert await settle(store, Settlement(one, again={one.parcels[0].id: doubtful}, counts=False), clock.now())
    [one] = await claim(store, clock.now())
    assert (one.parcels[0].attempts, one.parcels[0].doubtful) == (0, True)


async def test_the_dead_are_kept_with_their_error_and_the_lane_goes_on(store: SqlStore, clock: ManualClock) -> None:
    await put(store, "a", 1, 2, due=clock.now())
    [first] = await claim(store, clock.now())
    assert await settle(store, Settlement(first, dead={first.parcels[0].id: "gone: no such chat"}), clock.now())
    [second] = await claim(store, clock.now())
    assert values(second) == [2]
    async with store.read() as unit:
        [row] = await unit.session.rows(_DEAD)
    assert tuple(row) == (DESK, "a", first.parcels[0].key, '{"value":1}', 1, "gone: no such chat", clock.now())


async def test_after_a_death_the_next_one_finds_the_begun_parcels_doubtful(store: SqlStore, clock: ManualClock) -> None:
    await put(store, "a", 1, 2, 3, due=clock.now())
    [dead] = await claim(store, clock.now(), owner="dead", depth=2, lease=10)
    assert await claim(store, clock.now() + 9 * SECOND, owner="next") == []

    [taken] = await claim(store, clock.now() + 10 * SECOND, owner="next")
    assert [(parcel.attempts, parcel.doubtful) for parcel in taken.parcels] == [(1, True), (1, True), (0, False)]
    assert taken.fence != dead.fence
    assert not await settle(store, done(dead), clock.now()), "a late settlement of the first owner"
    assert (await left(store))[1] == 3
    assert await settle(store, done(taken), clock.now())
    assert await left(store) == (0, 0)


async def test_a_late_settlement_changes_nothing_even_when_nobody_took_over(
    store: SqlStore, clock: ManualClock
) -> None:
    await put(store, "a", 1, due=clock.now())
    [late] = await claim(store, clock.now(), lease=10)
    assert await settle(store, done(late), clock.now() + 60 * SECOND), "the fence is still ours"
    assert not await settle(store, done(late), clock.now()), "settled already"


async def test_renewing_keeps_a_lane_unless_it_was_taken_over(store: SqlStore, clock: ManualClock) -> None:
    await put(store, "a", 1, due=clock.now())
    await put(store, "b", 2, due=clock.now())
    mine = await claim(store, clock.now(), lease=10)
    until = clock.now() + 20 * SECOND
    assert await store.transact(lambda unit: unit.outbox.renew(mine, until)) == [True, True]
    assert await claim(store, clock.now() + 15 * SECOND) == []
    [theirs] = await claim(store, until, lanes=1)
    later = until + 20 * SECOND
    assert await store.transact(lambda unit: unit.outbox.renew(mine, later)) == [
        one.lane != theirs.lane for one in mine
    ]
    assert await store.transact(lambda unit: unit.outbox.renew([theirs], later)) == [True]
    assert await claim(store, later - SECOND) == []


async def test_a_fresh_start_frees_every_lane_and_doubts_what_was_begun(store: SqlStore, clock: ManualClock) -> None:
    await put(store, "a", 1, due=clock.now())
    await put(store, "b", 2, due=clock.now())
    await claim(store, clock.now(), lanes=1)
    await store.transact(lambda unit: unit.outbox.release_all())
    claims = await claim(store, clock.now())
    assert sorted((one.name, one.parcels[0].doubtful, one.parcels[0].attempts) for one in claims) in (
        [("a", True, 1), ("b", False, 0)],
        [("a", False, 0), ("b", True, 1)],
    )


async def test_settling_and_claiming_in_one_transaction(store: SqlStore, clock: ManualClock) -> None:
    await put(store, "a", 1, 2, due=clock.now())
    await put(store, "b", 3, due=clock.now())
    claims = await claim(store, clock.now(), depth=1)
    stale = replace(done(claims[0]), claim=replace(claims[0], fence="another's"))

    async def turn(unit: Unit) -> tuple[list[bool], list[object]]:
        kept = await unit.outbox.settle_many([done(claims[0]), stale, done(claims[1])], clock.now())
        again = await unit.outbox.claim(DESK, "me", clock.now(), lanes=9, depth=9, lease=9)
        return list(kept), [values(one) for one in again]

    assert await store.transact(turn) == ([True, False, True], [[2]])


async def test_what_is_claimed_and_given_back_in_one_transaction_was_never_begun(
    store: SqlStore, clock: ManualClock
) -> None:
    await put(store, "a", 1, due=clock.now())

    async def turn(unit: Unit) -> None:
        [one] = await unit.outbox.claim(DESK, "me", clock.now(), lanes=9, depth=9, lease=9)
        await unit.outbox.settle_many([Settlement(one, again_at=clock.now() + SECOND)], clock.now())

    await store.transact(turn)
    assert await claim(store, clock.now()) == []
    [later] = await claim(store, clock.now() + SECOND)
    assert (later.parcels[0].attempts, later.parcels[0].doubtful) == (0, False)


async def test_a_paused_destination_gives_nothing_out_but_to_a_probe(store: SqlStore, clock: ManualClock) -> None:
    await put(store, "a", 1, due=clock.now())
    pause = lambda unit: unit.outbox.pause(DESK, "token refused", "make a new one", clock.now())  # noqa: E731
    assert await store.transact(pause)
    assert not await store.transact(pause)
    assert await read(store, lambda unit: unit.outbox.pauses()) == {DESK: "token refused"}
    assert await claim(store, clock.now()) == []

    async def probe(unit: Unit) -> int:
        return len(await unit.outbox.claim(DESK, "me", clock.now(), lanes=1, depth=1, lease=0, probe=True))

    assert await store.transact(probe) == 1
    assert await store.transact(lambda unit: unit.outbox.resume(DESK))
    assert not await store.transact(lambda unit: unit.outbox.resume(DESK))
    assert len(await claim(store, clock.now())) == 1


async def test_lanes_that_rest_are_hastened_and_claimed_ones_are_not(store: SqlStore, clock: ManualClock) -> None:
    await put(store, "a", 1, due=clock.now() + 60 * SECOND)
    await put(store, "b", 1, due=clock.now())
    [held] = await claim(store, clock.now())
    lanes = [held.lane - 1, held.lane, held.lane + 1]
    await store.transact(lambda unit: unit.outbox.hasten(lanes, clock.now()))
    assert [one.name for one in await claim(store, clock.now())] == ["a"]


async def test_destinations_do_not_mix(store: SqlStore, clock: ManualClock) -> None:
    async def work(unit: Unit) -> None:
        for destination in ("desk:main", "desk:other"):
            await unit.outbox.enqueue(
                destination, "a", Urgency.MESSAGE, "post", {"value": destination}, due=clock.now()
            )

    await store.transact(work)
    [one] = await claim(store, clock.now())
    assert values(one) == ["desk:main"]
    assert await read(store, lambda unit: unit.outbox.waiting()) == {"desk:main": 1, "desk:other": 1}


async def test_what_is_planned_does_not_wait_yet(store: SqlStore, clock: ManualClock) -> None:
    planned, soon = clock.now() + timedelta(minutes=1), clock.now() + timedelta(seconds=2)

    async def work(unit: Unit) -> None:
        for lane, due in (("planned", planned), ("soon", soon)):
            await unit.outbox.enqueue("desk:main", lane, Urgency.MESSAGE, "post", {"value": lane}, due=due)

    await store.transact(work)
    assert await read(store, lambda unit: unit.outbox.waiting()) == {"desk:main": 1}
    assert [one.since for one in await read(store, lambda unit: unit.loads.backlogs())] == [clock.now()]
    clock.advance(60)
    assert await read(store, lambda unit: unit.outbox.waiting()) == {"desk:main": 2}
    assert {one.name: one.parcels[0].created_at for one in await claim(store, clock.now())}["planned"] == planned


async def test_many_parcels_of_one_transaction_keep_their_order(store: SqlStore, clock: ManualClock) -> None:
    async def work(unit: Unit) -> None:
        for number in range(50):
            lane = ("b", "a", "c")[number % 3]
            await unit.outbox.enqueue(DESK, lane, Urgency.CARD, "post", {"value": number}, due=clock.now())

    await store.transact(work)
    claims = {one.name: values(one) for one in await claim(store, clock.now(), depth=99)}
    assert claims == {"b": list(range(0, 50, 3)), "a": list(range(1, 50, 3)), "c": list(range(2, 50, 3))}


async def test_many_claimers_never_share_a_lane(store: SqlStore, clock: ManualClock) -> None:
    for number in range(40):
        await put(store, f"lane {number % 20}", number, due=clock.now())
    given: Counter[int] = Counter()
    order: dict[str, list[int]] = {}

    async def claimer(name: str) -> None:
        while any(await left(store)):
            for one in await claim(store, clock.now(), owner=name, lanes=3, depth=1):
                given.update(values(one))
                order.setdefault(one.name, []).extend(values(one))
                assert await settle(store, done(one), clock.now())

    await asyncio.gather(*(claimer(f"claimer {number}") for number in range(12)))
    assert given == Counter(range(40))
    assert all(numbers == sorted(numbers) for numbers in order.values())


async def test_nothing_is_lost_between_putting_and_settling_at_once(store: SqlStore, clock: ManualClock) -> None:
    """A lane is emptied and deleted at the same moments as parcels are put into it."""
    sent: list[int] = []
    putting = True

    async def putter(start: int) -> None:
        for number in range(start, start + 40):
            await put(store, "lane", number, due=clock.now())

    async def taker() -> None:
        while putting or any(await left(store)):
            for one in await claim(store, clock.now(), depth=3):
                sent.extend(values(one))
                assert await settle(store, done(one), clock.now())

    takers = [asyncio.create_task(taker()) for _ in range(3)]
    await asyncio.gather(*(putter(start) for start in (0, 100, 200)))
    putting = False
    await asyncio.gather(*takers)
    assert Counter(sent) == Counter([*range(40), *range(100, 140), *range(200, 240)])
    for start in (0, 100, 200):
        mine = [number for number in sent if start <= number < start + 100]
        assert mine == sorted(mine), "each one's parcels in its order"
