"""Decides whether, when and how often a parcel is sent again. Pure: the courier acts on the decision.

| error | meaning | decision |
| --- | --- | --- |
| `Transient` | nothing was sent | again after `retry_after`, else a growing pause; given up after `tries` attempts |
| `Unconfirmed` | it may have been sent | again, in doubt; given up after `tries`, or where people are asked instead |
| `Rejected` | it will never be sent | given up at once |
| `Moved` | the conversation has another id | again after a growing pause (`senders.channel` handles it itself) |
| `Unavailable` | the account or desk is broken | again for ever, when the destination's circuit lets a lane through |
| another exception | a defect of the hub | again, in doubt; given up after `DEFECT_TRIES` |

`tries` and "asks people" are the carrier's (`bot.delivery.carrier`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.delivery import circuit
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from bot.ports.storage import Claim

DEFECT_TRIES = 12
"""Attempts (about 5 minutes of them) after which a defect of the hub no longer holds up the lane."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds before the second attempt, doubled with each further one; and their maximum."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Decision to send the parcel again after `pause` seconds. `doubtful`: this attempt may have got through. `scope`:
    the budget that the platform closes for that time, as in `Rate.scope`; "": none."""

    pause: float
    doubtful: bool = False
    scope: str = ""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Decision to settle the parcel as dead; `error` says why."""

    error: DeliveryError


def decide(error: DeliveryError, attempt: int, *, tries: int | None, asks: bool, jitter: float) -> TryAgain | GiveUp:
    """Decides what follows a failed attempt. `attempt`: its number, the first is 1. `tries`: attempts after which the
    parcel is given up, None: never. `asks`: people are asked about an attempt in doubt. `jitter`: a random number from
    0 to 1."""
    exhausted = tries is not None and attempt >= tries
    match error:
        case Rejected():
            return GiveUp(error)
        case Transient() if exhausted:
            return GiveUp(Rejected(RejectReason.TRIES, error.detail))
        case Transient() if error.retry_after is not None:
            return TryAgain(error.retry_after, scope=error.scope)
        case Unconfirmed() if exhausted or asks:
            return GiveUp(error)
        case Unavailable():
            return TryAgain(circuit.PROBE_FIRST / 2)
        case _:
            return TryAgain(backoff(attempt, jitter), doubtful=isinstance(error, Unconfirmed))


def backoff(attempt: int, jitter: float) -> float:
    """Returns the seconds to wait after this attempt: from half of the grown pause (`jitter` 0) to all of it (1)."""
    grown = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempt - 1, 10))
    return grown * (0.5 + jitter / 2)


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
