"""Untrusted JSON: a value that is missing or has another type reads as absent."""

from __future__ import annotations

import hashlib
import json
import math
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from bot.domain import Content, labels

LARGEST = 2**63 - 1
NOTHING = Content()


class Unexpected(Exception):
    """A payload lacks something essential, which the message names. `content`: what could be read all the same, such as
    the kind of a message."""

    def __init__(self, why: str, content: Content = NOTHING) -> None:
        super().__init__(why)
        self.content = content


class Fields:
    """A JSON object. Any other value reads as an empty one."""

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
        """Returns the name of a person or place as one line of visible characters."""
        return labels.label(self.text(key))

    def file_name(self, key: str) -> str:
        return labels.file_name(self.text(key))

    def number(self, key: str) -> int | None:
        value = self.raw.get(key)
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST
        return value if whole else None

    def size(self, key: str) -> int | None:
        """Returns a number that counts something, e.g. bytes."""
        value = self.number(key)
        return value if value is not None and value >= 0 else None

    def decimal(self, key: str) -> float | None:
        value = self.raw.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST:
            return None
        return float(value) if math.isfinite(value) else None

    def loose_decimal(self, key: str) -> float | None:
        """Returns a number that is also written as text."""
        with suppress(ValueError):
            return Fields({key: float(self.text(key))}).decimal(key)
        return self.decimal(key)

    def object(self, key: str) -> Fields:
        return Fields(self.raw.get(key))

    def objects(self, key: str) -> list[Fields]:
        value = self.raw.get(key)
        return [Fields(item) for item in value] if isinstance(value, list) else []

    def numbers(self, key: str) -> list[int]:
        value = self.raw.get(key)
        found = [Fields({"one": item}).number("one") for item in value] if isinstance(value, list) else []
        return [number for number in found if number is not None]

    def moment(self, key: str) -> datetime | None:
        """Parses seconds since 1970; 0 is Telegram's "unknown"."""
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
    """Replaces lone surrogates and NUL, which databases and other platforms refuse. The number of UTF-16 units stays
    the same, so offsets remain valid."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\x00", "\ufffd")


def parse(body: bytes) -> object:
    """Parses JSON; returns the body as text if it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def dumped(raw: object) -> str:
    """Serializes parsed JSON completely and fit for storage; text stays as it is."""
    try:
        return clean(raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False))
    except (RecursionError, ValueError):
        return f"too deep: {type(raw).__name__}"


def digest(raw: object) -> str:
    """Returns an id for a payload that has none, the same each time the payload is repeated."""
    return f"sha256:{hashlib.sha256(dumped(raw).encode()).hexdigest()}"
