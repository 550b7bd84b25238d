"""Decides whether, when and how often a parcel is sent again. Pure: the courier acts on the decision.

| error | meaning | decision |
| --- | --- | --- |
| `Transient` | nothing was sent | again after `retry_after`, else a growing pause |
| `Unexplained` | refused, and nobody knows why | again after a growing pause; given up after `LONGEST_WAIT` |
| `Unconfirmed` | it may have been sent | again, in doubt; given up where people are asked instead |
| `Rejected` | it will never be sent | given up at once |
| `Moved` | the conversation has another id | again after a growing pause (`senders.channel` handles it itself) |
| `Unavailable` | the account or desk is broken | again for ever, when the destination's circuit lets a lane through |
| another exception | a defect of the hub | again, in doubt; given up after `DEFECT_TRIES` |

`Transient` and `Unconfirmed` are given up as well, where the carrier limits its tries (`bot.delivery.carrier`): after
`tries` failures while others of the destination got through, which makes them this parcel's own; or after
`LONGEST_WAIT`, with as many failures in a row. Failures in an outage do not count, nor do a platform's requests to
wait, nor refusals that nobody can explain.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.delivery import circuit
from bot.delivery.lane_failures import Streak
from bot.domain.value import value
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bot.ports.storage import Claim

DEFECT_TRIES = 12
"""Attempts (about 5 minutes of them) after which a defect of the hub no longer holds up the lane."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds before the second attempt, doubled with each further one; and their maximum."""
LONGEST_WAIT = timedelta(hours=24)
"""Age at which a parcel that nothing helped is given up, so that people decide about it."""


@value
class Attempt:
    """A failed attempt. `number`: the first is 1; those that did not count are left out. `counts`: it is held against
    the parcel; `streak`: its lane's failures in a row; `waited`: time since the parcel was enqueued; `doubtful`: an
    earlier attempt may have got through."""

    number: int
    counts: bool = True
    streak: Streak = Streak()
    waited: timedelta = timedelta()
    doubtful: bool = False


@value
class TryAgain:
    """Decision to send the parcel again after `pause` seconds. `doubtful`: this attempt may have got through. `scope`:
    the budget that the platform closes for that time, as in `Rate.scope`; "": none."""

    pause: float
    doubtful: bool = False
    scope: str = ""


@value
class GiveUp:
    """Decision to settle the parcel as dead; `error` says why."""

    error: DeliveryError


def counts(error: DeliveryError, streak: Streak, *, tries: int | None) -> bool:
    """Tells whether a failure is held against the parcel. Without a limit of tries, all are counted."""
    excused = isinstance(error, Unexplained) or (isinstance(error, Transient) and error.scope)
    return tries is None or (streak.others_pass and not excused)


def decide(
    error: DeliveryError, attempt: Attempt, *, tries: int | None, asks: bool, jitter: float
) -> TryAgain | GiveUp:
    """Decides what follows a failed attempt. `tries`: failures after which the parcel is given up, None: never. `asks`:
    people are asked about an attempt in doubt. `jitter`: a random number from 0 to 1."""
    exhausted = _exhausted(error, attempt, tries)
    match error:
        case Rejected():
            return GiveUp(error)
        case Transient() if exhausted and attempt.doubtful:
            return GiveUp(Unconfirmed(error.detail))
        case Transient() if exhausted:
            return GiveUp(Rejected(RejectReason.TRIES, error.detail))
        case Transient() if error.retry_after is not None:
            return TryAgain(error.retry_after, scope=error.scope)
        case Unconfirmed() if exhausted or asks:
            return GiveUp(error)
        case Unavailable():
            return TryAgain(circuit.PROBE_FIRST / 2)
        case _:
            pause = backoff(max(attempt.number, attempt.streak.failures), jitter)
            return TryAgain(pause, doubtful=isinstance(error, Unconfirmed))


def _exhausted(error: DeliveryError, attempt: Attempt, tries: int | None) -> bool:
    unexplained = isinstance(error, Unexplained)
    if tries is None and not unexplained:
        return False
    fewest = DEFECT_TRIES if unexplained or tries is None else tries
    expired = attempt.waited >= LONGEST_WAIT and attempt.streak.failures >= fewest
    return expired or (attempt.counts and attempt.number >= fewest and not unexplained)


def backoff(attempt: int, jitter: float) -> float:
    """Returns the seconds to wait after this attempt: from half of the grown pause (`jitter` 0) to all of it (1)."""
    grown = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempt - 1, 10))
    return grown * (0.5 + jitter / 2)


def rest_after(attempt: Attempt, error: DeliveryError, jitter: float) -> float:
    """Returns the seconds that a lane rests after its parcel was given up: while its platform answers nothing, each
    further message would only end in doubt as well."""
    again = isinstance(error, Unconfirmed) and attempt.streak.failures > 1
    return backoff(attempt.streak.failures, jitter) if again else 0


def defect(attempt: int) -> DeliveryError:
    """Returns the error that an exception in the hub's own code counts as: nobody knows how far the attempt came."""
    if attempt >= DEFECT_TRIES:
        return Rejected(RejectReason.TRIES, "internal error")
    return Unconfirmed("internal error")


def doubts(claim: Claim, again: TryAgain) -> Mapping[int, bool]:
    """Returns, as `Settlement.again`, the parcels that were tried and stay. After an attempt in doubt, all claimed
    parcels may have gone with the first one. An earlier doubt stays: an attempt that failed before sending clears
    nothing up."""
    if again.doubtful:
        return dict.fromkeys((parcel.id for parcel in claim.parcels), True)
    return {claim.parcels[0].id: claim.parcels[0].doubtful}
