"""Who a visitor is: a random conversation and our signature under it, kept by their browser.

A token names one conversation of one account and lets its holder read and write that one alone. Nothing is
stored for visitors who never write. A change of the hub's secret makes new visitors of all, but of those who come while
the secret before is still known.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bot.domain import AccountName, ChatId, FileRef
from bot.ports import Forged

_SIGNATURE = 20  # bytes of HMAC-SHA256 that are kept


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a visitor has sent and may now put into a message."""

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
    """Makes and opens the tokens of one account."""

    def __init__(self, account: AccountName, *secrets: str) -> None:
        """The first secret signs, the others only open."""
        self._keys = [hashlib.sha256(f"webchat\0{account}\0{one}".encode()).digest() for one in secrets]

    def __repr__(self) -> str:
        return "Visitors(…)"

    def arrive(self) -> tuple[ChatId, str]:
        """A new conversation and the token for it."""
        chat = ChatId(secrets.token_urlsafe(18))
        return chat, self.token(chat)

    def token(self, chat: ChatId) -> str:
        return f"{chat}.{self._sign('visitor', chat)}"

    def open(self, token: str) -> ChatId:
        """Raises `Forged`."""
        chat, _, signature = token.rpartition(".")
        self._prove(signature, "visitor", chat)
        return ChatId(chat)

    def seal(self, chat: ChatId, upload: Upload) -> str:
        """A token of a file, good in this conversation alone."""
        body = _encode(json.dumps(asdict(upload)).encode())
        return f"{body}.{self._sign('file', chat, body)}"

    def unseal(self, chat: ChatId, token: str) -> Upload:
        """Raises `Forged`."""
        body, _, signature = token.rpartition(".")
        self._prove(signature, "file", chat, body)
        return Upload(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))

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
