"""Requests under a claim: one that has ended is never written, wherever the request waited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from bot.runtime import claims
from bot.runtime.claims import ClaimedRequest, ClaimLost
from tests.waiting import FACT


@dataclass
class Claim:
    """A claim that lasts until `ended`."""

    ended: bool = False
    asked: int = 0

    async def confirm(self) -> None:
        self.asked += 1
        if self.ended:
            raise ClaimLost


@dataclass
class Server:
    """Counts requests; answers them once `free` is set."""

    url: str
    bodies: list[bytes] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        await self.free.wait()
        return web.Response()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    app, made = web.Application(), Server("")
    app.router.add_route("*", "/", made.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    made.url = f"http://{host}:{port}/"
    yield made
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=1)
    async with aiohttp.ClientSession(connector=connector, request_class=ClaimedRequest) as session:
        yield session


async def send(http: aiohttp.ClientSession, url: str, body: bytes, claim: Claim) -> int:
    claims.CURRENT.set(claim)
    async with http.post(url, data=body) as response:
        return response.status


async def test_a_request_under_a_claim_is_sent(http: aiohttp.ClientSession, server: Server) -> None:
    server.free.set()
    assert await asyncio.create_task(send(http, server.url, b"x", Claim())) == 200


async def test_without_a_claim_nothing_is_asked(http: aiohttp.ClientSession, server: Server) -> None:
    server.free.set()
    async with http.post(server.url, data=b"x") as response:
        assert response.status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_under_an_ended_claim_nothing_is_sent(http: aiohttp.ClientSession, server: Server, method: str) -> None:
    claims.CURRENT.set(Claim(ended=True))
    server.free.set()
    with pytest.raises(ClaimLost):
        await http.request(method, server.url, data=b"x" if method == "POST" else None)
    assert server.bodies == []


async def test_a_claim_that_ends_while_its_request_waits_for_a_connection(
    http: aiohttp.ClientSession, server: Server
) -> None:
    late = Claim()
    first = asyncio.create_task(send(http, server.url, b"first", Claim()))
    async with asyncio.timeout(FACT):
        while not server.bodies:  # noqa: ASYNC110 - a list
            await asyncio.sleep(0.01)
    second = asyncio.create_task(send(http, server.url, b"second", late))
    await asyncio.sleep(0)  # it waits for the only connection
    late.ended = True
    server.free.set()
    assert await first == 200
    with pytest.raises(ClaimLost):
        await second
    assert await asyncio.create_task(send(http, server.url, b"third", Claim())) == 200
    assert server.bodies == [b"first", b"third"]


@dataclass
class EndingClaim(Claim):
    """A claim that ends once it has been confirmed."""

    async def confirm(self) -> None:
        await super().confirm()
        self.ended = True


async def test_a_claim_that_ends_between_connection_and_body(http: aiohttp.ClientSession, server: Server) -> None:
    server.free.set()
    with pytest.raises(ClaimLost):
        await asyncio.create_task(send(http, server.url, b"x", EndingClaim()))
    assert server.bodies == []


async def test_a_claim_that_ends_in_the_middle_of_a_stream(http: aiohttp.ClientSession, server: Server) -> None:
    claim = Claim()
    server.free.set()

    async def chunks() -> AsyncIterator[bytes]:
        yield b"half of it, "
        claim.ended = True
        await claims.confirm()
        yield b"the other half"

    async def send_stream() -> None:
        claims.CURRENT.set(claim)
        await http.post(server.url, data=chunks())

    with pytest.raises((ClaimLost, aiohttp.ClientError)):
        await asyncio.create_task(send_stream())
    assert server.bodies == []


def test_the_clock_goes_on_while_the_machine_is_suspended() -> None:
    assert claims.seconds() == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=5)
