"""Numbers, addresses and sites of a contact card, each once."""

from __future__ import annotations

import pytest

from bot.domain import SharedContact


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (("+7 916 123-45-67", "+79161234567"), ("+7 916 123-45-67",)),
        (("8 (916) 123-45-67", "+79161234567", "112"), ("+79161234567", "112")),
        (("916 123 45 67", "8 916 123 45 67"), ("916 123 45 67",)),
        (("tel:+1-555-0100", "+1 555 0100", "TEL:112"), ("+1-555-0100", "112")),
        # numbers of two countries, short numbers, and extensions are not the same
        (("+7 916 123-45-67", "+1 916 123-45-67"), ("+7 916 123-45-67", "+1 916 123-45-67")),
        (("123-45-67", "8 916 123-45-67"), ("123-45-67", "8 916 123-45-67")),
        (("+1 555 0100", "+1 555 0100 ext. 7"), ("+1 555 0100", "+1 555 0100 ext. 7")),
        # words in place of a number
        (("ask me", "ask me", "", "\u200b"), ("ask me",)),
        (("٠١٢٣٤٥٦٧٨٩٠", "01234567890"), ("٠١٢٣٤٥٦٧٨٩٠",)),
    ],
)
def test_phones(given: tuple[str, ...], kept: tuple[str, ...]) -> None:
    assert SharedContact("Anna", given).phones == kept


def test_the_other_ways_to_reach_a_person() -> None:
    contact = SharedContact(
        "Anna",
        emails=("mailto:A@b.c", "a@B.c", "d@e.f"),
        sites=("http://www.a.example/", "a.example", "https://b.example"),
        addresses=("Main St. 1", "main st. 1", "x"),
    )
    assert contact.emails == ("A@b.c", "d@e.f")
    assert contact.sites == ("http://www.a.example/", "https://b.example")
    assert contact.addresses == ("Main St. 1", "x")
    assert contact
    assert not SharedContact("", (" ",))
