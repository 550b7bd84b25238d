"""The terminal's language. Operators read `[hub] locale`."""

from __future__ import annotations

import os

from bot.locale import locale_of, translator

LOCALE = locale_of(os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "")
_ = translator(LOCALE).gettext
