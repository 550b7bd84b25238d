"""All parts of an account's settings, in the order in which they are shown. Adding one: its class, and a line here."""

from __future__ import annotations

from bot.account_settings.parts.automatic import AnswerDeadlines, AutoAnswersPart, BusinessHours, FirstLineBot, Keywords
from bot.account_settings.parts.dialogs import Closing, NewConversations, NewDialogs
from bot.account_settings.parts.part import Answers, SettingsPart, SettingsReader
from bot.account_settings.parts.rights import RightsPart

_TABLE: tuple[SettingsPart, ...] = (
    NewDialogs(),
    NewConversations(),
    Closing(),
    AutoAnswersPart(),
    BusinessHours(),
    Keywords(),
    FirstLineBot(),
    AnswerDeadlines(),
    RightsPart(),
)

PARTS: dict[str, SettingsPart] = {part.code: part for part in _TABLE}
RIGHTS = PARTS["rights"]

__all__ = ["PARTS", "RIGHTS", "Answers", "SettingsPart", "SettingsReader"]
