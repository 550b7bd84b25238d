"""Plain-language reasons for a failed reply, and the remedies to offer."""

from __future__ import annotations

from bot.domain import Delivery, Message
from bot.domain.failures import RejectReason
from bot.locale import N_, Translator

REASONS: dict[str, str] = {
    RejectReason.BLOCKED: N_("the customer has blocked us"),
    RejectReason.GONE: N_("the conversation no longer exists"),
    RejectReason.TOO_LARGE: N_("the file is larger than this channel takes"),
    RejectReason.TOO_LONG: N_("the text is longer than this channel takes"),
    RejectReason.UNSUPPORTED: N_("this channel has no such kind of message"),
    RejectReason.WINDOW_CLOSED: N_("the time in which this channel allows free text is over"),
    RejectReason.FORBIDDEN: N_("our account on this channel may not do this"),
    RejectReason.FILE_GONE: N_("the file can no longer be had from the chat it was posted in"),
    RejectReason.INVALID: N_("the channel refused it"),
    RejectReason.TRIES: N_("the channel did not take it after many tries"),
}

RETRY_HELPS = frozenset(
    {
        RejectReason.BLOCKED,
        RejectReason.FORBIDDEN,
        RejectReason.INVALID,
        RejectReason.TRIES,
        RejectReason.FILE_GONE,
        RejectReason.GONE,
    }
)
"""Reasons after which the same message may still get through later."""
LINK_HELPS = frozenset({RejectReason.TOO_LARGE, RejectReason.UNSUPPORTED})
"""Reasons after which a file may be sent as a link."""


def reason(code: str, detail: str, tr: Translator) -> str:
    words = tr.gettext(REASONS.get(code, REASONS[RejectReason.INVALID]))
    return f"{words} ({detail})" if detail else words


def problem(message: Message, words: str, tr: Translator) -> str:
    """One sentence for the thread about a reply that failed or is in doubt; `words`: how the reply begins."""
    if message.delivery is Delivery.UNCONFIRMED:
        template = tr.gettext("❔ It is not known whether this message arrived: “{words}”. The channel cannot tell.")
        return template.format(words=words)
    template = tr.gettext("❌ Not delivered: “{words}”: {reason}.")
    return template.format(words=words, reason=reason(message.failure, message.detail, tr))
