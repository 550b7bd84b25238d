"""Plain-language reasons for a failed reply, and the remedies to offer."""

from __future__ import annotations

import re

from bot.domain import Delivery, Message
from bot.domain.failures import RejectReason
from bot.locale import N_, Translator

REASONS: dict[str, str] = {
    RejectReason.BLOCKED: N_("the customer has blocked us"),
    RejectReason.GONE: N_("the chat no longer exists in the messenger"),
    RejectReason.TOO_LARGE: N_("the file is too large for this messenger"),
    RejectReason.TOO_LONG: N_("the text is too long for this messenger"),
    RejectReason.UNSUPPORTED: N_("this messenger does not support such messages"),
    RejectReason.WINDOW_CLOSED: N_("the customer wrote too long ago: only an approved template can be sent"),
    RejectReason.TOO_LATE: N_("it is too old to be changed"),
    RejectReason.FORBIDDEN: N_("our account has no permission to do this"),
    RejectReason.FILE_GONE: N_("the file is no longer available in the chat it was posted in"),
    RejectReason.FILE_EMPTY: N_("the file is empty"),
    RejectReason.INVALID: N_("the messenger refused it"),
    RejectReason.TRIES: N_("the messenger did not accept it after several attempts"),
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


RESTORED = "restored"
"""Failure of a reply from the time that a restored database does not know."""


_SERVER = re.compile(r"(?:\[[0-9a-f:.]+\]|(?:[0-9]+\.){3}[0-9]+|[\w.-]*[A-Za-z][\w.-]*):[0-9]{2,5}: ")
"""Host and port in front of what is wrong with a connection: of no use to operators."""


def reason(code: str, detail: str, tr: Translator) -> str:
    words, why = tr.gettext(REASONS.get(code, REASONS[RejectReason.INVALID])), _SERVER.sub("", detail)
    return f"{words} ({why})" if why else words


def problem(message: Message, words: str, tr: Translator) -> str:
    """One sentence for the thread about a reply that failed or is in doubt; `words`: how the reply begins."""
    if message.delivery is Delivery.UNCONFIRMED and message.failure == RESTORED:
        template = tr.gettext("❔ Perhaps sent already: “{words}”. The hub was restored from a backup made before.")
        return template.format(words=words)
    if message.delivery is Delivery.UNCONFIRMED:
        template = tr.gettext("❔ Delivery unknown: “{words}”. The messenger does not say.")
        return template.format(words=words)
    template = tr.gettext("❌ Not delivered: “{words}” ({reason}).")
    return template.format(words=words, reason=reason(message.failure, message.detail, tr))
