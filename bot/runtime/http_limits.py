"""Time limits of the hub's HTTP requests: none goes out without one for connecting, one for each read and one for the
whole. A peer that keeps a connection open and says nothing, or a byte now and then, holds nobody for longer."""

from __future__ import annotations

from aiohttp import ClientTimeout

CONNECTING = 10.0
"""Seconds for a connection, including the wait for a free one."""
TRANSFER = 900.0
"""Seconds for a whole file, however steadily it comes."""


def request(total: float, read: float | None = None) -> ClientTimeout:
    """Limits of a request that is answered at once. `total`: seconds for the whole; `read`: without a byte."""
    return _limits(total, total if read is None else read)


def transfer(read: float) -> ClientTimeout:
    """Limits of a file, up or down. `read`: seconds without a byte."""
    return _limits(TRANSFER, read)


def _limits(total: float, read: float) -> ClientTimeout:
    connecting = min(CONNECTING, total)
    return ClientTimeout(total=total, connect=connecting, sock_connect=connecting, sock_read=read)


ASKED, LASTING = request(120.0, 60.0), transfer(60.0)
"""Limits where a request names none of its own."""
