"""Calls over the hub's guarded HTTP client: the real `bot.ports.Caller`."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import ClientError, ClientResponse, ClientSession

from bot.ports import Called, Caller, Transient
from bot.runtime import http_limits


def caller(http: ClientSession) -> Caller:
    async def call(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, most: int) -> Called:
        limits = http_limits.request(seconds)
        try:
            async with http.post(url, data=body, headers=headers, timeout=limits, allow_redirects=False) as response:
                return Called(response.status, await _bounded(response, most))
        except TimeoutError:
            raise
        except (ClientError, OSError, ValueError) as error:  # URLs may contain keys: errors name none
            raise Transient(type(error).__name__) from None

    return call


async def _bounded(response: ClientResponse, most: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            raise Transient(f"the answer is longer than {most} bytes")
    return bytes(body)
