"""A server of MAX with one bot, as strict as the service, with customers to write as."""

from __future__ import annotations

import asyncio
import json
import math
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.fakes.faults import Fault, Faults, hang, reset
from tests.fakes.max.api import METHODS, Call
from tests.fakes.max.people import FakeCustomer
from tests.fakes.max.refusals import Refused
from tests.fakes.max.shelf import Shelf
from tests.fakes.max.updates import Queue, Webhook

TOKEN = "f9LHodD0cOI-token_of.the~tests="
Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Request:
    """What the hub asked for: "POST /messages", its query and its JSON."""

    method: str
    params: Json
    body: Any


class FakeMax:
    """Holds all state; `api` does the work. `chats`: by id, what each customer did and sees. `shelf`: the files."""

    def __init__(self, token: str = TOKEN, tls: ssl.SSLContext | None = None) -> None:
        self.token, self.url = token, ""
        self.faults = Faults()
        self.bot: Json = {"user_id": 229, "first_name": "Shop", "username": "shop_bot", "is_bot": True, "name": "Shop"}
        self.chats: dict[int, FakeCustomer] = {}
        self.shelf = Shelf()
        self.callbacks: set[str] = set()
        self.webhooks: dict[str, Webhook] = {}
        self.queue = Queue()
        self.requests: list[Request] = []
        self._tls = tls
        self._runner: web.AppRunner | None = None
        self._numbers, self._twice, self._clock = 100, 0, int(time.time() * 1000)
        self._watchers: set[asyncio.Event] = set()

    # ------------------------------------------------------------------------------- for tests: acting

    def customer(self, chat_id: int, name: str = "Nick") -> FakeCustomer:
        """A person who has started the bot, in their dialog with it; the same one for the same id."""
        if chat_id not in self.chats:
            first, _, last = name.partition(" ")
            user = {"user_id": chat_id + 500_000, "first_name": first, "last_name": last, "is_bot": False}
            self.chats[chat_id] = FakeCustomer(self, chat_id, {**user, "last_activity_time": 1, "name": name})
        return self.chats[chat_id]

    def group(self, chat_id: int, title: str, member: str = "Nick") -> FakeCustomer:
        """A group that the bot is in, seen through one of its members."""
        user = {"user_id": 77, "first_name": member, "last_name": "", "is_bot": False}
        self.chats[chat_id] = FakeCustomer(self, chat_id, user, "chat", title)
        return self.chats[chat_id]

    def duplicate_next(self) -> None:
        """The next update is delivered twice."""
        self._twice += 1

    def push(self, kind: str, about: Json, chat: int) -> None:
        """An update. Who subscribed gets what they asked for."""
        update = {"update_type": kind, "timestamp": self.now(), **about}
        for _ in range(2 if self._twice else 1):
            if not self.webhooks and (self.queue.asked is None or kind in self.queue.asked):
                self.queue.put(chat, update)
            for webhook in self.webhooks.values():
                if webhook.types is None or kind in webhook.types:
                    webhook.put(chat, update)
        self._twice = max(self._twice - 1, 0)

    def revoke(self) -> None:
        """The owner asks for a new token: the old one is refused from now on."""
        self.token = "revoked"

    # ----------------------------------------------------------------------------- for tests: watching

    async def wait_for(self, enough: Callable[[], bool], seconds: float = 20) -> None:
        """Until `enough()`, looked at after every change."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            async with asyncio.timeout(seconds):
                while not enough():
                    await changed.wait()
                    changed.clear()
        finally:
            self._watchers.discard(changed)

    async def settled(self) -> None:
        """Until every update was confirmed: by a later marker, or by the webhooks' 200."""
        await self.wait_for(lambda: self.unconfirmed == 0)

    @property
    def unconfirmed(self) -> int:
        return len(self.queue.pending) + sum(one.pending for one in self.webhooks.values())

    def asked(self, method: str) -> list[Request]:
        return [one for one in self.requests if one.method == method]

    # -------------------------------------------------------------------------------- for its own parts

    def changed(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    def now(self) -> int:
        """Never twice the same, as good as real."""
        self._clock = max(self._clock + 1, int(time.time() * 1000))
        return self._clock

    def next_mid(self) -> str:
        self._numbers += 1
        return f"mid.000000000adf429c019d47b1{self._numbers:08x}"

    def new_callback(self) -> str:
        self.callbacks.add(callback := f"f9LHod-{self.next_mid()[-8:]}")
        return callback

    async def subscribe(self, webhook: Webhook) -> None:
        """The same address again renews it. What waits goes the new way."""
        old, self.webhooks[webhook.url] = self.webhooks.get(webhook.url), webhook
        for chat, update in [*(await old.stop() if old else ()), *self.queue.drain()]:
            webhook.put(chat, update)

    async def unsubscribe(self, url: str) -> bool:
        if url not in self.webhooks:
            return False
        for chat, update in await self.webhooks.pop(url).stop():
            if not self.webhooks:
                self.queue.put(chat, update)
        return True

    # ---------------------------------------------------------------------------------------- serving

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_post("/upload/{id}", self._about_files("POST /upload", self.shelf.take))
        app.router.add_get("/getfile/{id}", self._about_files("GET /getfile", self.shelf.give))
        app.router.add_route("*", "/{method}", self._serve)
        app.router.add_route("*", "/{method}/{id}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        self.url = self.shelf.url = f"http{'s' if self._tls else ''}://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Nobody listens any more. Doing so twice is no error."""
        for webhook in self.webhooks.values():
            await webhook.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def _about_files(self, name: str, answer: Callable[[web.Request], Awaitable[web.Response]]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._played(name, request, lambda: answer(request))

        return handle

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = f"{request.method} /{request.match_info['method']}"
        return await self._played(name, request, lambda: self._answer(name, request))

    async def _played(
        self, name: str, request: web.Request, answer: Callable[[], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        """The answer, or what a test wants to go wrong instead."""
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        fault, retry_after = self.faults.next(name) or (None, 0.0)
        if fault is Fault.RESET_BEFORE:
            reset(request)
            return web.Response()
        if fault is Fault.NOTHING:
            await hang()
        if fault is Fault.SERVER_ERROR:
            return web.json_response({"code": "internal.error", "message": "Internal error"}, status=500)
        if fault is Fault.TOO_MANY:
            refused = {"code": "too.many.requests", "message": "Too many requests"}
            return web.json_response(refused, status=429, headers={"Retry-After": f"{math.ceil(retry_after)}"})
        try:
            response = await answer()
        except Refused as refusal:
            response = web.json_response(refusal.body(), status=refusal.status)
        if fault is Fault.NOTHING_AFTER:
            await hang()
        if fault is Fault.RESET_AFTER:
            reset(request)
        return response

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != self.token or "access_token" in request.query:
            raise Refused(401, "verify.token", "Invalid access_token")
        handler, identifier = METHODS.get(name), request.match_info.get("id", "")
        if handler is None or bool(identifier) != (name in ("GET /chats", "GET /videos")):
            raise Refused(405, "method.not.allowed", "Method is not allowed")
        body = json.loads(await request.read() or b"null")
        self.requests.append(Request(name, dict(request.query), body))
        return web.json_response(await handler(self, Call(dict(request.query), body, identifier)))
