"""The receiver itself: a real HTTP server on a port of its own."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from tests.fakes.served import Served
from tests.fakes.webhook import schema
from tests.waiting import FACT


@dataclass
class FakeReceiver(Served):
    """Receives events. `events`: those taken, each once, in the order of their first arrival. `repeated`: ids that came
    again. `refusing`: responses by event name, as (status, body). `fixed`: one (status, body) for everything, as
    from a proxy whose receiver is away."""

    secret: str = "a secret of the CRM's"
    events: list[dict[str, Any]] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    pings: int = 0
    wrong: list[str] = field(default_factory=list)
    refusing: dict[str, tuple[int, Any]] = field(default_factory=dict)
    fixed: tuple[int, bytes] | None = None
    _names: dict[str, str] = field(default_factory=dict)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub"

    def told(self, event: str) -> list[dict[str, Any]]:
        """The data of all events of that name."""
        return [one["data"] for one in self.events if one["event"] == event]

    async def until(self, ready: Callable[[list[dict[str, Any]]], bool], seconds: float = FACT) -> None:
        """Waits until the events taken so far satisfy `ready`."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: ready(self.events))

    def operation(self, request: web.Request) -> str:
        return "event"

    async def answer(self, request: web.Request) -> web.Response:
        if (request.method, request.path) != ("POST", "/hub"):
            return web.Response(status=404 if request.path != "/hub" else 405)
        return await self._take(request) if self.fixed is None else _plain(*self.fixed)

    async def _take(self, request: web.Request) -> web.Response:
        raw, headers = await request.read(), request.headers
        expected = "sha256=" + hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(headers.get("X-Hub-Signature-256", "").encode(), expected.encode()):
            return web.json_response({"error": "the signature is not right"}, status=401)
        body = json.loads(raw)
        try:
            schema.event(body)
            self._check_headers(request, body)
        except (schema.Wrong, KeyError, ValueError) as error:
            self.wrong.append(str(error))
            return web.json_response({"error": str(error)}, status=400)
        return await self._keep(body)

    def _check_headers(self, request: web.Request, body: dict[str, Any]) -> None:
        headers = request.headers
        sent = int(datetime.fromisoformat(body["sent_at"]).timestamp())
        sent_headers = (headers["X-Hub-Event"], headers["X-Hub-Event-Id"], int(headers["X-Hub-Timestamp"]))
        if sent_headers != (body["event"], body["id"], sent) or request.content_type != "application/json":
            raise schema.Wrong(f"headers: {sent_headers}")
        if self._names.setdefault(body["id"], body["event"]) != body["event"]:
            raise schema.Wrong("id: was another event's before")

    async def _keep(self, body: dict[str, Any]) -> web.Response:
        if body["event"] == "ping":
            self.pings += 1
            return web.json_response({})
        if body["event"] in self.refusing:
            status, said = self.refusing[body["event"]]
            return web.json_response(said, status=status)
        async with self._changed:
            if any(body["id"] == known["id"] for known in self.events):
                self.repeated.append(body["id"])
            else:
                self.events.append(body)
            self._changed.notify_all()
        return web.json_response(_called(body))


def _plain(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body)


def _called(body: dict[str, Any]) -> dict[str, str]:
    """This CRM's id of an event's object: contacts, Interests and tasks have ids here."""
    subject, _, _ = body["event"].partition(".")
    known = body["data"].get(subject)
    return {"ref": f"{subject}-{known['id']}"} if subject in ("contact", "interest", "task") and known else {}
