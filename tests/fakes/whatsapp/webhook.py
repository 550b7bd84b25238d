"""Meta's calls to the webhook: signed, in order for each person, all persons concurrently; a change is taken when the
response is 200. (Meta keeps no order.)
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from tests.fakes.platform import Caller


def signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Webhook(Caller[str, bytes]):
    def __init__(self, secret: str, changed: Callable[[], None]) -> None:
        super().__init__("", changed)
        self.secret = secret

    def tell(self, lane: str, body: dict[str, Any]) -> None:
        self.put(lane, json.dumps(body, ensure_ascii=False).encode())

    async def greet(self, url: str, verify_token: str) -> bool:
        """Verifies a newly entered address with its verify token."""
        query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": verify_token}
        async with self.client().get(url, params=query) as response:
            return response.status == 200 and await response.text() == "1158201444"

    async def post(self, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(self.secret, body)}
        try:
            async with self.client().post(self.url, data=body, headers=headers) as response:
                await response.read()
                return response.status == 200
        except aiohttp.ClientError:
            return False


def envelope(waba_id: str, values: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """One body for any number of changes, each with its field."""
    changes = [{"value": value, "field": kind} for kind, value in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": waba_id, "changes": changes}]}
