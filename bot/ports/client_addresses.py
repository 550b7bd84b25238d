"""Client addresses of requests: the peer's, or the one reported by a trusted proxy.

Anybody can write `X-Forwarded-For`. It is trusted only from the networks in `hub.trusted_proxies`, and read from its
end: each proxy appends the address it was called from, so the last address that is not a proxy of ours is the client's,
and everything before it is only the client's claim.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NEIGHBOURS = 64
"""Prefix length of the IPv6 network that one customer of a provider has as a whole."""


class Proxies:
    """Networks of our proxies, as written in hub.toml. Raises `ValueError` for an invalid one."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self.networks = tuple(network(one) for one in networks)

    def trusts(self, peer: str) -> bool:
        """Tells whether `peer` is a proxy of ours; False also for an invalid address."""
        found = address(peer)
        return found is not None and self._ours(found)

    def client(self, peer: str, forwarded: Sequence[str]) -> str:
        """Client of a request that came from `peer` with these `X-Forwarded-For` headers, in order."""
        found = address(peer)
        if found is None:
            return peer
        for hop in reversed([hop for header in forwarded for hop in header.split(",")]):
            if not self._ours(found) or (before := address(_without_port(hop.strip()))) is None:
                break
            found = before
        return str(found)

    def _ours(self, one: Address) -> bool:
        return any(one in network for network in self.networks)


def network(written: str) -> Network:
    """Parses a network; a single address is a network of one. Raises `ValueError`."""
    return ipaddress.ip_network(written.strip(), strict=False)


@lru_cache(maxsize=1024)
def address(written: str) -> Address | None:
    """Parses an address; None: it is invalid. An IPv4 address inside an IPv6 one becomes IPv4."""
    try:
        found = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def split(url: str) -> SplitResult:
    """Splits a URL; an unreadable one (`http://[x`) has empty parts."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def neighbourhood(written: str) -> str:
    """Client identity for rate limits: an IPv4 address, or the owner's network of an IPv6 address."""
    found = address(written)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, NEIGHBOURS), strict=False))
    return written if found is None else str(found)


def _without_port(hop: str) -> str:
    """Address of a hop without its port: some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
