"""Roads: a lost channel stops its own lanes alone, and is told once; so does a kind of call that is forbidden."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from bot.delivery.carrier import After, DeliveryResult
from bot.delivery.circuit import PROBE_FIRST
from bot.delivery.courier import Courier
from bot.delivery.roads import REST, CallPlace, Road
from bot.ports import DeliveryError, Rate, Transient, Unavailable
from bot.ports.storage import Claim, Parcel, Unit, Urgency
from storage import SqlStore
from storage.signals.local import Waker
from tests.clock import ManualClock
from tests.core.world import NoBudgets

DESK = "desk:main"
SALES, SUPPORT = "C1", "C2"
ARCHIVED = Unavailable("is_archived", "Unarchive it.", SALES)
NO_SCOPE = Unavailable("missing_scope", "Reinstall the app.")


@dataclass
class Posts:
    """A carrier of lanes whose parcels name their channel and the kind of call. `broken`: error by channel, or by
    kind."""

    broken: dict[str, DeliveryError] = field(default_factory=dict)
    rates: Sequence[Rate] = ()
    depth: int = 1
    tries: int | None = None
    first: Collection[str] = ()
    tried: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        return {}

    def place(self, claim: Claim) -> CallPlace:
        payload = claim.parcels[0].payload
        return CallPlace((payload["channel"],), payload["part"])

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        place = self.place(claim)
        self.tried.append(claim.name)
        for name in (*place.channels, place.part):
            if error := self.broken.get(name):
                raise error
        self.sent.append(claim.name)
        return DeliveryResult(claim.parcels)

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        raise AssertionError("nothing dies")

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        return False


class Desk:
    """A desk with a courier for each process, and what administrators would be told of."""

    def __init__(self, store: SqlStore, clock: ManualClock) -> None:
        self.store, self.clock, self.posts = store, clock, Posts()
        self.told: list[str] = []
        self.courier = self.process()

    def process(self) -> Courier:
        return Courier(
            destination=DESK,
            carrier=self.posts,
            store=self.store,
            budgets=NoBudgets(),
            wake=Waker(),
            clock=self.clock,
            owner="hub",
            on_pause=self._paused,
            on_resume=self._resumed,
            monotonic=lambda: self.clock.now().timestamp(),
        )

    async def _paused(self, name: str, error: Unavailable) -> None:
        pause = (name, error.detail, error.advice, self.clock.now())
        if await self.store.transact(lambda unit: unit.outbox.pause(*pause)):
            self.told.append(f"{name} lost")

    async def _resumed(self, name: str) -> None:
        if await self.store.transact(lambda unit: unit.outbox.resume(name)):
            self.told.append(f"{name} works")

    async def enqueue(self, channel: str, *lanes: str, part: str = "post") -> None:
        async def work(unit: Unit) -> None:
            payload = {"channel": channel, "part": part}
            for lane in lanes:
                await unit.outbox.enqueue(DESK, lane, Urgency.MESSAGE, "post", payload, due=self.clock.now())

        await self.store.transact(work)

    async def works(self, seconds: float = 0, step: float = 1) -> None:
        """Lets the courier go round for a while."""
        for _ in range(int(seconds / step) + 1):
            for _ in range(3):
                await self._turn()
            self.clock.advance(step)

    async def _turn(self) -> None:
        await self.courier._heed_pause()
        for claim in await self.courier._turn():
            self.courier._flying[claim.lane] = claim
            await self.courier._fly(claim)
        await self.courier._turn(claiming=False)

    async def waiting(self) -> int:
        async with self.store.read() as unit:
            return sum((await unit.outbox.waiting()).values())


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The roads are the courier's: what they ask of a database is tested with the outbox."""
    return sqlite_url


@pytest.fixture
def desk(store: SqlStore, clock: ManualClock) -> Desk:
    return Desk(store, clock)


@pytest.mark.parametrize("part", ["", "post", "mark"])
@pytest.mark.parametrize("channel", ["", SALES, "@U1"])
def test_a_road_is_known_by_its_name(channel: str, part: str) -> None:
    road = Road(DESK, channel, part)
    assert Road.parse(str(road)) == Road.parse(f"receive {road}") == road


async def test_a_lost_channel_stops_its_own_lanes_alone(desk: Desk) -> None:
    desk.posts.broken[SALES] = ARCHIVED
    await desk.enqueue(SALES, *(f"sales {number}" for number in range(50)))
    await desk.enqueue(SUPPORT, *(f"support {number}" for number in range(50)))
    await desk.works(4)
    assert len(desk.posts.sent) == 50
    await desk.enqueue(SUPPORT, "support late")
    await desk.works(1)
    assert desk.posts.sent[-1] == "support late"
    assert desk.told == [f"{DESK} C1 post lost"]

    before = len(desk.posts.tried)
    await desk.works(10 * 60, step=5)
    assert len(desk.posts.tried) - before <= 12  # one lane probes: after 15 s, 30 s, then once a minute
    assert await desk.waiting() == 50
    assert desk.told == [f"{DESK} C1 post lost"]


async def test_all_its_lanes_go_as_soon_as_a_probe_gets_through(desk: Desk) -> None:
    desk.posts.broken[SALES] = ARCHIVED
    await desk.enqueue(SALES, *(f"sales {number}" for number in range(50)))
    await desk.works(4)
    del desk.posts.broken[SALES]
    await desk.works(PROBE_FIRST + 1)
    assert len(desk.posts.sent) == 50
    assert desk.told == [f"{DESK} C1 post lost", f"{DESK} C1 post works"]


async def test_what_gets_through_elsewhere_or_in_another_way_ends_nothing(desk: Desk) -> None:
    desk.posts.broken[SALES] = ARCHIVED
    await desk.enqueue(SALES, "sales")
    for number in range(30):
        await desk.enqueue("@U1", f"tell {number}", part="tell")
        await desk.enqueue(SUPPORT, f"support {number}")
        await desk.works(3)
    assert len(desk.posts.sent) == 60
    assert desk.told == [f"{DESK} C1 post lost"]


async def test_two_channels_are_lost_and_found_each_for_itself(desk: Desk) -> None:
    desk.posts.broken |= {SALES: ARCHIVED, SUPPORT: Unavailable("not_in_channel", "Invite it.", SUPPORT)}
    await desk.enqueue(SALES, "sales")
    await desk.enqueue(SUPPORT, "support")
    await desk.works(20)
    assert sorted(desk.told) == [f"{DESK} C1 post lost", f"{DESK} C2 post lost"]
    del desk.posts.broken[SUPPORT]
    await desk.works(60)
    assert desk.posts.sent == ["support"]
    assert desk.told[2:] == [f"{DESK} C2 post works"]


async def test_the_other_kinds_of_calls_go_when_one_works_again(desk: Desk) -> None:
    desk.posts.broken[SALES] = ARCHIVED
    for part in ("update", "mark", "post"):
        await desk.enqueue(SALES, f"sales {part}", part=part)
    await desk.works(120)  # each kind probes ever less often
    del desk.posts.broken[SALES]
    while "sales post" not in desk.posts.sent:
        await desk.works(1)
    await desk.works(3)
    assert len(desk.posts.sent) == 3


async def test_a_forbidden_kind_of_call_stops_nothing_else(desk: Desk) -> None:
    desk.posts.broken["mark"] = NO_SCOPE
    await desk.enqueue(SUPPORT, "mark", part="mark")
    for number in range(60):
        await desk.enqueue(SUPPORT, f"post {number}")
        await desk.works(2)
    assert len(desk.posts.sent) >= 59
    assert desk.told == [f"{DESK} lost", f"{DESK} * mark lost", f"{DESK} works"]
    del desk.posts.broken["mark"]
    await desk.works(300, step=5)
    assert "mark" in desk.posts.sent
    assert desk.told[3:] == [f"{DESK} * mark works"]


async def test_a_process_that_takes_over_finds_the_pause_and_its_end(desk: Desk) -> None:
    desk.posts.broken[SALES] = ARCHIVED
    await desk.enqueue(SALES, "one", "two", "three")
    await desk.works(3)
    desk.courier = desk.process()
    tried = len(desk.posts.tried)
    await desk.works(2 * REST)
    assert len(desk.posts.tried) - tried < 6
    del desk.posts.broken[SALES]
    desk.courier = desk.process()
    await desk.works(2 * REST)
    assert sorted(desk.posts.sent) == ["one", "three", "two"]
    assert desk.told == [f"{DESK} C1 post lost", f"{DESK} C1 post works"]


async def test_an_end_that_another_process_saw_frees_the_lanes_of_this_one(desk: Desk) -> None:
    desk.posts.broken[SALES] = ARCHIVED
    await desk.enqueue(SALES, *(f"sales {number}" for number in range(9)))
    await desk.works(100)  # the next probe is far
    desk.posts.broken.clear()
    await desk._resumed(f"{DESK} C1 post")
    await desk.works(3)
    assert len(desk.posts.sent) == 9


async def test_a_probe_that_meets_something_else_leaves_the_channel_closed(desk: Desk) -> None:
    desk.posts.broken[SALES] = ARCHIVED
    await desk.enqueue(SALES, "one", "two")
    await desk.works(3)
    desk.posts.broken[SALES] = Transient("HTTP 503")
    await desk.works(120)
    assert not desk.posts.sent
    assert desk.told == [f"{DESK} C1 post lost"]
    del desk.posts.broken[SALES]
    await desk.works(60)
    assert sorted(desk.posts.sent) == ["one", "two"]


async def test_a_channel_that_may_work_again_is_tried_at_once(desk: Desk) -> None:
    desk.posts.broken[SALES] = ARCHIVED
    await desk.enqueue(SALES, *(f"sales {number}" for number in range(9)))
    await desk.works(100)  # the next probe is far
    tried = len(desk.posts.tried)
    desk.courier._hasten()
    await desk.works(3)
    assert len(desk.posts.tried) == tried + 1, "one lane asks, and it is not so"
    desk.posts.broken.clear()
    desk.courier._hasten()
    await desk.works(3)
    assert len(desk.posts.sent) == 9
    assert desk.told == [f"{DESK} C1 post lost", f"{DESK} C1 post works"]
