"""Foreign JSON, read without trust: what is missing or of another type reads as absent."""

from __future__ import annotations

import hashlib
import json
import math
from datetime import UTC, datetime
from typing import Any

from bot.domain import labels

LARGEST = 2**63 - 1


class Unexpected(Exception):
    """A payload lacks what it cannot be read without; the message says what."""


class Fields:
    """A JSON object. Anything else in its place reads as an empty one."""

    __slots__ = ("raw",)

    def __init__(self, raw: object) -> None:
        self.raw: dict[str, Any] = raw if isinstance(raw, dict) else {}

    def __contains__(self, key: str) -> bool:
        return self.raw.get(key) is not None

    def __bool__(self) -> bool:
        return bool(self.raw)

    def text(self, key: str) -> str:
        value = self.raw.get(key)
        return clean(value) if isinstance(value, str) else ""

    def label(self, key: str) -> str:
        """What somebody called themselves, or a place: one line of what can be seen."""
        return labels.label(self.text(key))

    def file_name(self, key: str) -> str:
        return labels.file_name(self.text(key))

    def number(self, key: str) -> int | None:
        value = self.raw.get(key)
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST
        return value if whole else None

    def size(self, key: str) -> int | None:
        """A number that counts something."""
        value = self.number(key)
        return value if value is not None and value >= 0 else None

    def decimal(self, key: str) -> float | None:
        value = self.raw.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST:
            return None
        return float(value) if math.isfinite(value) else None

    def object(self, key: str) -> Fields:
        return Fields(self.raw.get(key))

    def objects(self, key: str) -> list[Fields]:
        value = self.raw.get(key)
        return [Fields(item) for item in value] if isinstance(value, list) else []

    def moment(self, key: str) -> datetime | None:
        """Seconds since 1970; 0 is Telegram's "not known"."""
        seconds = self.size(key)
        if not seconds:
            return None
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, ValueError, OSError):
            return None

    def needed(self, key: str) -> int:
        value = self.number(key)
        if value is None:
            raise Unexpected(f"{key} is not a number")
        return value


def clean(text: str) -> str:
    """Without what no database and no other platform takes: halves of surrogate pairs and NUL. As many
    UTF-16 units as before, so that offsets still fit."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\x00", "\ufffd")


def parse(body: bytes) -> object:
    """JSON, or the body itself as text when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def dumped(raw: object) -> str:
    """What was read from JSON, whole and fit to be kept; text stays as it is."""
    try:
        return clean(raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False))
    except (RecursionError, ValueError):
        return f"too deep: {type(raw).__name__}"


def digest(raw: object) -> str:
    """Names a payload that has no name of its own: the same at every repetition."""
    return f"sha256:{hashlib.sha256(dumped(raw).encode()).hexdigest()}"
