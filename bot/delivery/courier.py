"""Couriers: claim, send, settle. One courier serves one destination.

    claim lanes ──► carriers send, side by side ──► settle ─┐
        ▲                                                    │ one transaction:
        └────────────────────────────────────────────────────┘ settle what ended, claim what is due

A parcel counts as begun as soon as its claim is committed. If this process dies before settling it, the next claim of
the lane finds the parcel doubtful and looks it up, repeats it where that is harmless, or asks the operator: see
`bot.senders`. A process that lives and has not heard whether its claim was committed has sent nothing: its next
transaction gives the lanes back, if they are ours, as never begun. `bot.delivery.attempts` is one attempt, and
`bot.delivery.retry` decides what follows a failed one; `bot.delivery.roads`, what follows an outage of the destination
or of a part of it; `bot.delivery.pace`, which claimed lanes go now and which wait for the platform's rate limit;
`bot.delivery.flights`, whether a delivery may still send.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.delivery import circuit
from bot.delivery.attempts import Attempts, Ended, count
from bot.delivery.carrier import Carrier
from bot.delivery.circuit import CircuitState
from bot.delivery.flights import LEASE, Flights
from bot.delivery.pace import Pace
from bot.delivery.roads import Roads
from bot.ports import Budgets, Clock, Unavailable, Wake, returned_topic
from bot.ports.storage import LOOK_EVERY, Claim, CommitUnknown, Settlement, Store, Unit
from bot.runtime.http_pools import LANES
from bot.runtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)

LANDING = 5.0
"""Seconds that deliveries under way are given at shutdown."""


@dataclass
class Courier:
    """Serves `destination` until cancelled. `owner` names this process in the outbox; `roads`: what is known of its
    outages already."""

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
    monotonic: Callable[[], float] = time.monotonic  # for pauses of the destination
    roads: Roads | None = None
    _stir: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: list[Ended] = field(default_factory=list)
    _flying: dict[int, Claim] = field(default_factory=dict)
    _claiming: Sequence[Claim] = ()  # in the transaction under way
    _claimed: list[Claim] = field(default_factory=list)  # ours, or perhaps ours, and nothing was sent yet
    _flights: Flights = field(init=False)
    _roads: Roads = field(init=False)
    _pace: Pace = field(init=False)
    _attempts: Attempts = field(init=False)

    def __post_init__(self) -> None:
        self._flights = Flights(self.destination, self.store, self.clock, self._held, self._lose)
        self._pace = Pace(self.destination, self.carrier, self.budgets)
        fresh = Roads(self.destination, self.on_pause, self.on_resume, self.monotonic)
        self._roads = self.roads or fresh
        self._attempts = Attempts(self.destination, self.carrier, self.budgets, self.clock, self._roads, self._pace)

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

    async def _transact(self, ended: Sequence[Ended], room: int) -> Sequence[Claim]:
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
        failed: list[tuple[Ended, Exception]] = []
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
        self, unit: Unit, ended: Sequence[Ended], room: int, freed: frozenset[int]
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
        self._ended += [Ended(settlement, called=False) for settlement in (*resting, *waiting)]
        return ready

    # ---------------------------------------------------------------------------- delivery of one lane

    async def _fly(self, claim: Claim) -> None:
        try:
            with self._flights.under(claim):
                ended = await self._attempts.carry(claim)
            self._ended.append(ended)  # not in one expression: the list may have been replaced during the await
        finally:
            self._stir.set()

    # ----------------------------------------------------------------------- state of the destination

    async def _report(self, ended: Sequence[Ended]) -> None:
        for one in ended:
            self._roads.over(one.settlement.claim.lane)
        for one in ended:
            claim = one.settlement.claim
            if one.error is not None:
                count(self.destination, one.error)
            if one.called:
                await self._roads.record(claim.lane, self.carrier.place(claim), one.met)

    # ------------------------------------------------------------------------------- background tasks

    async def _hear(self) -> None:
        listening = self.wake.listen(f"outbox:{self.destination}")
        returns = self.wake.listen(returned_topic(self.destination), self._hasten)
        try:
            while True:
                await listening.wait(LOOK_EVERY.total_seconds())
                self._stir.set()
        finally:
            listening.close()
            returns.close()

    def _hasten(self) -> None:
        self._roads.hasten()
        self._stir.set()

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
