"""Whose address a request comes from: the peer's, or what a proxy of ours says of it.

`X-Forwarded-For` is anybody's to write. It is believed from the networks of `hub.trusted_proxies` alone, and read from
its end: each proxy adds the address that it was called from, so the last one that is not a proxy of ours is the
client's, and what stands before it is what the client claims.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NEIGHBOURS = 64
"""Bits of an IPv6 address that one customer of a provider holds all of, and changes at will."""


class Proxies:
    """The networks that our proxies call from, as hub.toml writes them. Raises `ValueError` for what is none."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self.networks = tuple(network(one) for one in networks)

    def trusts(self, peer: str) -> bool:
        """False also for what is no address."""
        found = address(peer)
        return found is not None and self._ours(found)

    def client(self, peer: str, forwarded: Sequence[str]) -> str:
        """The client of a request that came from `peer` with these `X-Forwarded-For` headers, in their order."""
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
    """An address alone is a network of one. Raises `ValueError`."""
    return ipaddress.ip_network(written.strip(), strict=False)


@lru_cache(maxsize=1024)
def address(written: str) -> Address | None:
    """None: it is none. IPv4 stays IPv4, however a socket of IPv6 writes it."""
    try:
        found = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def split(url: str) -> SplitResult:
    """The parts of a URL; of one that cannot be read (`http://[x`), none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def neighbourhood(written: str) -> str:
    """What budgets and brakes are kept by: an IPv4 address, or the network of an IPv6 address's owner."""
    found = address(written)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, NEIGHBOURS), strict=False))
    return written if found is None else str(found)


def _without_port(hop: str) -> str:
    """Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
