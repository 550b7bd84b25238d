"""A VK with one community, as strict as VK's documentation."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.fakes.platform import Platform
from tests.fakes.vk import messaging as messaging  # adds its methods to the table
from tests.fakes.vk.events import CallbackServer, Json, LongPoll
from tests.fakes.vk.methods import METHODS
from tests.fakes.vk.parameters import Parameters
from tests.fakes.vk.people import FakeCustomer
from tests.fakes.vk.refusals import Refused
from tests.fakes.vk.uploading import DOC, Uploading

GROUP = 123456
TOKEN = "vk1.a.tOkEn_of-the-community-0123456789"
COMMON = frozenset({"access_token", "v", "lang"})


class FakeVk(Platform):
    """Holds all state; `methods` and `messaging` do the work. `customers`: by their conversations' numbers. `sent`:
    number of messages that the community has sent. `requests`: (method, parameters without the token)."""

    largest = DOC * 2

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.group, self.token, self.code = GROUP, TOKEN, "c0nf1rm"
        self.asks_with_secret = True  # when it asks for the confirmation string
        self.rights = {"manage", "messages", "photos", "docs"}
        self.groups = {GROUP: "Acme"}
        self.customers: dict[int, FakeCustomer] = {}
        self.files: list[tuple[str, bytes]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.presses: dict[str, tuple[int, int]] = {}
        self.sent_ids: dict[tuple[int, int], Json] = {}
        self.whole: dict[tuple[int, int], Json] = {}  # a message as methods return it
        self.too_old: set[int] = set()
        self.long_poll, self.uploading = LongPoll(), Uploading(self)
        self.servers: dict[int, CallbackServer] = {}
        self.sent = 0
        self._ids = 500

    # ------------------------------------------------------------------------------- for tests: acting

    def customer(self, number: int, name: str = "Nick", *, allowed: bool = True, **profile: Any) -> FakeCustomer:
        """Returns a person who may be written to; the same number gives the same person. `profile`: as `users.get`
        returns it."""
        if number not in self.customers:
            self.customers[number] = FakeCustomer(self, number, name, allowed=allowed, profile=profile)
        return self.customers[number]

    def conversation(self, number: int, title: str, speaker: int) -> FakeCustomer:
        """Returns a group conversation with the community in it."""
        self.customers[number] = FakeCustomer(self, number, title, speaker=speaker)
        return self.customers[number]

    def tell(self, kind: str, body: Any, event_id: str = "") -> Json:
        """Publishes an event to everyone who has switched its kind on."""
        event = {"group_id": self.group, "type": kind, "event_id": event_id or f"{self.next_id():040x}", "v": "5.199"}
        event["object"] = body
        for _ in range(self.copies()):
            if self.long_poll.enabled and self.long_poll.events.get(kind):
                self.long_poll.put(event)
            for server in self.servers.values():
                if server.status == "ok" and server.events.get(kind):
                    server.put("", event)
        return event

    def revoke(self) -> None:
        """Deletes the key: it is refused from now on."""
        self.token = "revoked"

    # ----------------------------------------------------------------------------- for tests: watching

    def calls(self, method: str) -> list[dict[str, str]]:
        """The parameters of each call of a method."""
        return [given for name, given in self.requests if name == method]

    @property
    def unconfirmed(self) -> int:
        """Events not yet confirmed by a request for later ones, or by "ok"."""
        polled = self.long_poll.end - self.long_poll.confirmed if self.long_poll.asked else 0
        return polled + sum(server.pending for server in self.servers.values())

    # -------------------------------------------------------------------------------- for its own parts

    @property
    def api_url(self) -> str:
        return f"{self.url}/method/"

    def now(self) -> int:
        return int(time.time())

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    def outgoing(self, customer: FakeCustomer, number: int, **more: Any) -> Json:
        """A message of the community's as its events hold it; one that an administrator wrote names them."""
        message = {**customer.message(number), "id": self.next_id(), "fwd_messages": [], "random_id": 0, "version": 1}
        return {**message, "important": False, "is_hidden": False, **more}

    def keep(self, data: bytes, name: str) -> str:
        """Stores a file of a customer; returns its address."""
        self.files.append((name, data))
        return f"{self.url}/files/{len(self.files) - 1}/?extra=1"

    # ---------------------------------------------------------------------------------------- serving

    def routes(self) -> Iterable[web.RouteDef]:
        return (
            web.route("*", "/method/{method}", self._serve),
            web.get("/lp/{name}", self._serve_long_poll),
            web.post("/upload/{ticket}", self._serve_upload),
            web.get("/files/{number}/", self._serve_file),
        )

    async def stop(self) -> None:
        for server in self.servers.values():
            await server.stop()
        await super().stop()

    def too_many(self, retry_after: float) -> web.Response:
        refused = Refused(6, "Too many requests per second")
        return web.json_response(refused.body("", {}), headers={"Retry-After": str(math.ceil(retry_after))})

    def broken(self) -> web.Response:
        return web.Response(status=500, text="<html>Internal Server Error</html>")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        given = {**request.query, **{key: str(value) for key, value in (await request.post()).items()}}
        self.requests.append((name, {key: value for key, value in given.items() if key not in COMMON}))
        return await self.played(name, request, lambda: self._answer(name, given))

    async def _answer(self, name: str, given: dict[str, str]) -> web.Response:
        try:
            return web.json_response({"response": await self._call(name, given)})
        except Refused as refused:
            return web.json_response(refused.body(name, given))

    async def _call(self, name: str, given: dict[str, str]) -> Any:
        method = METHODS.get(name)
        if method is None:
            raise Refused(3, "Unknown method passed")
        if not given.get("v"):
            raise Refused(8, "Invalid request: v (version) is required")
        if given.get("access_token") != self.token:
            raise Refused(5, "User authorization failed: invalid access_token (4).")
        if method.right and method.right not in self.rights:
            raise Refused(15, "Access denied: no access to call this method")
        parameters = Parameters({key: value for key, value in given.items() if key not in COMMON})
        parameters.expect_only(method.parameters)
        return await method.handler(self, parameters)

    async def _serve_long_poll(self, request: web.Request) -> web.StreamResponse:
        return await self.played("a_check", request, lambda: self._checked(request))

    async def _checked(self, request: web.Request) -> web.Response:
        query = request.query
        if query.get("act") != "a_check" or not query.get("ts", "").isdecimal() or not 0 < int(query["wait"]) <= 90:
            return web.Response(status=400)
        found = await self.long_poll.check(query["key"], int(query["ts"]), int(query["wait"]))
        self.changed()
        return web.json_response(found)

    async def _serve_upload(self, request: web.Request) -> web.StreamResponse:
        return await self.played("upload", request, lambda: self.uploading.receive(request))

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        if not number.isdecimal() or int(number) >= len(self.files):
            raise web.HTTPNotFound
        return web.Response(body=self.files[int(number)][1], content_type="application/octet-stream")
