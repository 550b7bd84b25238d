"""Optimistic locking, field by field. Pure.

The version that the hub stores for an object is 1C's DataVersion plus a fingerprint of each field that the hub writes.
From it the hub can tell later who has changed what: 1C, the hub, or both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.value import value

BETWEEN = ";"
LENGTH = 8


@value
class Clash(Exception):
    """Both sides have changed these fields, differently."""

    fields: tuple[str, ...]


def seen(current: Mapping[str, Any], ours: Sequence[str]) -> str:
    """Computes the version to store. `ours`: names of the fields that the hub writes."""
    prints = [f"{field}={fingerprint(current.get(field))}" for field in ours]
    return BETWEEN.join([str(current.get("DataVersion", "")), *prints])


def changes(wanted: Mapping[str, Any], current: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Returns the fields to write so that the hub's changes are saved and 1C's stay. `wanted`: the hub's fields;
    `version`: stored when both sides were last equal; "" if unknown, then the hub's values win. Raises `Clash`."""
    base = dict(part.split("=", 1) for part in version.split(BETWEEN)[1:] if "=" in part)
    differing = [field for field in wanted if fingerprint(wanted[field]) != fingerprint(current.get(field))]
    if version.split(BETWEEN)[0] == current.get("DataVersion"):
        return {field: wanted[field] for field in differing}
    by_us = [field for field in differing if fingerprint(wanted[field]) != base.get(field)]
    clashing = [field for field in by_us if field in base and base[field] != fingerprint(current.get(field))]
    if clashing:
        raise Clash(tuple(clashing))
    return {field: wanted[field] for field in by_us}


def fingerprint(value: Any) -> str:
    """Returns an equal value for what 1C does not distinguish: outer spaces, kinds of line breaks, "" and null."""
    plain = "\n".join(value.strip().splitlines()) if isinstance(value, str) else value
    known = plain if plain is not None else ""
    return hashlib.sha256(json.dumps(known, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:LENGTH]
