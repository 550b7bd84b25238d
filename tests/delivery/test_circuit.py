"""A road's circuit: the number of lanes it lets through, and the notices about a pause."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.delivery.circuit import (
    PROBE_FIRST,
    PROBE_LONGEST,
    RETRY_FIRST,
    RETRY_LONGEST,
    TOLD_AFTER,
    Circuit,
    CircuitState,
)
from bot.domain import ChatId
from bot.ports import (
    DeliveryError,
    Moved,
    Rejected,
    RejectReason,
    SourceUnavailable,
    Transient,
    Unavailable,
    Unconfirmed,
)

SHOP = "account:shop"
BROKEN = Unavailable("token refused", "Renew it.")
REJECTED = Rejected(RejectReason.BLOCKED)
DOWN = Transient("HTTP 503")
CLOSED, OPEN, HALF_OPEN = CircuitState.CLOSED, CircuitState.OPEN, CircuitState.HALF_OPEN


class Bench:
    """A circuit with a manual clock and a record of its notices."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.notified: list[tuple[str, str]] = []
        self.circuit = Circuit(SHOP, self._paused, self._resumed, monotonic=lambda: self.seconds)

    async def _paused(self, destination: str, error: Unavailable) -> None:
        self.notified.append((destination, error.detail))

    async def _resumed(self, destination: str) -> None:
        self.notified.append((destination, "works"))

    async def half_open(self) -> None:
        await self.circuit.record(BROKEN)
        self.seconds += PROBE_FIRST

    async def ends(self, lane: str, error: DeliveryError | None) -> None:
        self.circuit.observe(lane, error)
        await self.circuit.record(error)

    async def fails(self, *lanes: str, error: DeliveryError = DOWN) -> None:
        for lane in lanes:
            await self.ends(lane, error)

    async def waits_for_a_probe(self) -> float:
        """Moves the clock to the next probe; returns how long that took."""
        started = self.seconds
        while self.circuit.state is OPEN:
            self.seconds += 1
        return self.seconds - started


@pytest.mark.parametrize("ended", [None, Transient(), Unconfirmed(), REJECTED, Moved(ChatId("2"))])
async def test_one_lane_alone_never_opens_it(ended: DeliveryError | None) -> None:
    bench = Bench()

    for _ in range(100):
        await bench.ends("chat:1", ended)
        bench.seconds += 60

    assert bench.circuit.state is CLOSED
    assert bench.notified == []


async def test_an_outage_opens_it_and_it_is_half_open_when_the_pause_is_over() -> None:
    bench = Bench()

    await bench.circuit.record(BROKEN)

    assert bench.circuit.state is OPEN
    bench.seconds += PROBE_FIRST - 1
    assert bench.circuit.state is OPEN
    bench.seconds += 1
    assert bench.circuit.state is HALF_OPEN
    assert bench.notified == [(SHOP, "token refused")]


@pytest.mark.parametrize(
    ("ended", "state", "notified"),
    [
        (None, CLOSED, [(SHOP, "works")]),
        (REJECTED, CLOSED, [(SHOP, "works")]),
        (Moved(ChatId("2")), CLOSED, [(SHOP, "works")]),
        (DOWN, OPEN, [(SHOP, "HTTP 503")]),
        (Unconfirmed("HTTP 502"), OPEN, [(SHOP, "HTTP 502")]),
        (Transient("too many requests", 5, "chat"), HALF_OPEN, []),
        (SourceUnavailable("HTTP 500 for a file"), HALF_OPEN, []),
        (Rejected(RejectReason.FILE_GONE), HALF_OPEN, []),
        (BROKEN, OPEN, [(SHOP, "token refused")]),
    ],
    ids=[
        "passed",
        "rejected",
        "moved",
        "transient",
        "unconfirmed",
        "rate limit",
        "no file now",
        "no file",
        "unavailable",
    ],
)
async def test_a_probe_decides_how_it_goes_on(
    ended: DeliveryError | None, state: CircuitState, notified: Sequence[tuple[str, str]]
) -> None:
    bench = Bench()
    await bench.half_open()
    bench.notified.clear()

    await bench.circuit.record(ended)

    assert bench.circuit.state is state
    assert bench.notified == notified


async def test_each_probe_that_fails_doubles_the_pause_up_to_the_longest() -> None:
    bench, pauses = Bench(), []
    for _ in range(7):
        await bench.circuit.record(BROKEN)
        started = bench.seconds
        while bench.circuit.state is OPEN:
            bench.seconds += 1
        pauses.append(bench.seconds - started)

    assert pauses == [15, 30, 60, 120, 240, PROBE_LONGEST, PROBE_LONGEST]


async def test_after_it_was_closed_the_next_outage_begins_with_the_first_pause() -> None:
    bench = Bench()
    await bench.half_open()
    await bench.circuit.record(BROKEN)
    await bench.circuit.record(None)

    await bench.half_open()

    assert bench.circuit.state is HALF_OPEN


async def test_a_stored_pause_is_probed_at_once_and_then_less_often() -> None:
    bench = Bench()

    bench.circuit.adopt_pause()

    assert bench.circuit.state is HALF_OPEN
    await bench.circuit.record(BROKEN)
    bench.seconds += PROBE_FIRST
    assert bench.circuit.state is OPEN
    bench.seconds += PROBE_FIRST
    assert bench.circuit.state is HALF_OPEN


# circuit's state, lanes under way, those about to be settled → lanes that may be claimed, of 10 concurrent ones
ROOM = [
    (CLOSED, 0, 0, 10),
    (CLOSED, 7, 0, 3),
    (CLOSED, 10, 4, 4),
    (CLOSED, 10, 0, 0),
    (OPEN, 0, 0, 0),
    (OPEN, 3, 3, 0),
    (HALF_OPEN, 0, 0, 1),
    (HALF_OPEN, 1, 0, 0),
    (HALF_OPEN, 1, 1, 0),
]


@pytest.mark.parametrize(("state", "under_way", "ended", "room"), ROOM)
async def test_lanes_that_may_be_claimed(state: CircuitState, under_way: int, ended: int, room: int) -> None:
    bench = Bench()
    if state is not CLOSED:
        await bench.circuit.record(BROKEN)
    if state is HALF_OPEN:
        bench.seconds += PROBE_FIRST

    assert bench.circuit.state is state
    assert bench.circuit.room(10, under_way, ended) == room


# ------------------------------------------------------------------------------------- nothing gets through


async def test_lanes_of_which_none_gets_through_stop_the_road_in_silence_first() -> None:
    bench = Bench()

    await bench.fails("chat:1", "chat:2")

    assert bench.circuit.state is OPEN
    assert await bench.waits_for_a_probe() == RETRY_FIRST
    await bench.ends("chat:3", None)
    assert bench.circuit.state is CLOSED
    assert bench.notified == []


@pytest.mark.parametrize("error", [DOWN, Unconfirmed("HTTP 503"), Transient("HTTP 503", retry_after=120)])
async def test_an_outage_is_told_after_a_minute_and_probed_often(error: DeliveryError) -> None:
    bench, pauses = Bench(), []
    await bench.fails("chat:1", "chat:2", error=error)
    began = bench.seconds
    while not bench.notified:
        pauses.append(await bench.waits_for_a_probe())
        await bench.fails("chat:1", error=error)

    assert TOLD_AFTER <= bench.seconds - began < TOLD_AFTER + RETRY_LONGEST
    assert bench.notified == [(SHOP, "HTTP 503")]
    assert pauses[:5] == [2, 4, 8, 16, RETRY_LONGEST]

    await bench.waits_for_a_probe()
    await bench.ends("chat:2", None)
    assert bench.notified == [(SHOP, "HTTP 503"), (SHOP, "works")]


async def test_a_lane_that_gets_through_clears_the_others_of_suspicion() -> None:
    bench = Bench()
    for _ in range(100):
        await bench.fails("chat:1")
        await bench.ends("chat:2", None)
        await bench.fails("chat:3")
        await bench.ends("chat:4", REJECTED)
        bench.seconds += 60

    assert bench.circuit.state is CLOSED
    assert bench.notified == []


@pytest.mark.parametrize("error", [Transient("too many requests", 5, "chat"), SourceUnavailable("HTTP 500 for a file")])
async def test_neither_a_rate_limit_nor_a_file_s_source_is_an_outage(error: DeliveryError) -> None:
    bench = Bench()
    for _ in range(100):
        await bench.fails("chat:1", "chat:2", "chat:3", error=error)
        bench.seconds += 60

    assert bench.circuit.state is CLOSED


async def test_lanes_under_way_when_it_opened_do_not_lengthen_the_pause() -> None:
    bench = Bench()

    await bench.fails(*(f"chat:{number}" for number in range(256)))

    assert await bench.waits_for_a_probe() == RETRY_FIRST
    for _ in range(10):
        await bench.circuit.record(BROKEN)
    assert await bench.waits_for_a_probe() == RETRY_FIRST * 2
