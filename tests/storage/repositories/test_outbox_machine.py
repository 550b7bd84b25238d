"""Random stories of one destination: the outbox gives out the same as a few lists in memory."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from bot.ports.storage import Claim, Settlement, Urgency
from storage import SqlStore, connect, migrate
from storage.signals.local import Waker
from tests.clock import ManualClock
from tests.storage.parts import DESK, claim, next_due, put, read, settle

T = TypeVar("T")
LEASE = 10.0


@dataclass
class Waiting:
    value: int
    attempts: int = 0
    doubtful: bool = False


@dataclass
class Lane:
    due: datetime
    parcels: list[Waiting] = field(default_factory=list)
    fence: str = ""
    begun: int = 0


class Outbox(RuleBasedStateMachine):
    claims: Bundle[Claim] = Bundle("claims")

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.directory = Path(tempfile.mkdtemp())
        (self.directory / "hub.db").write_bytes(_template())
        self.clock, self.lanes, self.numbers = ManualClock(), dict[str, Lane](), iter(range(10**6))
        url = f"sqlite+aiosqlite:///{self.directory}/hub.db"
        self.store: SqlStore = self.run(connect(url, wake=Waker(), clock=self.clock))

    def teardown(self) -> None:
        self.run(self.store.close())
        self.loop.close()
        shutil.rmtree(self.directory)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @rule(name=st.sampled_from("abc"), count=st.integers(1, 3), late=st.integers(-2, 5))
    def put(self, name: str, count: int, late: int) -> None:
        due = self.clock.now() + timedelta(seconds=late)
        values = [next(self.numbers) for _ in range(count)]
        self.run(put(self.store, name, *values, due=due, urgency=Urgency.CARD))
        lane = self.lanes.setdefault(name, Lane(due))
        lane.parcels += [Waiting(value) for value in values]
        if not lane.fence:
            lane.due = min(lane.due, due)

    @rule(target=claims, most=st.integers(1, 3), depth=st.integers(1, 4))
    def claim(self, most: int, depth: int) -> Any:
        now = self.clock.now()
        given = self.run(claim(self.store, now, lanes=most, depth=depth, lease=LEASE))
        due = sorted((lane.due, name) for name, lane in self.lanes.items() if lane.due <= now)
        assert len(given) == min(most, len(due))
        assert {self.lanes[one.name].due for one in given} <= {at for at, _ in due[:most]}, "the longest due first"
        for one in given:
            lane = self.lanes[one.name]
            self._doubt(lane)
            expected = [(each.value, each.attempts, each.doubtful) for each in lane.parcels[:depth]]
            assert [(each.payload["value"], each.attempts, each.doubtful) for each in one.parcels] == expected
            lane.fence, lane.begun, lane.due = one.fence, depth, now + timedelta(seconds=LEASE)
        return multiple(*given)

    @rule(one=consumes(claims), choice=st.data(), rest=st.none() | st.integers(1, 8))
    def settle(self, one: Claim, choice: st.DataObject, rest: int | None) -> None:
        """Settles a claim at any time, even when it belongs to another process by now."""
        now = self.clock.now()
        outcomes = choice.draw(st.lists(st.sampled_from(["done", "dead", "again", "doubt", "untouched"]), max_size=4))
        pairs = list(zip(one.parcels, outcomes, strict=False))
        settlement = Settlement(
            one,
            done=tuple(parcel.id for parcel, outcome in pairs if outcome == "done"),
            dead={parcel.id: "dead" for parcel, outcome in pairs if outcome == "dead"},
            again={parcel.id: outcome == "doubt" for parcel, outcome in pairs if outcome in ("again", "doubt")},
            again_at=None if rest is None else now + timedelta(seconds=rest),
        )
        lane = self.lanes.get(one.name)
        ours = lane is not None and lane.fence == one.fence
        assert self.run(settle(self.store, settlement, now)) == ours
        if lane is None or not ours:
            return
        for number, outcome in reversed(list(enumerate(outcomes[: len(pairs)]))):
            waiting = lane.parcels[number]
            if outcome in ("done", "dead"):
                del lane.parcels[number]
            elif outcome in ("again", "doubt"):
                lane.parcels[number] = replace(waiting, attempts=waiting.attempts + 1, doubtful=outcome == "doubt")
        lane.fence, lane.begun, lane.due = "", 0, settlement.again_at or now
        if not lane.parcels:
            del self.lanes[one.name]

    @rule(seconds=st.sampled_from([1, 4, int(LEASE)]))
    def pass_time(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule(really=st.sampled_from([False, False, False, True]))
    def start_again(self, really: bool) -> None:
        """Lets the only process die and start again, now and then."""
        if not really:
            return
        self.run(self.store.transact(lambda unit: unit.outbox.release_all()))
        for lane in self.lanes.values():
            if lane.fence:
                self._doubt(lane)
                lane.fence, lane.due = "", self.clock.now()

    def _doubt(self, lane: Lane) -> None:
        for waiting in lane.parcels[: lane.begun]:
            waiting.attempts, waiting.doubtful = waiting.attempts + 1, True
        lane.begun = 0

    @invariant()
    def nothing_is_lost(self) -> None:
        waiting = sum(len(lane.parcels) for lane in self.lanes.values())
        assert self.run(read(self.store, lambda unit: unit.outbox.waiting())) == ({DESK: waiting} if waiting else {})
        due = min((lane.due for lane in self.lanes.values()), default=None)
        assert self.run(next_due(self.store)) == due


@cache
def _template() -> bytes:
    """A migrated, empty database."""
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(migrate(f"sqlite+aiosqlite:///{directory}/hub.db"))
        return (Path(directory) / "hub.db").read_bytes()


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(
    max_examples=40, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
