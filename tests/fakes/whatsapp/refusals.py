"""The Graph API's refusals. Codes and titles: Meta's "Cloud API error codes"."""

from __future__ import annotations

from typing import Any

TITLES = {
    1: "An unknown error has occurred.",
    130429: "Rate limit hit",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list",
    131047: "Re-engagement message",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132012: "Parameter format does not match format in the created template",
}


class Refused(Exception):
    """A refusal: `{"error": {…}}` with this HTTP status."""

    def __init__(self, code: int, details: str = "", status: int = 400, subcode: int | None = None) -> None:
        super().__init__(details)
        self.code, self.details, self.status, self.subcode = code, details, status, subcode

    def body(self) -> dict[str, Any]:
        title = TITLES.get(self.code)
        words = f"(#{self.code}) {title or self.details}" if self.code not in (1, 190) else title or self.details
        error: dict[str, Any] = {"message": words, "type": "OAuthException", "code": self.code}
        if title and self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode:
            error["error_subcode"] = self.subcode
        return {"error": {**error, "fbtrace_id": "A4O5a8RAgePwbcGSu"}}

    def in_status(self) -> dict[str, Any]:
        """The error as `statuses[].errors` contain it."""
        title = TITLES.get(self.code, "")
        return {
            "code": self.code,
            "title": title,
            "message": title,
            "error_data": {"details": self.details or title},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }


def invalid(details: str) -> Refused:
    return Refused(100, details)


def unauthorized() -> Refused:
    return Refused(190, "Error validating access token: The session has been invalidated.", 401)


def nothing_there(what: str) -> Refused:
    words = f"Unsupported request. Object with ID '{what}' does not exist, cannot be loaded due to missing permissions"
    return Refused(100, words, 400, 33)
