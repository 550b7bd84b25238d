"""All sections of an account's settings, in display order; each module lists its own."""

from __future__ import annotations

from bot.account_settings.parts import automatic, dialogs, rights
from bot.account_settings.parts.part import Answers, SettingsPart, SettingsReader

PARTS: dict[str, SettingsPart] = {part.code: part for module in (dialogs, automatic, rights) for part in module.PARTS}
RIGHTS = PARTS["rights"]

__all__ = ["PARTS", "RIGHTS", "Answers", "SettingsPart", "SettingsReader"]
