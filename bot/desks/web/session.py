"""Sign-in sessions: a cookie that only the hub can sign.

The signature covers the operator's key, so changing or removing the key in hub.toml signs its owner out. `id` names the
record on the server (`bot.ports.SignIns`), without which the cookie is worthless.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.domain import DeskName
from bot.domain.value import value

COOKIE = "hub_desk"
LASTS = timedelta(days=14)
"""Lifetime of a session after its last use."""
RENEWED_BELOW = timedelta(days=7)
LONGEST = timedelta(days=30)
"""Longest lifetime of a session, however much it is used."""

KeyOf = Callable[[DeskName, str], str | None]
"""Returns an operator's current key; None if there is no such operator any more."""


@value
class CookieSession:
    desk: DeskName
    user: str
    id: str
    until: datetime


class Sessions:
    """Creates and opens the cookie's value. The first secret signs, the others only open."""

    def __init__(self, *secrets: str) -> None:
        self._keys = [hashlib.sha256(b"hub web desk sessions\0" + one.encode()).digest() for one in secrets]

    def __repr__(self) -> str:
        return "Sessions(…)"

    def seal(self, session: CookieSession, key: str) -> str:
        body = _encode(json.dumps([session.desk, session.user, session.id, int(session.until.timestamp())]).encode())
        return f"{body}.{_sign(self._keys[0], body, key)}"

    def open(self, cookie: str, key_of: KeyOf, now: datetime) -> CookieSession | None:
        """Returns None for a cookie not signed by this hub, signed for another key, or expired."""
        body, _, signature = cookie.partition(".")
        session = _read(body)
        if session is None:
            return None
        key = key_of(session.desk, session.user)
        given = signature.encode("utf-8", "replace")
        genuine = any(hmac.compare_digest(_sign(one, body, key or "").encode(), given) for one in self._keys)
        return session if genuine and key is not None and now < session.until else None


def _sign(secret: bytes, body: str, key: str) -> str:
    signed = body.encode("utf-8", "replace") + b"\0" + hashlib.sha256(key.encode()).digest()
    return _encode(hmac.new(secret, signed, hashlib.sha256).digest())


def _read(body: str) -> CookieSession | None:
    """Decodes the cookie's claim, which counts only once the signature is verified."""
    try:
        desk, user, id_, until = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return CookieSession(DeskName(str(desk)), str(user), str(id_), datetime.fromtimestamp(int(until), UTC))
    except (ValueError, TypeError, OverflowError, OSError, RecursionError):
        return None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def digest(key: str) -> bytes:
    """Hashes a key, so that keys of any length are compared in constant time."""
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
