"""HTTP requests to addresses given by people: files, first-line bots, callbacks, a CRM's webhook.

Such an address may lead to what only the hub can reach: a cloud's metadata, a database without a password, a router. So
only public addresses and those in `hub.private_addresses` are connected to. The connector resolves every host once and
connects to the very address that was checked, without another DNS lookup. Platforms, whose addresses are set in
hub.toml, are called without this guard.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.locale import N_
from bot.ports import Unavailable, client_addresses

PRIVATE = N_("the address is in a private network")
ADVICE = N_("If the hub may call it, add its host to private_addresses in section [hub] of hub.toml.")
_NAT64 = IPv6Network("64:ff9b::/96")

Allowed = Callable[[str], bool]
"""Decides whether an IP address may be connected to."""


def is_public(address: str) -> bool:
    """Tells whether an IP address is on the open internet; checks the IPv4 address inside an IPv6 one, too."""
    ip = client_addresses.address(address)
    if ip is None:
        return False
    inner = _embedded(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def anywhere(_address: str) -> bool:
    """Allows every address; for services that hub.toml places in their owner's own network."""
    return True


class NotPublic(Unavailable):
    """The address leads where outsiders must not send us."""

    def __init__(self) -> None:
        super().__init__(PRIVATE, ADVICE)


class Guard:
    """Hosts that may be called: all public addresses, and the names, addresses and networks of `hub.private_addresses`.
    Raises `ValueError` for an entry that is none of these."""

    def __init__(self, private: Iterable[str] = (), allowed: Allowed = is_public) -> None:
        given = [one.strip() for one in private]
        self._networks = [client_addresses.network(one) for one in given if _is_network(one)]
        self._names = {_folded(one) for one in given if not _is_network(one)}
        if not all(self._names):
            raise ValueError("an empty entry")
        self._allowed = allowed

    def names(self, host: str) -> bool:
        """Tells whether this host is listed by name, wherever it resolves to."""
        return _folded(host) in self._names

    def takes(self, address: str) -> bool:
        """Tells whether this IP address may be connected to."""
        ip = client_addresses.address(address)
        return ip is not None and (any(ip in one for one in self._networks) or self._allowed(address))


class GuardedConnector(aiohttp.TCPConnector):
    """Connects only where the guard allows; raises `NotPublic` otherwise."""

    def __init__(self, guard: Guard, resolver: AbstractResolver | None = None, **options: Any) -> None:
        super().__init__(resolver=_Guarded(guard, resolver), use_dns_cache=False, **options)
        self._guard = guard

    async def connect(self, req: aiohttp.ClientRequest, *args: Any, **options: Any) -> Any:
        host = req.url.host or ""
        literal = client_addresses.address(host) is not None  # never reaches a resolver
        if literal and not self._guard.takes(host):
            raise NotPublic
        return await super().connect(req, *args, **options)


class _Guarded(AbstractResolver):
    def __init__(self, guard: Guard, inner: AbstractResolver | None = None) -> None:
        self._guard, self._inner = guard, inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not self._guard.names(host):
            found = [one for one in found if self._guard.takes(one["host"])]
        if not found:
            raise NotPublic
        return found

    async def close(self) -> None:
        await self._inner.close()


def _is_network(written: str) -> bool:
    try:
        client_addresses.network(written)
    except ValueError:
        return False
    return True


def _folded(host: str) -> str:
    return host.strip().rstrip(".").casefold()
