"""Refusals in Viber's shape: HTTP 200 with a status of the documented table."""

from __future__ import annotations

from typing import Any

WORDS = {
    1: "invalidUrl",
    2: "invalidAuthToken",
    3: "badData",
    4: "missingData",
    5: "receiverNotRegistered",
    6: "receiverNotSubscribed",
    12: "tooManyRequests",
}


class Refused(Exception):
    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(words)
        self.status, self.words = status, words or WORDS[status]

    def body(self) -> dict[str, Any]:
        return {"status": self.status, "status_message": self.words, "chat_hostname": "SN-CHAT-05_"}
