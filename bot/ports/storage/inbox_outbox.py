"""Repositories for events already accepted and for parcels waiting in lanes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from bot.domain import Key
from bot.domain.value import value


@value
class Kept:
    """Unreadable payload, stored unchanged."""

    source: str
    key: Key
    raw: str
    why: str
    at: datetime


class Inbox(Protocol):
    """Events already accepted. `source`: `account:NAME` or `desk:NAME`."""

    async def mark_seen(self, source: str, key: Key, at: datetime) -> bool:
        """Records an event as accepted. False: it was accepted before."""
        ...

    async def seen(self, source: str, keys: Sequence[Key]) -> Collection[Key]:
        """Keys whose events are recorded as accepted, out of these."""
        ...

    async def keep_unreadable(self, source: str, key: Key, raw: str, why: str) -> None:
        """Marks an accepted event as unreadable and stores it whole."""
        ...

    async def unreadable(self, limit: int = 100) -> Sequence[Kept]:
        """Unreadable payloads, oldest first."""
        ...

    async def forget(self, source: str, key: Key) -> None:
        """Forgets an unreadable event, so that it can be accepted again (`hub replay`)."""
        ...


LOOK_EVERY = timedelta(seconds=1)
"""Interval at which a destination's courier looks for parcels, even without being woken."""
PLANNED = timedelta(seconds=10)
"""Time before it is due from which on a parcel is planned: it counts as created when it is due, and nobody waits for it
until then."""


class Urgency(IntEnum):
    """Order of lanes within a destination. Within one urgency, accounts take turns."""

    ANSWER = 0  # replies to customers; whispers to operators
    MESSAGE = 1  # customers' messages and technical lines
    CARD = 2
    MARK = 3


@value
class Parcel:
    """Parcel to be delivered. `attempts`: tries before this claim. `doubtful`: an earlier try may have got through (it
    ended in `Unconfirmed`, or its process died)."""

    id: int
    key: Key
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime
    attempts: int
    doubtful: bool


class Queue(NamedTuple):
    """Lanes of one urgency and one account (or of none) at a destination: they wait for each other, and queues of the
    same urgency take turns."""

    urgency: Urgency
    account: str


NEVER: Mapping[Queue, int] = MappingProxyType({})
"""Record of service in which no queue was served."""


@value
class Claim:
    """Lane that is ours until the lease ends, with its first parcels in order."""

    lane: int
    name: str
    destination: str
    fence: str
    parcels: tuple[Parcel, ...]
    queue: Queue


@value
class Settlement:
    """Result of a claim. Parcels in none of the lists stay first in the lane and are exactly as doubtful as before the
    claim. `again_at`: the lane rests until then. `again`: parcels that were tried and stay; the value is their new
    `doubtful`. `counts` False: their `attempts` stay as they are."""

    claim: Claim
    done: tuple[int, ...] = ()
    dead: Mapping[int, str] = field(default_factory=dict)
    again: Mapping[int, bool] = field(default_factory=dict)
    counts: bool = True
    again_at: datetime | None = None


class Outbox(Protocol):
    """Parcels waiting in lanes: a lane is a (destination, name) pair, delivered in order, with one claim at a time.

    `destination` is `account:NAME`, `desk:NAME` or `bot:ACCOUNT`. A lane exists while it has parcels.
    """

    async def enqueue(
        self,
        destination: str,
        lane: str,
        urgency: Urgency,
        kind: str,
        payload: Mapping[str, Any],
        *,
        due: datetime,
        key: Key | None = None,
        account: str = "",
    ) -> Key:
        """Appends a parcel to the lane; its key is created here unless given. A resting lane becomes due at its own
        time or at `due`, whichever is earlier. `account`: whose turn a new lane takes where accounts share the
        destination. The destination is woken after the commit, unless its courier looks by itself before the parcel is
        due (`LOOK_EVERY`). A parcel due much later is planned (`PLANNED`)."""
        ...

    async def claim(
        self,
        destination: str,
        owner: str,
        now: datetime,
        *,
        lanes: int,
        depth: int,
        lease: float,
        probe: bool = False,
        served: Mapping[Queue, int] = NEVER,
    ) -> Sequence[Claim]:
        """Claims up to `lanes` due lanes with up to `depth` parcels each: the most urgent first, and within an urgency
        a lane of each account in turn, the longest due first. `served`: queue → a number that is higher the later it
        was served; those served longest ago begin. Only parcels of the claimed lanes are read, so the cost does not
        grow with the number waiting.

        Once this transaction commits, the parcels count as tried (`attempts`, `doubtful`); the values returned are
        those from before. Parcels that a settlement in the same transaction returns untouched count as never tried.
        `probe`: claims even when the destination is paused, to test whether it works again.
        """
        ...

    async def settle(self, settlement: Settlement, now: datetime) -> bool:
        """Settles a claim. False: the fence is lost because another process took the lane over; nothing is changed."""
        ...

    async def settle_many(self, settlements: Sequence[Settlement], now: datetime) -> Sequence[bool]:
        """Settles each claim, as `settle` does, in few round trips."""
        ...

    async def perhaps_sent(self, destination: str, lane: str) -> Sequence[Mapping[str, Any]]:
        """Payloads of parcels in the lane that may have got through: being delivered now, or in doubt. Locks the lane:
        no other parcel is claimed before this transaction ends."""
        ...

    async def renew(self, claims: Sequence[Claim], until: datetime) -> Sequence[bool]:
        """Extends the claims' leases. False for a claim: its fence is lost, another process took the lane over."""
        ...

    async def hasten(self, lanes: Sequence[int], now: datetime) -> None:
        """Makes these lanes due that rest; those that are claimed or gone stay as they are."""
        ...

    async def release_all(self) -> None:
        """Frees every claimed lane; for an embedded database, whose only process has just started."""
        ...

    async def waiting(self) -> Mapping[str, int]:
        """Number of parcels per destination without those that are planned (`PLANNED`), for metrics and tests."""
        ...

    async def pause(self, destination: str, why: str, advice: str, now: datetime) -> bool:
        """Pauses a destination. False: it is paused already."""
        ...

    async def resume(self, destination: str) -> bool:
        """Resumes a destination. False: it was not paused."""
        ...

    async def pauses(self) -> Mapping[str, str]:
        """Paused destinations, with the reasons."""
        ...
