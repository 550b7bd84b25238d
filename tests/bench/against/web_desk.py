"""Pages of the web desk: what a customer's message costs the hub while many are open, and what they cost in quiet."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench import http
from tests.bench.against import builds
from tests.bench.against.rows import Figure
from tests.bench.processes import Build, Measurable

FEW, MANY = 20, 200
TALKS = MANY
"""Customers, each with a dialog, which one page shows beside the list."""
RATE = 5.0
MESSAGES = 50
IDLE = 10.0  # seconds
PATIENCE = 180.0
LAST = "and the last of all"
TOKEN = "the token of the site, of enough letters"
KEYS = {f"o{number}": f"the key of o{number}, of enough letters" for number in range(MANY)}
TABLES = {
    "desks": {"local": {"kind": "web", "operators": KEYS}},
    "accounts": {"site": {"kind": "api", "token": TOKEN}},
}
_numbers = itertools.count(1)


class Page(asyncio.Protocol):
    """One operator's open page: the list of new dialogs, and one dialog. `shown`: set once `awaited` has come."""

    def __init__(self, request: bytes) -> None:
        self._request, self._rest = request, b""
        self.awaited, self.shown = b"event: counters", asyncio.Event()
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        seen = self._rest + data
        self._rest = seen[-200:]
        if self.awaited in seen:
            self.shown.set()

    def awaits(self, words: str) -> None:
        self.awaited = words.encode()
        self.shown.clear()
        self._rest = b""


@dataclass
class Scene:
    """A hub at work, with its customers' connections."""

    process: Measurable
    client: http.Client
    cookies: Sequence[str]

    async def write(self, talk: int, words: str = "is it there?") -> None:
        customer, number = {"name": f"Customer {talk}"}, next(_numbers)
        text = f"{words} {number}"
        body = {"id": f"m{number}", "conversation": f"talk {talk}", "sender": customer, "text": text}
        headers = f"authorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\n"
        await self.client.post("/api/v1/accounts/site/messages", json.dumps(body).encode(), headers)

    @asynccontextmanager
    async def pages(self, count: int) -> AsyncIterator[list[Page]]:
        opened: list[Page] = []
        try:
            while len(opened) < count:
                opened.append(await self._open(len(opened)))
            yield opened
        finally:
            for page in opened:
                if page.transport is not None:
                    page.transport.abort()
            await asyncio.sleep(1)

    async def _open(self, number: int) -> Page:
        path = f"/desk/api/live?section=new&dialog={number + 1}"
        head = f"GET {path} HTTP/1.1\r\nhost: hub\r\ncookie: {self.cookies[number]}\r\n\r\n"
        page = Page(head.encode())
        await asyncio.get_running_loop().create_connection(lambda: page, "127.0.0.1", self.process.port)
        async with asyncio.timeout(PATIENCE):
            await page.shown.wait()
        return page


@asynccontextmanager
async def scene(build: Build, folder: Path) -> AsyncIterator[Scene]:
    async with builds.hub(build, folder, TABLES) as process:
        made = Scene(process, http.Client(process.port), [await _sign_in(process.port, n) for n in range(MANY)])
        for talk in range(TALKS):
            await made.write(talk)
        await asyncio.sleep(3)
        yield made
        made.client.close()


async def _sign_in(port: int, number: int) -> str:
    url = f"http://127.0.0.1:{port}/desk/api/session"
    key = {"key": KEYS[f"o{number}"]}
    async with aiohttp.ClientSession() as client, client.post(url, json=key, headers={"x-hub-desk": "1"}) as answer:
        answer.raise_for_status()
        return str(answer.headers["set-cookie"].split(";")[0])


async def idle(one: Scene, pages: int) -> float:
    """Percent of a core that open pages take while nobody writes."""
    async with one.pages(pages):
        await asyncio.sleep(2)
        before = one.process.cpu_seconds
        await asyncio.sleep(IDLE)
        return (one.process.cpu_seconds - before) / IDLE * 100


async def busy(one: Scene, pages: int) -> float:
    """Milliseconds of CPU for a message that all pages come to show, at `RATE` messages a second."""
    loop = asyncio.get_running_loop()
    async with one.pages(pages) as opened:
        await asyncio.sleep(2)
        before, start = one.process.cpu_seconds, loop.time()
        for number in range(MESSAGES):
            await asyncio.sleep(max(0.0, start + number / RATE - loop.time()))
            await one.write(number % TALKS)
        for page in opened:
            page.awaits(LAST)
        await one.write(0, LAST)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(page.shown.wait() for page in opened))
        return (one.process.cpu_seconds - before) * 1000 / (MESSAGES + 1)


async def figures(old: Build, new: Build, folder: Path, rounds: int) -> list[Figure]:
    async with AsyncExitStack() as stack:
        pair = []
        for build, name in ((old, "old"), (new, "new")):
            pair.append(await stack.enter_async_context(scene(build, folder / name)))
        made = []
        for work, unit, aim, measure, pages in (
            (f"web desk, {FEW} pages, {RATE:.0f} messages/s", "ms CPU a message", 1 / 12, busy, FEW),
            (f"web desk, {MANY} pages, idle", "% of a core", 1 / 8, idle, MANY),
            (f"web desk, {MANY} pages, {RATE:.0f} messages/s", "ms CPU a message", 1 / 20, busy, MANY),
        ):
            seen: list[list[float]] = [[await measure(one, pages) for one in pair] for _ in range(rounds)]
            made.append(Figure(work, unit, seen, aim))
        return made
