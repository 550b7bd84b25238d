"""The fake Viber's callbacks to the hub: signed, in order for each customer, repeated until the response is 200."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import aiohttp

from tests.fakes.platform import Caller

MANDATORY = {"message", "subscribed", "unsubscribed"}  # events sent in any case
OPTIONAL = {"delivered", "seen", "failed", "conversation_started"}


def sign(body: bytes, token: str) -> str:
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


class Webhook(Caller[str, bytes]):
    """The address of callbacks. With `url` "" they are dropped. `answers`: bodies of the hub's responses, which Viber
    would take for messages."""

    def __init__(self, token: str, changed: Callable[[], None], url: str = "") -> None:
        super().__init__(url, changed)
        self.token = token
        self.events: frozenset[str] = frozenset()
        self.send_name = self.send_photo = False
        self.answers: list[bytes] = []

    def wants(self, event: str) -> bool:
        return bool(self.url) and event in MANDATORY | self.events

    def tell(self, person: str, callback: dict[str, Any]) -> None:
        self.put(person, json.dumps(callback).encode())

    async def post(self, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", "X-Viber-Content-Signature": sign(body, self.token)}
        try:
            async with self.client().post(self.url, data=body, headers=headers) as response:
                answer = await response.read()
        except (aiohttp.ClientError, OSError):
            return False
        if response.status == 200 and answer:
            self.answers.append(answer)
        return response.status == 200
