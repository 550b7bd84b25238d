"""A destination's circuit: the number of lanes it lets through, and the notices about a pause."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.delivery.circuit import PROBE_FIRST, PROBE_LONGEST, Circuit, CircuitState
from bot.domain import ChatId
from bot.ports import DeliveryError, Moved, Rejected, RejectReason, Transient, Unavailable, Unconfirmed

SHOP = "account:shop"
BROKEN = Unavailable("token refused", "Renew it.")
REJECTED = Rejected(RejectReason.BLOCKED)
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


@pytest.mark.parametrize("ended", [None, Transient(), Unconfirmed(), REJECTED, Moved(ChatId("2"))])
async def test_only_an_outage_opens_it(ended: DeliveryError | None) -> None:
    bench = Bench()

    await bench.circuit.record(ended)

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
        (Unconfirmed(), CLOSED, [(SHOP, "works")]),
        (Moved(ChatId("2")), CLOSED, [(SHOP, "works")]),
        (Transient(), HALF_OPEN, []),
        (BROKEN, OPEN, [(SHOP, "token refused")]),
    ],
    ids=["got through", "rejected", "unconfirmed", "moved", "transient", "unavailable"],
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
