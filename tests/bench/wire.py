"""The wire format of the benchmark's made-up platform: as little as a real one needs, signed both ways."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

SECRET = b"a secret of the benchmark's platform"
SIGNATURE = "x-signature"


def sign(body: bytes) -> str:
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


def proven(body: bytes, signature: str) -> bool:
    return hmac.compare_digest(sign(body).encode(), signature.encode())


def customer_wrote(number: int, chat: int, text: str) -> bytes:
    return json.dumps({"id": number, "chat": str(chat), "name": f"Customer {chat}", "text": text}).encode()


def operator_posted(number: int, user: int, thread: str, text: str) -> bytes:
    return json.dumps({"id": number, "user": f"u{user}", "thread": thread, "text": text}).encode()


def read(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    return found
