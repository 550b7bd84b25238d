"""Phone numbers as platforms write them."""

from __future__ import annotations

import pytest

from bridges.shared import phones


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("79991234567", "+79991234567"),
        ("375291234567", "+375291234567"),
        ("972545611234", "+972545611234"),
        ("12025550143", "+12025550143"),
        # spelled by people, dialled at home, or no number of any country
        ("+7 999 123-45-67", "+7 999 123-45-67"),
        ("89161234567", "89161234567"),
        ("84951234567", "84951234567"),
        ("88005553535", "88005553535"),
        ("9161234567", "9161234567"),
        ("112", "112"),
        ("1234567890123456", "1234567890123456"),
        ("", ""),
    ],
)
def test_digits_with_the_country_code_get_their_plus(written: str, read: str) -> None:
    assert phones.international(written) == read


def test_a_number_that_the_platform_knows_is_never_one_dialled_at_home() -> None:
    assert phones.international("84951234567", certain=True) == "+84951234567"
    assert phones.international("89161234567", certain=True) == "89161234567", "there is no such number"
