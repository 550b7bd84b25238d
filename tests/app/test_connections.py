"""Limits on strangers: half requests, silence, many connections, responses that nobody reads, no descriptors."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from bot.app import server
from bot.app.connections import TimedConnection
from bot.app.http import bounded_body, build
from bot.app.plain_routes import PlainRoutes
from bot.app.strangers import ConnectionLimits, Strangers
from bot.ports import Endpoint, Route
from bot.ports.client_addresses import Proxies
from bot.ports.requests import proved, put_off
from bot.runtime.clock import SystemClock
from bot.runtime.supervisor import Supervisor
from storage import LocalFiles
from tests.scenarios.process import hub
from tests.waiting import FACT

PATIENCE = FACT
"""Seconds within which a fact has to come; the deadlines below are a fraction of one."""
SOON = 0.3
HEAD = b"POST /held HTTP/1.1\r\nHost: hub\r\nContent-Length: 1000000\r\n\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n"


def application() -> PlainRoutes:
    async def held(request: Request) -> Response:
        body = await bounded_body(request, 4_000_000)
        return Response(str(len(body or b"")))

    async def known(request: Request) -> Response:
        proved(request)
        return await held(request)

    async def large() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(2000):
                yield b"x" * 65536

        return StreamingResponse(parts())

    async def refused() -> Response:
        return Response(status_code=401)

    async def later(request: Request) -> Response:
        await request.body()
        put_off(request)
        await asyncio.sleep(FACT)
        return Response(status_code=403)

    posts: dict[str, Endpoint] = {"/held": held, "/known": known, "/refused": refused, "/later": later}
    routes = [Route(("GET",), "/large", large), *(Route(("POST",), *one) for one in posts.items())]
    clock = SystemClock()
    return build({}, {}, LocalFiles("files", "a secret of the tests", "", clock), Supervisor(clock), ready, routes)


async def ready() -> Mapping[str, Any]:
    return {}


@dataclass
class Line:
    """One client's connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def says(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    @asynccontextmanager
    async def dripping(self) -> AsyncIterator[None]:
        """Sends a byte of the body now and then, as long as the hub reads."""

        async def drip() -> None:
            while True:
                await self.says(b"x")
                await asyncio.sleep(0.01)

        task = asyncio.create_task(drip())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def ends(self) -> bytes:
        """Everything received until the hub closes the connection."""
        found = b""
        try:
            async with asyncio.timeout(PATIENCE):
                while data := await self.reader.read(65536):
                    found += data
        except ConnectionError:
            pass
        return found

    async def status(self) -> int:
        async with asyncio.timeout(PATIENCE):
            head = await self.reader.readuntil(b"\r\n\r\n")
        if length := re.search(rb"(?i)content-length: (\d+)", head):
            await self.reader.readexactly(int(length[1]))
        return int(head.split()[1])

    @property
    def is_open(self) -> bool:
        return not self.reader.at_eof() and self.reader.exception() is None


@dataclass
class World:
    port: int
    strangers: Strangers
    stack: AsyncExitStack

    async def line(self, address: str = "127.0.0.1") -> Line:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))
        self.stack.callback(writer.close)
        return Line(reader, writer)

    async def half(self, address: str = "127.0.0.1", size: int = 1000) -> Line:
        line = await self.line(address)
        await line.says(HEAD + b"x" * size)
        return line

    async def is_well(self, address: str = "127.0.0.1") -> None:
        line = await self.line(address)
        await line.says(HEALTH)
        assert await line.status() == 200

    async def until(self, strangers: int) -> None:
        await eventually(lambda: len(self.strangers) == strangers)


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if holds():
                return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def world(limits: ConnectionLimits | None = None, *proxies: str) -> AsyncIterator[World]:
    sock = socket.create_server(("127.0.0.1", 0), backlog=1024)
    async with (
        AsyncExitStack() as stack,
        server.http(application(), sock, Proxies(proxies), limits or ConnectionLimits()) as strangers,
        AsyncExitStack() as lines,
    ):
        stack.callback(sock.close)
        yield World(sock.getsockname()[1], strangers, lines)


# ------------------------------------------------------------------------------------------- deadlines


@pytest.mark.parametrize("said", [b"", b"GET /heal", HEAD[:-2]])
async def test_the_lines_before_a_body_have_a_deadline(said: bytes) -> None:
    async with world(ConnectionLimits(head=SOON)) as hub:
        line = await hub.line()
        await line.says(said)
        assert (await line.ends()).startswith(b"HTTP/1.1 408 ")
        await hub.until(0)


async def test_also_those_of_a_second_request() -> None:
    async with world(ConnectionLimits(head=SOON)) as hub:
        line = await hub.line()
        await line.says(HEALTH)
        assert await line.status() == 200
        await line.says(HEALTH[:-2])
        assert (await line.ends()).startswith(b"HTTP/1.1 408 ")


async def test_a_strangers_body_has_a_deadline_however_it_drips() -> None:
    async with world(ConnectionLimits(body=SOON)) as hub:
        line = await hub.half()
        async with line.dripping():
            assert (await line.ends()).startswith(b"HTTP/1.1 408 ")
        assert hub.strangers.held == 0


async def test_a_known_body_may_take_long_while_it_goes_on_coming() -> None:
    async with world(ConnectionLimits(body=SOON, stall=PATIENCE, pace=1000)) as hub:
        line = await hub.line()
        await line.says(HEAD.replace(b"/held", b"/known").replace(b"1000000", b"10000"))
        for _ in range(10):
            await asyncio.sleep(SOON / 2)
            await line.says(b"x" * 1000)
        assert await line.status() == 200


async def test_a_known_body_that_stops_coming_is_given_up() -> None:
    async with world(ConnectionLimits(stall=SOON)) as hub:
        line = await hub.line()
        await line.says(HEAD.replace(b"/held", b"/known") + b"x" * 70_000)
        assert (await line.ends()).startswith(b"HTTP/1.1 408 ")


async def test_an_answer_that_nobody_takes_is_given_up() -> None:
    async with world(ConnectionLimits(unread=SOON)) as hub:
        line = await hub.line()
        await line.says(b"GET /large HTTP/1.1\r\nHost: hub\r\n\r\n")
        line.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await hub.until(0)
        await asyncio.sleep(4 * SOON)
        line.writer.transport.resume_reading()  # type: ignore[attr-defined]
        assert len(await line.ends()) < 2000 * 65536


async def test_nothing_is_kept_of_a_body_that_was_refused() -> None:
    async with world() as hub:
        line = await hub.line()
        await line.says(HEAD.replace(b"/held", b"/refused") + b"x" * 60_000)
        assert await line.status() == 401
        assert [len(one.cycle.body) for one in hub.strangers._all if isinstance(one, TimedConnection)] == [0]


async def test_what_still_comes_of_a_body_that_was_refused_is_not_waited_for() -> None:
    async with world(ConnectionLimits(drained=SOON)) as hub:
        line = await hub.line()
        await line.says(HEAD.replace(b"/held", b"/refused") + b"x" * 1000)
        assert await line.status() == 401
        async with line.dripping():
            assert (await line.ends())[:13] in (b"", b"HTTP/1.1 408 ")


# ---------------------------------------------------------------------------------------------- bounds


async def test_strangers_bodies_share_one_bound_and_the_oldest_goes() -> None:
    async with world(ConnectionLimits(held_bytes=10_000, from_address=1000)) as hub:
        lines = [await hub.half(size=1000) for _ in range(30)]
        assert [await line.ends() for line in lines[:20]] == [b""] * 20
        assert hub.strangers.held <= 10_000
        whole = await hub.line()
        await whole.says(HEAD.replace(b"1000000", b"5000") + b"x" * 5000)
        assert await whole.status() == 200


async def test_known_bodies_are_not_counted() -> None:
    async with world(ConnectionLimits(held_bytes=300_000)) as hub:
        line = await hub.line()
        await line.says(HEAD.replace(b"/held", b"/known") + b"x" * 1_000_000)
        assert await line.status() == 200
        assert hub.strangers.held == 0


async def test_an_address_has_so_many_connections_and_others_have_theirs() -> None:
    async with world(ConnectionLimits(from_address=8)) as hub:
        theirs = [await hub.line("127.0.0.2") for _ in range(3)]
        lines = [await hub.line() for _ in range(40)]
        assert [await line.ends() for line in lines[:32]] == [b""] * 32
        await hub.is_well()
        assert all(line.is_open for line in theirs)


async def test_a_proxy_has_as_many_as_it_likes() -> None:
    async with world(ConnectionLimits(from_address=8), "127.0.0.0/24") as hub:
        lines = [await hub.line() for _ in range(40)]
        await hub.until(40)
        assert all(line.is_open for line in lines)


async def test_all_strangers_together_are_so_many() -> None:
    async with world(ConnectionLimits(strangers=20)) as hub:
        for number in range(60):
            await hub.line(f"127.0.0.{number + 2}")
        await hub.is_well()
        await hub.until(20)


async def test_who_is_known_or_answered_is_nobodys_stranger() -> None:
    async with world(ConnectionLimits(strangers=10, from_address=10)) as hub:
        known = await hub.line()
        await known.says(HEAD.replace(b"/held", b"/known"))
        await known.says(b"x" * 100)
        await hub.until(0)
        for _ in range(30):
            await hub.line()
        await known.says(b"x" * (1_000_000 - 100))
        assert await known.status() == 200


async def test_whose_answer_is_put_off_is_a_stranger_still() -> None:
    """A wrong key gets its response late; those who try keys take no connection from anyone else."""
    async with world(ConnectionLimits(from_address=8)) as hub:
        lines = [await hub.line() for _ in range(40)]
        for line in lines:
            await line.says(b"POST /later HTTP/1.1\r\nHost: hub\r\nContent-Length: 1\r\n\r\nx")
        assert [await line.ends() for line in lines[:32]] == [b""] * 32
        await hub.is_well()


async def test_also_when_they_ask_something_else_meanwhile() -> None:
    async with world(ConnectionLimits(from_address=8)) as hub:
        lines = [await hub.line() for _ in range(8)]
        for line in lines:
            await line.says(b"POST /later HTTP/1.1\r\nHost: hub\r\nContent-Length: 1\r\n\r\nx")
        await hub.until(8)
        for line in lines:
            await line.says(HEALTH[:-2])
            await asyncio.sleep(SOON / 3)
            await line.says(b"\r\n")
        await asyncio.sleep(SOON)
        assert len(hub.strangers) == 8


async def test_a_head_without_end_is_refused() -> None:
    async with world() as hub:
        line = await hub.line()
        await line.says(b"GET / HTTP/1.1\r\n")
        with suppress(ConnectionError):
            for _ in range(1000):
                await line.says(b"X-More: " + b"y" * 20_000 + b"\r\n")
                await asyncio.sleep(0.001)
        await line.ends()
        await hub.until(0)


async def test_requests_that_wait_behind_the_first_are_so_many() -> None:
    async with world() as hub:
        line = await hub.line()
        await line.says(HEALTH * 5)
        for _ in range(5):
            assert await line.status() == 200
        await line.says(HEALTH * 5000)
        assert (await line.ends()).count(b"HTTP/1.1 200") < 100


# ----------------------------------------------------------------------------------------- descriptors


async def test_without_descriptors_silent_connections_go_and_the_log_says_so(tmp_path: Path) -> None:
    """The hub as a process, with as few descriptors as a careless system allows."""
    limited = {"PATH": os.environ["PATH"], "HUB_LOG_LEVEL": "WARNING"}
    async with hub(tmp_path, "run", environ=limited, descriptors=200) as running:
        port = int((await running.says(r"http://127\.0\.0\.1:(\d+)"))[1])
        async with AsyncExitStack() as stack:
            for number in range(400):
                address = (f"127.0.0.{number % 50 + 2}", 0)
                _, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=address)
                stack.callback(writer.close)
                if number % 40 == 39:
                    reader, asking = await asyncio.open_connection("127.0.0.1", port)
                    asking.write(HEALTH)
                    async with asyncio.timeout(PATIENCE):
                        assert (await reader.readline()).split()[1] == b"200"
                    asking.close()
            await running.says("short of file descriptors")


async def test_when_the_system_has_none_left_the_log_says_so_and_the_hub_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with world(ConnectionLimits(descriptors=10_000)) as hub, AsyncExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(40)]
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (sockets[-1].fileno() + 3, before[1]))
        try:
            for one in sockets:
                one.connect(("127.0.0.1", hub.port))
            await eventually(lambda: "cannot accept connections" in capsys.readouterr().out)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        await hub.is_well()
