"""Signatures that prove to a first-line bot that a request comes from the hub."""

from __future__ import annotations

import hashlib
import hmac

from bot.domain import AccountName

SIGNATURE, TIMESTAMP, ID = "X-Hub-Signature-256", "X-Hub-Timestamp", "X-Hub-Id"


def key_of(secret: str, account: AccountName) -> str:
    """Key shared by the hub and the bot of an account, derived from the hub's secret so that it need not be stored. The
    account's administrators give it to the bot."""
    return hmac.new(secret.encode(), f"first-line bot\0{account}".encode(), hashlib.sha256).hexdigest()


def signature(key: str, body: bytes) -> str:
    """Signature over the raw body, which contains the time and the id."""
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
