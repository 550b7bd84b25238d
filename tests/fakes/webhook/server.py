"""The receiver itself: a real HTTP server on a port of its own."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from aiohttp import web

from tests.fakes.faults import Fault, Faults, hang, reset
from tests.fakes.webhook import schema


@dataclass
class FakeReceiver:
    """`events`: what was taken, each once, in the order in which it came first. `repeated`: ids that came again.
    `refusing`: answers by an event's name, as (status, body). `fixed`: one answer (status,
    body) to everything, as a proxy in front of a receiver that is away gives."""

    secret: str = "a secret of the CRM's"
    faults: Faults = field(default_factory=Faults)
    events: list[dict[str, Any]] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    pings: int = 0
    wrong: list[str] = field(default_factory=list)
    refusing: dict[str, tuple[int, Any]] = field(default_factory=dict)
    fixed: tuple[int, bytes] | None = None
    port: int = 0
    _names: dict[str, str] = field(default_factory=dict)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub"

    async def __aenter__(self) -> Self:
        await self.switch_on()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.switch_off()

    async def switch_on(self) -> None:
        """Again on the same port; what it has taken it still has."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/hub", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def switch_off(self) -> None:
        """Connections are refused."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def told(self, event: str) -> list[dict[str, Any]]:
        """The data of all events of that name."""
        return [one["data"] for one in self.events if one["event"] == event]

    async def until(self, ready: Callable[[list[dict[str, Any]]], bool], seconds: float = 10) -> None:
        """Waits until the events taken so far satisfy `ready`."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: ready(self.events))

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        fault, retry_after = self.faults.next("event") or (None, 0.0)
        if fault is Fault.TOO_MANY:
            return web.Response(status=429, headers={"Retry-After": f"{retry_after:g}"})
        if fault is Fault.SERVER_ERROR:
            return web.Response(status=500, text="<html>Internal error</html>", content_type="text/html")
        if fault is Fault.NOTHING:
            await hang()
        if fault is Fault.RESET_BEFORE:
            reset(request)
            return web.Response()
        answer = await self._take(request) if self.fixed is None else _plain(*self.fixed)
        if fault is Fault.NOTHING_AFTER:
            await hang()
        if fault is Fault.RESET_AFTER:
            reset(request)
        return answer

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
        told = (headers["X-Hub-Event"], headers["X-Hub-Event-Id"], int(headers["X-Hub-Timestamp"]))
        if told != (body["event"], body["id"], sent) or request.content_type != "application/json":
            raise schema.Wrong(f"headers: {told}")
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
    """What this CRM calls the object of an event: contacts, Interests and tasks have ids here."""
    subject, _, _ = body["event"].partition(".")
    known = body["data"].get(subject)
    return {"ref": f"{subject}-{known['id']}"} if subject in ("contact", "interest", "task") and known else {}
