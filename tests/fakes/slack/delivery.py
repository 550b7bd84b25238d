"""Delivery of events to the app: acknowledged envelopes over websockets, or signed HTTP requests.

Events are delivered at least once: four attempts, `retry_after` seconds apart. Attempts pass while nobody listens;
then the event is lost (`lost`), as with Slack: an app that returns later has to read the history.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.fakes.slack.state import APP, SIGNING_SECRET, TEAM
from tests.waiting import BUSY

TRIES = 4
CONNECTIONS = 10
"""Connections that an app may have at the same time."""


class Delivery:
    def __init__(self) -> None:
        self.request_url = ""
        self.signing_secret = SIGNING_SECRET
        self.deaf = False
        self.patience = 3.0 * BUSY
        self.retry_after = 1.0
        self.lasts = 18060
        self.lost: list[dict[str, Any]] = []
        self.delivered = 0
        self.latest: dict[str, Any] | None = None
        self.connected = asyncio.Event()
        self.sockets: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[dict[str, Any] | None]] = {}
        self._sent_over: dict[str, web.WebSocketResponse] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ids, self._envelopes = itertools.count(1), itertools.count(1)
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Delivery:
        self._http = aiohttp.ClientSession()
        return self

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.disconnect()
        if self._http is not None:
            await self._http.close()

    # ------------------------------------------------------------------------------------- sockets

    async def serve(self, socket: web.WebSocketResponse) -> None:
        """Serves one connection of the app until it ends."""
        if len(self.sockets) >= CONNECTIONS:
            await self.announce("too_many_websockets", socket)
            await socket.close()
            return
        debug_info = {"host": "applink-1", "build_number": 1, "approximate_connection_time": self.lasts}
        hello = {"type": "hello", "num_connections": len(self.sockets) + 1, "connection_info": {"app_id": APP}}
        await socket.send_json({**hello, "debug_info": debug_info})
        self.sockets.append(socket)
        self.connected.set()
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    answer = json.loads(message.data)
                    waiting = self._acks.get(str(answer.get("envelope_id")))
                    if waiting is not None and not waiting.done():
                        waiting.set_result(answer.get("payload") or {})
        finally:
            self.sockets.remove(socket)
            if not self.sockets:
                self.connected.clear()
            self._give_up(socket)

    def _give_up(self, socket: web.WebSocketResponse) -> None:
        """Waits no longer for acknowledgements over a connection that has ended."""
        for name in [name for name, over in self._sent_over.items() if over is socket]:
            if not self._acks[name].done():
                self._acks[name].set_result(None)

    async def disconnect(self) -> None:
        """Ends the app's connections without a word."""
        for socket in list(self.sockets):
            await socket.close()

    async def announce(self, reason: str, *sockets: web.WebSocketResponse) -> None:
        """Says that these connections (all, if none is named) will end: "warning" about ten seconds before,
        "refresh_requested", "link_disabled", "too_many_websockets". They go on delivering until they are closed."""
        for socket in sockets or list(self.sockets):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})

    async def _over_socket(self, kind: str, payload: dict[str, Any], attempt: int) -> dict[str, Any] | None:
        """Returns the acknowledgement's payload; None: there was none."""
        number = next(self._envelopes)
        socket, name = self.sockets[number % len(self.sockets)], f"envelope-{number}"
        envelope = {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": True}
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        self._acks[name], self._sent_over[name] = asyncio.get_running_loop().create_future(), socket
        try:
            await socket.send_json(envelope)
            return await asyncio.wait_for(self._acks[name], self.patience)
        except (TimeoutError, ConnectionError, RuntimeError):
            return None
        finally:
            del self._acks[name], self._sent_over[name]

    # ---------------------------------------------------------------------------------------- HTTP

    async def _over_http(self, kind: str, payload: dict[str, Any], attempt: int) -> dict[str, Any] | None:
        if kind == "events_api":
            body, mime = json.dumps(payload), "application/json"
        elif kind == "slash_commands":
            body, mime = urlencode(payload), "application/x-www-form-urlencoded"
        else:
            body, mime = urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"
        headers = self.signed(body) | {"Content-Type": mime}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_error"}
        status, said = await self.send(body, headers)
        if status != 200:
            return None
        try:
            return dict(json.loads(said)) if said else {}
        except ValueError:
            return {"text": said}

    def signed(self, body: str, at: float | None = None) -> dict[str, str]:
        timestamp = str(int(at or time.time()))
        digest = hmac.new(self.signing_secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}

    async def send(self, body: str, headers: dict[str, str]) -> tuple[int, str]:
        """Returns the status and body of the app's response; 0: there was none."""
        assert self._http is not None
        try:
            timeout = aiohttp.ClientTimeout(total=self.patience)
            async with self._http.post(self.request_url, data=body, headers=headers, timeout=timeout) as answer:
                return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            return 0, ""

    # ------------------------------------------------------------------------------ what is told

    def emit(self, event: dict[str, Any]) -> None:
        if not self.deaf:
            self.repeat(self.wrapped(event))

    def wrapped(self, event: dict[str, Any]) -> dict[str, Any]:
        return {
            "token": "unused",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(self._ids):08}",
            "event_time": int(time.time()),
        }

    def repeat(self, body: dict[str, Any]) -> None:
        if not body["event"].get("bot_id"):
            self.latest = body
        self.own(self._tell(body))

    def own(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, body: dict[str, Any]) -> None:
        for attempt in range(TRIES):
            if not self.deaf and await self._once("events_api", body, attempt) is not None:
                self.delivered += 1
                return
            if attempt:
                await asyncio.sleep(self.retry_after)
        self.lost.append(body)

    async def interact(self, kind: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        """Sends an interaction once. None: the person sees that the app does not respond."""
        return await self._once(kind, payload, 0)

    async def _once(self, kind: str, payload: dict[str, Any], attempt: int) -> dict[str, Any] | None:
        if self.sockets:
            return await self._over_socket(kind, payload, attempt)
        return await self._over_http(kind, payload, attempt) if self.request_url else None

    async def settled(self) -> None:
        """Waits until every event sent so far was acknowledged or given up."""
        while self._tasks:
            await asyncio.wait(self._tasks)
