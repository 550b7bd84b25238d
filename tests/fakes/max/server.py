"""A MAX server with one bot, as strict as the service, with customers who write to it."""

from __future__ import annotations

import json
import math
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.fakes.max.api import METHODS, Call
from tests.fakes.max.people import FakeCustomer
from tests.fakes.max.refusals import Refused
from tests.fakes.max.shelf import Shelf
from tests.fakes.max.updates import Queue, Webhook
from tests.fakes.platform import Platform

TOKEN = "f9LHodD0cOI-token_of.the~tests="
Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Request:
    """A request of the hub: "POST /messages", its query and its JSON."""

    method: str
    params: Json
    body: Any


class FakeMax(Platform):
    """Holds all state; `api` does the work. `chats`: by id, each customer's actions and screen. `shelf`: the files."""

    def __init__(self, token: str = TOKEN, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self.token = token
        self.bot: Json = {"user_id": 229, "first_name": "Shop", "username": "shop_bot", "is_bot": True, "name": "Shop"}
        self.chats: dict[int, FakeCustomer] = {}
        self.shelf = Shelf()
        self.callbacks: set[str] = set()
        self.webhooks: dict[str, Webhook] = {}
        self.queue = Queue()
        self.requests: list[Request] = []
        self._numbers, self._clock = 100, int(time.time() * 1000)

    # ------------------------------------------------------------------------------- for tests: acting

    def customer(self, chat_id: int, name: str = "Nick") -> FakeCustomer:
        """Returns a person who has started the bot, in their dialog with it; the same id gives the same person. The id
        of a dialog is made of its two people's."""
        if chat_id not in self.chats:
            first, _, last = name.partition(" ")
            user = {"user_id": chat_id ^ self.bot["user_id"], "first_name": first, "last_name": last, "is_bot": False}
            self.chats[chat_id] = FakeCustomer(self, chat_id, {**user, "last_activity_time": 1, "name": name})
        return self.chats[chat_id]

    def group(self, chat_id: int, title: str, member: str = "Nick") -> FakeCustomer:
        """Returns a group with the bot in it, seen through one of its members."""
        user = {"user_id": 77, "first_name": member, "last_name": "", "is_bot": False}
        self.chats[chat_id] = FakeCustomer(self, chat_id, user, "chat", title)
        return self.chats[chat_id]

    def push(self, kind: str, about: Json, chat: int) -> None:
        """Publishes an update. A webhook gets the types it subscribed to."""
        update = {"update_type": kind, "timestamp": self.now(), **about}
        for _ in range(self.copies()):
            if not self.webhooks and (self.queue.asked is None or kind in self.queue.asked):
                self.queue.put(chat, update)
            for webhook in self.webhooks.values():
                if webhook.types is None or kind in webhook.types:
                    webhook.put(chat, update)

    def revoke(self) -> None:
        """Replaces the token, as the bot's owner does: the old one is refused from now on."""
        self.token = "revoked"

    # ----------------------------------------------------------------------------- for tests: watching

    @property
    def unconfirmed(self) -> int:
        """Updates not yet confirmed by a later marker, or by a webhook's 200."""
        return len(self.queue.pending) + sum(one.pending for one in self.webhooks.values())

    def asked(self, method: str) -> list[Request]:
        return [one for one in self.requests if one.method == method]

    # -------------------------------------------------------------------------------- for its own parts

    def now(self) -> int:
        """The time in milliseconds, close to the real one and never the same twice."""
        self._clock = max(self._clock + 1, int(time.time() * 1000))
        return self._clock

    def next_mid(self) -> str:
        self._numbers += 1
        return f"mid.000000000adf429c019d47b1{self._numbers:08x}"

    def new_callback(self) -> str:
        self.callbacks.add(callback := f"f9LHod-{self.next_mid()[-8:]}")
        return callback

    async def subscribe(self, webhook: Webhook) -> None:
        """Subscribes an address; a known one is renewed. Waiting updates go to it."""
        old, self.webhooks[webhook.url] = self.webhooks.get(webhook.url), webhook
        for chat, update in [*(await old.left() if old else ()), *self.queue.drain()]:
            webhook.put(chat, update)

    async def unsubscribe(self, url: str) -> bool:
        if url not in self.webhooks:
            return False
        for chat, update in await self.webhooks.pop(url).left():
            if not self.webhooks:
                self.queue.put(chat, update)
        return True

    # ---------------------------------------------------------------------------------------- serving

    def routes(self) -> Iterable[web.RouteDef]:
        return (
            web.post("/upload/{id}", self._about_files("POST /upload", self.shelf.take)),
            web.get("/getfile/{id}", self._about_files("GET /getfile", self.shelf.give)),
            web.route("*", "/{method}", self._serve),
            web.route("*", "/{method}/{id}", self._serve),
        )

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.shelf.url = self.url
        return self

    async def stop(self) -> None:
        for webhook in self.webhooks.values():
            await webhook.stop()
        await super().stop()

    def too_many(self, retry_after: float) -> web.Response:
        refused = {"code": "too.many.requests", "message": "Too many requests"}
        return web.json_response(refused, status=429, headers={"Retry-After": f"{math.ceil(retry_after)}"})

    def broken(self) -> web.Response:
        return web.json_response({"code": "internal.error", "message": "Internal error"}, status=500)

    def _about_files(self, name: str, answer: Callable[[web.Request], Awaitable[web.Response]]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self.played(name, request, lambda: self._guarded(answer(request)))

        return handle

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = f"{request.method} /{request.match_info['method']}"
        return await self.played(name, request, lambda: self._guarded(self._answer(name, request)))

    async def _guarded(self, answer: Awaitable[web.Response]) -> web.Response:
        try:
            return await answer
        except Refused as refusal:
            return web.json_response(refusal.body(), status=refusal.status)

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != self.token or "access_token" in request.query:
            raise Refused(401, "verify.token", "Invalid access_token")
        handler, identifier = METHODS.get(name), request.match_info.get("id", "")
        if handler is None or bool(identifier) != (name in ("GET /chats", "GET /videos")):
            raise Refused(405, "method.not.allowed", "Method is not allowed")
        body = json.loads(await request.read() or b"null")
        self.requests.append(Request(name, dict(request.query), body))
        return web.json_response(await handler(self, Call(dict(request.query), body, identifier)))
