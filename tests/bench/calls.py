"""Requests of the benchmark's channel and desk, and of the floor: the same for all three."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.ports import Transient, Unconfirmed


class Calls:
    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url

    async def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Makes one request. Raises `DeliveryError` only."""
        try:
            async with self._http.post(self._url + path, json=body) as response:
                found: dict[str, Any] = await response.json()
                return found
        except aiohttp.ClientConnectorError as error:
            raise Transient(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unconfirmed(type(error).__name__) from error
