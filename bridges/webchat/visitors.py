"""Identity of a visitor: a random conversation id with the hub's signature, kept by the browser.

A token gives access to one conversation of one account, to read and write. Nothing is stored for visitors who never
write. When the hub's secret changes, tokens stay valid while the former secret is still known; other visitors start
anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict

from bot.domain import AccountName, ChatId, FileRef
from bot.domain.value import value
from bot.ports import Forged

_SIGNATURE = 20  # bytes of the HMAC-SHA256 that are kept


@value
class VisitorFile:
    """A file that a visitor has uploaded and may put into a message."""

    origin: str
    id: str
    name: str
    mime: str
    size: int
    at: float = 0  # seconds since 1970

    @property
    def ref(self) -> FileRef:
        return FileRef(self.origin, self.id)


class Visitors:
    """Creates and opens the tokens of one account."""

    def __init__(self, account: AccountName, *secrets: str, former: Sequence[str] = ()) -> None:
        """The first secret signs; the others only open, and so do those of the account's former names."""
        self._keys = [
            hashlib.sha256(f"webchat\0{name}\0{one}".encode()).digest()
            for name in (account, *former)
            for one in secrets
        ]

    def __repr__(self) -> str:
        return "Visitors(…)"

    def arrive(self) -> tuple[ChatId, str]:
        """Creates a conversation and returns its id and token."""
        chat = ChatId(secrets.token_urlsafe(18))
        return chat, self.token(chat)

    def token(self, chat: ChatId) -> str:
        return f"{chat}.{self._sign('visitor', chat)}"

    def open(self, token: str) -> ChatId:
        """Returns the token's conversation. Raises `Forged`."""
        chat, _, signature = token.rpartition(".")
        self._prove(signature, "visitor", chat)
        return ChatId(chat)

    def seal(self, chat: ChatId, upload: VisitorFile) -> str:
        """Creates a token for a file, valid in this conversation only."""
        body = _encode(json.dumps(asdict(upload)).encode())
        return f"{body}.{self._sign('file', chat, body)}"

    def unseal(self, chat: ChatId, token: str) -> VisitorFile:
        """Opens the token of a file. Raises `Forged`."""
        body, _, signature = token.rpartition(".")
        self._prove(signature, "file", chat, body)
        return VisitorFile(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))

    def _prove(self, signature: str, *parts: str) -> None:
        given = signature.encode("utf-8", "replace")
        if not any(hmac.compare_digest(given, _signature(key, parts).encode()) for key in self._keys):
            raise Forged("a token that this hub did not make")

    def _sign(self, *parts: str) -> str:
        return _signature(self._keys[0], parts)


def _signature(key: bytes, parts: Sequence[str]) -> str:
    signed = "\0".join(parts).encode("utf-8", "replace")
    return _encode(hmac.new(key, signed, hashlib.sha256).digest()[:_SIGNATURE])


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
