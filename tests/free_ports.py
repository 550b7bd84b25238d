"""Ports for servers that tests start later, or again at the same place.

The system gives outgoing connections a port of its own range at any moment, so a port of that range that was free a
second ago need not be free now, nor while a server is being restarted. These ports lie below that range.
"""

from __future__ import annotations

import itertools
import os
import random
import socket
from contextlib import suppress

_FIRST, _COUNT = 10_000, 20_000
_WORKERS = 20
"""Every worker of a run takes ports of its own: what one has been given, another does not find free meanwhile."""

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
_places = itertools.count(random.randrange(_COUNT // _WORKERS))


def free_port() -> int:
    """Returns a port of 127.0.0.1 at which nothing listens, never the same twice in 1,000 calls."""
    for place in itertools.islice(_places, _COUNT // _WORKERS):
        port = _FIRST + place * _WORKERS % _COUNT + _worker
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise RuntimeError(f"nothing is free from {_FIRST} to {_FIRST + _COUNT}")
