"""Couriers: claim, send, settle. One courier serves one destination.

    claim lanes ──► carriers send, side by side ──► settle ─┐
        ▲                                                    │ one transaction:
        └────────────────────────────────────────────────────┘ settle what ended, claim what is due

A parcel counts as begun as soon as its claim is committed. If this process dies before settling it, the next claim of
the lane finds the parcel doubtful and looks it up, repeats it where that is harmless, or asks the operator: see
`bot.senders`. A process that lives and has not heard whether its claim was committed has sent nothing: its next
transaction gives the lanes back, if they are ours, as never begun. `bot.delivery.retry` decides what follows a failed
attempt; `bot.delivery.circuit`, what follows an outage of the destination; `bot.delivery.pace`, which claimed lanes go
now and which wait for the platform's rate limit; `bot.delivery.flights`, whether a delivery may still send.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog
from prometheus_client import Counter, Histogram

from bot.delivery import circuit, delays, retry
from bot.delivery.carrier import After, Carrier
from bot.delivery.circuit import CircuitState
from bot.delivery.flights import LEASE, Flights
from bot.delivery.pace import Pace
from bot.delivery.retry import GiveUp
from bot.delivery.roads import Roads
from bot.ports import LONG_WAIT, Budgets, Clock, DeliveryError, Rejected, Unavailable, Unconfirmed, Wake
from bot.ports.storage import LOOK_EVERY, Claim, CommitUnknown, Parcel, Settlement, Store, Unit
from bot.runtime import metrics
from bot.runtime.claims import ClaimLost
from bot.runtime.http_pools import LANES
from bot.runtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)

LANDING = 5.0
"""Seconds that deliveries under way are given at shutdown."""


@dataclass
class _Ended:
    """End of a claim. `error`: what it is counted as; `met`: what the destination did, which its circuit hears of;
    `called` False: it did nothing, or was not even asked to."""

    settlement: Settlement
    after: tuple[After, ...] = ()
    error: DeliveryError | None = None
    met: DeliveryError | None = None
    called: bool = True


@dataclass
class Courier:
    """Serves `destination` until cancelled. `owner` names this process in the outbox."""

    destination: str
    carrier: Carrier
    store: Store
    budgets: Budgets
    wake: Wake
    clock: Clock
    owner: str
    on_pause: Callable[[str, Unavailable], Awaitable[None]]
    on_resume: Callable[[str], Awaitable[None]]
    most: int = LANES
    _stir: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: list[_Ended] = field(default_factory=list)
    _flying: dict[int, Claim] = field(default_factory=dict)
    _claiming: Sequence[Claim] = ()  # in the transaction under way
    _claimed: list[Claim] = field(default_factory=list)  # ours, or perhaps ours, and nothing was sent yet
    _flights: Flights = field(init=False)
    _roads: Roads = field(init=False)
    _pace: Pace = field(init=False)
    _delivered: Counter = field(init=False)
    _lag: Histogram = field(init=False)

    def __post_init__(self) -> None:
        self._flights = Flights(self.destination, self.store, self.clock, self._held, self._lose)
        self._pace = Pace(self.destination, self.carrier, self.budgets)
        self._roads = Roads(self.destination, self.on_pause, self.on_resume)
        self._delivered = metrics.DELIVERED.labels(self.destination)
        self._lag = metrics.LAG.labels(self.destination)

    async def run(self) -> None:
        """Runs for ever. Deliveries still under way when it is cancelled stay claimed until their lease ends."""
        self._flying.clear()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear(), name=f"{self.destination} hears")
            group.create_task(self._flights.run(), name=f"{self.destination} renews")
            group.create_task(self._heed(), name=f"{self.destination} heeds pauses")
            try:
                while True:
                    await self._go_round(group)
            except asyncio.CancelledError:
                await self._land()
                raise

    async def _go_round(self, group: asyncio.TaskGroup) -> None:
        try:
            claims = await self._turn()
        except Exception as error:  # noqa: BLE001 - the database is away: deliveries go on and are settled when it is back
            throttled.exception("outbox unavailable", error)
            await self.clock.sleep(1)
            return
        for claim in claims:
            group.create_task(self._fly(claim), name=f"{self.destination} {claim.name}")
        if not self._ended:  # everything due is claimed, or there is no room for more
            await self._rest()
        self._stir.clear()

    async def _rest(self) -> None:
        """Waits until there may be something to do."""
        try:
            async with asyncio.timeout(self._pace.seconds_to_next(self.clock.now())):
                await self._stir.wait()
        except TimeoutError:
            log.debug("a rate limit has room again", destination=self.destination)

    async def _land(self) -> None:
        """Settles the deliveries under way before the process ends, so that none is left in doubt."""
        try:
            async with asyncio.timeout(LANDING):
                while self._flying or self._claimed:
                    if not self._ended and not self._claimed:
                        await self._stir.wait()
                    self._stir.clear()
                    await self._turn(claiming=False)
        except Exception as error:  # noqa: BLE001 - the rest is left to its lease, as doubtful
            log.warning(
                "some delivery results were not saved", destination=self.destination, error=type(error).__name__
            )

    # ---------------------------------------------------------------------- the transaction of each turn

    async def _turn(self, *, claiming: bool = True) -> Sequence[Claim]:
        claiming = claiming and await self._flights.all_last()
        began = self._flights.now()
        ended, self._ended = self._ended, []
        room = self._roads.whole.room(self.most, len(self._flying), len(ended)) if claiming else 0
        if not ended and not self._claimed and room <= 0:
            return ()
        try:
            claims = await self._transact(ended, room)
        except Exception:
            self._ended[:0] = ended
            await self._settle_one_by_one()
            raise
        try:
            await self._report(ended)
        except Exception as error:  # noqa: BLE001 - claimed lanes must be carried now, or they are in doubt without reason
            throttled.exception("failed to publish the destination's state", error)
        ready = await self._paced(claims)
        self._flights.claimed(ready, began)
        return ready

    async def _transact(self, ended: Sequence[_Ended], room: int) -> Sequence[Claim]:
        self._claiming, freed = (), frozenset(self._roads.freed)
        try:
            claims = await self.store.transact(lambda unit: self._settle_and_claim(unit, ended, room, freed))
        except BaseException:
            self._claimed += self._claiming
            raise
        self._claimed = [*claims]
        if room > 0:
            self._roads.freed -= freed
        for one in ended:
            self._flying.pop(one.settlement.claim.lane, None)
        return claims

    async def _settle_one_by_one(self) -> None:
        """Settles each result in a transaction of its own after the joint one failed, so that one faulty parcel does
        not hold up the others. If none succeeds, the database is to blame and all are kept, as are those whose commit
        was not confirmed; otherwise a failed one is dropped here and claimed again after its lease, as doubtful."""
        ended, self._ended = self._ended, []
        failed: list[tuple[_Ended, Exception]] = []
        for one in ended:
            try:
                await self._transact([one], 0)
            except CommitUnknown:
                self._ended.append(one)
            except Exception as error:  # noqa: BLE001 - logged below, or kept
                failed.append((one, error))
        if len(failed) == len(ended):
            self._ended += ended
            return
        for one, why in failed:
            self._flying.pop(one.settlement.claim.lane, None)
            lane = one.settlement.claim.name
            log.error("failed to record a delivery result", destination=self.destination, lane=lane, exc_info=why)

    async def _settle_and_claim(
        self, unit: Unit, ended: Sequence[_Ended], room: int, freed: frozenset[int]
    ) -> Sequence[Claim]:
        now = self.clock.now()
        given_back = map(Settlement, self._claimed)
        ours = await unit.outbox.settle_many([*(one.settlement for one in ended), *given_back], now)
        for one, kept in zip(ended, ours, strict=False):
            if kept:
                for after in one.after:
                    await after(unit)
            else:  # by another process, or before, in a commit that was not heard of
                log.warning("lane taken over or settled already", destination=self.destination)
        if room <= 0:
            return ()
        if freed:
            await unit.outbox.hasten(sorted(freed), now)
        self._claiming = await unit.outbox.claim(
            self.destination,
            self.owner,
            now,
            lanes=room,
            depth=self.carrier.depth,
            lease=LEASE,
            probe=self._roads.whole.state is not CircuitState.CLOSED,
            served=self._pace.served,
        )
        return self._claiming

    async def _paced(self, claims: Sequence[Claim]) -> Sequence[Claim]:
        """Returns the claims that go now; the others are settled in the next turn. Outside of a transaction: rate
        limits may be counted far away, and a transaction that waits outlasts the claims that it settles."""
        if not claims:
            return claims
        now = self.clock.now()
        passing, resting = self._roads.divide(claims, self.carrier.place, now)
        ready, waiting = await self._pace.divide(passing, now)
        self._claimed.clear()
        self._flying.update((claim.lane, claim) for claim in claims)
        self._ended += [_Ended(settlement, called=False) for settlement in (*resting, *waiting)]
        return ready

    # ---------------------------------------------------------------------------- delivery of one lane

    async def _fly(self, claim: Claim) -> None:
        try:
            with self._flights.under(claim):
                ended = await self._carried(claim)
            self._ended.append(ended)  # not in one expression: the list may have been replaced during the await
        finally:
            self._stir.set()

    async def _carried(self, claim: Claim) -> _Ended:
        now, head = self.clock.now(), claim.parcels[0]
        try:
            carried = await self.carrier.carry(claim, now)
        except ClaimLost:  # nothing was sent, and it says nothing about the destination
            await self._pace.give_back(claim)
            return _Ended(Settlement(claim), called=False)
        except DeliveryError as error:
            streak = self._roads.observe(claim.name, error)
            counts = retry.counts(error, streak, tries=self.carrier.tries)
            attempt = retry.Attempt(head.attempts + 1, counts, streak, now - head.created_at, head.doubtful)
            return self._failed(claim, head, error, attempt)
        except Exception:
            log.exception("delivery failed unexpectedly", destination=self.destination, kind=head.kind, parcel=head.id)
            number = head.attempts + 1
            return replace(self._failed(claim, head, retry.defect(number), retry.Attempt(number)), called=False)
        if carried.called:
            self._roads.observe(claim.name, None)
        else:
            await self._pace.give_back(claim)
        for parcel in carried.done:
            self._delivered.inc()
            self._lag.observe(max((self.clock.now() - parcel.created_at).total_seconds(), 0))
        again_at = now + timedelta(seconds=carried.rest) if carried.rest else None
        done = tuple(parcel.id for parcel in carried.done)
        return _Ended(Settlement(claim, done=done, again_at=again_at), carried.after, called=carried.called)

    def _failed(self, claim: Claim, head: Parcel, error: DeliveryError, attempt: retry.Attempt) -> _Ended:
        carrier, now = self.carrier, self.clock.now()
        asks, jitter = carrier.asks_when_doubtful(head), random.random()
        decision = retry.decide(error, attempt, tries=carrier.tries, asks=asks, jitter=jitter)
        if isinstance(decision, GiveUp):
            rest = timedelta(seconds=retry.rest_after(attempt, error, jitter))
            settlement = Settlement(claim, dead={head.id: str(decision.error)}, again_at=now + rest)
            return _Ended(settlement, (carrier.give_up(head, decision.error),), decision.error, error)
        subject = carrier.scopes(claim).get(decision.scope, "") if decision.scope else ""
        if not subject and decision.pause > LONG_WAIT:
            subject = claim.name  # it holds up this lane alone, but people are told
        if subject:
            self.budgets.block(self.destination, subject, decision.pause)
        again, again_at = retry.doubts(claim, decision), now + timedelta(seconds=decision.pause)
        after = delays.of(self.destination, head, error, attempt.waited, again_at)
        return _Ended(Settlement(claim, again=again, counts=attempt.counts, again_at=again_at), after, error, error)

    # ----------------------------------------------------------------------- state of the destination

    async def _report(self, ended: Sequence[_Ended]) -> None:
        for one in ended:
            self._roads.over(one.settlement.claim.lane)
        for one in ended:
            claim = one.settlement.claim
            if one.error is not None:
                self._count(one.error)
            if one.called:
                await self._roads.record(claim.lane, self.carrier.place(claim), one.met)

    def _count(self, error: DeliveryError) -> None:
        kind = type(error).__name__
        throttled.warning("delivery failed", f"{self.destination} {kind}", destination=self.destination, error=kind)
        if isinstance(error, Rejected):
            metrics.FAILED.labels(self.destination, error.reason).inc()
        elif isinstance(error, Unconfirmed):
            metrics.UNCONFIRMED.labels(self.destination).inc()
        else:
            metrics.RETRIED.labels(self.destination).inc()

    # ------------------------------------------------------------------------------- background tasks

    async def _hear(self) -> None:
        listening = self.wake.listen(f"outbox:{self.destination}")
        try:
            while True:
                await listening.wait(LOOK_EVERY.total_seconds())
                self._stir.set()
        finally:
            listening.close()

    async def _heed(self) -> None:
        """Adopts pauses that other processes stored: every process serving the destination probes for their end."""
        while True:
            try:
                await self._heed_pause()
            except Exception as error:  # noqa: BLE001 - logged
                throttled.exception("failed to read paused destinations", error)
            await self.clock.sleep(circuit.RETRY_FIRST if self._roads.broken else circuit.PROBE_FIRST)

    async def _heed_pause(self) -> None:
        whole, known = self._roads.whole, self._roads.stored()
        async with self.store.read() as unit:
            paused = await unit.outbox.pauses()
        self._roads.heed(paused, known)
        if self.destination in paused and whole.state is CircuitState.CLOSED:
            whole.adopt_pause()
            self._stir.set()

    def _held(self) -> Sequence[Claim]:
        """Returns the claims that are not settled yet."""
        return [*self._flying.values(), *self._claimed]

    def _lose(self, claim: Claim) -> None:
        self._roads.over(claim.lane)
        if self._flying.get(claim.lane) is claim:
            del self._flying[claim.lane]
