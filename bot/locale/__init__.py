"""Interface texts in English and Russian: translations, times, sizes.

Message ids are the English texts. A text defined in one place and shown in another (a table's label, say) is marked
with `N_` where it is defined and translated where the reader is known:

    LABELS = {"accept": N_("Accept")}
    …
    tr = translator(tools.locale)
    tr.gettext(LABELS["accept"])
    tr.ngettext("{n} dialog", "{n} dialogs", n).format(n=n)
"""

from __future__ import annotations

from bot.locale.bidi import bare, isolated
from bot.locale.catalogues import LOCALES, N_, Translator, locale_of, translator
from bot.locale.words import ago, appointment, lasting, moment, size, taking

__all__ = [
    "LOCALES",
    "N_",
    "Translator",
    "ago",
    "appointment",
    "bare",
    "isolated",
    "lasting",
    "locale_of",
    "moment",
    "size",
    "taking",
    "translator",
]
