"""The hub's calls to a client's own address: one signed POST per event, repeated until it is accepted."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from bot.runtime import http_limits, http_waits

SIGNATURE = "X-Hub-Signature-256"
_MISPLACED = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 405})


def signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Callback:
    """Delivers events to `url`. The receiver recognizes a repeated event by its `id`."""

    def __init__(self, url: str, secret: str, http: aiohttp.ClientSession, patience: float) -> None:
        self._url, self._secret, self._http = url, secret, http
        self._timeout = http_limits.request(patience)

    async def deliver(self, event: Mapping[str, Any]) -> None:
        """Returns when the client answers 2xx; raises `DeliveryError` otherwise."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", SIGNATURE: signature(self._secret, body)}
        try:
            async with self._http.post(
                self._url, data=body, headers=headers, allow_redirects=False, timeout=self._timeout
            ) as response:
                _settle(response)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise _translated(error) from error


def _settle(response: aiohttp.ClientResponse) -> None:
    """Raises what the status means. 410: the conversation is over for good. A wrong address or secret pauses the
    account until someone corrects it. Anything else is retried: the contract is *until 2xx*."""
    status = response.status
    if 200 <= status < 300:
        return
    detail = f"the callback answered {status}"
    if status == 410:
        raise Rejected(RejectReason.GONE, detail)
    if status in _MISPLACED:
        raise Unavailable(detail, "Check callback_url and callback_secret of the account, and its receiver.")
    wait = http_waits.seconds(response.headers.get("Retry-After"))
    raise Transient(detail, wait, scope="all" if status == 429 else "")


def _translated(error: Exception) -> DeliveryError:
    detail = f"the callback: {type(error).__name__}"
    if isinstance(error, aiohttp.InvalidURL | aiohttp.ClientConnectorCertificateError | ValueError):
        return Unavailable(detail, "Check callback_url of the account and the certificate of its server.")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Transient(detail)
    return Unconfirmed(detail)  # the event was sent out; repeating it is safe, since the receiver recognizes its id
