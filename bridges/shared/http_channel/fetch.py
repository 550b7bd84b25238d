"""Reading a file from an address that an outsider gave.

Such an address may point anywhere, also at what only the hub can reach. So every host, of the address and
of each redirect, is resolved once, by us; only public addresses are connected to, and the connection goes
to the very address that was looked at (the resolver belongs to the connector: nobody asks DNS again).
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import unquote

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.ports import DeliveryError, Download, Rejected, RejectReason, Transient

MAX_BYTES = 100 * 1024 * 1024
_CHUNK = 64 * 1024
_REDIRECTS = 5
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_TIMEOUT = aiohttp.ClientTimeout(total=900, connect=10, sock_read=30)
_NAT64 = IPv6Network("64:ff9b::/96")

Allowed = Callable[[str], bool]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, also when it hides inside an IPv6 one."""
    ip = ip_address(address.partition("%")[0])
    inner = _embedded(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def anywhere(_address: str) -> bool:
    """For accounts whose files lie in their own network, and whose token nobody else has."""
    return True


class NotPublic(Exception):
    """The address leads to where outsiders may not send us."""


class Guarded(AbstractResolver):
    """Resolves to allowed addresses only."""

    def __init__(self, allowed: Allowed, inner: AbstractResolver | None = None) -> None:
        self._allowed, self._inner = allowed, inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = [one for one in await self._inner.resolve(host, port, family) if self._allowed(one["host"])]
        if not found:
            raise NotPublic(host)
        return found

    async def close(self) -> None:
        await self._inner.close()


class Fetcher:
    """Gets files of outsiders, at most `limit` bytes each, as a stream."""

    def __init__(
        self, allowed: Allowed = is_public, limit: int = MAX_BYTES, resolver: AbstractResolver | None = None
    ) -> None:
        self._allowed, self._limit, self._resolver = allowed, limit, resolver
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self, url: str) -> AsyncIterator[Download]:
        """Raises `Rejected(FILE_GONE | TOO_LARGE)` or `Transient`, also while the chunks are read."""
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
            raise NotPublic(url.scheme)
        if _is_address(url.host) and not self._allowed(url.host):  # literal addresses never reach a resolver
            raise NotPublic("a literal address")
        return await self._opened().get(url, allow_redirects=False)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=Guarded(self._allowed, self._resolver), use_dns_cache=False),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept-Encoding": "identity"},
                auto_decompress=False,
                timeout=_TIMEOUT,
            )
        return self._session

    def _download(self, response: aiohttp.ClientResponse) -> Download:
        size = response.content_length
        if size is not None and size > self._limit:
            raise Rejected(RejectReason.TOO_LARGE, f"{size} bytes; at most {self._limit} are taken")
        name = unquote(response.url.path.rpartition("/")[2])
        return Download(_bounded(response, self._limit), size, name, response.content_type)


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


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
