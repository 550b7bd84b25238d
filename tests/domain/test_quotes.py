"""Quotation marks around what people search for."""

from __future__ import annotations

import pytest

from bot.domain.quotes import unquoted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"order"', "order"),
        ("“order 17”", "order 17"),
        ("«заказ  17»", "заказ 17"),
        ("„Bestellung“ ‚x‘ ‘y’ ‹z›", "Bestellung x y z"),
        ("'don't'", "don't"),
        ("O’Brien", "O’Brien"),
        ('"" “”', ""),
    ],
)
def test_quotes_are_not_searched_for(text: str, words: str) -> None:
    assert unquoted(text) == words
