"""A person in 1C, and the code from docs/channels/onec.md behind them: a job that sends their messages to the hub with
1C's ids, again and again until the hub has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp

from tests.fakes.onec.server import Discussion, FakeOneC


@dataclass
class FakePerson:
    """Writes in 1C. `hub`: the address of the account's messages in the hub's HTTP interface."""

    onec: FakeOneC
    http: aiohttp.ClientSession
    name: str
    discussion: str
    token: str
    hub: str = ""

    @property
    def reads(self) -> Discussion:
        return self.onec.discussions[self.discussion]

    async def writes(self, text: str, **more: Any) -> str:
        message = str(uuid4())
        await self.tells_again(message, text, **more)
        return message

    async def tells_again(self, message: str, text: str, **more: Any) -> None:
        """Sends a message again, as after a job that stopped before it had recorded the hub's confirmation."""
        says = {"sender": {"name": self.name}, "text": text, **more}
        await self._ask("POST", "", {"id": message, "conversation": self.discussion, **says})

    async def edits(self, message: str, text: str) -> None:
        await self._ask("PUT", f"/{message}", {"conversation": self.discussion, "text": text})

    async def deletes(self, message: str) -> None:
        await self._ask("DELETE", f"/{message}?conversation={self.discussion}")

    async def _ask(self, method: str, at: str, body: dict[str, Any] | None = None) -> None:
        headers, status = {"Authorization": f"Bearer {self.token}"}, 503
        while status == 503:
            async with self.http.request(method, f"{self.hub}{at}", json=body, headers=headers) as response:
                status, answer = response.status, await response.text()
        assert status == 202, answer
