"""What came in and what has to go out: which facts were taken already, and parcels that wait in lanes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, Protocol

from bot.domain import Key


@dataclass(frozen=True, slots=True)
class Kept:
    """A payload that could not be read, as it came."""

    source: str
    key: Key
    raw: str
    why: str
    at: datetime


class Inbox(Protocol):
    """Which facts were taken already. `source`: `account:NAME` or `desk:NAME`."""

    async def admit(self, source: str, key: Key, at: datetime) -> bool:
        """False: this fact was taken before."""
        ...

    async def keep_unreadable(self, source: str, key: Key, raw: str, why: str) -> None:
        """Marks an admitted fact as unreadable and keeps it whole."""
        ...

    async def unreadable(self, limit: int = 100) -> Sequence[Kept]:
        """Payloads kept as unreadable, oldest first."""
        ...

    async def forget(self, source: str, key: Key) -> None:
        """Takes an unreadable one out, so that it can be taken again (`hub replay`)."""
        ...


LOOK_EVERY = timedelta(seconds=1)
"""Who serves a destination looks for itself after this time, woken or not."""


class Urgency(IntEnum):
    """Which lanes of one destination go first."""

    ANSWER = 0  # to customers; whispers to operators
    MESSAGE = 1  # customers' messages and technical lines
    CARD = 2
    MARK = 3


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to bring outside. `attempts`: how often it was begun before this claim. `doubtful`: an
    earlier attempt may have got through (it ended in `Unconfirmed`, or its process died)."""

    id: int
    key: Key
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime
    attempts: int
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A lane that is ours until the lease ends, with its first parcels in order."""

    lane: int
    name: str
    destination: str
    fence: str
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a claim ended. Parcels in none of the lists stay first in the lane and are no longer doubtful
    than they were before the claim. `again_at`: the lane rests until then. `again`: parcels that were
    tried and stay; their `doubtful` becomes the given value."""

    claim: Claim
    done: tuple[int, ...] = ()
    dead: Mapping[int, str] = field(default_factory=dict)
    again: Mapping[int, bool] = field(default_factory=dict)
    again_at: datetime | None = None


class Outbox(Protocol):
    """Parcels wait in lanes: a lane is a (destination, name) pair, goes out in order, one claim at a time.

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
    ) -> Key:
        """Puts a parcel at the end of the lane; its key is born here unless given. A lane at rest becomes due
        at the earlier of its own time and `due`. The destination is woken after the commit; not for what is due only
        after it will have looked by itself (`LOOK_EVERY`)."""
        ...

    async def claim(
        self, destination: str, owner: str, now: datetime, *, lanes: int, depth: int, lease: float, probe: bool = False
    ) -> Sequence[Claim]:
        """Takes up to `lanes` due lanes, the most urgent and longest due first, with up to `depth` parcels
        each; no parcels beyond the claimed lanes are looked at, so the cost does not grow with what waits.
        The parcels that are given out count as begun (`attempts`, `doubtful`) once this transaction commits;
        the values given are those from before; what a settlement in the same transaction gives back untouched
        counts as never begun. `probe`: also when the destination is paused, to see whether it works again."""
        ...

    async def settle(self, settlement: Settlement, now: datetime) -> bool:
        """False: the fence is lost, another has taken the lane over; then nothing is changed."""
        ...

    async def settle_many(self, settlements: Sequence[Settlement], now: datetime) -> Sequence[bool]:
        """`settle` for each of them, in few round trips."""
        ...

    async def perhaps_sent(self, destination: str, lane: str) -> Sequence[Mapping[str, Any]]:
        """Payloads of the parcels in the lane that may have got through: given out at this moment, or in doubt. Locks
        the lane: none of the others is given out before this transaction has ended."""
        ...

    async def renew(self, owner: str, lanes: Sequence[int], until: datetime) -> None:
        """Prolongs the lease of those of the lanes that `owner` still holds."""
        ...

    async def release_all(self) -> None:
        """Frees every claimed lane: for an embedded database, whose only process has just started."""
        ...

    async def waiting(self) -> Mapping[str, int]:
        """Parcels per destination, for metrics and tests."""
        ...

    async def pause(self, destination: str, why: str, advice: str, now: datetime) -> bool:
        """False: it is paused already."""
        ...

    async def resume(self, destination: str) -> bool:
        """False: it was not paused."""
        ...

    async def pauses(self) -> Mapping[str, str]:
        """Paused destinations and why."""
        ...
