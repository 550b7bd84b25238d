"""Phone numbers as people write them."""

from __future__ import annotations

import pytest

from bot.crm.onec import phones


@pytest.mark.parametrize(
    "written",
    [
        "+79161234567",
        "+7 (916) 123-45-67",
        "8 (916) 123-45-67",
        "8-916-123-45-67",
        "89161234567",
        "79161234567",
        "9161234567",
        "916 123 45 67",
    ],
)
def test_all_of_these_are_one(written: str) -> None:
    assert phones.same(written, "+79161234567", "RU")


@pytest.mark.parametrize("written", ["", "нет", "12", "+7916123456", "+79161234568", "+375291234567"])
def test_these_are_not(written: str) -> None:
    assert not phones.same(written, "+79161234567", "RU")


def test_parts() -> None:
    parts = phones.parsed("+79161234567", "RU")
    assert parts is not None
    assert (parts.country, parts.area, parts.local, parts.e164) == ("7", "916", "1234567", "+79161234567")
    assert phones.same("+375 29 123-45-67", "375291234567", "BY")
