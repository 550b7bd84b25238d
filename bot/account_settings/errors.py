"""Errors for input that cannot be read."""

from __future__ import annotations

from bot.locale import Translator


class InvalidSetting(ValueError):
    """Input that cannot be read. `told` is English, marked with N_, and says which line is wrong and what to write
    instead."""

    def __init__(self, told: str, **values: object) -> None:
        super().__init__(told.format(**values))
        self._told, self._values = told, values

    def worded(self, tr: Translator) -> str:
        return tr.gettext(self._told).format(**self._values)
