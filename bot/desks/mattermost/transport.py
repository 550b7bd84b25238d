"""The driver's requests over the hub's own HTTP client.

httpx's own transport looks at every connection of its pool for each request, and tries to import trio each time it
does: with a hundred connections that is most of what a request costs. This one costs a third in all, and shares
connections with everything else that the hub asks.
"""

from __future__ import annotations

import aiohttp
import httpx
from yarl import URL

_HOP_BY_HOP = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
"""Headers that are the connection's business, so aiohttp's."""


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Errors are aiohttp's, as everywhere in the hub. `timeout`: seconds to connect, and between two bytes."""

    def __init__(self, http: aiohttp.ClientSession, timeout: float) -> None:
        self._http = http
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = [(name, value) for name, value in request.headers.items() if name not in _HOP_BY_HOP]
        async with self._http.request(
            request.method,
            URL(str(request.url), encoded=True),
            headers=headers,
            data=await request.aread() or None,
            allow_redirects=False,
            timeout=self._timeout,
        ) as answer:
            content = await answer.read()
            # aiohttp has unpacked the body already
            kept = [(name, value) for name, value in answer.headers.items() if name.lower() != "content-encoding"]
            return httpx.Response(answer.status, headers=kept, content=content)
