"""Errors for input that cannot be read."""

from __future__ import annotations

from bot.locale import Translator


class InvalidSetting(ValueError):
    """Input that cannot be read. `message` is English, marked with N_, and says which line is wrong and what to write
    instead."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message.format(**values))
        self._message, self._values = message, values

    def worded(self, tr: Translator) -> str:
        return tr.gettext(self._message).format(**self._values)
