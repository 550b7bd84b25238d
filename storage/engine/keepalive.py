"""Keepalives: this side of a connection finds a silent network within 10 seconds, even while it only waits.

A peer whose system still acknowledges (a stopped process behind a live kernel, a proxy) is found by time limits alone.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

_NAMED = {"TCP_KEEPIDLE": 4, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
OPTIONS: Mapping[int, int] = {
    int(getattr(socket, name)): value for name, value in _NAMED.items() if hasattr(socket, name)
}
"""Options of TCP by their numbers, those that this system knows."""


def keep_alive(sock: Any) -> None:
    """Over a Unix socket there is nothing to keep alive."""
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in OPTIONS.items():
        with suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
