"""Time limits of requests: a peer that says a byte now and then holds nobody for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app.http_client import caller
from bot.ports import DeliveryError
from bot.runtime import http_limits
from bot.runtime.http_pools import HttpPools
from bot.runtime.outbound import Guard
from bridges.shared import http_calls
from tests.waiting import FACT, skip

ROOT = Path(__file__).parents[2]
OWN = {"bot/runtime/http_limits.py", "bot/cli/demo/people.py"}
"""The limits themselves, and the demonstration's customers, who are no part of a hub."""


@pytest.fixture
async def dripping() -> AsyncIterator[str]:
    """A server that sends a byte of its answer now and then, and never the last one."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.01)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def _file(http: aiohttp.ClientSession, url: str) -> None:
    async with http_calls.opened(http, url, patience=30) as download:
        async for _ in download.chunks:
            pass


async def _platform(http: aiohttp.ClientSession, url: str) -> None:
    await http_calls.call(http, "POST", url, patience=30, data=b"{}")


async def _bot(http: aiohttp.ClientSession, url: str) -> None:
    await caller(http)(url, b"{}", {}, seconds=30, most=10**9)


@pytest.mark.parametrize("ask", [_file, _platform, _bot])
async def test_an_answer_that_never_ends_is_given_up(ask: object, dripping: str) -> None:
    pools = HttpPools(Guard(()))
    asked = asyncio.create_task(ask(pools.of("account:shop").http, dripping))  # type: ignore[operator]
    await asyncio.sleep(0.2)
    assert not asked.done()
    skip(http_limits.TRANSFER + 1)
    with pytest.raises((DeliveryError, TimeoutError)):
        async with asyncio.timeout(FACT):
            await asked
    await pools.close()


async def test_a_request_that_names_no_limits_has_those_of_its_pool(dripping: str) -> None:
    pools = HttpPools(Guard(()))
    pool = pools.of("desk:main")
    for http in (pool.http, pool.guarded_http, pool.lasting_http):
        assert http.timeout.total
        assert http.timeout.connect
        assert http.timeout.sock_read
    await pools.close()


def test_every_request_s_limits_are_made_in_one_place() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("bot", "bridges", "storage")
        for path in (ROOT / folder).rglob("*.py")
        if "ClientTimeout(" in path.read_text()
    }
    assert found == OWN
