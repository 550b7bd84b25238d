"""Failures of a call, and the error that each becomes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.locale import translator
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bridges.shared.http_calls import HttpResponse
from bridges.viber.errors import PAUSE, judged

FOLDER = Path(__file__).parents[2] / "payloads" / "viber"
TR = translator("en")


def become(body: object, status: int = 200, *, repeatable: bool = False, **headers: str) -> DeliveryError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with pytest.raises(DeliveryError) as failed:
        judged(HttpResponse(status, named, raw), TR, repeatable=repeatable)
    return failed.value


def payload(name: str) -> dict[str, Any]:
    body = json.loads((FOLDER / f"error_{name}.json").read_text())
    assert isinstance(body, dict)
    return body


def test_the_recorded_answers() -> None:
    gone = become(payload("6"))
    assert isinstance(gone, Rejected)
    assert (gone.reason, gone.detail) == (RejectReason.BLOCKED, "notSubscribed (status 6)")
    busy = become(payload("12"))
    assert isinstance(busy, Transient)
    assert (busy.retry_after, busy.scope, busy.detail) == (PAUSE, "chat", "Too many requests (status 12)")


def test_a_time_that_is_named_is_obeyed() -> None:
    for error in (become(payload("12"), retry_after="7"), become(b"slow down", 429, retry_after="7")):
        assert isinstance(error, Transient)
        assert (error.retry_after, error.scope) == (7, "chat")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (3, RejectReason.INVALID),
        (4, RejectReason.INVALID),
        (5, RejectReason.GONE),
        (6, RejectReason.BLOCKED),
        (11, RejectReason.INVALID),
        (16, RejectReason.INVALID),
        (21, RejectReason.FORBIDDEN),
        (22, RejectReason.UNSUPPORTED),
        (23, RejectReason.FORBIDDEN),
        (24, RejectReason.FORBIDDEN),
    ],
)
def test_refusals_of_one_message(status: int, reason: RejectReason) -> None:
    error = become({"status": status, "status_message": "why"})
    assert isinstance(error, Rejected)
    assert (error.reason, error.detail) == (reason, f"why (status {status})")


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (1, "public_url"),
        (2, "token"),
        (7, "support"),
        (8, "token"),
        (9, "support"),
        (10, "restart the hub"),
        (13, "newer version"),
        (14, "newer version"),
        (15, "support"),
    ],
)
def test_what_is_wrong_with_the_account_pauses_it_and_says_what_to_do(status: int, advice: str) -> None:
    error = become({"status": status, "status_message": "why"})
    assert isinstance(error, Unavailable)
    assert error.detail == f"why (status {status})"
    assert advice in error.advice


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"<html>Welcome to our hotel's network</html>", Unconfirmed),
        (200, {}, Unconfirmed),
        (200, {"status": "0"}, Unconfirmed),
        (200, [], Unconfirmed),
        (302, {"status": 0}, Unconfirmed),
        (500, b"Internal Server Error", Unconfirmed),
        (503, {"status": 0}, Unconfirmed),
        (400, b"", Unexplained),
        (418, {"status": 0}, Unexplained),
        (413, b"<html>Request Entity Too Large</html>", Rejected),
        (429, b"", Transient),
        (401, b"", Unavailable),
        (403, b"", Unavailable),
        (404, b"", Unavailable),
    ],
)
def test_answers_that_are_not_vibers_own(status: int, body: object, kind: type[DeliveryError]) -> None:
    assert type(become(body, status)) is kind
    if kind is Unconfirmed:
        assert type(become(body, status, repeatable=True)) is Transient


def test_an_answer_is_given_as_it_is() -> None:
    fields = judged(HttpResponse(200, {}, b'{"status": 0, "message_token": 5741311803571721087}'), TR)
    assert fields.number("message_token") == 5741311803571721087
