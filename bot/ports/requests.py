"""Requests from outside: what routes tell the server about the sender, and the reading of JSON bodies."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

SENDER = "sender"
"""Key of the `RequestSender` in the ASGI scope's state."""


class RequestSender(Protocol):
    def proved(self) -> None:
        """Lifts the limits for strangers: the sender has shown a secret or a token."""
        ...

    def put_off(self) -> None:
        """Offers the connection's place to others while the sender is kept waiting."""
        ...


class Asked(Protocol):
    """Request of any web framework that keeps the ASGI scope."""

    @property
    def scope(self) -> Mapping[str, Any]:
        """The ASGI scope of the request."""
        ...


def proved(request: Asked) -> None:
    """Tells the server that the sender has shown a secret or a token; before the body is read, if possible. Until then
    the body is a stranger's and may use little memory and time (`bot.app.strangers`). Other servers ignore it."""
    sender: RequestSender | None = request.scope.get("state", {}).get(SENDER)
    if sender is not None:
        sender.proved()


def put_off(request: Asked) -> None:
    """Tells the server that a stranger is kept waiting: others may have the connection's place."""
    sender: RequestSender | None = request.scope.get("state", {}).get(SENDER)
    if sender is not None:
        sender.put_off()


DEEPEST = 100
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def unmarked(body: bytes) -> bytes:
    """Body without the byte order mark that tools on Windows put in front, and that a reader may read over (RFC 8259).
    `json.loads` does so by itself for bytes, but not for text, and pydantic never."""
    return body.removeprefix(_BYTE_ORDER_MARK)


def json_object(body: bytes) -> dict[str, Any]:
    """Parses the JSON object in a body. Raises `ValueError` for anything else, and for values that `check` refuses."""
    try:
        found = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(found, dict):
        raise ValueError("no object")
    check(found)
    return found


def check(value: object) -> None:
    """Raises `ValueError` for values that databases and other programs refuse: lone surrogates, NaN and infinity, too
    deep nesting."""
    _measure(value, DEEPEST)
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def _measure(value: object, left: int) -> None:
    if not left:
        raise ValueError("nested too deep")
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inside:
        _measure(one, left - 1)


class OpenCount:
    """Counter of concurrent uses, by name."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._now: Counter[str] = Counter()

    def is_full(self, name: str) -> bool:
        """True when the limit for this name is reached."""
        return self._now.get(name, 0) >= self.most

    @contextmanager
    def one(self, name: str) -> Iterator[None]:
        """Counts one use of this name until the block ends; does not check the limit."""
        self._now[name] += 1
        try:
            yield
        finally:
            self._now[name] -= 1
            if not self._now[name]:
                del self._now[name]
