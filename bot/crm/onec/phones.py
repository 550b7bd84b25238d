"""Phone numbers as users write them in 1C. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import phonenumbers

from bot.domain import spelling
from bot.domain.value import value

BETWEEN = re.compile(r"[,;|\n]|/(?=\s*[+\d(])")
"""Separators of numbers in one row."""
DASHES = {ord(dash): "-" for dash in "‐‑‒–—―−"}
TRUNK = re.compile(r"^\s*\+(?=8[\s(.-])")
"""A plus in front of the trunk prefix 8, which some people write there."""
TRUNK_REGIONS = frozenset({"RU", "KZ", "BY"})
"""Countries whose numbers are dialled with that prefix."""


@value
class Phone:
    """The parts that 1C stores separately: +7 916 1234567."""

    country: str
    area: str
    local: str

    @property
    def e164(self) -> str:
        return f"+{self.country}{self.area}{self.local}"


def parsed(written: str, region: str) -> Phone | None:
    """Parses a number; None if it is not one. `region`: the country of numbers without a country code."""
    plain = _plain(written)
    digits = re.sub(r"\D", "", plain)
    spelled = f"+{digits}" if _is_whole(digits, plain, region) else plain
    if region in TRUNK_REGIONS:
        spelled = TRUNK.sub("", spelled)
    try:
        number = phonenumbers.parse(spelled, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    national = phonenumbers.national_significant_number(number)
    area = phonenumbers.length_of_national_destination_code(number)
    return Phone(str(number.country_code), national[:area], national[area:])


def numbers(written: str, region: str) -> tuple[str, ...]:
    """Returns the numbers in a text as E.164: one row may hold several, with words between them."""
    return tuple(dict.fromkeys(_numbers(written, region)))


def _numbers(written: str, region: str) -> Iterator[str]:
    for part in BETWEEN.split(_plain(written)):
        if (whole := parsed(part, region)) is not None:
            yield whole.e164
            continue
        for found in phonenumbers.PhoneNumberMatcher(part, region, leniency=phonenumbers.Leniency.POSSIBLE):
            yield phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)


def _key(number: str) -> str:
    """Returns the one spelling of a number that is written in two."""
    return spelling.phone_key(number, "") or number


def _plain(written: str) -> str:
    """Returns the text with ordinary digits, spaces and dashes."""
    return unicodedata.normalize("NFKC", written).translate(DASHES)


def _is_whole(digits: str, written: str, region: str) -> bool:
    """Recognizes the format of 1C's search field: digits only, with the country code and without a plus."""
    code = str(phonenumbers.country_code_for_region(region))
    return digits == written and digits.startswith(code) and len(digits) > 10


def same(one: str, another: str, region: str) -> bool:
    """Tells whether a number is among those of a text, in either order. What is no number is compared by its digits, or
    as it stands if it has none."""
    first, second = numbers(one, region), numbers(another, region)
    if first and second:
        return not {_key(number) for number in first}.isdisjoint(map(_key, second))
    plain = [" ".join(_plain(text).casefold().split()) for text in (one, another)]
    digits = [re.sub(r"\D", "", text) or text for text in plain]
    return bool(digits[0]) and digits[0] == digits[1]
