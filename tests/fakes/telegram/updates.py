"""The queue of updates and its two ways out: long polling and the webhook."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from tests.fakes.platform import Caller
from tests.fakes.telegram.refusals import conflict

Update = dict[str, Any]
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that come only when `allowed_updates` names them."""


class Queue:
    """Unconfirmed updates. `allowed` None: all kinds but those that must be asked for."""

    def __init__(self) -> None:
        self.pending: deque[Update] = deque()
        self.allowed: list[str] | None = None
        self._waiting: asyncio.Future[None] | None = None

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in UNASKED

    def put(self, update: Update) -> None:
        self.pending.append(update)
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Update]:
        """`getUpdates`: confirms updates older than `offset`, returns the rest, waits when there are none. Ends an
        earlier poll that still waits."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        self._forget(offset)
        if not self.pending and timeout > 0:
            self.interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
            waiting = self._waiting = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout):
                    await waiting
            except TimeoutError:
                pass
            finally:
                if self._waiting is waiting:
                    self._waiting = None
            self._forget(offset)
        return [self.pending[index] for index in range(min(limit, len(self.pending)))]

    def _forget(self, offset: int) -> None:
        """Confirms updates older than an offset."""
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    def interrupt(self, words: str) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(conflict(words))
            self._waiting = None

    def time_is_up(self) -> None:
        """Returns an empty list to a poll that waits."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    @property
    def polled(self) -> bool:
        """Tells whether a poll waits at this moment."""
        return self._waiting is not None

    def drain(self) -> list[Update]:
        updates = list(self.pending)
        self.pending.clear()
        return updates


class Webhook(Caller[int, Update]):
    """Every chat is a lane; an update is taken when the response is 2xx."""

    def __init__(
        self,
        url: str,
        secret: str,
        call: Callable[[str, dict[str, Any]], Awaitable[Any]],
        changed: Callable[[], None],
    ) -> None:
        super().__init__(url, changed)
        self.secret = secret
        self.last_error = ""
        self._call = call

    async def left(self) -> list[Update]:
        """Stops; returns undelivered updates, in order."""
        return sorted((update for _, update in await self.stop()), key=lambda update: int(update["update_id"]))

    async def post(self, update: Update) -> bool:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        try:
            async with self.client().post(self.url, data=json.dumps(update), headers=headers) as response:
                body = await response.read()
        except aiohttp.ClientError as error:
            self.last_error = f"Connection failed: {type(error).__name__}"
            return False
        if not 200 <= response.status < 300:
            self.last_error = f"Wrong response from the webhook: {response.status} {response.reason}"
            return False
        if body.startswith(b"{"):
            answer = json.loads(body)
            await self._call(answer.pop("method"), answer)
        return True
