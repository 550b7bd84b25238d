"""The workspace's HTTP and websocket server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.faults import Fault, Faults, reset
from tests.fakes.slack.api import Api
from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.people import Person
from tests.fakes.slack.rules import Refused, check_message
from tests.fakes.slack.state import APP_TOKEN, BOT_TOKEN, BOT_USER, Message, Window, Workspace
from tests.fakes.slack.tiers import RateLimits

RESPONSES_AT_MOST = 5
RESPONSES_LIVE = 1800.0


@dataclass
class Response:
    """A `response_url` from a command or a press. `original`: the message whose button was pressed."""

    user: str
    channel: str
    thread: str | None
    original: Message | None = None
    used: int = 0
    born: float = field(default_factory=time.monotonic)


class FakeSlack:
    """The workspace: see the package's docstring. `limits.enforced`: Slack's own rate limits hold."""

    def __init__(self, *, request_url: str = "", limits: bool = False) -> None:
        self.url = ""
        self.faults = Faults()
        self.limits = RateLimits(limits)
        self.state = Workspace()
        self.delivery = Delivery()
        self.delivery.request_url = request_url
        self.api = Api(self.state, self.delivery.emit)
        self.failures: list[tuple[str, str]] = []
        self.log: list[str] = []
        self._people: dict[str, Person] = {}
        self._responses: dict[str, Response] = {}
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> FakeSlack:
        app = web.Application(client_max_size=256 << 20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/upload/v1/{file}", self._upload)
        app.router.add_get("/files-pri/{file}/{name}", self._download)
        app.router.add_post("/response/{name}", self._response)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = self.api.url = f"http://127.0.0.1:{port}"
        await self.delivery.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.delivery.close()
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    # ------------------------------------------------------------------------------ to look at

    @property
    def hub(self) -> str:
        """A mention of the app."""
        return f"<@{BOT_USER}>"

    def person(self, name: str) -> Person:
        if name not in self._people:
            self._people[name] = Person(self, self.state.user_named(name))
        return self._people[name]

    def channel(self, name: str = "support") -> str:
        return self.state.channel_named(name).id

    def messages(self, channel: str = "support") -> list[Message]:
        """Top-level messages, oldest first: the cards."""
        return list(self.state.channel_named(channel).top())[::-1]

    def thread(self, ts: str, channel: str | None = None) -> list[Message]:
        """A root and its replies."""
        channels = [self.state.channel_named(channel)] if channel else list(self.state.channels.values())
        for one in channels:
            if ts in one.messages:
                return self.state.thread(one.id, ts)
        return []

    def message(self, ts: str) -> Message:
        return next(one.messages[ts] for one in self.state.channels.values() if ts in one.messages)

    def ephemerals(self, user: str) -> list[Message]:
        """Ephemeral messages that this person sees."""
        return self.state.ephemerals.get(self.state.user_named(user).id, [])

    def direct(self, user: str) -> list[Message]:
        return list(self.state.direct(self.state.user_named(user).id).messages.values())

    def views(self, user: str) -> list[Window]:
        """Windows on this person's screen, the topmost last."""
        return self.state.windows.setdefault(self.state.user_named(user).id, [])

    def home(self, user: str) -> Window | None:
        return self.state.homes.get(self.state.user_named(user).id)

    def response_url(self, user: str, channel: str, thread: str | None, original: Message | None = None) -> str:
        name = self.state.id("R")
        self._responses[name] = Response(user, channel, thread, original)
        return f"{self.url}/response/{name}"

    # ------------------------------------------------------------------------------------ the wire

    async def _faulty(
        self, name: str, request: web.Request, process: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.log.append(name)
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        await self.faults.passed(name)
        if (scripted := self.faults.answered(name)) is not None:
            return scripted
        planned = self.faults.next(name)
        if planned is None:
            return await process()
        fault, retry_after = planned
        match fault:
            case Fault.TOO_MANY:
                return too_many(retry_after)
            case Fault.SERVER_ERROR:
                return web.json_response({"ok": False, "error": "internal_error"}, status=500)
            case Fault.REFUSED:
                return web.json_response({"ok": False, "error": "invalid_blocks"})
            case Fault.NOTHING:
                await self.faults.silence(request)
            case Fault.RESET_BEFORE:
                reset(request)
            case Fault.RESET_AFTER:
                await process()
                reset(request)
            case Fault.NOTHING_AFTER:
                await process()
                await self.faults.silence(request)
        return web.Response()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = dict(request.query)
        if request.content_type == "application/json":
            arguments |= await request.json()
        elif request.can_read_body:
            arguments |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.get("token", ""))
        return await self._faulty(method, request, lambda: self._answer(method, token, arguments))

    async def _answer(self, method: str, token: str, arguments: dict[str, Any]) -> web.StreamResponse:
        headers = {"x-oauth-scopes": ",".join(sorted(self.api.scopes))}
        try:
            self._prove(method, token)
            if wait := self.limits.take(method, str(arguments.get("channel", ""))):
                self.faults.log.append((method, Fault.TOO_MANY))
                return too_many(wait)
            answer = await self.api.call(method, token, arguments)
            return web.json_response({"ok": True, **answer}, headers=headers)
        except Refused as refused:
            said: dict[str, Any] = {"ok": False, "error": refused.error, **refused.more}
            if refused.messages:
                said["response_metadata"] = {"messages": list(refused.messages)}
            return web.json_response(said, headers=headers)

    def _prove(self, method: str, token: str) -> None:
        if not token:
            raise Refused("not_authed")
        if token not in (BOT_TOKEN, APP_TOKEN):
            raise Refused("invalid_auth")
        if (token == APP_TOKEN) != (method == "apps.connections.open"):
            raise Refused("not_allowed_token_type")

    async def _link(self, request: web.Request) -> web.StreamResponse:
        """The websocket of Socket Mode; each ticket opens one connection."""
        ticket = request.query.get("ticket", "")

        async def serve() -> web.StreamResponse:
            if ticket not in self.api.tickets:
                return web.Response(status=401)
            self.api.tickets.discard(ticket)
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            await self.delivery.serve(socket)
            return socket

        return await self._faulty("websocket", request, serve)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        async def store() -> web.StreamResponse:
            file, data = self.state.files.get(request.match_info["file"]), await request.read()
            if file is None or file.uploaded or len(data) != file.size:
                return web.Response(status=400, text="bad upload")
            file.data, file.uploaded = data, True
            return web.Response(text=f"OK - {len(data)}")

        return await self._faulty("upload", request, store)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """Serves a file. Without the right token Slack responds with a sign-in page and status 200."""

        async def give() -> web.StreamResponse:
            file = self.state.files.get(request.match_info["file"].partition("-")[2])
            if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}" or "files:read" not in self.api.scopes:
                return web.Response(text="<html>Sign in</html>", content_type="text/html")
            if file is None or file.deleted:
                return web.Response(status=404)
            return web.Response(body=file.data, content_type=file.mimetype)

        return await self._faulty("download", request, give)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        name, said = request.match_info["name"], await request.json()

        async def show() -> web.StreamResponse:
            response = self._responses.get(name)
            if response is None or time.monotonic() - response.born > RESPONSES_LIVE:
                return web.Response(status=404, text="expired_url")
            if response.used >= RESPONSES_AT_MOST:
                return web.Response(status=404, text="used_url")
            response.used += 1
            try:
                self._respond(response, said)
            except Refused as refused:
                return web.Response(status=400, text=refused.error)
            return web.Response(text="ok")

        return await self._faulty("response_url", request, show)

    def _respond(self, response: Response, said: dict[str, Any]) -> None:
        if not said.get("replace_original"):
            return self.show_response(response.user, response.channel, response.thread, said)
        if response.original is None:
            raise Refused("cant_update_message")
        text, blocks = str(said.get("text") or ""), said.get("blocks") or []
        check_message(text, blocks)
        response.original.text, response.original.blocks = text, self.api.numbered(blocks)
        return None

    def show_response(self, user: str, channel: str, thread: str | None, said: dict[str, Any]) -> None:
        """Shows a response to a command or a button to its author."""
        if said.get("response_type", "ephemeral") != "ephemeral":
            raise Refused("the hub answers in private")
        text, blocks = str(said.get("text") or ""), said.get("blocks") or []
        check_message(text, blocks)
        self.api.whisper(channel, user, text, blocks, thread)


def too_many(seconds: float) -> web.Response:
    retry_after = f"{seconds:g}" if seconds < 1 else str(int(seconds + 0.999))
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": retry_after})
