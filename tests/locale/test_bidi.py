"""Right-to-left names and words in sentences."""

from __future__ import annotations

import pytest

from bot.locale import LOCALES, bare, isolated, translator
from bot.locale.bidi import ISOLATE as FSI
from bot.locale.bidi import POP as PDI

MOSHE, SALEM = "משה כהן", "سالم"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Anna", "Anna"),
        ("Анна Петрова 🎉", "Анна Петрова 🎉"),
        (MOSHE, f"{FSI}{MOSHE}{PDI}"),
        (f"{SALEM} 2", f"{FSI}{SALEM} 2{PDI}"),
        (f"{FSI}{MOSHE}{PDI}", f"{FSI}{MOSHE}{PDI}"),
        (f"the role “{FSI}{MOSHE}{PDI}”", f"the role “{FSI}{MOSHE}{PDI}”"),
        (f"Anna\n{MOSHE}", f"Anna\n{FSI}{MOSHE}{PDI}"),
        (f"{MOSHE}\u202e{PDI}", f"{FSI}{MOSHE}{PDI}"),
        (f"{FSI}{MOSHE}", f"{FSI}{MOSHE}{PDI}"),
    ],
)
def test_words_are_isolated_once_and_close_what_they_open(words: str, expected: str) -> None:
    assert isolated(words) == expected
    assert bare(expected) == expected.replace(FSI, "").replace(PDI, "")


@pytest.mark.parametrize("locale", LOCALES)
def test_sentences_isolate_what_they_are_filled_with(locale: str) -> None:
    tr = translator(locale)
    sentence = tr.gettext("✋ {by} accepted the dialog")
    assert f"{FSI}{MOSHE}{PDI}" in sentence.format(by=MOSHE)
    assert f"{FSI}{MOSHE}{PDI}" in sentence.format_map({"by": MOSHE})
    assert FSI not in sentence.format(by="Anna") + str.format(sentence, by=MOSHE)
    assert tr.ngettext("{n} dialog", "{n} dialogs", 2).format(n=2).startswith("2 ")
