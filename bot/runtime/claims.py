"""The claim that a delivery's requests are made under: each is written only while the claim lasts.

A process can stand still for longer than its claims last: stopped, paused with its machine, short of CPU. What it was
about to send, another may have sent meanwhile. So the clients for deliveries (`bot.runtime.http_pools`) ask right
before each request is written, however long it waited for a connection. Requests outside of deliveries are under no
claim.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any, Protocol

import aiohttp

from bot.ports import Transient

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def seconds() -> float:
    """Seconds of a clock that never goes back, and goes on while the machine is suspended."""
    return time.clock_gettime(_CLOCK)


class ClaimLost(Transient):
    """The claim has ended or cannot be renewed: the request was not written."""

    def __init__(self) -> None:
        super().__init__("the claim has ended")


class HeldClaim(Protocol):
    async def confirm(self) -> None:
        """Returns while the claim lasts, renewing it if need be; otherwise raises `ClaimLost`."""
        ...


CURRENT: ContextVar[HeldClaim | None] = ContextVar("claim of this delivery", default=None)


async def confirm() -> None:
    """Raises `ClaimLost` if this is a delivery whose claim has ended."""
    if (claim := CURRENT.get()) is not None:
        await claim.confirm()


class ClaimedRequest(aiohttp.ClientRequest):
    """Request that is written only under a claim that lasts: asked once there is a connection, and again before the
    body, because the body is written in a task of its own."""

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        await confirm()
        return await super().send(conn)

    async def write_bytes(self, writer: Any, conn: Any, content_length: int | None = None) -> None:
        try:
            await confirm()
        except ClaimLost as lost:
            if conn.protocol is not None:
                conn.protocol.set_exception(lost)  # raised to whoever waits for the response
            return
        await super().write_bytes(writer, conn, content_length)
