"""Strangers: connections that the hub waits for and that have not proved who they are.

A connection is a *stranger* while the hub waits for its headers, its body or its next request, or while the hub delays
its response on purpose, as after a wrong key. Strangers have deadlines, their number is limited per address and in all,
and so is the memory for their bodies. Beyond a limit, the one that has kept the hub waiting longest is dropped: a real
request is complete within milliseconds, so it is never the one. Routes report who has proved themselves
(`bot.ports.requests`).
"""

from __future__ import annotations

import resource
from typing import Protocol

import structlog

from bot.domain.value import value
from bot.ports.client_addresses import Proxies, neighbourhood
from bot.runtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)

AT_ONCE = 16
"""Connections accepted at the same time; between such batches, open connections are read."""
KEPT = 512
"""Descriptors reserved for files, databases and platforms; at most a third of all."""


@value
class ConnectionLimits:
    """Limits of one connection's cost, in seconds, bytes and numbers; docs/operations.md explains them."""

    head: float = 10.0  # for request line and headers
    head_bytes: int = 64 * 1024
    body: float = 20.0  # for the body of a stranger
    pace: int = 8 * 1024  # bytes that any other body must bring within `stall`
    stall: float = 30.0
    unread: float = 60.0  # without the client reading any of the response
    drained: float = 5.0  # for the rest of a body after the response was sent
    held_bytes: int = 4 * 1024 * 1024  # of all strangers' bodies together
    strangers: int = 256
    from_address: int = 64
    pipelined: int = 16  # requests sent before the first response
    descriptors: int = 0  # of the process; 0: the system's limit


class Stranger(Protocol):
    """A connection as `Strangers` sees it."""

    address: str
    """The key it is counted under (`Strangers.key`); "": not counted."""

    def drop(self) -> None:
        """Closes the connection at once, without a response."""
        ...


class Strangers:
    """Connections that the hub waits for, the longest wait first."""

    def __init__(self, limits: ConnectionLimits, proxies: Proxies) -> None:
        """`proxies` are exempt from the limit per address."""
        self.limits, self.held = limits, 0
        self.bodies: dict[Stranger, None] = {}
        self._proxies = proxies
        self._all: dict[Stranger, None] = {}
        self._from: dict[str, dict[Stranger, None]] = {}
        self._warnings = ThrottledLog(log)
        self.open = 0  # connections, of strangers and others
        most = limits.descriptors or resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._most = most - min(most // 3, KEPT)

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, one: Stranger) -> None:
        """Counts `one` as keeping the hub waiting; when that exceeds a limit, drops the stranger waiting longest."""
        self.leave(one)
        self._all[one] = None
        if one.address:
            same = self._from.setdefault(one.address, {})
            same[one] = None
            if len(same) > self.limits.from_address:
                self._drop(next(iter(same)), "too many connections of one address", address=one.address)
        if len(self._all) > self.limits.strangers:
            self._drop(next(iter(self._all)), "too many silent connections")

    def leave(self, one: Stranger) -> None:
        self._all.pop(one, None)
        self.bodies.pop(one, None)
        if same := self._from.get(one.address):
            same.pop(one, None)
            if not same:
                del self._from[one.address]

    def hold(self, size: int) -> None:
        """Counts bytes of a stranger's body; drops the longest-held bodies when there are too many."""
        self.held += size
        while self.held > self.limits.held_bytes and self.bodies:
            self._drop(next(iter(self.bodies)), "too many unverified request bodies in memory")

    def key(self, peer: str) -> str:
        """Returns the key under which connections from `peer` are counted; "" when they are not."""
        return "" if self._proxies.trusts(peer) else neighbourhood(peer)

    def has_room(self, opening: int) -> bool:
        """Tells whether one more connection fits, beside `opening` that are being accepted; drops a stranger if
        necessary."""
        return self.open + opening < self._most or self.make_room()

    def make_room(self) -> bool:
        """Drops the longest-waiting stranger. Returns False when there is none."""
        if not self._all:
            self._warnings.warning("short of file descriptors: refusing connections")
            return False
        self._drop(next(iter(self._all)), "short of file descriptors: dropping silent connections")
        return True

    def exhausted(self, error: OSError) -> None:
        """Handles an accept that failed for lack of descriptors or memory: drops strangers."""
        self._warnings.warning("cannot accept connections", reason=error.strerror or "")
        for _ in range(AT_ONCE):
            self.make_room()

    def _drop(self, one: Stranger, why: str, **values: str) -> None:
        self._warnings.warning(why, **values)
        one.drop()
