"""Translation of Viber's answers into delivery errors, the only place that does it.

Source: REST Bot API, "Error codes". Refusals come as HTTP 200 with a `status` other than 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.locale import N_, Translator
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bridges.shared.fields import Fields
from bridges.shared.http_calls import HttpResponse

OK = 0
TOO_MANY = 12
PAUSE = 180.0
"""Seconds to wait when Viber says "too many" and gives no time. Our own rate keeps the overall limit, so this must be
the limit of a hundred messages an hour to a user who does not reply, which refills slowly."""

REJECTED: Mapping[int, RejectReason] = {
    3: RejectReason.INVALID,  # badData
    4: RejectReason.INVALID,  # missingData
    5: RejectReason.GONE,  # receiverNotRegistered
    6: RejectReason.BLOCKED,  # receiverNotSubscribed
    11: RejectReason.INVALID,  # receiverNoSuitableDevice: Viber's own words say it best
    16: RejectReason.INVALID,  # inchatReplyMessageNotAllowed
    21: RejectReason.FORBIDDEN,  # unsupportedCountry
    22: RejectReason.UNSUPPORTED,  # paymentUnsupported
    # The month's free messages to inactive users are used up, or there is no money for more. Customers who write can
    # still be answered, so the account works.
    23: RejectReason.FORBIDDEN,  # freeMessagesExceeded
    24: RejectReason.FORBIDDEN,  # noBalance
}
"""Refusals of one message. Other numbers are "general errors", or of calls that the hub does not make (17-20)."""

_TOKEN = N_("Copy the bot's token from the Viber Admin Panel (partners.viber.com) to hub.toml.")
_SUPPORT = N_("Ask Viber's support what is wrong with the bot; the hub resumes automatically once it is fixed.")
_ADDRESS = N_(
    "Check that hub.public_url is reachable from outside over https with a valid certificate: Viber sends a test "
    "request."
)
_VERSION = N_("Viber no longer accepts the hub's requests: check for a newer version of the hub.")
BROKEN: Mapping[int, str] = {
    1: _ADDRESS,  # invalidUrl, only for set_webhook
    2: _TOKEN,  # invalidAuthToken
    7: _SUPPORT,  # publicAccountBlocked
    8: _TOKEN,  # publicAccountNotFound
    9: _SUPPORT,  # publicAccountSuspended
    10: N_("Viber has no webhook address: restart the hub, it sets the webhook."),  # webhookNotSet
    # Messages that require newer apps. The hub asks for the oldest (min_api_version 1), so the customer's device is not
    # the cause.
    13: _VERSION,  # apiVersionNotSupported
    14: _VERSION,  # incompatibleWithVersion
    15: _SUPPORT,  # publicAccountNotAuthorized
}
"""Refusals of the whole account, with advice."""


def judged(answer: HttpResponse, tr: Translator, *, repeatable: bool = False) -> Fields:
    """Returns the result of a call. `repeatable`: the call may safely be made twice, so an uncertain outcome is only
    `Transient`. Raises `DeliveryError`."""
    if answer.status == 429:
        raise Transient("too many requests", answer.retry_after or PAUSE, "chat")
    if answer.status in (401, 403, 404):
        raise Unavailable(f"HTTP {answer.status}", tr.gettext("Check that api_url is the address of Viber's API."))
    if answer.status == 413:
        raise Rejected(RejectReason.TOO_LONG, f"HTTP {answer.status}")
    if 400 <= answer.status < 500:
        raise Unexplained(f"HTTP {answer.status}")
    status = answer.fields.number("status")
    if answer.status >= 300 or status is None:  # a proxy in between answered, or Viber failed
        words = f"HTTP {answer.status} without a status of Viber's"
        raise Transient(words) if repeatable else Unconfirmed(words)
    if status != OK:
        raise _refusal(status, answer, tr)
    return answer.fields


def _refusal(status: int, answer: HttpResponse, tr: Translator) -> DeliveryError:
    words = f"{answer.fields.text('status_message') or 'refused'} (status {status})"
    if status == TOO_MANY:
        return Transient(words, answer.retry_after or PAUSE, "chat")
    if status in BROKEN:
        return Unavailable(words, tr.gettext(BROKEN[status]))
    return Rejected(REJECTED[status], words) if status in REJECTED else Unexplained(words)
