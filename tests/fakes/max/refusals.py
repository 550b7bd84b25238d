"""How MAX says no, in the words that the live service has been seen to use."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """Answered as `{"code", "message"}` with this status."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message}


def payload(message: str) -> Refused:
    return Refused(400, "proto.payload", message)


def missing(what: str) -> Refused:
    return Refused(404, "not.found", f"{what} not found")
