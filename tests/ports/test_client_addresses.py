"""The client address of a request, and the proxies that may declare it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import structlog
from fastapi import FastAPI, Request

from bot.app import server
from bot.ports.client_addresses import Proxies, neighbourhood


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", ["192.0.2.7"], "192.0.2.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, 192.0.2.7"], "192.0.2.7"),  # the client's own claim
        ("10.0.0.1", ["198.51.100.1", "192.0.2.7"], "192.0.2.7"),  # the same in two headers
        ("10.0.0.1", ["192.0.2.7, 10.0.0.2,10.0.0.3"], "192.0.2.7"),  # through proxies of ours
        ("10.0.0.1", ["10.0.0.9, 10.0.0.2"], "10.0.0.9"),  # one of our own makes the request
        ("10.0.0.1", ["192.0.2.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.7, <script>, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["192.0.2.7:4711"], "192.0.2.7"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["::ffff:192.0.2.7"], "192.0.2.7"),
        ("fd00::1", ["192.0.2.7"], "192.0.2.7"),
        ("203.0.113.5", ["192.0.2.7"], "203.0.113.5"),  # not one of our proxies
        ("testclient", ["192.0.2.7"], "testclient"),
    ],
)
def test_the_last_hop_that_is_no_proxy_of_ours_is_the_client(peer: str, forwarded: list[str], client: str) -> None:
    assert Proxies(["10.0.0.0/8", "fd00::1"]).client(peer, forwarded) == client


def test_nobody_is_trusted_unless_named() -> None:
    assert not Proxies().trusts("127.0.0.1")
    assert Proxies(["127.0.0.1"]).trusts("127.0.0.1")
    assert not Proxies(["127.0.0.1"]).trusts("127.0.0.2")
    assert not Proxies(["127.0.0.1"]).trusts("")


def test_an_owner_of_many_addresses_is_one_neighbourhood() -> None:
    assert neighbourhood("2001:db8:1:2:3::4") == neighbourhood("2001:db8:1:2:ffff::") == "2001:db8:1:2::/64"
    assert neighbourhood("192.0.2.7") == neighbourhood("::ffff:192.0.2.7") == "192.0.2.7"
    assert neighbourhood("nonsense") == "nonsense"


@asynccontextmanager
async def served(*trusted: str) -> AsyncIterator[str]:
    """A server that responds with the client address of the request."""
    app = FastAPI()

    @app.get("/")
    async def whose(request: Request) -> dict[str, str]:
        assert request.client
        return {"client": request.client.host, "scheme": request.url.scheme}

    sock = socket.create_server(("127.0.0.1", 0))
    async with server.http(app, sock, Proxies(trusted)):
        yield f"http://127.0.0.1:{sock.getsockname()[1]}/"


async def whose(url: str, **headers: str) -> dict[str, str]:
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as response:
        found: dict[str, str] = await response.json()
        return found


FORWARDED = {"X-Forwarded-For": "198.51.100.1, 192.0.2.7", "X-Forwarded-Proto": "https"}


async def test_a_proxy_of_ours_says_whom_it_speaks_for() -> None:
    async with served("127.0.0.0/8") as url:
        assert await whose(url, **FORWARDED) == {"client": "192.0.2.7", "scheme": "https"}
        assert await whose(url) == {"client": "127.0.0.1", "scheme": "http"}


async def test_a_process_of_this_machine_is_no_proxy_until_it_is_named() -> None:
    with structlog.testing.capture_logs() as logs:
        async with served() as url:
            for _ in range(3):
                assert await whose(url, **FORWARDED) == {"client": "127.0.0.1", "scheme": "http"}
    logged = [line for line in logs if "X-Forwarded-For" in line["event"]]
    assert [(line["address"], line["line"]) for line in logged] == [("127.0.0.1", 'trusted_proxies = ["127.0.0.1"]')]


async def test_strangers_cannot_fill_the_log_with_their_headers() -> None:
    async def application(scope: object, receive: object, send: object) -> None: ...

    watched = server.ForwardedHeaders(application, Proxies())
    with structlog.testing.capture_logs() as logs:
        for number in range(100):
            scope = {"type": "http", "client": (f"192.0.2.{number}", 1), "headers": [(b"x-forwarded-for", b"x")]}
            await watched(scope, None, None)
    assert 0 < len(logs) <= 8
