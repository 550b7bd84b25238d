"""One attempt: a carrier carries a claim, and what came of it becomes what is settled."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.delivery import delays, retry
from bot.delivery.carrier import After, Carrier
from bot.delivery.pace import Pace
from bot.delivery.retry import GiveUp
from bot.delivery.roads import Roads
from bot.ports import LONG_WAIT, Budgets, Clock, DeliveryError, Rejected, Unconfirmed
from bot.ports.storage import Claim, Parcel, Settlement
from bot.runtime import metrics
from bot.runtime.claims import ClaimLost
from bot.runtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)


@dataclass
class Ended:
    """End of a claim. `error`: what it is counted as; `met`: what the destination did, which its circuit hears of;
    `called` False: it did nothing, or was not even asked to."""

    settlement: Settlement
    after: tuple[After, ...] = ()
    error: DeliveryError | None = None
    met: DeliveryError | None = None
    called: bool = True


class Attempts:
    """Carries claims of one destination."""

    def __init__(
        self, destination: str, carrier: Carrier, budgets: Budgets, clock: Clock, roads: Roads, pace: Pace
    ) -> None:
        self._destination, self._carrier, self._budgets, self._clock = destination, carrier, budgets, clock
        self._roads, self._pace = roads, pace
        self._delivered = metrics.DELIVERED.labels(destination)
        self._lag = metrics.LAG.labels(destination)

    async def carry(self, claim: Claim) -> Ended:
        """Carries the claim; what may fail is in its result."""
        now, head = self._clock.now(), claim.parcels[0]
        try:
            carried = await self._carrier.carry(claim, now)
        except ClaimLost:  # nothing was sent, and it says nothing about the destination
            await self._pace.give_back(claim)
            return Ended(Settlement(claim), called=False)
        except DeliveryError as error:
            streak = self._roads.observe(claim.name, error)
            counts = retry.counts(error, streak, tries=self._carrier.tries)
            attempt = retry.Attempt(head.attempts + 1, counts, streak, now - head.created_at, head.doubtful)
            return self._failed(claim, head, error, attempt)
        except Exception:
            log.exception("delivery failed unexpectedly", destination=self._destination, kind=head.kind, parcel=head.id)
            number = head.attempts + 1
            return replace(self._failed(claim, head, retry.defect(number), retry.Attempt(number)), called=False)
        if carried.called:
            self._roads.observe(claim.name, None)
        else:
            await self._pace.give_back(claim)
        for parcel in carried.done:
            self._delivered.inc()
            self._lag.observe(max((self._clock.now() - parcel.created_at).total_seconds(), 0))
        again_at = now + timedelta(seconds=carried.rest) if carried.rest else None
        done = tuple(parcel.id for parcel in carried.done)
        return Ended(Settlement(claim, done=done, again_at=again_at), carried.after, called=carried.called)

    def _failed(self, claim: Claim, head: Parcel, error: DeliveryError, attempt: retry.Attempt) -> Ended:
        carrier, now = self._carrier, self._clock.now()
        asks, jitter = carrier.asks_when_doubtful(head), random.random()
        decision = retry.decide(error, attempt, tries=carrier.tries, asks=asks, jitter=jitter)
        if isinstance(decision, GiveUp):
            rest = timedelta(seconds=retry.rest_after(attempt, error, jitter))
            settlement = Settlement(claim, dead={head.id: str(decision.error)}, again_at=now + rest)
            return Ended(settlement, (carrier.give_up(head, decision.error),), decision.error, error)
        subject = carrier.scopes(claim).get(decision.scope, "") if decision.scope else ""
        if not subject and decision.pause > LONG_WAIT:
            subject = claim.name  # it holds up this lane alone, but people are told
        if subject:
            self._budgets.block(self._destination, subject, decision.pause)
        again, again_at = retry.doubts(claim, decision), now + timedelta(seconds=decision.pause)
        after = delays.of(self._destination, head, error, attempt.waited, again_at)
        return Ended(Settlement(claim, again=again, counts=attempt.counts, again_at=again_at), after, error, error)


def count(destination: str, error: DeliveryError) -> None:
    """Logs and counts a failed attempt."""
    kind = type(error).__name__
    throttled.warning("delivery failed", f"{destination} {kind}", destination=destination, error=kind)
    if isinstance(error, Rejected):
        metrics.FAILED.labels(destination, error.reason).inc()
    elif isinstance(error, Unconfirmed):
        metrics.UNCONFIRMED.labels(destination).inc()
    else:
        metrics.RETRIED.labels(destination).inc()
