"""The decision after a failed attempt, by error, attempt and carrier."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery import circuit, retry
from bot.delivery.lane_failures import Streak
from bot.delivery.retry import LONGEST_WAIT, Attempt, GiveUp, TryAgain
from bot.domain import ChatId, Key
from bot.ports import DeliveryError, Moved, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from bot.ports.storage import Claim, Parcel, Queue, Urgency

BUSY = Transient("busy")
LIMITED = Transient("slow down", retry_after=7, scope="chat")
LOST = Unconfirmed("no answer")
BLOCKED = Rejected(RejectReason.BLOCKED, "bot was blocked")
MOVED = Moved(ChatId("2"))
BROKEN = Unavailable("token refused")

# error, attempt, the carrier's attempts, people are asked → decision; jitter is 1: the whole pause
DECISIONS = [
    (BUSY, 1, None, False, TryAgain(0.5)),
    (BUSY, 2, None, False, TryAgain(1.0)),
    (BUSY, 29, 30, True, TryAgain(60.0)),
    (BUSY, 1_000_000, None, False, TryAgain(60.0)),
    (LIMITED, 1, None, False, TryAgain(7, scope="chat")),
    (LIMITED, 29, 30, False, TryAgain(7, scope="chat")),
    (Transient(retry_after=0), 1, None, False, TryAgain(0)),
    (LOST, 1, None, False, TryAgain(0.5, doubtful=True)),
    (LOST, 29, 30, False, TryAgain(60.0, doubtful=True)),
    (LOST, 30, 30, False, GiveUp(LOST)),
    (LOST, 1, None, True, GiveUp(LOST)),
    (BLOCKED, 1, None, False, GiveUp(BLOCKED)),
    (MOVED, 1, None, False, TryAgain(0.5)),
    (MOVED, 30, 30, True, TryAgain(60.0)),
    (BROKEN, 1, None, False, TryAgain(circuit.PROBE_FIRST / 2)),
    (BROKEN, 1_000_000, 1, True, TryAgain(circuit.PROBE_FIRST / 2)),
]


@pytest.mark.parametrize(("error", "attempt", "tries", "asks", "decision"), DECISIONS)
def test_each_error_has_its_decision(
    error: DeliveryError, attempt: int, tries: int | None, asks: bool, decision: TryAgain | GiveUp
) -> None:
    assert retry.decide(error, Attempt(attempt), tries=tries, asks=asks, jitter=1) == decision


@pytest.mark.parametrize("error", [BUSY, LIMITED])
@pytest.mark.parametrize("attempt", [30, 31])
def test_after_the_carriers_last_try_nothing_sent_becomes_a_rejection_that_says_why(
    error: Transient, attempt: int
) -> None:
    decision = retry.decide(error, Attempt(attempt), tries=30, asks=False, jitter=0)

    assert isinstance(decision, GiveUp)
    assert isinstance(decision.error, Rejected)
    assert (decision.error.reason, decision.error.detail) == (RejectReason.TRIES, error.detail)


OTHERS_PASS = Streak(others_pass=True)


@pytest.mark.parametrize(
    ("error", "streak", "tries", "counts"),
    [
        (BUSY, Streak(), 30, False),
        (LOST, Streak(500), 30, False),
        (BUSY, OTHERS_PASS, 30, True),
        (LOST, OTHERS_PASS, 30, True),
        (LIMITED, OTHERS_PASS, 30, False),
        (BUSY, Streak(), None, True),
    ],
    ids=["outage", "long outage", "own fault", "own doubt", "rate limit", "without a limit of tries"],
)
def test_only_failures_while_others_pass_are_held_against_a_parcel(
    error: DeliveryError, streak: Streak, tries: int | None, counts: bool
) -> None:
    assert retry.counts(error, streak, tries=tries) is counts


@pytest.mark.parametrize("error", [BUSY, LIMITED, LOST])
def test_what_does_not_count_is_tried_for_a_day(error: DeliveryError) -> None:
    just_before = LONGEST_WAIT - timedelta(seconds=1)
    for number, failures, waited in [(1000, 1000, just_before), (1, 29, LONGEST_WAIT * 3)]:
        attempt = Attempt(number, counts=False, streak=Streak(failures), waited=waited)
        assert isinstance(retry.decide(error, attempt, tries=30, asks=False, jitter=0), TryAgain)

    attempt = Attempt(1, counts=False, streak=Streak(30), waited=LONGEST_WAIT)
    assert isinstance(retry.decide(error, attempt, tries=30, asks=False, jitter=0), GiveUp)
    assert isinstance(retry.decide(error, attempt, tries=None, asks=False, jitter=0), TryAgain)


def test_the_pause_of_what_does_not_count_grows_with_its_lane_s_failures() -> None:
    attempt = Attempt(1, counts=False, streak=Streak(5))

    assert retry.decide(BUSY, attempt, tries=30, asks=False, jitter=1) == TryAgain(8)


def test_a_lane_whose_answers_all_end_in_doubt_rests_before_the_next_one() -> None:
    rests = [retry.rest_after(Attempt(1, streak=Streak(failures)), LOST, 1) for failures in (1, 2, 3, 10)]

    assert rests == [0, 1, 2, 60]
    assert retry.rest_after(Attempt(1, streak=Streak(9)), BLOCKED, 1) == 0


def test_the_pause_doubles_to_a_minute_and_jitter_takes_away_up_to_half_of_it() -> None:
    assert [retry.backoff(attempt, 1) for attempt in range(1, 10)] == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    assert [retry.backoff(attempt, 0) for attempt in range(1, 10)] == [0.25, 0.5, 1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("attempt", range(1, retry.DEFECT_TRIES))
def test_a_defect_of_the_hub_leaves_the_attempt_in_doubt(attempt: int) -> None:
    assert isinstance(retry.defect(attempt), Unconfirmed)


def test_a_defect_of_the_hub_does_not_hold_up_a_lane_for_ever() -> None:
    error = retry.defect(retry.DEFECT_TRIES)

    assert isinstance(error, Rejected)
    assert error.reason is RejectReason.TRIES


def claim(*doubtful: bool) -> Claim:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    parcels = [Parcel(id_, Key(f"k{id_}"), "send", {}, at, 0, doubt) for id_, doubt in enumerate(doubtful, 1)]
    return Claim(1, "lane", "account:shop", "fence", tuple(parcels), Queue(Urgency.ANSWER, ""))


@pytest.mark.parametrize(
    ("claimed", "again", "doubts"),
    [
        (claim(False, False), TryAgain(1), {1: False}),
        (claim(True, False), TryAgain(1), {1: True}),
        (claim(False, True, False), TryAgain(1, doubtful=True), {1: True, 2: True, 3: True}),
    ],
    ids=["nothing was sent", "a doubt from before stays", "all may have gone"],
)
def test_doubts_spread_over_a_claim_and_never_vanish(claimed: Claim, again: TryAgain, doubts: dict[int, bool]) -> None:
    assert retry.doubts(claimed, again) == doubts


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        (7, 7),
        (3600, 3600),
        (3601, 3600),
        (2_300_000_000, 3600),
        (math.inf, 3600),
        (-1, 0),
        (math.nan, None),
        (None, None),
    ],
)
def test_nobody_is_waited_for_longer_than_an_hour(asked: float | None, waited: float | None) -> None:
    assert Transient("slow down", asked).retry_after == waited
