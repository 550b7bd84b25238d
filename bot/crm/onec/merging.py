"""Optimistic locking, field by field. Pure.

What the hub remembers as an object's version is 1C's DataVersion and a fingerprint of each field that is ours: so it
can be told later who has changed what: they, we, or both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BETWEEN = ";"
LENGTH = 8


@dataclass(frozen=True, slots=True)
class Clash(Exception):
    """Both have changed these fields, to different things."""

    fields: tuple[str, ...]


def seen(current: Mapping[str, Any], ours: Sequence[str]) -> str:
    """The version to remember. `ours`: the names of the fields that the hub writes."""
    prints = [f"{field}={fingerprint(current.get(field))}" for field in ours]
    return BETWEEN.join([str(current.get("DataVersion", "")), *prints])


def changes(wanted: Mapping[str, Any], current: Mapping[str, Any], version: str) -> dict[str, Any]:
    """What to write so that our changes are in and theirs stay. `wanted`: our fields as the hub has them;
    `version`: what was remembered when both were last the same, "" not known: then the hub's words count. Raises
    `Clash`."""
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
    """Equal for what 1C does not tell apart: spaces around a text, how its lines end, "" and nothing."""
    plain = "\n".join(value.strip().splitlines()) if isinstance(value, str) else value
    known = plain if plain is not None else ""
    return hashlib.sha256(json.dumps(known, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:LENGTH]
