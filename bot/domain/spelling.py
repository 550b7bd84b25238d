"""One form of what different keyboards, systems and channels spell differently: words, phone numbers, e-mail
addresses. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

import idna
import phonenumbers

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s.,;<>]+")
_MAILTO = "mailto:"
_LONGEST_EMAIL = 320

_TRUNK = "8"
_PLUS_TRUNK = re.compile(rf"[^\d+＋]*[+＋]\s*(?={_TRUNK})")
_APART = re.compile(rf"{_TRUNK}(?!\d)")

_SPELLINGS = (
    (re.compile(r"52(?:1|044|045|01)(\d{10})"), r"52\1"),
    (re.compile(r"55(\d\d)([6-9]\d{7})"), r"55\g<1>9\2"),
    (re.compile(r"549(\d{10})"), r"54\1"),
    (re.compile(r"229(\d{8})"), r"22901\1"),
)
"""Second spellings of numbers, as digits with the country code, and the form used for comparison. Mexico: the former
mark of mobile numbers, which WhatsApp keeps, and former prefixes. Brazil: mobile numbers without their ninth digit, as
in older WhatsApp accounts. Argentina: the mark of mobile numbers, which others leave out; a number is never both a
mobile and a fixed one. Benin: numbers from before 2024."""


def folded(text: str) -> str:
    """Text for comparison regardless of case, and of letters being composed (NFC) or not: macOS spells «й» in names of
    files as two characters."""
    return composed(composed(text).casefold())


def composed(name: str) -> str:
    """Name of a file, or another text whose case counts, for comparison with what a platform made of it."""
    return unicodedata.normalize("NFC", name)


def phone_key(phone: str, country: str) -> str:
    """Phone number in the form used for comparison, E.164 with one spelling for each number (`_SPELLINGS`):
    `+79991234567`; "" when it is not one. `country` (ISO 3166): the one whose numbers are written without a country
    code, "" for none."""
    return next(filter(None, (_key(one, country.upper() or None) for one in _readings(phone, country.upper()))), "")


def e164(phone: str, country: str) -> str:
    """Phone number as it is dialled, in E.164; "" when it is not one. `country`: as for `phone_key`."""
    for one in _readings(phone, country.upper()):
        if key := _key(one, country.upper() or None):
            number = phonenumbers.parse(one, country.upper() or None)
            written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return written if phonenumbers.is_valid_number(number) else key
    return ""


def _readings(phone: str, country: str) -> Iterator[str]:
    """Ways to read a number. "+8 495 …" is a plus in front of a trunk prefix, as no country has the code 8; written
    without spaces, it is only if it is no number of another country."""
    found = _PLUS_TRUNK.match(phone)
    behind = phone[found.end() :] if found else ""
    if not (found and _APART.match(behind)):
        yield phone
    if found and country and phonenumbers.ndd_prefix_for_region(country, True) == _TRUNK:
        yield behind


def _key(phone: str, country: str | None) -> str:
    try:
        number = phonenumbers.parse(phone, country)
        digits = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
        one_form = next((found.expand(to) for one, to in _SPELLINGS if (found := one.fullmatch(digits))), digits)
        forms = (number, phonenumbers.parse(f"+{one_form}", None))
    except phonenumbers.NumberParseException:
        return ""
    return f"+{one_form}" if any(phonenumbers.is_valid_number(one) for one in forms) else ""


def email_key(email: str) -> str:
    """E-mail address in the form used for comparison; "" when it is not one. The domain is in the form that people
    read, by IDNA 2008: `вера@пример.рф`, also for `xn--…`."""
    address = email.strip()
    if address[: len(_MAILTO)].lower() == _MAILTO:
        address = unquote(address[len(_MAILTO) :].partition("?")[0]).strip()
    if len(address) > _LONGEST_EMAIL:
        return ""
    name, _, domain = address.rpartition("@")
    key = f"{composed(name.lower())}@{_domain(domain)}"
    return key if _EMAIL.fullmatch(key) else ""


def _domain(domain: str) -> str:
    try:
        return idna.decode(idna.encode(domain, uts46=True))
    except idna.IDNAError:  # registered by looser rules, or misspelt: compared as it is
        return composed(domain.lower())
