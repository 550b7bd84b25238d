"""What connections may cost before anybody has proved who they are.

A *stranger* is a connection that the hub waits for: for the lines before a body, for a body, for the next request; or
one whose answer the hub itself puts off, as that to a wrong key.
Strangers have deadlines; there are at most so many of them, from one address and in all, and their bodies may take so
much memory. When there are more, the one that has kept the hub waiting longest goes: a request that means something is
there within milliseconds, so it is never the one. Routes say who has proved themselves (`bot.ports.requests`).
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from bot.ports.client_addresses import Proxies, neighbourhood
from bot.ports.requests import SENDER

log = structlog.get_logger(__name__)

AT_ONCE = 16
"""Connections that are on their way in at the same time: what is sent on those that are there is read in between."""
KEPT = 512
"""At most so many descriptors are kept for files, databases and platforms: a third of what there are."""
SELDOM = 60.0  # seconds between two warnings about the same
MANY = 100


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Seconds, bytes and numbers; docs/operations.md tells of them."""

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


class Stage(Enum):
    """What a connection waits for."""

    HEAD = auto()
    BODY = auto()
    ANSWER = auto()
    NEXT = auto()  # request


class Strangers:
    """Those that the hub waits for, the longest wait first."""

    def __init__(self, limits: ConnectionLimits, proxies: Proxies) -> None:
        """`proxies` may have as many connections as they like."""
        self.limits, self.held = limits, 0
        self.bodies: dict[TimedConnection, None] = {}
        self._proxies = proxies
        self._all: dict[TimedConnection, None] = {}
        self._from: dict[str, dict[TimedConnection, None]] = {}
        self._seldom = Seldom()
        self.open = 0  # connections, of strangers and others
        most = limits.descriptors or resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._most = most - min(most // 3, KEPT)

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, one: TimedConnection) -> None:
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

    def leave(self, one: TimedConnection) -> None:
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

    def _drop(self, one: TimedConnection, why: str, **values: str) -> None:
        self._seldom.warn(why, **values)
        one.drop()


class TimedConnection(HttpToolsProtocol):
    """One connection, with its deadline (`due`, None: the hub has to act)."""

    def __init__(self, strangers: Strangers, **given: Any) -> None:
        super().__init__(**given)
        self._strangers, self._limits = strangers, strangers.limits
        self.address = ""  # what it is counted by; "": it is not
        self.due: float | None = None
        self._stage, self._came, self._held = Stage.HEAD, 0, 0
        self._counted = True
        self._put_off = False

    # ---------------------------------------------------------------------- what routes say (`RequestSender`)

    def proved(self) -> None:
        """The body may be as large as the route takes and last as long as it goes on coming; nobody drops it."""
        self._counted = False
        self._release()
        self._strangers.leave(self)
        if self._stage is Stage.BODY:
            self._wait(self._limits.stall)

    def put_off(self) -> None:
        """Counted among the strangers again while it waits for its answer."""
        if self.transport.is_closing():
            return
        self._put_off = True
        if self._stage is Stage.ANSWER:  # in the others it is one
            self._strangers.enter(self)

    # ------------------------------------------------------------------------------- from the transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._strangers.open += 1
        self.address = self._strangers.key(self.client[0]) if self.client else ""
        self._enter(Stage.HEAD, self._limits.head)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._strangers.open -= 1
        self._strangers.leave(self)
        self._release()
        self.due = None
        self.scope = self.cycle = None  # type: ignore[assignment]  # they name this connection, which would outlive it

    def data_received(self, data: bytes) -> None:
        before = self._stage
        super().data_received(data)
        if before is self._stage is Stage.HEAD:
            self._came += len(data)
            if self._came > self._limits.head_bytes:
                self._refuse(431)
        elif self._stage is Stage.BODY and not self._counted:
            self._came += len(data)
            if self._came >= self._limits.pace:
                self._came = 0
                self._wait(self._limits.stall)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait(self._limits.unread)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stage is Stage.ANSWER:
            self.due = None

    # ---------------------------------------------------------------------------------- from the parser

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if len(self.pipeline) >= self._limits.pipelined:
            raise ValueError("too many requests before the first was answered")
        self.scope["state"][SENDER] = self
        self._enter(Stage.HEAD, self._limits.head)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._counted = True
        self._enter(Stage.BODY, self._limits.body)
        self._strangers.bodies[self] = None

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self._counted and not self.cycle.response_complete:
            self._held += len(body)
            self._strangers.hold(len(body))

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._stage = Stage.ANSWER
        self.due = None
        self._strangers.leave(self)
        if self._put_off:  # whatever is asked behind it
            self._strangers.enter(self)
        if self.cycle.response_complete:
            self._enter(Stage.NEXT, self._limits.unread)

    def on_response_complete(self) -> None:
        self._put_off = False
        super().on_response_complete()
        self._release()
        if self.cycle is None:
            return
        if self.cycle.response_complete:
            self.cycle.body.clear()  # what nobody has read of it
        if self._stage is Stage.BODY:
            self._wait(self._limits.drained)
        elif self.cycle.response_complete:
            self._enter(Stage.NEXT, self._limits.unread)

    # ------------------------------------------------------------------------------------- its ends

    def look(self, now: float) -> None:
        """Ends a connection whose deadline has passed. What the hub itself does not read is not late."""
        if self.due is None or now < self.due:
            return
        if self._stage is Stage.BODY and self.flow.read_paused:
            self._wait(self._limits.stall)
        elif self.transport.is_closing() or self._stage in (Stage.ANSWER, Stage.NEXT):
            self.drop()
        else:
            self._refuse(408)

    def drop(self) -> None:
        self._strangers.leave(self)
        self._release()
        self.due = None
        self.transport.abort()

    def _refuse(self, status: int) -> None:
        """Answers, unless an answer has begun, and closes."""
        if not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
                head = b"content-length: 0\r\nconnection: close\r\n\r\n"
                self.transport.write(STATUS_LINE[status] + head)
            self.transport.close()
        self._wait(self._limits.drained)

    def _enter(self, stage: Stage, seconds: float) -> None:
        self._stage, self._came = stage, 0
        self._wait(seconds)
        self._strangers.enter(self)

    def _wait(self, seconds: float) -> None:
        self.due = self.loop.time() + seconds

    def _release(self) -> None:
        self._strangers.held -= self._held
        self._held = 0

    def _unsupported_upgrade_warning(self) -> None:
        """Anybody can ask for one; it is answered like any other request."""
