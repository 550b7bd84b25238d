"""The live stream of a page: changes on the server, as server-sent events.

A page's position is its last notice and the revision of the dialog that it shows; an event that moves the position has
it as its id. A browser that reconnects sends it back and misses nothing: a stream begins with the whole state.
`bot.desks.web.feed` looks at the server for all pages; here is what one page is sent.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.desks.web import answers
from bot.desks.web.auth import Member
from bot.desks.web.wire import Json, Wire
from bot.domain import DialogId, MessageId
from bot.ports import ListState, ListView, MessageView, Notification, Page

SIGNED_OUT = "signed_out"
"""The last event of a stream whose session has ended."""
RETRY = 2000  # ms after which a browser reconnects
UNREAD = 64
"""Frames that wait for a page to read them; a page that is slower is let go, and reconnects."""


@dataclass
class Position:
    """A page's position: its last notice and the revision of the dialog that it shows."""

    notice: int = 0
    dialog: DialogId | None = None
    revision: int = 0

    def __str__(self) -> str:
        return f"{self.notice}.{self.dialog or 0}.{self.revision}"

    def catch_up(self, event_id: str) -> None:
        """Takes over an event's id. If that belongs to another dialog, only the notice counts; an invalid id is
        ignored."""
        parts = event_id.split(".")
        if len(parts) != 3 or not all(part.isdecimal() and len(part) < 19 for part in parts):
            return
        notice, dialog, revision = map(int, parts)
        self.notice = max(self.notice, notice)
        if dialog == (self.dialog or 0):
            self.revision = max(self.revision, revision)


@dataclass(eq=False)
class OpenPage:
    """A page with what it has been sent. Frames wait in its queue until its browser takes them; None ends it."""

    member: Member
    wire: Wire
    wants: ListView
    position: Position
    spoken_at: datetime
    shown: ListState | None = None
    _dialog: tuple[object, ...] | None = None
    _messages: Mapping[MessageId, MessageView] = field(default_factory=dict)
    _ended: bool = False
    _queue: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)

    def send(self, frame: bytes) -> None:
        if self.waiting < UNREAD and not self._ended:
            self._queue.put_nowait(frame)
        else:
            self.end()

    def end(self) -> None:
        if not self._ended:
            self._queue.put_nowait(None)
        self._ended = True

    @property
    def waiting(self) -> int:
        """Number of frames that the browser has not taken yet."""
        return self._queue.qsize()

    def notices(self, came: Sequence[Notification]) -> None:
        for one in came:
            if one.id > self.position.notice:
                self.position.notice = one.id
                self.send(self._placed(frame("notice", answers.notification(one, self.wire))))

    def dialog(self, page: Page) -> None:
        """Sends a dialog's messages that the page does not show as they are, or what else has changed about it.

        Messages may come again unchanged: on PostgreSQL for as long as an older transaction is open on the server.
        """
        changed = [one for one in page.shown if self._messages.get(one.message.id) != one]
        about = (page.dialog, page.contact, page.account, page.card, page.may_write, page.chosen)
        self._messages = {one.message.id: one for one in page.shown}
        self.position.revision = max(self.position.revision, page.revision)
        if changed or about != self._dialog:
            self._dialog = about
            self.send(self._placed(frame("dialog", self.wire.page(replace(page, shown=tuple(changed))))))

    def _placed(self, event: bytes) -> bytes:
        return f"id: {self.position}\n".encode() + event

    async def next(self) -> bytes | None:
        """Waits for the next frame; None: the page ends."""
        return await self._queue.get()


def lists_frame(before: ListState | None, now: ListState, wire: Wire) -> bytes:
    """Draws the change of a list and its counters, the same for every page that goes from `before` to `now`: the whole
    for a page that has nothing; otherwise the order of the list and the rows that differ."""
    counters = b"" if before and before.counters == now.counters else frame("counters", dict(now.counters))
    if before is None:
        return counters + frame("list", {"rows": [wire.listed(row) for row in now.rows]})
    if before.rows == now.rows:
        return counters
    known = {row.dialog.id: row for row in before.rows}
    changed = [wire.listed(row) for row in now.rows if known.get(row.dialog.id) != row]
    return counters + frame("rows", {"order": [row.dialog.id for row in now.rows], "rows": changed})


def frame(name: str, data: Json) -> bytes:
    """Encodes one server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


class EventStream(Response):
    """Sends a page's frames as they come, until it ends or the browser leaves. `opened`: entered meanwhile."""

    media_type = "text/event-stream"

    def __init__(self, page: OpenPage, opened: AbstractContextManager[None], headers: Mapping[str, str]) -> None:
        self._page, self._opened = page, opened
        self.status_code, self.background = 200, None
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        leaving = asyncio.ensure_future(self._leave(receive))
        try:
            with self._opened:
                await self._send(send)
        finally:
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)

    async def _leave(self, receive: Receive) -> None:
        """Ends the page when its browser leaves."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._page.end()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": f"retry: {RETRY}\n\n".encode(), "more_body": True})
        while (frame := await self._page.next()) is not None:
            await send({"type": "http.response.body", "body": frame, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
