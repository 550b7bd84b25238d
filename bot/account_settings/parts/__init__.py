"""All parts of an account's settings, in the order in which they are shown. Adding one: its class, and a line here."""

from __future__ import annotations

from bot.account_settings.parts.automatic import AnswerDeadlines, Answering, BusinessHours, FirstLineBot, Keywords
from bot.account_settings.parts.dialogs import Closing, NewConversations, NewDialogs
from bot.account_settings.parts.part import Answers, Part, Reader
from bot.account_settings.parts.rights import Rights

_TABLE: tuple[Part, ...] = (
    NewDialogs(),
    NewConversations(),
    Closing(),
    Answering(),
    BusinessHours(),
    Keywords(),
    FirstLineBot(),
    AnswerDeadlines(),
    Rights(),
)

PARTS: dict[str, Part] = {part.code: part for part in _TABLE}
RIGHTS = PARTS["rights"]

__all__ = ["PARTS", "RIGHTS", "Answers", "Part", "Reader"]
