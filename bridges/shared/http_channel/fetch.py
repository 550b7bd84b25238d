"""Download of a file from an address that an outsider gave.

`bot.runtime.outbound` ensures that only public addresses are connected to, also by redirects.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.ports import DeliveryError, Download, Rejected, RejectReason, Transient
from bot.runtime import http_limits
from bot.runtime.outbound import Allowed, Guard, GuardedConnector, NotPublic, is_public

MAX_BYTES = 100 * 1024 * 1024
_CHUNK = 64 * 1024
_REDIRECTS = 5
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_PATIENCE = 30.0
"""Seconds without a byte."""


class Fetcher:
    """Streams outsiders' files of at most `limit` bytes each."""

    def __init__(
        self, allowed: Allowed = is_public, limit: int = MAX_BYTES, resolver: AbstractResolver | None = None
    ) -> None:
        self._guard, self._limit, self._resolver = Guard(allowed=allowed), limit, resolver
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self, url: str) -> AsyncIterator[Download]:
        """Opens a stream. Raises `Rejected(FILE_GONE | TOO_LARGE)` or `Transient`, also while the chunks are read."""
        try:
            response = await self._follow(url)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Transient(f"the file's server: {type(error).__name__}") from error
        try:
            yield self._download(response)
        finally:
            response.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _follow(self, url: str) -> aiohttp.ClientResponse:
        try:
            here = URL(url)
            for _ in range(_REDIRECTS + 1):
                response = await self._get(here)
                if response.status not in (301, 302, 303, 307, 308):
                    return _successful(response)
                response.close()
                here = here.join(URL(response.headers.get("Location", "")))
        except (NotPublic, aiohttp.InvalidURL, ValueError) as error:
            raise Rejected(RejectReason.FILE_GONE, "the file's address may not be fetched") from error
        raise Rejected(RejectReason.FILE_GONE, "too many redirects")

    async def _get(self, url: URL) -> aiohttp.ClientResponse:
        if url.scheme not in ("http", "https") or not url.host:
            raise NotPublic
        return await self._opened().get(url, allow_redirects=False)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=GuardedConnector(self._guard, self._resolver),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept-Encoding": "identity"},
                auto_decompress=False,
                timeout=http_limits.transfer(_PATIENCE),
            )
        return self._session

    def _download(self, response: aiohttp.ClientResponse) -> Download:
        size = response.content_length
        if size is not None and size > self._limit:
            raise Rejected(RejectReason.TOO_LARGE, f"{size} bytes; at most {self._limit} are taken")
        name = unquote(response.url.path.rpartition("/")[2])
        return Download(_bounded(response, self._limit), size, name, response.content_type)


def _successful(response: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
    if response.ok:
        return response
    response.close()
    raise _refusal(response.status)


def _refusal(status: int) -> DeliveryError:
    detail = f"the file's server answers {status}"
    return Transient(detail) if status in _PASSING else Rejected(RejectReason.FILE_GONE, detail)


async def _bounded(response: aiohttp.ClientResponse, limit: int) -> AsyncIterator[bytes]:
    taken = 0
    try:
        async for chunk in response.content.iter_chunked(_CHUNK):
            taken += len(chunk)
            if taken > limit:
                raise Rejected(RejectReason.TOO_LARGE, f"more than {limit} bytes")
            yield chunk
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Transient(f"the file's server: {type(error).__name__}") from error
