"""hub.toml, written from tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def toml(tables: Mapping[str, Any], *above: str) -> str:
    """TOML, as far as hub.toml needs it: tables of strings, numbers, lists and tables."""
    plain = {key: value for key, value in tables.items() if not isinstance(value, dict)}
    lines = [f"[{'.'.join(above)}]"] if above else []
    lines += [f"{key} = {_value(value)}" for key, value in plain.items()]
    inner = [toml(value, *above, key) for key, value in tables.items() if isinstance(value, dict)]
    return "\n".join([*lines, *inner])


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
