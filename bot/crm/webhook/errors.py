"""What an answer without success means."""

from __future__ import annotations

from datetime import datetime

from bot.crm.http import Answer, words
from bot.locale import N_
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable

REFUSED = {
    400: RejectReason.INVALID,
    409: RejectReason.INVALID,
    410: RejectReason.GONE,
    413: RejectReason.TOO_LONG,
    422: RejectReason.INVALID,
}
"""Answers that mean: never this event. Not 404: that is also what a web server says where nobody is any more, and
nothing may be given up for that."""
LATER = frozenset({408, 425, 429})

ACCESS = N_("See that the receiver checks the signature with the secret of [crm] and lets the hub in.")
PLACE = N_("See that url of [crm] is the address that takes the events, and that it takes POST.")


def of(answer: Answer, now: datetime) -> DeliveryError:
    status, said = answer.status, spoken(answer)
    detail = f"HTTP {status}: {said}" if said else f"HTTP {status}"
    if status in LATER or status >= 500:
        return Transient(detail, answer.retry_after(now), scope="all" if status == 429 else "")
    if status in REFUSED:
        return Rejected(REFUSED[status], detail)
    return Unavailable(detail, ACCESS if status in (401, 403) else PLACE)


def spoken(answer: Answer) -> str:
    """The receiver's own words: `{"error": "…"}` (or `message`), or plain text."""
    body = answer.json
    if isinstance(body, dict):
        return next(filter(None, (words(body.get(key)) for key in ("error", "message", "detail"))), "")
    kind = answer.headers.get("content-type", "")
    return words(answer.body.decode("utf-8", "replace")) if kind.startswith("text/plain") else ""
