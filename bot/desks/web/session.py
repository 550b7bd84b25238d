"""Who is signed in: a cookie that the hub signs and nobody else can make.

The signature covers the operator's key, so that changing or removing a key in hub.toml signs its owner out.
Nothing is kept on the server.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.model import DeskName

COOKIE = "hub_desk"
LASTS = timedelta(days=14)
RENEWED_BELOW = timedelta(days=7)

KeyOf = Callable[[DeskName, str], str | None]
"""An operator's key today; None: there is no such operator any more."""


@dataclass(frozen=True, slots=True)
class Session:
    desk: DeskName
    user: str
    until: datetime


class Sessions:
    """Makes and opens the cookie's value."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"hub web desk sessions\0" + secret.encode()).digest()

    def __repr__(self) -> str:
        return "Sessions(…)"

    def seal(self, session: Session, key: str) -> str:
        body = _encode(json.dumps([session.desk, session.user, int(session.until.timestamp())]).encode())
        return f"{body}.{self._sign(body, key)}"

    def open(self, cookie: str, key_of: KeyOf, now: datetime) -> Session | None:
        """None for whatever this hub did not sign, or signed for another key, or too long ago."""
        body, _, signature = cookie.partition(".")
        session = _read(body)
        if session is None:
            return None
        key = key_of(session.desk, session.user)
        genuine = hmac.compare_digest(self._sign(body, key or "").encode(), signature.encode("utf-8", "replace"))
        return session if genuine and key is not None and now < session.until else None

    def _sign(self, body: str, key: str) -> str:
        signed = body.encode("utf-8", "replace") + b"\0" + hashlib.sha256(key.encode()).digest()
        return _encode(hmac.new(self._key, signed, hashlib.sha256).digest())


def _read(body: str) -> Session | None:
    """What the cookie claims to be; believed only once its signature holds."""
    try:
        desk, user, until = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return Session(DeskName(str(desk)), str(user), datetime.fromtimestamp(int(until), UTC))
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def same_key(given: str, right: str) -> bool:
    """Compares in constant time, whatever the lengths."""
    return hmac.compare_digest(_digest(given), _digest(right))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


class Attempts:
    """Wrong keys per address: a few are free each minute, then even the right one has to wait."""

    FREE = 8
    WINDOW = timedelta(minutes=1)
    REMEMBERED = 10_000

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[datetime, int]] = {}

    def wait(self, address: str, now: datetime) -> int:
        """Seconds until this address may try again; 0: at once."""
        since, count = self._wrong.get(address, (now, 0))
        left = since + self.WINDOW - now
        return max(1, int(left.total_seconds())) if count >= self.FREE and left > timedelta() else 0

    def failed(self, address: str, now: datetime) -> None:
        since, count = self._wrong.pop(address, (now, 0))
        if now - since >= self.WINDOW:
            since, count = now, 0
        if len(self._wrong) >= self.REMEMBERED:
            self._wrong.pop(next(iter(self._wrong)))
        self._wrong[address] = (since, count + 1)

    def succeeded(self, address: str) -> None:
        self._wrong.pop(address, None)
