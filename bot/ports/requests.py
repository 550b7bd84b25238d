"""Requests from outside: what routes tell the server of their senders, and how they read their JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

SENDER = "sender"
"""Where the ASGI scope's state keeps the `Sender`."""


class Sender(Protocol):
    def proved(self) -> None:
        """Lifts the limits that hold for strangers: the sender has shown a secret or a token."""
        ...

    def put_off(self) -> None:
        """Gives up the connection's place to whoever needs it while the sender is kept waiting."""
        ...


class Asked(Protocol):
    """A request of any web framework that keeps the ASGI scope."""

    @property
    def scope(self) -> Mapping[str, Any]:
        """The ASGI scope of the request."""
        ...


def proved(request: Asked) -> None:
    """The sender has shown a secret or a token: to be told before the body is read where that can be. Until then the
    body is a stranger's and may take little memory and time (`bot.app.connections`). Other servers do not care."""
    sender: Sender | None = request.scope.get("state", {}).get(SENDER)
    if sender is not None:
        sender.proved()


def put_off(request: Asked) -> None:
    """A stranger is kept waiting for an answer: whoever needs the connection's place may have it."""
    sender: Sender | None = request.scope.get("state", {}).get(SENDER)
    if sender is not None:
        sender.put_off()


DEEPEST = 100


def json_object(body: bytes) -> dict[str, Any]:
    """What a platform or a page sent. Raises `ValueError` for what is no JSON object, or an unfit one: see `check`."""
    try:
        found = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(found, dict):
        raise ValueError("no object")
    check(found)
    return found


def check(value: object) -> None:
    """Raises `ValueError` for what no database and no other program takes: halves of characters, numbers that are none,
    what is nested too deep."""
    _measure(value, DEEPEST)
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def _measure(value: object, left: int) -> None:
    if not left:
        raise ValueError("nested too deep")
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inside:
        _measure(one, left - 1)


class Open:
    """How many of something are open at once, by name."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._now: Counter[str] = Counter()

    def is_full(self, name: str) -> bool:
        """True: as many are open under this name as may be."""
        return self._now.get(name, 0) >= self.most

    @contextmanager
    def one(self, name: str) -> Iterator[None]:
        """Counts one more under this name until the block ends; does not check the limit itself."""
        self._now[name] += 1
        try:
            yield
        finally:
            self._now[name] -= 1
            if not self._now[name]:
                del self._now[name]
