"""A REST Bot API server with one bot, as strict as Viber's, with customers who write to it."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Self
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp import web

from tests.fakes.platform import Platform
from tests.fakes.viber import messages
from tests.fakes.viber.callbacks import MANDATORY, OPTIONAL, Webhook
from tests.fakes.viber.people import FakeCustomer, Seen
from tests.fakes.viber.refusals import Refused

TOKEN = "50d1f2c3a4b5e607-9f8e7d6c5b4a3021-0a1b2c3d4e5f6789"
FIRST_TOKEN = 4_912_661_846_655_238_145  # as large as Viber's: beyond a double's precision


class FakeViber(Platform):
    """Holds all state. `requests`: every authenticated call, as (method, JSON). `sent`: number of accepted messages."""

    path = "/pa/"

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__()
        self.token = token
        self.name = "Shop"
        self.customers: dict[str, FakeCustomer] = {}
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.sent = 0
        self.webhook = Webhook(token, self.changed)
        self._files: list[bytes] = []
        self._tokens = FIRST_TOKEN
        self._fetching: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    # ------------------------------------------------------------------------------- for tests: acting

    def customer(self, name: str = "Nick", *, subscribed: bool = True, avatar: bytes = b"") -> FakeCustomer:
        """Makes a new person."""
        number = len(self.customers) + 1
        user_id = base64.b64encode(number.to_bytes(16, "big")).decode()
        picture = self.keep(avatar, "avatar.jpg") if avatar else ""
        self.customers[user_id] = FakeCustomer(self, user_id, name, subscribed=subscribed, avatar=picture)
        return self.customers[user_id]

    def keep(self, data: bytes, name: str) -> str:
        """Stores a file of a customer; returns its address."""
        self._files.append(data)
        return f"{self.url.removesuffix('/pa/')}/download/{len(self._files) - 1}/{quote(name, safe='')}"

    def push(self, event: str, customer: FakeCustomer, *, token: int | None = None, **more: Any) -> int:
        """Publishes a callback, if the webhook asks for its kind; `token`: that of its message, otherwise a new one."""
        token = token if token is not None else self._next_token()
        callback = {"event": event, "timestamp": int(time.time() * 1000), "chat_hostname": "SN-CHAT-05_"}
        for _ in range(self.copies()):
            if self.webhook.wants(event):
                self.webhook.tell(customer.id, {**callback, "message_token": token, **more})
        return token

    def revoke(self) -> None:
        """Replaces the token, as the bot's owner does: the old one is refused from now on."""
        self.token = "revoked-token"

    # ----------------------------------------------------------------------------- for tests: watching

    @property
    def unconfirmed(self) -> int:
        """Callbacks that the webhook has not yet confirmed with 200."""
        return self.webhook.pending

    def posts(self) -> list[dict[str, Any]]:
        """Bodies of `send_message`."""
        return [body for method, body in self.requests if method == "send_message"]

    # ---------------------------------------------------------------------------------------- serving

    def routes(self) -> Iterable[web.RouteDef]:
        return (
            web.post("/pa/{method}", self._serve),
            web.get("/download/{number}/{name}", self._serve_file),
        )

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        return await super().__aenter__()

    async def stop(self) -> None:
        await self.webhook.stop()
        for task in self._fetching:
            task.cancel()
        await asyncio.gather(*self._fetching, return_exceptions=True)
        if self._http:
            await self._http.close()
        await super().stop()

    def too_many(self, retry_after: float) -> web.Response:
        return web.json_response(Refused(12).body(), headers={"Retry-After": f"{retry_after:g}"})

    def broken(self) -> web.Response:
        return web.Response(status=500, text="Internal Server Error")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        return await self.played(name, request, lambda: self._answer(name, request))

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        try:
            return web.json_response({"status": 0, "status_message": "ok", **await self._call(name, request)})
        except Refused as refused:
            return web.json_response(refused.body())

    async def _call(self, name: str, request: web.Request) -> dict[str, Any]:
        raw = await request.read()
        if request.headers.get("X-Viber-Auth-Token") != self.token:
            raise Refused(2)
        if len(raw) > messages.LARGEST_REQUEST:
            raise Refused(3, "the request is larger than 30kb")
        try:
            body = json.loads(raw)
        except ValueError:
            raise Refused(3) from None
        if name not in METHODS:
            raise web.HTTPNotFound
        if not isinstance(body, dict):
            raise Refused(3)
        self.requests.append((name, body))
        return await METHODS[name](self, body)

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        if not number.isdecimal() or int(number) >= len(self._files):
            raise web.HTTPNotFound
        return web.Response(body=self._files[int(number)], content_type="application/octet-stream")

    # ---------------------------------------------------------------------------------------- methods

    async def set_webhook(self, body: dict[str, Any]) -> dict[str, Any]:
        """Sets the webhook once its address has responded to a call."""
        if unknown := set(body) - {"url", "event_types", "send_name", "send_photo"}:
            raise Refused(3, f"{', '.join(sorted(unknown))} is unknown")
        url, events = body.get("url"), body.get("event_types", sorted(OPTIONAL))
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https"):
            raise Refused(1)
        if not isinstance(events, list) or not set(events) <= OPTIONAL | MANDATORY:
            raise Refused(3, "event_types")
        if not all(isinstance(body.get(key, False), bool) for key in ("send_name", "send_photo")):
            raise Refused(3, "send_name")
        trial = Webhook(self.token, self.changed, url)
        ping = {"event": "webhook", "timestamp": int(time.time() * 1000), "message_token": self._next_token()}
        believed = await trial.post(json.dumps(ping).encode())
        await trial.stop()
        if not believed:
            raise Refused(1)
        self.webhook.url, self.webhook.events = url, frozenset(events)
        self.webhook.send_name, self.webhook.send_photo = body.get("send_name", False), body.get("send_photo", False)
        self.changed()
        return {"event_types": sorted({*events, *MANDATORY})}

    async def get_account_info(self, body: dict[str, Any]) -> dict[str, Any]:
        if body:
            raise Refused(3)
        people = sum(customer.subscribed for customer in self.customers.values())
        account = {"id": "pa:75346594275468546724", "name": self.name, "uri": "shop", "subscribers_count": people}
        return {**account, "webhook": self.webhook.url} if self.webhook.url else account

    async def send_message(self, body: dict[str, Any]) -> dict[str, Any]:
        messages.check(body)
        customer = self.customers.get(body["receiver"])
        if customer is None:
            raise Refused(5)
        if not customer.subscribed:
            raise Refused(6)
        seen = Seen(self._next_token(), body)
        customer.shown.append(seen)
        self.sent += 1
        if body["type"] in ("picture", "video", "file"):
            task = asyncio.create_task(self._fetch(customer, seen))
            self._fetching.add(task)
            task.add_done_callback(self._fetching.discard)
        else:
            seen.complete = True
            self.changed()
        return {"message_token": seen.token, "chat_hostname": "SN-CHAT-05_", "billing_status": 1}

    async def _fetch(self, customer: FakeCustomer, seen: Seen) -> None:
        """Fetches the file of a message as the customer's app does, and reports one that cannot be shown."""
        assert self._http
        try:
            async with self._http.get(seen.body["media"]) as response:
                data = await response.read()
                why = "" if response.status == 200 else f"the file cannot be fetched: {response.status}"
        except (aiohttp.ClientError, OSError):
            data, why = b"", "the file cannot be fetched"
        why = why or messages.failure(seen.kind, seen.body.get("size"), data)
        if why:
            customer.cannot_show(seen.token, why)
        else:
            seen.data, seen.complete = data, True
        self.changed()

    def _next_token(self) -> int:
        self._tokens += 1
        return self._tokens


METHODS: Mapping[str, Callable[[FakeViber, dict[str, Any]], Awaitable[dict[str, Any]]]] = {
    "set_webhook": FakeViber.set_webhook,
    "get_account_info": FakeViber.get_account_info,
    "send_message": FakeViber.send_message,
}
