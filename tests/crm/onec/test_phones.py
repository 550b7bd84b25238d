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
        "8\u00a0916\u00a0123\u00a045\u00a067",
        "+7 (916) 123–45–67",
        "８９１６１２３４５６７",
        "+8 (916) 123-45-67",
        "+7 (916) 123-45-67 доб. 12",
        "8-495-111-22-33, 8-916-123-45-67",
        "тел.: 8(495)1112233/8(916)1234567",
        "89161234567 84951112233",
        "Ольга 8 916 123-45-67 (моб)",
    ],
)
def test_all_of_these_are_one(written: str) -> None:
    assert phones.same(written, "+79161234567", "RU")


@pytest.mark.parametrize(
    "written", ["", "нет", "12", "+7916123456", "+79161234568", "+375291234567", "8-495-111-22-33, 8-916-123-45-68"]
)
def test_these_are_not(written: str) -> None:
    assert not phones.same(written, "+79161234567", "RU")


def test_parts() -> None:
    parts = phones.parsed("+79161234567", "RU")
    assert parts is not None
    assert (parts.country, parts.area, parts.local, parts.e164) == ("7", "916", "1234567", "+79161234567")
    assert phones.same("+375 29 123-45-67", "375291234567", "BY")


def test_a_plus_before_the_trunk_prefix_is_not_vietnam() -> None:
    assert phones.numbers("+8 (495) 123-45-67", "RU") == ("+74951234567",)
    assert phones.numbers("+8 495 123-45-67", "KZ") == ("+74951234567",)


def test_a_plus_of_vietnam_stays() -> None:
    assert phones.numbers("+84 91 234 56 78", "RU") == ("+84912345678",)
    assert phones.numbers("+84912345678", "RU") == ("+84912345678",)
