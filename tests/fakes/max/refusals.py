"""MAX's refusals, in words seen from the live service."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A refusal: `{"code", "message"}` with this HTTP status."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message}


def payload(message: str) -> Refused:
    return Refused(400, "proto.payload", message)


def missing(what: str) -> Refused:
    return Refused(404, "not.found", f"{what} not found")
