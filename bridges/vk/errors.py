"""Translation of VK's answers into delivery errors, the only place that does it.

Sources: dev.vk.com/reference/errors, errors.json of VKCOM/vk-api-schema. VK refuses with HTTP 200 and `{"error":
{"error_code", "error_msg"}}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot.locale import N_, Translator
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bridges.shared.fields import Fields
from bridges.shared.http_calls import HttpResponse

AT_ONCE = 6
PASSING: Mapping[int, tuple[float | None, str]] = {
    1: (None, ""),  # "unknown error": try again later
    AT_ONCE: (1.0, "all"),  # too many requests per second
    9: (60.0, "chat"),  # flood control: too many similar calls
    10: (None, ""),  # internal server error
    29: (600.0, "all"),  # the method's quota
    32: (None, ""),
    36: (None, ""),  # interrupted due to timeout
    43: (None, ""),  # the section is temporarily unavailable
    995: (None, ""),  # "messenger degradation"
}
"""Errors to retry: code → seconds to wait if VK means some, and the limit that is used up."""

TOKEN = N_("Create a new token under Manage → API usage → Access tokens and put it in hub.toml as token.")
RIGHTS = N_("The token needs rights to manage the community and to its messages, photos and files.")
CAPTCHA = N_("VK suspects automated activity. Log in to VK as the community's owner, check for warnings, and wait.")
BROKEN: Mapping[int, str] = {
    2: TOKEN,
    4: TOKEN,
    5: TOKEN,
    7: RIGHTS,
    11: TOKEN,
    14: CAPTCHA,
    15: RIGHTS,
    16: TOKEN,
    17: CAPTCHA,
    20: RIGHTS,
    23: RIGHTS,
    24: CAPTCHA,
    25: TOKEN,
    27: TOKEN,
    28: TOKEN,
    37: CAPTCHA,
    38: TOKEN,
    42: TOKEN,
    203: RIGHTS,
    1117: TOKEN,
    3300: CAPTCHA,
    3609: TOKEN,
}
"""Errors of the whole account: code → advice."""

REASONS: Mapping[int, RejectReason] = {
    **dict.fromkeys(
        (
            *(8, 19, 100, 104, 105, 114, 118, 121, 122, 129),  # a parameter, or the upload that it names
            *(909, 911, 913, 940, 943, 969),  # the message's age, keyboard, forwarded messages, intent
            *(1150, 1151, 1152, 1153),  # a document
        ),
        RejectReason.INVALID,
    ),
    **dict.fromkeys((30, 200, 201, 204, 205, 944, 949, 962, 1602), RejectReason.FORBIDDEN),
    18: RejectReason.GONE,  # deleted or banned by VK
    39: RejectReason.GONE,
    113: RejectReason.GONE,
    900: RejectReason.FORBIDDEN,  # the user is on the community's blacklist
    901: RejectReason.BLOCKED,  # no permission: the user never gave it, or withdrew it
    902: RejectReason.BLOCKED,  # the user's privacy settings
    910: RejectReason.TOO_LONG,
    912: RejectReason.FORBIDDEN,  # the community's bot features are off
    914: RejectReason.TOO_LONG,
    917: RejectReason.GONE,  # no access to the conversation
    920: RejectReason.UNSUPPORTED,
    921: RejectReason.UNSUPPORTED,
    922: RejectReason.GONE,  # the community left it
    924: RejectReason.FORBIDDEN,  # too late to delete it for everyone
    925: RejectReason.FORBIDDEN,
    927: RejectReason.GONE,
    932: RejectReason.FORBIDDEN,
    935: RejectReason.GONE,
    936: RejectReason.GONE,
    945: RejectReason.GONE,
    946: RejectReason.UNSUPPORTED,
    950: RejectReason.WINDOW_CLOSED,
    985: RejectReason.FORBIDDEN,
    987: RejectReason.FORBIDDEN,
    988: RejectReason.FORBIDDEN,
    1009: RejectReason.UNSUPPORTED,
    1010: RejectReason.UNSUPPORTED,
    1011: RejectReason.UNSUPPORTED,
    1012: RejectReason.FORBIDDEN,
}
"""Permanent refusals, as VK's list of errors explains them. Any other code may be VK's own trouble."""


def result(answer: HttpResponse, tr: Translator, *, repeatable: bool) -> Any:
    """Returns the result of a call. Raises `DeliveryError`."""
    body = answer.fields
    if "error" in body:
        error = body.object("error")
        raise refusal(error.number("error_code") or 0, error.text("error_msg"), tr, answer.retry_after)
    if answer.status == 200 and "response" in body:
        return body.raw["response"]
    words = f"VK answered HTTP {answer.status}"
    if answer.status == 429:
        raise Transient(words, answer.retry_after or 1.0, "all")
    if 400 <= answer.status < 500:
        raise Unexplained(words)
    raise Transient(words) if repeatable else Unconfirmed(words)


def refusal(code: int, words: str, tr: Translator, retry_after: float | None = None) -> DeliveryError:
    """Translates a code; `words`: VK's text. A message that VK may already have started to send when it failed is safe
    to retry: its `random_id` stays the same."""
    words = f"{code}: {words}"
    if code in PASSING:
        seconds, scope = PASSING[code]
        return Transient(words, retry_after or seconds, scope)
    if code in BROKEN:
        return Unavailable(words, tr.gettext(BROKEN[code]))
    return Rejected(REASONS[code], words) if code in REASONS else Unexplained(words)


@contextmanager
def of_one_message() -> Iterator[None]:
    """Wraps changes of one message: there, "access denied" concerns the message, not the account."""
    try:
        yield
    except Unavailable as error:
        if not error.detail.startswith(("7:", "15:")):
            raise
        raise Rejected(RejectReason.FORBIDDEN, error.detail) from error


def is_about_the_reply(error: Rejected) -> bool:
    """Recognizes that the message replied to is gone or is not a message: the reply is then sent without the
    reference."""
    return error.detail.startswith(("100:", "921:"))


def inside(item: Fields, tr: Translator) -> None:
    """Raises the error of one item of a call with several: `{"error": {"code", "description"}}` in the item's place."""
    error = item.object("error")
    if error:
        raise refusal(error.number("code") or 0, error.text("description"), tr)
