"""A VK with one community, as strict as VK's documentation."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests.fakes.faults import Fault, Faults, hang, reset
from tests.fakes.vk import messaging as messaging  # puts its methods into the table
from tests.fakes.vk.events import CallbackServer, Json, LongPoll
from tests.fakes.vk.methods import METHODS
from tests.fakes.vk.parameters import Parameters
from tests.fakes.vk.people import FakeCustomer
from tests.fakes.vk.refusals import Refused
from tests.fakes.vk.uploading import DOC, Uploading

GROUP = 123456
TOKEN = "vk1.a.tOkEn_of-the-community-0123456789"
COMMON = frozenset({"access_token", "v", "lang"})


class FakeVk:
    """Holds all state; `methods` and `messaging` do the work. `customers`: by their conversations' numbers. `sent`:
    how many messages of the community were shown. `requests`: (method, parameters without the token)."""

    def __init__(self, port: int = 0) -> None:
        self.group, self.token, self.code, self.url = GROUP, TOKEN, "c0nf1rm", ""
        self.rights = {"manage", "messages", "photos", "docs"}
        self.groups = {GROUP: "Acme"}
        self.faults = Faults()
        self.customers: dict[int, FakeCustomer] = {}
        self.files: list[tuple[str, bytes]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.presses: dict[str, tuple[int, int]] = {}
        self.sent_ids: dict[tuple[int, int], Json] = {}
        self.whole: dict[tuple[int, int], Json] = {}  # what is told of a message when it is asked for
        self.too_old: set[int] = set()
        self.long_poll, self.uploading = LongPoll(), Uploading(self)
        self.servers: dict[int, CallbackServer] = {}
        self.sent = 0
        self._port, self._ids, self._twice = port, 500, 0
        self._watchers: set[asyncio.Event] = set()
        self._runner: web.AppRunner | None = None

    # ------------------------------------------------------------------------------- for tests: acting

    def customer(self, number: int, name: str = "Nick", *, allowed: bool = True, **profile: Any) -> FakeCustomer:
        """A person who may be written to; the same one for the same number. `profile`: as `users.get` tells it."""
        if number not in self.customers:
            self.customers[number] = FakeCustomer(self, number, name, allowed=allowed, profile=profile)
        return self.customers[number]

    def conversation(self, number: int, title: str, speaker: int) -> FakeCustomer:
        """Of several people, the community among them."""
        self.customers[number] = FakeCustomer(self, number, title, speaker=speaker)
        return self.customers[number]

    def duplicate_next(self, count: int = 1) -> None:
        """The next `count` events are told twice."""
        self._twice += count

    def tell(self, kind: str, body: Any, event_id: str = "") -> Json:
        """An event, to all who have switched its kind on."""
        event = {"group_id": self.group, "type": kind, "event_id": event_id or f"{self.next_id():040x}", "v": "5.199"}
        event["object"] = body
        for _ in range(2 if self._twice else 1):
            if self.long_poll.enabled and self.long_poll.events.get(kind):
                self.long_poll.put(event)
            for server in self.servers.values():
                if server.status == "ok" and server.events.get(kind):
                    server.put(event)
        self._twice = max(self._twice - 1, 0)
        return event

    def revoke(self) -> None:
        """The key is deleted: it is refused from now on."""
        self.token = "revoked"

    # ----------------------------------------------------------------------------- for tests: watching

    def calls(self, method: str) -> list[dict[str, str]]:
        """The parameters of each call of a method."""
        return [given for name, given in self.requests if name == method]

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

    async def settled(self, seconds: float = 20) -> None:
        """Until every event was confirmed: by asking for later ones, or by "ok"."""
        await self.wait_for(lambda: self.unconfirmed == 0, seconds)

    @property
    def unconfirmed(self) -> int:
        polled = self.long_poll.end - self.long_poll.confirmed if self.long_poll.asked else 0
        return polled + sum(server.pending for server in self.servers.values())

    # -------------------------------------------------------------------------------- for its own parts

    @property
    def api_url(self) -> str:
        return f"{self.url}/method/"

    def changed(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    def now(self) -> int:
        return int(time.time())

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    def keep(self, data: bytes, name: str) -> str:
        """Stores a file of a customer; gives its address."""
        self.files.append((name, data))
        return f"{self.url}/files/{len(self.files) - 1}/?extra=1"

    # ---------------------------------------------------------------------------------------- serving

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=DOC * 2)
        app.router.add_route("*", "/method/{method}", self._serve)
        app.router.add_get("/lp/{name}", self._serve_long_poll)
        app.router.add_post("/upload/{ticket}", self._serve_upload)
        app.router.add_get("/files/{number}/", self._serve_file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Nobody listens any more. Doing so twice is no error."""
        for server in self.servers.values():
            await server.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _before(self, request: web.Request, name: str) -> tuple[Fault | None, web.Response | None]:
        """The fault that this request meets, and the answer when that is all it gets."""
        self.changed()
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        fault, retry_after = self.faults.next(name) or (None, 0.0)
        if fault is Fault.RESET_BEFORE:
            reset(request)
            return fault, web.Response()
        if fault is Fault.NOTHING:
            await hang()
        if fault is Fault.SERVER_ERROR:
            return fault, web.Response(status=500, text="<html>Internal Server Error</html>")
        if fault is Fault.TOO_MANY:
            refused = Refused(6, "Too many requests per second")
            headers = {"Retry-After": str(math.ceil(retry_after))}
            return fault, web.json_response(refused.body(name, {}), headers=headers)
        return fault, None

    async def _after(
        self, request: web.Request, fault: Fault | None, response: web.StreamResponse
    ) -> web.StreamResponse:
        if fault is Fault.NOTHING_AFTER:
            await hang()
        if fault is Fault.RESET_AFTER:
            reset(request)
        return response

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        given = {**request.query, **{key: str(value) for key, value in (await request.post()).items()}}
        self.requests.append((name, {key: value for key, value in given.items() if key not in COMMON}))
        fault, answer = await self._before(request, name)
        if answer is not None:
            return answer
        try:
            result = await self._call(name, given)
        except Refused as refused:
            return web.json_response(refused.body(name, given))
        return await self._after(request, fault, web.json_response({"response": result}))

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
        fault, answer = await self._before(request, "a_check")
        if answer is not None:
            return answer
        query = request.query
        if query.get("act") != "a_check" or not query.get("ts", "").isdecimal() or not 0 < int(query["wait"]) <= 90:
            return web.Response(status=400)
        found = await self.long_poll.check(query["key"], int(query["ts"]), int(query["wait"]))
        self.changed()
        return await self._after(request, fault, web.json_response(found))

    async def _serve_upload(self, request: web.Request) -> web.StreamResponse:
        fault, answer = await self._before(request, "upload")
        if answer is not None:
            return answer
        return await self._after(request, fault, await self.uploading.receive(request))

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        if not number.isdecimal() or int(number) >= len(self.files):
            raise web.HTTPNotFound
        return web.Response(body=self.files[int(number)][1], content_type="application/octet-stream")
