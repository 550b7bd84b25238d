"""Addresses given by outsiders: only public ones are reached, also behind redirects and names."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import ClassVar

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.ports import DeliveryError, Rejected, RejectReason, Transient
from bot.runtime.outbound import is_public
from bridges.shared.http_channel.fetch import Fetcher

PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:1::80ff:fffe",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_these_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::6810:84e5", "::ffff:8.8.8.8"])
def test_these_are_public(address: str) -> None:
    assert is_public(address)


class Names(AbstractResolver):
    """The test's name server: `two.test` also resolves to a forbidden address."""

    known: ClassVar = {"good.test": ["127.0.0.1"], "bad.test": ["127.0.0.2"], "two.test": ["127.0.0.2", "127.0.0.1"]}

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self.known[host]
        ]

    async def close(self) -> None: ...


class Site:
    """A file server; 127.0.0.1 is the only address that these tests count as public."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[str] = []

    async def start(self, stack: AsyncExitStack) -> None:
        app = web.Application()
        app.router.add_get("/{what:.*}", self.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "0.0.0.0", 0).start()
        self.port = runner.addresses[0][1]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.host)
        if request.match_info["what"] == "loop":
            raise web.HTTPFound("/loop")
        if to := request.query.get("to"):
            raise web.HTTPFound(to.replace("PORT", str(self.port)))
        if status := request.query.get("status"):
            return web.Response(status=int(status))
        if request.match_info["what"] == "endless":
            response = web.StreamResponse()
            await response.prepare(request)
            try:
                while True:
                    await response.write(b"x" * 10_000)
            except ConnectionError:
                return response
        if request.match_info["what"] == "cut":
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b"x" * 10)
            request.transport.close()  # type: ignore[union-attr]
            return response
        return web.Response(body=b"the file", content_type="image/png")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        served = Site()
        await served.start(stack)
        yield served


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    made = Fetcher(allowed=lambda address: address == "127.0.0.1", limit=100_000, resolver=Names())
    yield made
    await made.close()


async def read(fetcher: Fetcher, url: str) -> bytes:
    async with fetcher.open(url) as download:
        return b"".join([chunk async for chunk in download.chunks])


async def test_a_public_file(fetcher: Fetcher, site: Site) -> None:
    url = f"http://good.test:{site.port}/a%20cat.png?x=1"
    async with fetcher.open(url) as download:
        assert (download.name, download.mime, download.size) == ("a cat.png", "image/png", 8)
        assert b"".join([chunk async for chunk in download.chunks]) == b"the file"
    assert await read(fetcher, f"http://good.test:{site.port}/a?to=/b") == b"the file"
    assert await read(fetcher, f"http://127.0.0.1:{site.port}/a") == b"the file"


@pytest.mark.parametrize(
    "url",
    [
        "http://bad.test:PORT/",
        "http://127.0.0.2:PORT/",
        "http://[::1]:PORT/",
        "http://good.test:PORT/?to=http://bad.test:PORT/",
        "http://good.test:PORT/?to=http://127.0.0.2:PORT/",
        "http://good.test:PORT/?to=http://good.test:PORT/?to=http://127.0.0.2:PORT/",
        "http://good.test:PORT/?to=file:///etc/passwd",
        "http://2130706434:PORT/",
        "http://127.2:PORT/",
        "file:///etc/passwd",
        "ftp://good.test/",
        "http://",
        "no-such-file",
        "",
    ],
)
async def test_what_is_not_public_is_never_connected_to(fetcher: Fetcher, site: Site, url: str) -> None:
    Names.known |= {"2130706434": ["127.0.0.2"], "127.2": ["127.0.0.2"]}
    with pytest.raises(Rejected) as refused:
        await read(fetcher, url.replace("PORT", str(site.port)))
    assert refused.value.reason is RejectReason.FILE_GONE
    assert all(host.startswith("good.test") for host in site.asked)


async def test_of_several_addresses_only_the_public_ones_are_tried(fetcher: Fetcher, site: Site) -> None:
    assert await read(fetcher, f"http://two.test:{site.port}/") == b"the file"


async def test_redirects_end(fetcher: Fetcher, site: Site) -> None:
    with pytest.raises(Rejected):
        await read(fetcher, f"http://good.test:{site.port}/loop")
    assert len(site.asked) == 6


async def test_a_file_is_read_up_to_the_limit_and_no_further(fetcher: Fetcher, site: Site) -> None:
    with pytest.raises(Rejected) as refused:
        await read(fetcher, f"http://good.test:{site.port}/endless")
    assert refused.value.reason is RejectReason.TOO_LARGE


@pytest.mark.parametrize(
    ("asked", "error"),
    [("?status=404", Rejected), ("?status=410", Rejected), ("?status=503", Transient), ("cut", Transient)],
)
async def test_a_file_that_cannot_be_had(fetcher: Fetcher, site: Site, asked: str, error: type[DeliveryError]) -> None:
    with pytest.raises(error):
        await read(fetcher, f"http://good.test:{site.port}/{asked}")
