"""Strangers: connections that the hub waits for before anybody has proved who they are.

A connection is a *stranger* while the hub waits for the lines before a body, for a body or for the next request, or
while the hub itself puts off its answer, as that to a wrong key.
Strangers have deadlines; there are at most so many of them, from one address and in all, and their bodies may take so
much memory. When there are more, the one that has kept the hub waiting longest is dropped: a real request is complete
within milliseconds, so it is never the one. Routes say who has proved themselves (`bot.ports.requests`).
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.ports.client_addresses import Proxies, neighbourhood

log = structlog.get_logger(__name__)

AT_ONCE = 16
"""Connections that are on their way in at the same time: what is sent on those that are there is read in between."""
KEPT = 512
"""At most so many descriptors are kept for files, databases and platforms: a third of what there are."""
SELDOM = 60.0  # seconds between two warnings about the same
MANY = 100


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Bounds of what one connection may cost: seconds, bytes and numbers, as docs/operations.md explains them."""

    head: float = 10.0  # for the lines before a body
    head_bytes: int = 64 * 1024
    body: float = 20.0  # for the body of a stranger
    pace: int = 8 * 1024  # bytes that any other body brings within `stall`
    stall: float = 30.0
    unread: float = 60.0  # without the other side's taking any of the answer
    drained: float = 5.0  # for what is still sent of a body when the answer has gone
    held_bytes: int = 4 * 1024 * 1024  # of strangers' bodies, all together
    strangers: int = 256
    from_address: int = 64
    pipelined: int = 16  # requests that are sent before the first is answered
    descriptors: int = 0  # of the process; 0: as many as the system allows


class Seldom:
    """Warnings that anybody can cause: each at most once a minute, with how many there were since."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}
        self._untold: Counter[str] = Counter()

    def warn(self, event: str, key: str = "", **values: str) -> None:
        """`key`: what is told of by itself, unless there are too many of them."""
        now = time.monotonic()
        if len(self._told) >= MANY:
            self._told = {what: until for what, until in self._told.items() if now < until}
        what = f"{event} {key}" if len(self._told) < MANY else event
        if now < self._told.get(what, 0):
            self._untold[what] += 1
            return
        self._told[what] = now + SELDOM
        log.warning(event, **values, more=self._untold.pop(what, 0))


class Stranger(Protocol):
    """A connection as `Strangers` sees it."""

    address: str
    """The key it is counted by (`Strangers.key`); "": it is not counted."""

    def drop(self) -> None:
        """Closes the connection at once, without an answer."""
        ...


class Strangers:
    """Connections that the hub waits for, the longest wait first."""

    def __init__(self, limits: ConnectionLimits, proxies: Proxies) -> None:
        """`proxies` may have as many connections as they like."""
        self.limits, self.held = limits, 0
        self.bodies: dict[Stranger, None] = {}
        self._proxies = proxies
        self._all: dict[Stranger, None] = {}
        self._from: dict[str, dict[Stranger, None]] = {}
        self._seldom = Seldom()
        self.open = 0  # connections, of strangers and others
        most = limits.descriptors or resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._most = most - min(most // 3, KEPT)

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, one: Stranger) -> None:
        """From now on `one` keeps the hub waiting."""
        self.leave(one)
        self._all[one] = None
        if one.address:
            same = self._from.setdefault(one.address, {})
            same[one] = None
            if len(same) > self.limits.from_address:
                self._drop(next(iter(same)), "too many connections of one address", address=one.address)
        if len(self._all) > self.limits.strangers:
            self._drop(next(iter(self._all)), "too many connections that say nothing")

    def leave(self, one: Stranger) -> None:
        self._all.pop(one, None)
        self.bodies.pop(one, None)
        if same := self._from.get(one.address):
            same.pop(one, None)
            if not same:
                del self._from[one.address]

    def hold(self, size: int) -> None:
        """Counts a part of a stranger's body."""
        self.held += size
        while self.held > self.limits.held_bytes and self.bodies:
            self._drop(next(iter(self.bodies)), "too much is held of bodies whose sender is not proved")

    def key(self, peer: str) -> str:
        """What connections from `peer` are counted by; "" when they are not."""
        return "" if self._proxies.trusts(peer) else neighbourhood(peer)

    def has_room(self, opening: int) -> bool:
        """For one more, beside those that are on their way in."""
        return self.open + opening < self._most or self.make_room()

    def make_room(self) -> bool:
        """False: there is nobody to drop."""
        if not self._all:
            self._seldom.warn("short of file descriptors: connections are refused")
            return False
        self._drop(next(iter(self._all)), "short of file descriptors: silent connections are dropped")
        return True

    def exhausted(self, error: OSError) -> None:
        """The system had nothing left for a connection."""
        self._seldom.warn("no connection can be taken", reason=error.strerror or "")
        for _ in range(AT_ONCE):
            self.make_room()

    def _drop(self, one: Stranger, why: str, **values: str) -> None:
        self._seldom.warn(why, **values)
        one.drop()
