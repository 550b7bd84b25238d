"""HTTP connections out: each destination has its own, so that one that does not answer slows no other.

    destination ─┬─ http          requests: one connection for each lane under way, and some to spare
                 ├─ guarded_http  likewise, to addresses given by people (`bot.runtime.outbound`)
                 └─ lasting_http  long polls, websockets and downloads, which hold a connection for long

A download has a pool of its own because a delivery that uploads the file somewhere else reads from it meanwhile: in one
pool, two destinations full of deliveries could wait for each other.
"""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp.abc import AbstractCookieJar

from bot.domain.value import value
from bot.runtime import http_limits
from bot.runtime.claims import ClaimedRequest
from bot.runtime.outbound import Guard, GuardedConnector

LANES = 100
"""Lanes of a destination under way at once."""
SPARE = 28
"""Connections for what is asked besides: names, forms, checks. A lane never waits for a connection."""
UNLIMITED = 0


@value
class HttpPool:
    """The clients of one destination."""

    http: aiohttp.ClientSession
    guarded_http: aiohttp.ClientSession
    lasting_http: aiohttp.ClientSession

    async def close(self) -> None:
        await asyncio.gather(self.http.close(), self.guarded_http.close(), self.lasting_http.close())


class HttpPools:
    """Pools by destination, made when first asked for."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._pools: dict[str, HttpPool] = {}

    def of(self, destination: str) -> HttpPool:
        if destination not in self._pools:
            self._pools[destination] = self._new()
        return self._pools[destination]

    async def close(self) -> None:
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))

    def _new(self) -> HttpPool:
        cookies, most = aiohttp.CookieJar(), LANES + SPARE
        return HttpPool(
            _session(aiohttp.TCPConnector(limit=most), cookies, http_limits.ASKED),
            _session(GuardedConnector(self._guard, limit=most), aiohttp.DummyCookieJar(), http_limits.ASKED),
            _session(aiohttp.TCPConnector(limit=UNLIMITED), cookies, http_limits.LASTING),
        )


def _session(
    connector: aiohttp.BaseConnector, cookies: AbstractCookieJar, limits: aiohttp.ClientTimeout
) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=connector, cookie_jar=cookies, timeout=limits, request_class=ClaimedRequest)
