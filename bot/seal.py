"""Signed tokens for what travels through a platform and comes back: buttons and forms.

Mattermost posts buttons back unsigned and any user of it can craft one, so the core believes a token only
when it carries our HMAC; whom and where it is for stands inside.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field

from bot.model import DialogId, MessageId, OperatorId
from bot.ports import Forged

_SIGNATURE = 16  # bytes of HMAC-SHA256 that are kept: 128 bits


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a button or a form stands for. `only`: nobody else may use it. `form`: it came with inputs."""

    word: str
    dialog: DialogId | None = None
    message: MessageId | None = None
    only: OperatorId | None = None
    form: bool = False
    extra: dict[str, str] = field(default_factory=dict)


class Seal:
    """Makes and opens tokens with the hub's secret."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"hub buttons\0" + secret.encode()).digest()

    def __repr__(self) -> str:
        return "Seal(…)"

    def seal(self, ticket: Ticket) -> str:
        """A token of letters, digits, `-`, `_` and one dot."""
        filled = {name: value for name, value in asdict(ticket).items() if value}
        body = _encode(json.dumps(filled, separators=(",", ":"), ensure_ascii=False).encode())
        return f"{body}.{_encode(self._sign(body))}"

    def open(self, token: str) -> Ticket:
        """Raises `Forged` for anything that this hub did not seal."""
        body, _, signature = token.partition(".")
        if not hmac.compare_digest(_encode(self._sign(body)).encode(), signature.encode("utf-8", "replace")):
            raise Forged("a button or form that this hub did not make")
        return Ticket(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))

    def _sign(self, body: str) -> bytes:
        return hmac.new(self._key, body.encode("utf-8", "replace"), hashlib.sha256).digest()[:_SIGNATURE]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
