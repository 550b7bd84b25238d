"""How a first-line bot knows that a request is the hub's."""

from __future__ import annotations

import hashlib
import hmac

from bot.domain import AccountName

SIGNATURE, TIMESTAMP, ID = "X-Hub-Signature-256", "X-Hub-Timestamp", "X-Hub-Id"


def key_of(secret: str, account: AccountName) -> str:
    """The key that the hub and the bot of an account share: made of the hub's secret, so that it need not be kept.
    The account's administrators give it to the bot."""
    return hmac.new(secret.encode(), f"first-line bot\0{account}".encode(), hashlib.sha256).hexdigest()


def signature(key: str, body: bytes) -> str:
    """Over the raw body; the moment and the id stand in it, too."""
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
