"""Ways to reach a person, each once: a card often holds the same number in several spellings."""

from __future__ import annotations

import re
from collections.abc import Callable

_SCHEME = re.compile(r"(tel|sms|mailto):", re.IGNORECASE)
_SITE = re.compile(r"https?://(www\.)?", re.IGNORECASE)
_NATIONAL = 10
"""Digits of a number without its country code or the prefix dialled in its place."""

Words = tuple[str, ...]


def phones(many: Words) -> Words:
    """Numbers without `tel:`, each once: the international spelling, if there is one."""
    kept: dict[str, str] = {}
    for phone in map(_bare, many):
        digits = "".join(str(int(char)) for char in phone if char.isdecimal())
        known = next((other for other in kept if _same(phone, digits, kept[other], other)), None)
        if known is None:
            kept[digits or phone] = phone
        elif phone.startswith("+") and not kept[known].startswith("+"):
            kept = {digits if key == known else key: phone if key == known else kept[key] for key in kept}
    return tuple(filter(None, kept.values()))


def emails(many: Words) -> Words:
    return words(tuple(map(_bare, many)))


def sites(many: Words) -> Words:
    return _once(many, lambda site: _SITE.sub("", site).rstrip("/").casefold())


def words(many: Words) -> Words:
    return _once(many, str.casefold)


def _bare(address: str) -> str:
    return _SCHEME.sub("", address, count=1).strip() if _SCHEME.match(address) else address


def _same(one: str, digits: str, other: str, others: str) -> bool:
    """Tells whether two spellings are one number. `+7 916 …` and `8 916 …` are; two international numbers of different
    countries are not."""
    if digits == others:
        return bool(digits)
    both_international = one.startswith("+") and other.startswith("+")
    long = len(digits) >= _NATIONAL and len(others) >= _NATIONAL
    return long and not both_international and digits[-_NATIONAL:] == others[-_NATIONAL:]


def _once(many: Words, key: Callable[[str], str]) -> Words:
    kept: dict[str, str] = {}
    for one in filter(None, many):
        kept.setdefault(key(one), one)
    return tuple(kept.values())
