"""What routes tell the server about the request that they answer: until then its sender is a stranger, whose body may
take little memory and time (`bot.connections`). Where no such server is (in tests of a route) nothing happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

SENDER = "sender"
"""Where the ASGI scope's state keeps the `Sender`."""


class Sender(Protocol):
    def proved(self) -> None: ...


class Asked(Protocol):
    """A request of any web framework that keeps the ASGI scope."""

    @property
    def scope(self) -> Mapping[str, Any]: ...


def proved(request: Asked) -> None:
    """The sender has shown a secret or a token: to be told before the body is read where that can be."""
    sender: Sender | None = request.scope.get("state", {}).get(SENDER)
    if sender is not None:
        sender.proved()
