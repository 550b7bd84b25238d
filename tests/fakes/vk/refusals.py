"""VK's refusals: HTTP 200 and an error of this shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words

    def body(self, method: str, given: Mapping[str, str]) -> dict[str, Any]:
        params = [{"key": "method", "value": method}]
        params += [{"key": key, "value": value} for key, value in given.items() if key != "access_token"]
        return {"error": {"error_code": self.code, "error_msg": self.words, "request_params": params}}

    def item(self) -> dict[str, Any]:
        """The error in the place of one item of several."""
        return {"code": self.code, "description": self.words}


def bad(what: str) -> Refused:
    return Refused(100, f"One of the parameters specified was missing or invalid: {what}")
