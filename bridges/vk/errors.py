"""What VK answers → errors of a delivery, in one place.

Sources: dev.vk.com/reference/errors, errors.json of VKCOM/vk-api-schema. VK says "no" with HTTP 200 and
`{"error": {"error_code", "error_msg"}}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot.locale import N_, Translator
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from bridges.shared.calling import Answer
from bridges.shared.fields import Fields

AT_ONCE = 6
PASSING: Mapping[int, tuple[float | None, str]] = {
    1: (None, ""),  # "unknown error": try again later
    AT_ONCE: (1.0, "all"),  # too many requests per second
    9: (60.0, "chat"),  # flood control: too much of the same kind
    10: (None, ""),  # internal server error
    29: (600.0, "all"),  # the method's quota
    32: (None, ""),
    36: (None, ""),  # interrupted due to timeout
    43: (None, ""),  # the section is away for now
    995: (None, ""),  # "messenger degradation"
}
"""Code → seconds to wait, where VK means some, and the budget that is spent."""

TOKEN = N_("Make a new key under Manage → API usage → Access tokens and put it in hub.toml as token.")
RIGHTS = N_("The token needs the rights to manage the community and to use its messages, photos and files.")
CAPTCHA = N_("VK suspects a robot. Log in to VK as the community's owner, look for warnings, and wait.")
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
"""The account's: code → what to do."""

REASONS: Mapping[int, RejectReason] = {
    18: RejectReason.GONE,  # deleted or banned by VK
    39: RejectReason.GONE,
    113: RejectReason.GONE,
    900: RejectReason.FORBIDDEN,  # we have them on our blacklist
    901: RejectReason.BLOCKED,  # no permission: they never allowed, or forbade it
    902: RejectReason.BLOCKED,  # their privacy settings
    910: RejectReason.TOO_LONG,
    912: RejectReason.FORBIDDEN,  # the community's bot features are off
    914: RejectReason.TOO_LONG,
    917: RejectReason.GONE,  # no access to the conversation
    920: RejectReason.UNSUPPORTED,
    921: RejectReason.UNSUPPORTED,
    922: RejectReason.GONE,  # we left it
    924: RejectReason.FORBIDDEN,  # too late to delete it for everybody
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
"""What will never be; codes that are not named here, too, as INVALID with VK's words."""


def result(answer: Answer, tr: Translator, *, repeatable: bool) -> Any:
    """What a call gave. Raises `DeliveryError`."""
    body = answer.fields
    if "error" in body:
        error = body.object("error")
        raise refusal(error.number("error_code") or 0, error.text("error_msg"), tr, answer.retry_after)
    if answer.status == 200 and "response" in body:
        return body.raw["response"]
    words = f"VK answered HTTP {answer.status}"
    if answer.status == 429:
        raise Transient(words, answer.retry_after or 1.0, "all")
    raise Transient(words) if repeatable else Unconfirmed(words)


def refusal(code: int, words: str, tr: Translator, retry_after: float | None = None) -> DeliveryError:
    """`words` are VK's. A message that VK may have begun to send when it failed is sent again under its number."""
    words = f"{code}: {words}"
    if code in PASSING:
        seconds, scope = PASSING[code]
        return Transient(words, retry_after or seconds, scope)
    if code in BROKEN:
        return Unavailable(words, tr.gettext(BROKEN[code]))
    return Rejected(REASONS.get(code, RejectReason.INVALID), words)


@contextmanager
def of_one_message() -> Iterator[None]:
    """Around what changes a message: "access denied" means that message, not the account."""
    try:
        yield
    except Unavailable as error:
        if not error.detail.startswith(("7:", "15:")):
            raise
        raise Rejected(RejectReason.FORBIDDEN, error.detail) from error


def is_about_the_reply(error: Rejected) -> bool:
    """What was answered to is gone, or is no message: the answer goes out without it."""
    return error.detail.startswith(("100:", "921:"))


def inside(item: Fields, tr: Translator) -> None:
    """Raises what went wrong with one of several of a call: `{"error": {"code", "description"}}` in its place."""
    error = item.object("error")
    if error:
        raise refusal(error.number("code") or 0, error.text("description"), tr)
