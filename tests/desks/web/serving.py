"""A web desk on a real server: uvicorn on a port of the system's choosing, and the hub in memory behind it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from fastapi import FastAPI, Response

from bot.config.plugins import DeskTools
from bot.desks.web import KIND
from bot.desks.web.auth import HEADER
from bot.desks.web.desk import WebDesk
from bot.domain import DeskName
from bot.ports import Clock, Route, Tools
from tests.desks.web.core import MemoryCore
from tests.desks.web.fakes import MemoryBackend
from tests.serving import serving
from tests.tools import FolderFiles, MemorySignIns, folder, tools

KEYS = {"anna": "anna's own key", "boris": "boris' own key", "clara": "clara's own key"}
DESK = DeskName("local")


@dataclass
class Served:
    """A desk at work and the hub behind it. `url` has no trailing slash."""

    url: str
    desk: WebDesk
    backend: MemoryBackend
    core: MemoryCore
    tools: Tools
    http: aiohttp.ClientSession

    @property
    def files(self) -> FolderFiles:
        return folder(self.tools)

    async def sign_in(self, user: str = "anna") -> Session:
        """A client with a browser's cookies and headers, with this operator signed in."""
        session = Session(self, aiohttp.CookieJar(unsafe=True))
        status, _ = await session.ask("POST", "session", json={"key": KEYS[user]})
        assert status == 200
        return session


@dataclass
class Session:
    """Makes requests as the desk's own page does. `headers` are added to each."""

    served: Served
    jar: aiohttp.CookieJar
    headers: Mapping[str, str] | None = None

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Status and JSON of the response."""
        async with self.request(method, path, **more) as response:
            body = await response.text()
            return response.status, json.loads(body) if body.startswith("{") else {"text": body}

    @asynccontextmanager
    async def request(self, method: str, path: str, **more: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {HEADER: "1"} if self.headers is None else dict(self.headers)
        headers |= more.pop("headers", {})
        url = f"{self.served.url}/desk/api/{path}"
        async with (
            aiohttp.ClientSession(cookie_jar=self.jar, headers=headers) as http,
            http.request(method, url, **more) as response,
        ):
            yield response


@asynccontextmanager
async def served(
    path: Path, *, clock: Clock | None = None, public_url: str = "", locale: str = "en", port: int = 0
) -> AsyncIterator[Served]:
    async with aiohttp.ClientSession() as http:
        given = tools(path, http, clock=clock, public_url=public_url, locale=locale)
        folder(given).base = ""
        board = MemoryBackend(given, DESK, list(KEYS))
        office = MemoryCore(board)
        settings = KIND.settings.model_validate({"kind": "web", "operators": KEYS, "file_megabytes": 2})
        desk = KIND.build(DESK, settings, DeskTools(given, board, MemorySignIns(given.wake)))
        assert isinstance(desk, WebDesk)
        assert KIND.routes is not None
        app = application([*KIND.routes({DESK: desk}, {DESK: office})], folder(given))
        async with serving(app, port) as server:
            yield Served(server.url, desk, board, office, given, http)
            await desk.close()


def application(routes: list[Route], files: FolderFiles) -> FastAPI:
    """The application that `bot.app.http` makes of the routes, with the address of files."""
    app = FastAPI()
    for route in routes:
        app.add_api_route(route.path, route.endpoint, methods=list(route.methods), include_in_schema=False)

    async def file(name: str) -> Response:
        about = json.loads((files.folder / f"{name}.json").read_text())
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(files.read(name), media_type=about["mime"], headers=headers)

    app.add_api_route("/files/{name}", file)
    return app
