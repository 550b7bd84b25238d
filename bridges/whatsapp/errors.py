"""Translation of Meta's errors, in answers and in later statuses, into delivery errors; the only place that does it.

Source: Meta's "Cloud API error codes", which advises to go by `code`, not by text or HTTP status.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.locale import Translator
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bridges.shared.fields import Fields
from bridges.shared.http_calls import HttpResponse

Advice = Callable[[Translator], str]


def _token(tr: Translator) -> str:
    return tr.gettext("Create a new token for the system user and put it in hub.toml.")


def _permission(tr: Translator) -> str:
    return tr.gettext("Give the token's system user full control of the app and the WhatsApp account.")


def _number(tr: Translator) -> str:
    return tr.gettext("Check phone_id in hub.toml, and that the number is registered in WhatsApp Manager.")


def _account(tr: Translator) -> str:
    return tr.gettext("The account or the number is restricted: see WhatsApp Manager.")


BROKEN: Mapping[int, Advice] = {
    0: _token,
    190: _token,
    3: _permission,
    10: _permission,
    **dict.fromkeys(range(200, 300), _permission),
    131005: _permission,
    33: _number,
    131045: _number,
    133010: _number,
    368: _account,
    131031: _account,
    131037: _account,
}
"""Errors of the whole account: nothing can be sent until someone acts."""

BUSY: Mapping[int, str] = {4: "all", 80007: "all", 130429: "all", 131056: "chat"}
"""Rate limits → the limit that is used up (`Rate.scope`)."""

PASSING = frozenset({2, 131016, 131057, 133004})
"""Temporary failures of the service: nothing was sent."""
DOUBTFUL = frozenset({1, 131000})
"""Unspecified failures: the message may have been sent."""

REASONS: Mapping[int, RejectReason] = {
    **dict.fromkeys(
        (
            *(100, 131008, 131009, 131021, 131052, 131053, 135000),  # a parameter, a file, "your request parameters"
            *(132000, 132001, 132007, 132012, 132018, 132068, 132069),  # the template or its flow
        ),
        RejectReason.INVALID,
    ),
    130472: RejectReason.FORBIDDEN,  # the customer is part of a Meta experiment
    130497: RejectReason.FORBIDDEN,  # not allowed in this country
    131026: RejectReason.GONE,  # no WhatsApp there, or too old; a customer who blocked the number looks the same
    131030: RejectReason.FORBIDDEN,  # a test number may only write to those on its list
    131042: RejectReason.FORBIDDEN,  # only paid messages, until the payment is settled
    131047: RejectReason.WINDOW_CLOSED,
    131048: RejectReason.FORBIDDEN,  # too many reports against the number's messages
    131049: RejectReason.FORBIDDEN,  # a marketing message that Meta chose not to deliver
    131050: RejectReason.FORBIDDEN,  # the customer has opted out of marketing
    131051: RejectReason.UNSUPPORTED,
    131062: RejectReason.UNSUPPORTED,  # not allowed to a business-scoped id
    132005: RejectReason.TOO_LONG,
    132015: RejectReason.FORBIDDEN,  # the template is paused
    132016: RejectReason.FORBIDDEN,
}
"""Refusals of one message. Any other code may be Meta's own trouble."""


def refused(answer: HttpResponse, tr: Translator, *, repeatable: bool = False) -> DeliveryError:
    """Translates an unsuccessful answer. `repeatable`: the call may safely be made twice."""
    error = answer.fields.object("error")
    code, words = error.number("code"), _words(error) or f"HTTP {answer.status}"
    if code in BUSY or answer.status == 429:
        return Transient(words, answer.retry_after, BUSY.get(code or 0, "all"))
    if code is None:
        doubt = answer.status >= 500 or answer.status < 400
        return _doubt(words, repeatable) if doubt else Unexplained(words)
    if code in BROKEN or (code == 100 and error.number("error_subcode") == 33):
        return Unavailable(words, BROKEN.get(code, _number)(tr))
    if code in PASSING:
        return Transient(words, answer.retry_after)
    if code in DOUBTFUL:
        return _doubt(words, repeatable)
    return Rejected(_reason(code, words), words) if code in REASONS else Unexplained(words)


def late(errors: Sequence[Fields]) -> tuple[RejectReason, str]:
    """Returns the reason why a sent message was not delivered, which is final whatever the code, and Meta's text."""
    error = errors[0] if errors else Fields(None)
    code = error.number("code")
    words = _words(error)
    return (RejectReason.FORBIDDEN if code in BROKEN else _reason(code, words)), words


def no_such_object(answer: HttpResponse) -> bool:
    """Recognizes a request for an object that does not exist or is not accessible."""
    code = answer.fields.object("error").number("code")
    return code is not None and (answer.status == 404 or code in (100, 131009, 131052))


def _reason(code: int | None, words: str) -> RejectReason:
    if code == 100 and "characters long" in words:
        return RejectReason.TOO_LONG
    return REASONS.get(code or -1, RejectReason.INVALID)


def _doubt(words: str, repeatable: bool) -> DeliveryError:
    return Transient(words) if repeatable else Unconfirmed(words)


def _words(error: Fields) -> str:
    """Returns Meta's text: the details if there are any, which say more than the message."""
    title = error.text("message") or error.text("title")
    details = error.object("error_data").text("details")
    return f"{title}: {details}" if details and details != title else title
