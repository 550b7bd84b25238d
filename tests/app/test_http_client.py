"""The hub's own calls: one POST, limited in time and length, to exactly the given address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.app.http_client import caller
from bot.ports import Called, Caller, Transient
from tests.fakes.faults import reset
from tests.waiting import ANSWER


@pytest.fixture
async def server() -> AsyncIterator[str]:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(status=202, body=await request.read() + request.headers["X-One"].encode())

    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(20)
        return web.Response()

    async def long(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 1001)

    async def away(_: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/echo")

    async def broken(request: web.Request) -> web.Response:
        reset(request)
        return web.Response()

    app = web.Application()
    for handler in (echo, slow, long, away, broken):
        app.router.add_post(f"/{handler.__name__}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as http:
        yield caller(http)


async def test_the_answer_whatever_its_status(call: Caller, server: str) -> None:
    assert await call(f"{server}/echo", b"a", {"X-One": "1"}, seconds=ANSWER, most=1000) == Called(202, b"a1")
    assert (await call(f"{server}/away", b"a", {"X-One": "1"}, seconds=ANSWER, most=1000)).status == 307
    assert (await call(f"{server}/nowhere", b"a", {}, seconds=ANSWER, most=1000)).status == 404


async def test_a_slow_answer_is_none(call: Caller, server: str) -> None:
    with pytest.raises(TimeoutError):
        await call(f"{server}/slow", b"", {}, seconds=0.1, most=1000)


@pytest.mark.parametrize("path", ["/long", "/broken"])
async def test_a_long_or_broken_answer_is_none(call: Caller, server: str, path: str) -> None:
    with pytest.raises(Transient):
        await call(server + path, b"", {}, seconds=ANSWER, most=1000)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/key-7", "ftp://key-7", "no address key-7", "http:///key-7"])
async def test_an_address_that_leads_nowhere_is_not_told(call: Caller, url: str) -> None:
    with pytest.raises(Transient) as failed:
        await call(url, b"", {}, seconds=ANSWER, most=1000)
    assert "key-7" not in failed.value.detail
