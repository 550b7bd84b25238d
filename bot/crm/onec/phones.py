"""Phone numbers as users write them in 1C. Pure."""

from __future__ import annotations

import re

import phonenumbers

from bot.domain.value import value


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
    digits = re.sub(r"\D", "", written)
    spelled = f"+{digits}" if _is_whole(digits, written, region) else written
    try:
        number = phonenumbers.parse(spelled, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    national = phonenumbers.national_significant_number(number)
    area = phonenumbers.length_of_national_destination_code(number)
    return Phone(str(number.country_code), national[:area], national[area:])


def _is_whole(digits: str, written: str, region: str) -> bool:
    """Recognizes the format of 1C's search field: digits only, with the country code and without a plus."""
    code = str(phonenumbers.country_code_for_region(region))
    return digits == written and digits.startswith(code) and len(digits) > 10


def same(one: str, another: str, region: str) -> bool:
    first, second = parsed(one, region), parsed(another, region)
    return first is not None and second is not None and first.e164 == second.e164
