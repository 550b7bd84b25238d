"""Phone numbers as platforms write them, in the spelling that is right in every country."""

from __future__ import annotations

import re

import phonenumbers

_DIGITS = re.compile(r"[0-9]{7,15}")
_RUSSIAN = re.compile(r"8[0-9]{10}")
"""Russian number as it is dialled within the country, which other countries' numbers look like."""


def international(phone: str, *, certain: bool = False) -> str:
    """Adds the plus to a number that a platform writes as digits with the country code; any other number stays as it
    is. `certain`: the platform itself knows the number; otherwise somebody may have typed it as it is dialled at
    home."""
    if not _DIGITS.fullmatch(phone) or (_RUSSIAN.fullmatch(phone) and not certain):
        return phone
    return f"+{phone}" if _valid(f"+{phone}", "") else phone


def of_region(phone: str, region: str) -> str:
    """Number with its country code. `region` (ISO 3166): the country in which it is dialled as it is written. What is
    no number of that country stays as it is."""
    if "+" in phone or not _valid(phone, region):
        return phone
    number = phonenumbers.parse(phone, region)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _valid(phone: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(phone, region or None))
    except phonenumbers.NumberParseException:
        return False
