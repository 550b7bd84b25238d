"""Turns of accounts at a desk that takes few posts: real outbox, a courier, and a rate limit by the test's clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.delivery.carrier import After, DeliveryResult
from bot.delivery.courier import Courier
from bot.delivery.roads import CallPlace
from bot.ports import DeliveryError, Rate, Unavailable
from bot.ports.storage import Claim, Parcel, Unit, Urgency
from storage import SqlStore
from tests.clock import ManualClock
from tests.tools import MemoryWake

DESK = "desk:main"
SLACK = (Rate("all", 300, 60), Rate("channel", 5, 5))
MATTERMOST = (Rate("all", 50),)
TICK = 0.05


@dataclass
class Windows:
    """Moving windows, counted by the test's clock."""

    clock: ManualClock
    taken: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)

    async def take(self, owner: str, rates: Sequence[Rate], wanted: Sequence[Mapping[str, str]]) -> Sequence[float]:
        return [self._take(rates, scopes) for scopes in wanted]

    def _take(self, rates: Sequence[Rate], scopes: Mapping[str, str]) -> float:
        wanted = [(rate, self.taken.setdefault((rate.scope, scopes[rate.scope]), [])) for rate in rates]
        waits = [self._wait(rate, taken) for rate, taken in wanted]
        if not any(waits):
            for _, taken in wanted:
                taken.append(self.clock.now())
        return max(waits)

    def _wait(self, rate: Rate, taken: list[datetime]) -> float:
        if len(taken) < rate.amount:
            return 0.0
        free = taken[-rate.amount] + timedelta(seconds=rate.seconds) - self.clock.now()
        return max(free.total_seconds(), 0.0)

    def long_waits(self) -> Mapping[tuple[str, str], float]:
        return {}

    async def give_back(self, owner: str, rates: Sequence[Rate], wanted: Sequence[Mapping[str, str]]) -> None:
        for scopes in wanted:
            for rate in rates:
                if rate.scope in scopes:
                    self.taken[rate.scope, scopes[rate.scope]].pop()

    def block(self, owner: str, subject: str, seconds: float) -> None:
        raise AssertionError


@dataclass
class Posts:
    """A carrier that remembers what it carried."""

    rates: Sequence[Rate]
    depth: int = 20
    tries: int | None = None
    first: Collection[str] = ()
    carried: list[str] = field(default_factory=list)

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        return {rate.scope: claim.parcels[0].payload.get("channel", "c") for rate in self.rates}

    def place(self, claim: Claim) -> CallPlace:
        return CallPlace()

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        self.carried.append(claim.parcels[0].payload["account"])
        return DeliveryResult(claim.parcels[:1])

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        raise AssertionError

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        return False


@dataclass
class Desk:
    """A desk with one courier per process."""

    store: SqlStore
    clock: ManualClock
    carrier: Posts
    couriers: list[Courier]
    lanes: int = 0

    async def customers(self, account: str, count: int, parcels: int = 2) -> None:
        """New customers of an account: each opens a thread and writes into it."""

        async def work(unit: Unit) -> None:
            for _ in range(count):
                self.lanes += 1
                for _ in range(parcels):
                    lane, due = f"dialog:{self.lanes}", self.clock.now()
                    await unit.outbox.enqueue(
                        DESK, lane, Urgency.MESSAGE, "post", {"account": account}, due=due, account=account
                    )

        await self.store.transact(work)

    async def goes_on(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK)):
            for courier in self.couriers:
                while (claims := await courier._turn()) or courier._ended:
                    for claim in claims:
                        courier._flying[claim.lane] = claim
                        await courier._fly(claim)
            self.clock.advance(TICK)

    def carried(self, account: str) -> int:
        return self.carrier.carried.count(account)


def desk(store: SqlStore, clock: ManualClock, rates: Sequence[Rate], processes: int = 1) -> Desk:
    carrier, budgets, wake = Posts(rates), Windows(clock), MemoryWake()

    async def paused(name: str, error: Unavailable) -> None:
        raise AssertionError

    async def resumed(name: str) -> None:
        raise AssertionError

    names = [str(number) for number in range(processes)]
    couriers = [Courier(DESK, carrier, store, budgets, wake, clock, name, paused, resumed) for name in names]
    return Desk(store, clock, carrier, couriers)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("moment", [0.0, 1.3, 4.9, 12.2])
async def test_a_quiet_account_waits_for_two_turns_not_for_the_flood(
    store: SqlStore, clock: ManualClock, processes: int, moment: float
) -> None:
    slack = desk(store, clock, SLACK, processes)
    await slack.customers("busy", 400)
    await slack.goes_on(moment)
    await slack.customers("quiet", 1)
    before = slack.carried("busy")
    await slack.goes_on(5.8)  # a fifteenth of 87 s
    assert slack.carried("quiet") == 2
    assert slack.carried("busy") - before <= 10, "the rate limit holds"


async def test_turns_cost_no_throughput(store: SqlStore, clock: ManualClock) -> None:
    slack = desk(store, clock, SLACK)
    await slack.customers("busy", 60)
    await slack.customers("other", 60)
    await slack.goes_on(60)
    busy, other = slack.carried("busy"), slack.carried("other")
    assert abs(busy - other) <= 2
    assert 58 <= busy + other <= 65


async def test_at_a_rate_in_the_tens_a_second_accounts_take_turns_too(store: SqlStore, clock: ManualClock) -> None:
    mattermost = desk(store, clock, MATTERMOST)
    await mattermost.customers("busy", 400)
    await mattermost.goes_on(1)
    await mattermost.customers("quiet", 3)
    before = mattermost.carried("busy")
    await mattermost.goes_on(1)
    assert mattermost.carried("quiet") == 6
    assert 40 <= mattermost.carried("busy") - before <= 50


async def test_an_account_alone_is_not_slowed_down(store: SqlStore, clock: ManualClock) -> None:
    slack = desk(store, clock, SLACK)
    await slack.customers("busy", 2)
    await slack.goes_on(TICK)
    assert slack.carried("busy") == 4, "a burst, as the limit allows"
