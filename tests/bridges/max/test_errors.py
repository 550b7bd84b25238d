"""Failures of a call, and the error that each becomes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.locale import translator
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bridges.max import errors
from bridges.shared.http_calls import HttpResponse

FOLDER = Path(__file__).parents[2] / "payloads" / "max"
TR = translator("en")


def outcome(
    status: int, body: Any, *, repeatable: bool = False, headers: Mapping[str, str] | None = None
) -> DeliveryError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(DeliveryError) as failed:
        errors.result(HttpResponse(status, headers or {}, raw), TR, repeatable=repeatable)
    return failed.value


def refusal(code: str, message: str = "") -> dict[str, str]:
    return {"code": code, "message": message}


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (403, refusal("chat.denied", "error.dialog.suspended"), RejectReason.BLOCKED),
        (403, refusal("error.dialog.suspended"), RejectReason.BLOCKED),
        (403, refusal("chat.denied", "error.chat.denied"), RejectReason.BLOCKED),
        (404, refusal("dialog.not.found", "error.dialog.notfound"), RejectReason.GONE),
        (400, refusal("dialog.not.found", "error.dialog.notfound"), RejectReason.GONE),
        (404, refusal("chat.unknown", "?"), RejectReason.GONE),
        (403, refusal("access.denied", "No rights"), RejectReason.FORBIDDEN),
        (400, refusal("proto.payload", "Field 'text' size (4001) must be at most 4000"), RejectReason.TOO_LONG),
        (400, refusal("proto.payload", "Must be only one file attachment in message"), RejectReason.INVALID),
        (400, refusal("x", "errors.process.attachment.video.not.supported"), RejectReason.UNSUPPORTED),
        (413, b"<html>", RejectReason.TOO_LARGE),
        (200, {"success": False, "message": "Message is older than 24 hours"}, RejectReason.FORBIDDEN),
        (200, {"success": False, "message": "Message not found"}, RejectReason.GONE),
        (200, refusal("proto.payload", "Invalid request"), RejectReason.INVALID),
    ],
)
def test_refusals(status: int, body: Any, reason: RejectReason) -> None:
    error = outcome(status, body)
    assert isinstance(error, Rejected)
    assert error.reason is reason
    if isinstance(body, dict) and body["message"]:
        assert error.detail.endswith(body["message"])


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_token_is_the_accounts_trouble(status: int) -> None:
    error = outcome(status, json.loads((FOLDER / "error_token.json").read_text()))
    assert isinstance(error, Unavailable)
    assert (error.detail, "business.max.ru" in error.advice) == ("verify.token: Invalid access_token", True)


def test_a_wrong_address_is_the_accounts_trouble() -> None:
    error = outcome(404, b"<h1>nginx</h1>")
    assert isinstance(error, Unavailable)
    assert "api_url" in error.advice


def test_a_file_that_is_not_ready_is_worth_a_moment() -> None:
    assert isinstance(outcome(400, json.loads((FOLDER / "error_not_ready.json").read_text())), errors.FileNotReady)


@pytest.mark.parametrize(("given", "seconds"), [({"retry-after": "7"}, 7), ({}, 1), ({"retry-after": "soon"}, 1)])
def test_too_many_requests(given: dict[str, str], seconds: float) -> None:
    error = outcome(429, refusal("too.many.requests"), headers=given)
    assert isinstance(error, Transient)
    assert (error.retry_after, error.scope) == (seconds, "chat")
    polled = outcome(429, refusal("too.many.requests"), repeatable=True)
    assert isinstance(polled, Transient)
    assert polled.scope == ""


@pytest.mark.parametrize("status", [500, 502, 504, 302, 204])
def test_what_may_have_been_done(status: int) -> None:
    assert isinstance(outcome(status, b""), Unconfirmed)
    assert isinstance(outcome(status, b"", repeatable=True), Transient)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"null"])
def test_an_answer_that_says_nothing(body: bytes) -> None:
    assert isinstance(outcome(200, body), Unconfirmed)
    assert isinstance(outcome(200, body, repeatable=True), Transient)


def test_a_service_that_is_unavailable_has_done_nothing() -> None:
    assert isinstance(outcome(503, refusal("service.unavailable")), Transient)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, Transient), (503, Transient), (429, Transient), (408, Transient), (400, Unexplained), (413, Rejected)],
)
def test_refused_uploads(status: int, kind: type[DeliveryError]) -> None:
    assert isinstance(errors.refused_upload(HttpResponse(status, {}, b"")), kind)


def test_words_are_bounded() -> None:
    assert len(str(outcome(400, refusal("x" * 1000, "y" * 1000)))) < 400
