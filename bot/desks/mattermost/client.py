"""The driver's requests over the desk's own HTTP client.

The driver knows the addresses and arguments of calls, and what refusals mean. What it sends with, httpx, costs as much
again as the request itself, and would need connections of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.cookies import Morsel
from typing import Any
from urllib.parse import urlencode

import aiohttp
import httpx
from mattermostautodriver.client import BaseClient  # type: ignore[import-untyped]

from bot.runtime import http_limits

_SESSION_COOKIES = frozenset({"MMAUTHTOKEN", "MMUSERID", "MMCSRF"})
"""Cookies that the server prefers to the access token, and then asks for a header that only browsers send."""


class Client(BaseClient):  # type: ignore[misc]
    """Sends each request once. `options["http"]`: the HTTP client, whose errors are raised as they are. An unsuccessful
    answer becomes the driver's error; one that is no JSON, a `ValueError`."""

    def __init__(self, options: Any) -> None:
        super().__init__(options)
        self._http: aiohttp.ClientSession = options["http"]
        timeout: float = options["request_timeout"]
        self._timeout = http_limits.request(2 * timeout, timeout)

    async def get(self, endpoint: str, options: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        return await self._request("GET", endpoint, None, params)

    async def post(self, endpoint: str, options: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        return await self._request("POST", endpoint, options, params)

    async def put(self, endpoint: str, options: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        return await self._request("PUT", endpoint, options, params)

    async def delete(self, endpoint: str, options: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        return await self._request("DELETE", endpoint, None, params)

    async def _request(self, method: str, endpoint: str, options: Any, params: Mapping[str, Any] | None) -> Any:
        headers, body = self.auth_header(), None
        if options is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(_given(options) if isinstance(options, dict) else options).encode()
        address = f"{self._options['base_url']}{endpoint}{_query(_given(params or {}))}"
        sending = self._http.request(
            method, address, data=body, headers=headers, allow_redirects=False, timeout=self._timeout
        )
        async with sending as answer:
            if not answer.cookies.keys().isdisjoint(_SESSION_COOKIES):
                self._http.cookie_jar.clear(_of_session)
            content = await answer.read()
        if answer.status >= 300:
            self._refuse(answer, content)
        return json.loads(content)

    def _refuse(self, answer: aiohttp.ClientResponse, content: bytes) -> None:
        """Raises the driver's error for an unsuccessful answer."""
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() != "content-encoding"]
        request = httpx.Request(answer.method, str(answer.url))
        self._check_response(httpx.Response(answer.status, headers=kept, content=content, request=request))

    async def close(self) -> None:
        """Closes nothing: the HTTP client is the desk's."""


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _query(params: Mapping[str, Any]) -> str:
    words = {name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()}
    return f"?{urlencode(words)}" if words else ""


def _of_session(cookie: Morsel[str]) -> bool:
    return cookie.key in _SESSION_COOKIES
