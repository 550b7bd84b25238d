"""Translation of unsuccessful answers into delivery errors."""

from __future__ import annotations

from datetime import datetime

from bot.crm.http import CrmResponse, words
from bot.locale import N_
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable

REFUSED = {
    400: RejectReason.INVALID,
    409: RejectReason.INVALID,
    410: RejectReason.GONE,
    413: RejectReason.TOO_LONG,
    422: RejectReason.INVALID,
}
"""Statuses that reject this event for good. 404 is not one of them: a web server also answers it when the receiver is
gone, and then no event may be given up."""
LATER = frozenset({408, 425, 429})

ACCESS = N_("Check that the receiver verifies the signature with the secret from [crm] and accepts the hub's requests.")
PLACE = N_("Check that url in [crm] is the address for events and that it accepts POST.")


def of(answer: CrmResponse, now: datetime) -> DeliveryError:
    status, said = answer.status, spoken(answer)
    detail = f"HTTP {status}: {said}" if said else f"HTTP {status}"
    if status in LATER or status >= 500:
        return Transient(detail, answer.retry_after(now), scope="all" if status == 429 else "")
    if status in REFUSED:
        return Rejected(REFUSED[status], detail)
    return Unavailable(detail, ACCESS if status in (401, 403) else PLACE)


def spoken(answer: CrmResponse) -> str:
    """Returns the receiver's own text: `{"error": "…"}` (or `message`), or plain text."""
    body = answer.json
    if isinstance(body, dict):
        return next(filter(None, (words(body.get(key)) for key in ("error", "message", "detail"))), "")
    kind = answer.headers.get("content-type", "")
    return words(answer.body.decode("utf-8", "replace")) if kind.startswith("text/plain") else ""
