"""Translation of answers of 1C's collaboration server. It documents 200, 201 and 409 as success; the rest is plain
HTTP."""

from __future__ import annotations

from bot.domain.text import shorten
from bot.locale import Translator
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unexplained
from bridges.shared.http_calls import PASSING, HttpResponse

KNOWN = 409  # an `extId` that already exists: the message was sent before
BAD_REQUEST = 400
NOT_FOUND = 404
REFUSED = frozenset({401, 403, NOT_FOUND, 405, 410})


def is_success(answer: HttpResponse) -> bool:
    return 200 <= answer.status < 300 or answer.status == KNOWN


def of(answer: HttpResponse, tr: Translator) -> DeliveryError:
    """Returns the error that an unsuccessful answer stands for."""
    status = answer.status
    detail = f"HTTP {status}"
    if status in REFUSED or 300 <= status < 400:
        return Unavailable(detail, advice(tr))
    if status in PASSING or status >= 500:
        return Transient(detail, answer.retry_after, scope="all" if status == 429 else "")
    said = shorten(answer.body.decode("utf-8", "replace"), 200)
    detail = f"{detail}: {said}" if said else detail
    return Rejected(RejectReason.TOO_LONG, detail) if status == 413 else Unexplained(detail)


def advice(tr: Translator) -> str:
    return tr.gettext("Check in 1C that the integration is enabled, and set the account's endpoint_url to its address.")
