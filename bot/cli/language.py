"""The language of whoever sits at the terminal; that of the hub's people is `[hub] locale`."""

from __future__ import annotations

import os

from bot.locale import locale_of, translator

LOCALE = locale_of(os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "")
_ = translator(LOCALE).gettext
