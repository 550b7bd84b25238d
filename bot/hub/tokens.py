"""Signed tokens for what travels through a platform and comes back: buttons and forms.

A token is made for one desk and opens in that desk alone: the desk's name is part of what is signed. Its content says
whom and what it is for. `bot.handlers.desk_events` opens it, and `bot.actions.dispatch` checks who used it and where.
Older tokens (`Ticket.old`) name no desk.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import field, fields, replace

from bot.domain import DeskName, DialogId, MessageId, OperatorId
from bot.domain.value import value
from bot.ports import Forged

_SIGNATURE = 16  # bytes kept of an HMAC-SHA256: 128 bits


@value
class Ticket:
    """Content of a button's or a form's token. `only`: the one operator who may use it. `form`: it came with inputs.
    `old`: sealed before tokens were bound to a desk."""

    word: str
    dialog: DialogId | None = None
    message: MessageId | None = None
    only: OperatorId | None = None
    form: bool = False
    extra: dict[str, str] = field(default_factory=dict)
    old: bool = False


_FIELDS = tuple(one.name for one in fields(Ticket))


class Seal:
    """Seals tokens with the hub's secret; also opens those sealed with the previous one."""

    def __init__(self, secret: str, before: str = "") -> None:
        self._secrets = tuple(one.encode() for one in (secret, before) if one)

    def __repr__(self) -> str:
        return "Seal(…)"

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the secret and of the way keys are derived from it; reveals neither."""
        return hashlib.sha256(b"fingerprint\0" + _of_desk(self._secrets[0])).hexdigest()[:16]

    def seal(self, ticket: Ticket, desk: DeskName) -> str:
        """Seals a ticket into a token of letters, digits, `-`, `_` and one dot."""
        filled = {name: value for name in _FIELDS if (value := getattr(ticket, name))}
        body = _encode(json.dumps(filled, separators=(",", ":"), ensure_ascii=False).encode())
        return f"{body}.{_encode(_signature(_of_desk(self._secrets[0]), body, desk))}"

    def open(self, token: str, desk: DeskName) -> Ticket:
        """Opens a token. Raises `Forged` for anything that this hub did not seal for this desk."""
        body, _, signature = token.partition(".")
        bound = any(_same(_signature(_of_desk(secret), body, desk), signature) for secret in self._secrets)
        old = any(_same(_signature(_of_old(secret), body), signature) for secret in self._secrets)
        if not bound and not old:
            raise Forged("a button or form that this hub did not make for this desk")
        ticket = Ticket(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
        return replace(ticket, old=not bound)


def _of_desk(secret: bytes) -> bytes:
    return hashlib.sha256(b"hub buttons of a desk\0" + secret).digest()


def _of_old(secret: bytes) -> bytes:
    return hashlib.sha256(b"hub buttons\0" + secret).digest()


def _signature(key: bytes, *parts: str) -> bytes:
    """Signs the parts, joined by NUL. A body has no NUL, so it cannot run into the desk's name."""
    signed = "\0".join(parts).encode("utf-8", "replace")
    return hmac.new(key, signed, hashlib.sha256).digest()[:_SIGNATURE]


def _same(right: bytes, given: str) -> bool:
    return hmac.compare_digest(_encode(right).encode(), given.encode("utf-8", "replace"))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
