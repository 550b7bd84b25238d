"""The fake server: its routes, and what tests can look at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType

import aiohttp
from aiohttp import web

from tests.fakes.faults import Fault, Faults
from tests.fakes.mattermost.operations import Operations
from tests.fakes.mattermost.people import Person
from tests.fakes.mattermost.rest import Rest
from tests.fakes.mattermost.sockets import Sockets
from tests.fakes.mattermost.state import (
    ADMIN_TOKEN,
    BOT_TOKEN,
    CHANNEL,
    COMMAND_TOKEN,
    TEAM,
    Json,
    Notified,
    State,
    Window,
)

TIMEZONES: dict[str, Json] = {
    "anna": {"useAutomaticTimezone": "true", "automaticTimezone": "Europe/Moscow", "manualTimezone": "UTC"},
    "boris": {"useAutomaticTimezone": "false", "automaticTimezone": "UTC", "manualTimezone": "Asia/Yekaterinburg"},
}
"""Time zones of users: one comes from the device, the other was chosen by hand."""


class FakeMattermost:
    """Team `acme` with the channel `support`, the bot `@hub` in it, an administrator, and `people`.

    `overrides`: posts may carry another name and picture; `ephemerals`: the bot may send ephemeral posts;
    `tells_root`: slash commands name their thread, as on newer servers; `bare`: the bot and its command do not
    exist yet; `version`: the server's.
    """

    def __init__(
        self,
        people: Iterable[str] = ("anna", "boris"),
        *,
        overrides: bool = True,
        ephemerals: bool = True,
        tells_root: bool = True,
        max_file: int = 100 * 2**20,
        bare: bool = False,
        version: str = "11.8.0",
    ) -> None:
        self.faults = Faults()
        self.state = State(overrides, ephemerals, tells_root, max_file, version)
        self.sockets = Sockets(self.state)
        self._operations = Operations(self.state, self.sockets)
        self.rest = Rest(self.state, self._operations, self.sockets, self.faults)
        self.url = ""
        self._stack = AsyncExitStack()
        self._people: dict[str, Person] = {}
        self._furnish(people, bare=bare, ephemerals=ephemerals)

    def _furnish(self, people: Iterable[str], *, bare: bool, ephemerals: bool) -> None:
        state = self.state
        team: Json = {"id": state.new_id("team"), "name": TEAM, "display_name": "Acme", "delete_at": 0}
        state.teams[team["id"]] = team
        state.members[team["id"]] = set()
        self.team = str(team["id"])
        self.channel = str(self.add_channel(CHANNEL))
        admin = state.add_user("root", roles="system_user system_admin")
        state.tokens[ADMIN_TOKEN] = admin["id"]
        for name in people:
            user = state.add_user(name, first_name=name.title(), last_name="Petrova", nickname="")
            user["timezone"] = TIMEZONES.get(name, {})
            self._join(user["id"])
        if not bare:
            roles = "system_user system_admin" if ephemerals else "system_user"
            bot = state.add_user("hub", bot=True, roles=roles)
            state.tokens[BOT_TOKEN] = bot["id"]
            self._join(bot["id"])

    def _join(self, user: str) -> None:
        self.state.members[self.team].add(user)
        self.state.members[self.channel].add(user)

    def add_channel(self, name: str) -> str:
        """Adds a channel to the team, with all members of the first one."""
        channel = self.state.add_channel(name, self.team)
        if hasattr(self, "channel"):
            self.state.members[channel["id"]] = set(self.state.members[self.channel])
        return str(channel["id"])

    def serve_commands(self, url: str) -> None:
        """Creates the slash command `/dialog`, which calls `url`."""
        command: Json = {"id": self.state.new_id("command"), "team_id": self.team, "trigger": "dialog", "method": "P"}
        self.state.commands[command["id"]] = {**command, "url": url, "token": COMMAND_TOKEN, "auto_complete": True}

    async def __aenter__(self) -> FakeMattermost:
        app = web.Application(client_max_size=self.state.max_file * 2)
        app.add_routes([web.get("/api/v4/websocket", self._websocket), *self.rest.routes()])
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.2)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.http = await self._stack.enter_async_context(aiohttp.ClientSession())
        self._stack.push_async_callback(self.sockets.drop, lose=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        planned = self.faults.next("websocket")
        if planned is not None:
            return web.Response(status=429 if planned[0] is Fault.TOO_MANY else 503)
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return await self.sockets.serve(request, self.state.tokens.get(token) if kind.lower() == "bearer" else None)

    # ------------------------------------------------------------------------------------- inspecting

    def person(self, name: str) -> Person:
        if name not in self._people:
            self._people[name] = Person(self.state, self._operations, self.http, name, self.team, self.channel)
        return self._people[name]

    def posts(self, channel: str = CHANNEL) -> list[Json]:
        """The living posts of a channel (name or id), oldest first, as the server stores them."""
        ids = self.state.by_channel.get(str(self.state.channel_called(channel)["id"]), ())
        return [self.state.posts[post] for post in ids if not self.state.posts[post]["delete_at"]]

    def roots(self, channel: str = CHANNEL) -> list[Json]:
        return [post for post in self.posts(channel) if not post["root_id"]]

    def thread(self, root: str) -> list[Json]:
        return self.state.thread(root)

    def direct(self, name: str) -> list[Json]:
        """The direct messages between the bot and this person."""
        bot, user = self.state.id_of("hub"), self.state.id_of(name)
        return self.posts(str(self.state.direct(bot, user)["id"]))

    def ephemerals(self, name: str) -> list[Json]:
        return self.state.ephemerals.get(self.state.id_of(name), [])

    def dialogs(self, name: str) -> list[Window]:
        """Dialogs open on this person's screen, the latest last."""
        return self.state.windows.get(self.state.id_of(name), [])

    @property
    def notified(self) -> list[Notified]:
        return self.state.notified

    # --------------------------------------------------------------------------------------- bad days

    @asynccontextmanager
    async def offline(self) -> AsyncIterator[None]:
        """Cuts off every client while entered; afterwards the websocket starts new sessions."""
        self.sockets.away = True
        await self.sockets.drop(lose=True)
        try:
            yield
        finally:
            self.sockets.away = False
