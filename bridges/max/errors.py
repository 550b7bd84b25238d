"""Translation of MAX's answers into delivery errors, the only place that does it.

A refusal is `{"code", "message"}` with an HTTP status (dev.max.ru, "HTTP response codes"), or 200 with `{"success":
false, "message"}`. The texts below were seen from the live service.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from bot.locale import Translator
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bridges.shared.fields import Fields
from bridges.shared.http_calls import HttpResponse

REASONS = (
    ("dialog.suspended", RejectReason.BLOCKED),  # chat.denied: error.dialog.suspended
    ("notfound", RejectReason.GONE),  # dialog.not.found: error.dialog.notfound
    ("not.found", RejectReason.GONE),
    ("not found", RejectReason.GONE),
    ("chat.denied", RejectReason.BLOCKED),
    ("'text' size", RejectReason.TOO_LONG),  # proto.payload: Field 'text' size (4001) must be at most 4000
    ("max-size", RejectReason.TOO_LARGE),
    ("not.supported", RejectReason.UNSUPPORTED),  # errors.process.attachment.video.not.supported
    ("proto.payload", RejectReason.INVALID),  # a field of the request
    ("errors.process.attachment", RejectReason.INVALID),
    ("access.denied", RejectReason.FORBIDDEN),
    ("older than", RejectReason.FORBIDDEN),  # Message is older than 24 hours
)
"""Text in a refusal → its reason; the first match counts. Any other may be MAX's own trouble: "400" alone says no more
than "bad request"."""

BY_STATUS: Mapping[int, RejectReason] = {
    HTTPStatus.NOT_FOUND: RejectReason.GONE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: RejectReason.TOO_LARGE,
}
LATER = 1.0  # seconds, where MAX gives no time
LONGEST = 300  # characters kept of MAX's own text


class FileNotReady(Transient):
    """The message was not sent because a file in it is still being processed; retry in a moment."""


def result(answer: HttpResponse, tr: Translator, *, repeatable: bool) -> Fields:
    """Returns the result of a call, or raises the error it stands for. `repeatable`: the call may safely be made twice,
    so an uncertain outcome is only `Transient`."""
    found = answer.fields
    if answer.status != HTTPStatus.OK:
        raise _refusal(answer, tr, repeatable)
    if found.raw.get("success") is False or (found.text("code") and found.text("message")):
        raise _refused(_words(found))
    if not found:  # a proxy in between answered, not MAX
        raise _doubt("an answer that is none of MAX's", repeatable)
    return found


def refused_upload(answer: HttpResponse) -> DeliveryError:
    """Translates a refused upload, which precedes any message. It comes from the file server, not from the Bot API."""
    if answer.status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS) or answer.status >= 500:
        return Transient(f"HTTP {answer.status} for a file", answer.retry_after)
    return _refused(_words(answer.fields) or f"HTTP {answer.status} for a file", answer.status)


def strange_certificate(tr: Translator) -> Unavailable:
    advice = tr.gettext(
        "Download the root certificates of the Russian Ministry of Digital Development from gosuslugi.ru/crt and "
        "set ca_file to the file's path."
    )
    return Unavailable("MAX's certificate is not known to this machine", advice)


def _refusal(answer: HttpResponse, tr: Translator, repeatable: bool) -> DeliveryError:
    code = answer.fields.text("code")
    words = _words(answer.fields) or f"HTTP {answer.status}"
    if answer.status == HTTPStatus.UNAUTHORIZED or code == "verify.token":
        advice = tr.gettext("Copy the bot's token from business.max.ru (Chat bots → ⋮ → Settings) to hub.toml.")
        return Unavailable(words, advice)
    if code == "attachment.not.ready":
        return FileNotReady(words)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        # Our own rates keep the overall limit, so a refused call to a chat has most likely used up that chat's limit.
        return Transient(words, answer.retry_after or LATER, scope="" if repeatable else "chat")
    if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:  # by definition nothing was done
        return Transient(words, answer.retry_after)
    if answer.status < HTTPStatus.BAD_REQUEST or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _doubt(words, repeatable)
    if answer.status == HTTPStatus.NOT_FOUND and not code:
        return Unavailable(words, tr.gettext("api_url is not a MAX address: remove it from hub.toml."))
    return _refused(words, answer.status)


def _words(found: Fields) -> str:
    """Returns MAX's own text."""
    return ": ".join(filter(None, (found.text("code"), found.text("message"))))[:LONGEST]


def _refused(words: str, status: int = HTTPStatus.OK) -> DeliveryError:
    lower = words.lower()
    reason = next((reason for part, reason in REASONS if part in lower), BY_STATUS.get(status))
    return Unexplained(words) if reason is None else Rejected(reason, words)


def _doubt(words: str, repeatable: bool) -> DeliveryError:
    return Transient(words) if repeatable else Unconfirmed(words)
