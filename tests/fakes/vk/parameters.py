"""The parameters of a call, all of them texts; one that the method does not name is an error here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.vk.refusals import bad

INT32 = 2**31


class Parameters:
    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def expect_only(self, names: frozenset[str]) -> None:
        for name in self.values:
            if name not in names:
                raise bad(f"{name} is unknown")

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def needed(self, name: str) -> str:
        if name not in self.values:
            raise bad(f"{name} is undefined")
        return self.values[name]

    def number(self, name: str) -> int:
        try:
            return int(self.needed(name))
        except ValueError:
            raise bad(f"{name} should be an integer") from None

    def decimal(self, name: str) -> float:
        try:
            return float(self.needed(name))
        except ValueError:
            raise bad(f"{name} should be a number") from None

    def numbers(self, name: str) -> list[int]:
        try:
            return [int(part) for part in self.needed(name).split(",")]
        except ValueError:
            raise bad(f"{name} should be integers with commas") from None

    def flag(self, name: str) -> bool:
        if self.text(name) not in ("", "0", "1"):
            raise bad(f"{name} should be 0 or 1")
        return self.text(name) == "1"

    def structure(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads(self.needed(name))
        except ValueError:
            raise bad(f"{name} should be JSON") from None
        if not isinstance(found, dict):
            raise bad(f"{name} should be an object")
        return found

    def random_id(self) -> int:
        """Checks random_id: to VK 0 means "do not deduplicate", so the hub must send another number."""
        number = self.number("random_id")
        if not -INT32 <= number < INT32 or number == 0:
            raise bad("random_id should be an int32 and not 0")
        return number
