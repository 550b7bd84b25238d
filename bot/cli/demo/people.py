"""Simulated customers and one operator, who use the hub over HTTP like real ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp

WAIT = 25
"""Seconds that one long poll for events lasts."""


class Channel:
    """The customers' side of an account of the HTTP channel."""

    def __init__(self, http: aiohttp.ClientSession, url: str, account: str, token: str) -> None:
        self._http, self._address = http, f"{url}/api/v1/accounts/{account}"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._answers: dict[str, asyncio.Queue[str]] = {}

    async def write(self, conversation: str, words: str, sender: Mapping[str, str]) -> int:
        """Sends a message and returns the number of its dialog."""
        body = {"id": uuid4().hex, "conversation": conversation, "text": words, "sender": dict(sender)}
        return int((await self._post("messages", body))["dialog"])

    async def answer(self, conversation: str) -> None:
        """Waits for an operator's next reply and reports it as read."""
        message = await self._waiting(conversation).get()
        await asyncio.sleep(2)
        await self._post("receipts", {"conversation": conversation, "message": message, "state": "read"})

    async def listen(self) -> None:
        """Polls for ever and passes each reply to the conversation it belongs to."""
        after = 0
        while True:
            query = {"after": str(after), "wait": str(WAIT)}
            async with self._http.get(f"{self._address}/events", params=query, headers=self._headers) as response:
                response.raise_for_status()
                answer = await response.json()
            for event in answer["events"]:
                if event["type"] == "message":
                    self._waiting(event["conversation"]).put_nowait(event["message"])
            after = answer["cursor"]

    def _waiting(self, conversation: str) -> asyncio.Queue[str]:
        return self._answers.setdefault(conversation, asyncio.Queue())

    async def _post(self, what: str, body: Mapping[str, Any]) -> Any:
        async with self._http.post(f"{self._address}/{what}", json=body, headers=self._headers) as response:
            response.raise_for_status()
            return await response.json()


class Colleague:
    """Simulated operator of the web desk."""

    def __init__(self, http: aiohttp.ClientSession, url: str, key: str) -> None:
        self._http, self._api, self._key = http, f"{url}/desk/api", key

    async def sign_in(self) -> None:
        await self._post("session", {"key": self._key})

    async def post(self, dialog: int, words: str) -> None:
        await self._post(f"dialogs/{dialog}/posts", {"id": uuid4().hex, "text": words})

    async def command(self, dialog: int, words: str) -> None:
        await self._post("command", {"id": uuid4().hex, "words": words, "dialog": dialog})

    async def _post(self, what: str, body: Mapping[str, Any]) -> None:
        """Posts, and retries while the thread is still being opened (409)."""
        for _ in range(20):
            async with self._http.post(f"{self._api}/{what}", json=dict(body), headers={"X-Hub-Desk": "1"}) as response:
                if response.status != 409:
                    response.raise_for_status()
                    return
            await asyncio.sleep(0.3)
        response.raise_for_status()


@asynccontextmanager
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Opens a session that keeps cookies of bare IP addresses, too."""
    timeout = aiohttp.ClientTimeout(total=WAIT + 15)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=timeout) as http:
        yield http
