"""One form of words, phone numbers and e-mail addresses."""

from __future__ import annotations

import unicodedata

import pytest

from bot.domain.spelling import e164, email_key, folded, phone_key


@pytest.mark.parametrize(
    ("phone", "country", "key"),
    [
        ("+7 (999) 123-45-67", "", "+79991234567"),
        ("8 999 123 45 67", "RU", "+79991234567"),
        ("8 999 123 45 67", "ru", "+79991234567"),
        ("8 999 123 45 67", "", ""),
        ("+44 20 7946 0000", "RU", "+442079460000"),
        ("79161234567", "RU", "+79161234567"),
        ("tel:+7-916-123-45-67", "", "+79161234567"),
        ("\u202a+7 916 123‑45‑67\u202c", "", "+79161234567"),
        ("＋7 916 123 45 67", "", "+79161234567"),
        ("123", "RU", ""),
        ("call me", "RU", ""),
        ("", "", ""),
        # a plus in front of the trunk prefix: neither Vietnam (84), Japan (81) nor Bangladesh (880)
        ("+8 495 123-45-67", "RU", "+74951234567"),
        ("+8 (495) 123-45-67", "RU", "+74951234567"),
        ("+8(812)1234567", "RU", "+78121234567"),
        ("＋8-800-555-35-35", "RU", "+78005553535"),
        ("tel:+8 916 123 45 67", "RU", "+79161234567"),
        ("+89161234567", "RU", "+79161234567"),
        ("+8 701 123 45 67", "KZ", "+77011234567"),
        ("+8 029 123-45-67", "BY", "+375291234567"),
        ("+80291234567", "BY", "+375291234567"),
        ("+8 495 123-45-67", "", ""),
        ("+8 495 123-45-67", "DE", ""),
        ("+84 95 123 45 67", "RU", "+84951234567"),
        ("+84951234567", "RU", "+84951234567"),  # as channels write a customer's number in Vietnam
        # Mexico: the former mark of mobile numbers, and former prefixes
        ("+5215512345678", "", "+525512345678"),
        ("+52 55 1234 5678", "", "+525512345678"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("01 55 1234 5678", "MX", "+525512345678"),
        ("55 1234 5678", "MX", "+525512345678"),
        # Brazil: mobile numbers without the ninth digit; fixed ones have none
        ("+551187654321", "", "+5511987654321"),
        ("+55 11 98765-4321", "", "+5511987654321"),
        ("(11) 8765-4321", "BR", "+5511987654321"),
        ("+55 11 3265-4321", "", "+551132654321"),
        # Argentina: the mark of mobile numbers, abroad and at home
        ("+5491123456789", "", "+541123456789"),
        ("+54 11 2345-6789", "", "+541123456789"),
        ("011 15 2345-6789", "AR", "+541123456789"),
        ("+54 9 351 612-3456", "", "+543516123456"),
        ("+54 351 612-3456", "", "+543516123456"),
        # Benin: before and after its renumbering
        ("+229 97 12 34 56", "", "+2290197123456"),
        ("+229 01 97 12 34 56", "", "+2290197123456"),
    ],
)
def test_numbers_are_compared_as_the_world_writes_them(phone: str, country: str, key: str) -> None:
    assert phone_key(phone, country) == key


@pytest.mark.parametrize("key", ["+525512345678", "+5511987654321", "+541123456789", "+2290197123456", "+74951234567"])
def test_a_key_is_its_own_key(key: str) -> None:
    assert phone_key(key, "") == key


@pytest.mark.parametrize(
    ("phone", "country", "dialled"),
    [
        ("8 (916) 123-45-67", "RU", "+79161234567"),
        ("+8 495 123-45-67", "RU", "+74951234567"),
        ("+5491123456789", "", "+5491123456789"),  # not the key: Argentina's mobile numbers are dialled so from abroad
        ("+5215512345678", "", "+525512345678"),
        ("+551187654321", "", "+5511987654321"),
        ("call me", "RU", ""),
    ],
)
def test_numbers_are_dialled_in_full(phone: str, country: str, dialled: str) -> None:
    assert e164(phone, country) == dialled


@pytest.mark.parametrize(
    ("email", "key"),
    [
        (" Vera@Example.COM ", "vera@example.com"),
        ("mailto:Vera@example.com", "vera@example.com"),
        ("MAILTO: vera%2Bshop@example.com?subject=Hi", "vera+shop@example.com"),
        ("вера@ПРИМЕР.рф", "вера@пример.рф"),
        ("вера@xn--e1afmkfd.xn--p1ai", "вера@пример.рф"),
        ("вера@пример。рф", "вера@пример.рф"),
        ("a@faß.de", "a@faß.de"),
        ("a@xn--fa-hia.de", "a@faß.de"),
        ("a@fass.de", "a@fass.de"),
        ("faß@example.de", "faß@example.de"),
        (unicodedata.normalize("NFD", "йод@новый.рф"), "йод@новый.рф"),
        ("a@in_tern.example.com", "a@in_tern.example.com"),
        ("a@☃.net", "a@☃.net"),
        ("vera", ""),
        ("a@b", ""),
        ("a b@c.de", ""),
        ("a@b@c.de", ""),
        ("@c.de", ""),
        ("mailto:", ""),
        ("mailto:a@b.de,c@d.de", ""),
        ("a" * 400 + "@c.de", ""),
    ],
)
def test_addresses_are_compared_as_mail_servers_understand_them(email: str, key: str) -> None:
    assert email_key(email) == key


@pytest.mark.parametrize("words", ["НОВЫЙ", "Йогурт", "Ёлка", "Ångström", "각", "ǰ"])
def test_composed_and_decomposed_letters_are_the_same(words: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, words) for form in ("NFC", "NFD"))
    assert folded(composed) == folded(decomposed) == folded(folded(words)) == folded(words.lower())
