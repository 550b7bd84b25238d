"""Catalogues of messages, read from .po files and compiled in memory at first use: no build step is needed.

A language is `LOCALE/LC_MESSAGES/hub.po` together with every `LOCALE/parts/*.po`; when two files translate the same
text, `hub.po` wins. A file's first line says which texts it holds; a new text goes to the file of its area or platform.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Protocol

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.locale.bidi import Phrase

LOCALES = ("en", "ru")
HERE = Path(__file__).parent
CONTEXTS = ("section", "status", "state", "list", "report")
"""Endings that tell apart two meanings of one English word, as in "Closed|section". Nobody is shown them."""


class Translator(Protocol):
    """Translations into one language; untranslated texts come back in English. What placeholders are filled with is
    isolated: see `Phrase`."""

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """Plural form for the number `n`. The caller fills in the placeholders."""
        ...


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a message for translation and returns it unchanged."""
    return message


def locale_of(name: str) -> str:
    """Member of `LOCALES` for any locale name ("ru_RU.UTF-8", "ru-RU", "C"); English for unknown ones."""
    language = name.replace("-", "_").split(".")[0].split("_")[0].lower()
    return language if language in LOCALES else "en"


def translator(locale: str) -> Translator:
    """Translator for any locale name. Cheap: catalogues are read once."""
    return _translations(locale_of(locale))


@cache
def _translations(locale: str) -> Translator:
    if locale == "en":
        return _English()
    compiled = BytesIO()
    write_mo(compiled, catalogue(locale))
    compiled.seek(0)
    return _Translated(compiled)


class _Translated(gettext.GNUTranslations):
    def gettext(self, message: str) -> str:
        return Phrase(super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return Phrase(super().ngettext(msgid1, msgid2, n))


class _English(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        text, _, context = message.rpartition("|")
        return Phrase(text if context in CONTEXTS else message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return Phrase(super().ngettext(msgid1, msgid2, n))


def catalogue(locale: str) -> Catalog:
    """All messages of a language in one catalogue, with the language's own plural rule."""
    merged = Catalog(locale=locale)
    for path in files(locale):
        for message in read(path, locale):
            if message.id and message.id not in merged:
                merged[message.id] = message
    return merged


def files(locale: str) -> Iterator[Path]:
    """Files of a language, in order of precedence."""
    yield HERE / locale / "LC_MESSAGES" / "hub.po"
    yield from sorted((HERE / locale / "parts").glob("*.po"))


def read(path: Path, locale: str) -> Catalog:
    """Reads one file. Raises `babel.messages.pofile.PoFileError` when it is broken."""
    with path.open("rb") as file:
        return read_po(file, locale=locale, charset="utf-8", abort_invalid=True)
