"""One HTTP connection: its stages, and the deadline of each."""

from __future__ import annotations

import asyncio
from enum import Enum, auto
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from bot.app.strangers import Strangers
from bot.ports.requests import SENDER


class Stage(Enum):
    """Part of a request or response that a connection waits for."""

    HEAD = auto()
    BODY = auto()
    ANSWER = auto()
    NEXT = auto()  # request


class TimedConnection(HttpToolsProtocol):
    """One connection with its deadline, `due`; None while the hub has to act."""

    def __init__(self, strangers: Strangers, **given: Any) -> None:
        super().__init__(**given)
        self._strangers, self._limits = strangers, strangers.limits
        self.address = ""  # key it is counted under; "": not counted
        self.due: float | None = None
        self._stage, self._came, self._held = Stage.HEAD, 0, 0
        self._counted = True
        self._put_off = False
        self._application, self.app = self.app, self._answer
        self._answering: asyncio.Task[Any] | None = None
        self._hung_up = False

    # ---------------------------------------------------------------------- reports of routes (`RequestSender`)

    def proved(self) -> None:
        """Lifts the stranger's limits: the body may be as large as the route allows and last as long as it keeps
        coming."""
        self._counted = False
        self._release()
        self._strangers.leave(self)
        if self._stage is Stage.BODY:
            self._wait(self._limits.stall)

    def put_off(self) -> None:
        """Counts the connection among the strangers while its response is delayed."""
        if self.transport.is_closing():
            return
        self._put_off = True
        if self._stage is Stage.ANSWER:  # in the other stages it is one already
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
        self._answering, self.app = None, self._application

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
        if self._put_off:  # whatever request comes next
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
            self.cycle.body.clear()  # the rest that nobody has read
        if self._stage is Stage.BODY:
            self._wait(self._limits.drained)
        elif self.cycle.response_complete:
            self._enter(Stage.NEXT, self._limits.unread)

    # ------------------------------------------------------------------------------------- endings

    def look(self, now: float) -> None:
        """Ends a connection whose deadline has passed. While the hub itself has paused reading, it is not late."""
        if self.due is None or now < self.due:
            return
        if self._stage is Stage.BODY and self.flow.read_paused:
            self._wait(self._limits.stall)
        elif self.transport.is_closing() or self._stage in (Stage.ANSWER, Stage.NEXT):
            self.drop()
        else:
            self._refuse(408)

    def shutdown(self) -> None:
        """Ends a live stream at once when the server stops; other responses are finished."""
        super().shutdown()
        if self._unanswered() and (b"accept", b"text/event-stream") in self.scope["headers"]:
            self._hang_up()

    def give_up_waiting(self) -> None:
        """Ends a request that only waits for news (a long poll), and any other that can be repeated."""
        if self._unanswered() and self.scope["method"] == "GET" and not self.cycle.response_started:
            self._hang_up()

    def _unanswered(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _hang_up(self) -> None:
        self._hung_up = True
        self.transport.close()
        if self._answering is not None:
            self._answering.cancel()

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        """Runs the application, until the server hangs up."""
        self._answering = asyncio.current_task()
        try:
            await self._application(scope, receive, send)
        except asyncio.CancelledError:
            if not self._hung_up:
                raise

    def drop(self) -> None:
        self._strangers.leave(self)
        self._release()
        self.due = None
        self.transport.abort()

    def _refuse(self, status: int) -> None:
        """Responds with `status`, unless a response has begun, and closes."""
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
        """Logs nothing: anybody can ask for an upgrade; it is handled like any other request."""
