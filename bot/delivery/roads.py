"""Roads: what breaks and works as one. A destination as a whole; one channel of a team chat; one kind of call, where
the account may do everything but that.

Each road has a circuit. A lane whose road is closed to it rests without a call; one lane of the road probes. The fault
of a channel stops that channel alone, and only the kind of call that met it ends it: a direct message that gets through
says nothing about a channel. When a channel takes one kind of call again, its others are tried at once.

An outage of everything that lets calls of another kind through was one of its kind alone: the rest goes on.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery.circuit import Circuit, CircuitState
from bot.delivery.lane_failures import Streak, is_answer
from bot.domain.value import value
from bot.ports import DeliveryError, Unavailable
from bot.ports.storage import Claim, Settlement

REST = 60.0
"""Seconds, about, that a lane rests whose road is closed, unless it probes: when the road opens, it goes at once."""
PROBED_EVERY = 60.0
"""Seconds, at most, between two probes of a road that is not the whole destination."""
EVERYWHERE = "*"


@value
class CallPlace:
    """Place that a call is about. `channels`: names of one channel of a team chat, one of which errors use; none: it is
    about no channel. `part`: kind of call; "": the destination has only one."""

    channels: tuple[str, ...] = ()
    part: str = ""


@value
class Road:
    """Part of a destination. `str` is its name in the list of pauses. `channel`, `part` "": all."""

    destination: str
    channel: str = ""
    part: str = ""

    def __str__(self) -> str:
        if not self.channel and not self.part:
            return self.destination
        return " ".join((self.destination, self.channel or EVERYWHERE, self.part)).rstrip()

    @classmethod
    def parse(cls, name: str) -> Road:
        """Parses a name. Names of background jobs have a word before the destination; it is left out."""
        head, _, rest = name.partition(" ")
        if ":" not in head and ":" in rest:
            return cls.parse(rest)
        channel, _, part = rest.partition(" ")
        return cls(head, "" if channel == EVERYWHERE else channel, part)


@dataclass
class Roads:
    """Roads of one destination. `freed`: lanes that rested on a road that has opened since."""

    destination: str
    on_pause: Callable[[str, Unavailable], Awaitable[None]]
    on_resume: Callable[[str], Awaitable[None]]
    monotonic: Callable[[], float] = time.monotonic
    whole: Circuit = field(init=False)
    freed: set[int] = field(default_factory=set)
    _circuits: dict[Road, Circuit] = field(default_factory=dict)
    _resting: defaultdict[Road, set[int]] = field(default_factory=lambda: defaultdict(set))
    _scouts: dict[Road, int] = field(default_factory=dict)  # the lane that probes next
    _probes: dict[Road, int] = field(default_factory=dict)  # the lane that probes now
    _stored: set[Road] = field(default_factory=set)
    _blamed: tuple[str, Unavailable] | None = None  # what the whole is paused for, and the kind of call that met it

    def __post_init__(self) -> None:
        self.whole = Circuit(self.destination, self.on_pause, self.on_resume, self.monotonic)

    @property
    def broken(self) -> bool:
        """True while any road but the whole is closed."""
        return bool(self._circuits)

    def divide(
        self, claims: Sequence[Claim], place: Callable[[Claim], CallPlace], now: datetime
    ) -> tuple[Sequence[Claim], Sequence[Settlement]]:
        """Divides claims into those whose roads are open to them and the settlements of those that rest."""
        if not self.broken:
            return claims, ()
        passing, resting = list[Claim](), list[Settlement]()
        for claim in claims:
            rest = self._rest(claim.lane, place(claim))
            if rest is None:
                passing.append(claim)
            else:
                resting.append(Settlement(claim, again_at=now + timedelta(seconds=rest)))
        return passing, resting

    def _rest(self, lane: int, place: CallPlace) -> float | None:
        """Returns the seconds that a claimed lane rests; None: it goes now, perhaps as a probe."""
        for road in self._of(place):
            circuit = self._circuits.get(road)
            if circuit is None or circuit.state is CircuitState.CLOSED:
                continue
            if circuit.state is CircuitState.HALF_OPEN and self._probes.get(road, lane) == lane:
                self._probes[road] = lane
                continue
            self._resting[road].add(lane)
            if self._scouts.setdefault(road, lane) == lane and road not in self._probes:
                return circuit.opens_in
            return REST * random.uniform(0.75, 1.25)
        return None

    def over(self, lane: int) -> None:
        """Notes that a claim has ended, in whatever way."""
        self._probes = {road: one for road, one in self._probes.items() if one != lane}

    def observe(self, lane: str, error: DeliveryError | None) -> Streak:
        return self.whole.observe(lane, error)

    async def record(self, lane: int, place: CallPlace, error: DeliveryError | None) -> None:
        """Opens and closes circuits after an attempt that was observed and settled."""
        if isinstance(error, Unavailable) and error.channel:
            await self._lost(Road(self.destination, error.channel, place.part), lane, error)
            await self.whole.record(None)  # whoever tells of a channel works
            return
        everywhere = Road(self.destination, "", place.part)
        if isinstance(error, Unavailable) and everywhere in self._circuits:
            await self._lost(everywhere, lane, error)
            return
        if isinstance(error, Unavailable):
            self._blamed = (place.part, error)
        elif is_answer(error) and self._blamed is not None:
            await self._narrow(place.part)
        await self.whole.record(error)
        for road in self._of(place):
            if error is None:
                await self._found(road)
            elif road in self._circuits and not is_answer(error):
                await self._circuits[road].record(error)

    def heed(self, names: Collection[str], known: Collection[Road]) -> None:
        """Adopts the pauses that other processes stored, and the ends of those `known` before they were read."""
        roads = {road for road in map(Road.parse, names) if str(road) in names}
        for road in roads:
            if road.destination == self.destination and (road.channel or road.part) and road not in self._circuits:
                self._circuit(road).adopt_pause()
                self._stored.add(road)
        for road in set(known) - roads:
            self._forget(road)

    def hasten(self) -> None:
        """Makes a probe of every closed road due at once: one of them may work again."""
        for road, circuit in self._circuits.items():
            circuit.hasten()
            resting = self._resting[road]
            if resting:
                scout = self._scouts.setdefault(road, next(iter(resting)))
                self.freed.add(scout)

    def stored(self) -> Sequence[Road]:
        """Returns the roads whose pauses are stored."""
        return [*self._stored]

    # ----------------------------------------------------------------------------------------------

    def _of(self, place: CallPlace) -> list[Road]:
        roads = [Road(self.destination, channel, place.part) for channel in place.channels]
        return [*roads, Road(self.destination, "", place.part)] if place.part else roads

    def _circuit(self, road: Road) -> Circuit:
        if road not in self._circuits:
            self._circuits[road] = Circuit(str(road), self.on_pause, self.on_resume, self.monotonic, PROBED_EVERY)
        return self._circuits[road]

    async def _lost(self, road: Road, lane: int, error: Unavailable) -> None:
        self._scouts.setdefault(road, lane)
        self._resting[road].add(lane)
        await self._circuit(road).record(error)
        self._stored.add(road)

    async def _narrow(self, part: str) -> None:
        """Leaves a pause of everything to the kind of call that met it, if another kind gets through."""
        assert self._blamed is not None
        blamed, error = self._blamed
        self._blamed = None
        if part and blamed and part != blamed and self.whole.state is not CircuitState.CLOSED:
            road = Road(self.destination, "", blamed)
            await self._circuit(road).record(error)
            self._stored.add(road)

    async def _found(self, road: Road) -> None:
        """Opens a road on which a call got through, and the others of its channel, to be tried."""
        if road not in self._circuits:
            return
        same = [one for one in self._circuits if one == road or (road.channel and one.channel == road.channel)]
        for one in same:
            self._forget(one)
        for one in same:
            await self.on_resume(str(one))

    def _forget(self, road: Road) -> None:
        self._circuits.pop(road, None)
        self._scouts.pop(road, None)
        self._probes.pop(road, None)
        self._stored.discard(road)
        self.freed |= self._resting.pop(road, set())
