"""A client of the HTTP channel: receives signed events and takes each once, however often it comes.

It is as strict as the documentation asks a receiver to be: a wrong signature gets 401, a body that is not an event
gets 400, and a repeated event is recognized by its `id`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.fakes.faults import Faults
from tests.waiting import FACT

KINDS = {"message", "edit", "delete", "reaction"}
FIELDS = {
    "id",
    "conversation",
    "type",
    "message",
    "text",
    "formatted",
    "attachments",
    "author",
    "reply_to",
    "emoji",
    "sent_at",
}


@dataclass
class FakeCallback:
    """Receives events. `events`: those taken, in order, each once; `requests` counts every call."""

    secret: str = "callback secret"
    faults: Faults = field(default_factory=Faults)
    events: list[dict[str, Any]] = field(default_factory=list)
    pings: int = 0
    requests: int = 0
    gone: set[str] = field(default_factory=set)
    url: str = ""
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/events", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/events"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def messages(self, conversation: str) -> list[dict[str, Any]]:
        """The messages of one conversation as they are now, edits and deletions applied."""
        shown: dict[str, dict[str, Any]] = {}
        for event in self.events:
            if event["conversation"] != conversation:
                continue
            if event["type"] in ("message", "edit"):
                shown[event["message"]] = event
            elif event["type"] == "delete":
                shown.pop(event["message"], None)
        return list(shown.values())

    async def until(self, ready: Callable[[list[dict[str, Any]]], bool], seconds: float = FACT) -> None:
        """Waits until the events taken so far satisfy `ready`."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: ready(self.events))

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        return await self.faults.play("callback", request, lambda: self._take(request))

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        expected = "sha256=" + hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("X-Hub-Signature-256", "").encode(), expected.encode()):
            return web.Response(status=401)
        event = json.loads(raw)
        if event.get("type") == "ping":
            self.pings += 1
            return web.Response()
        if set(event) != FIELDS or event["type"] not in KINDS:
            return web.Response(status=400, text="no event")
        if event["conversation"] in self.gone:
            return web.Response(status=410)
        async with self._changed:
            if all(event["id"] != known["id"] for known in self.events):
                self.events.append(event)
            self._changed.notify_all()
        return web.Response()
