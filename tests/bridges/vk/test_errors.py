"""VK's responses and their meaning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.locale import translator
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bridges.shared.fields import Fields
from bridges.shared.http_calls import HttpResponse
from bridges.vk import errors

FOLDER = Path(__file__).parents[2] / "payloads" / "vk"
EN, RU = translator("en"), translator("ru")


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(status, headers or {}, raw)


def failure(code: object, headers: dict[str, str] | None = None) -> DeliveryError:
    body = {"error": {"error_code": code, "error_msg": "VK's words"}}
    with pytest.raises(DeliveryError) as failed:
        errors.result(answer(body, headers=headers), EN, repeatable=False)
    return failed.value


def test_the_recorded_refusal() -> None:
    with pytest.raises(Rejected) as refused:
        errors.result(answer(json.loads((FOLDER / "error_901.json").read_text())), EN, repeatable=False)
    assert refused.value.reason is RejectReason.BLOCKED
    assert refused.value.detail == "901: Can't send messages for users without permission"


@pytest.mark.parametrize(
    ("code", "retry_after", "scope"),
    [
        (1, None, ""),
        (6, 1.0, "all"),
        (9, 60.0, "chat"),
        (10, None, ""),
        (29, 600.0, "all"),
        (36, None, ""),
        (43, None, ""),
    ],
)
def test_what_passes(code: int, retry_after: float | None, scope: str) -> None:
    failed = failure(code)
    assert isinstance(failed, Transient)
    assert (failed.retry_after, failed.scope) == (retry_after, scope)
    named = failure(code, {"retry-after": "7"})
    assert isinstance(named, Transient)
    assert named.retry_after == 7


@pytest.mark.parametrize("code", sorted(errors.BROKEN))
def test_what_is_the_accounts(code: int) -> None:
    failed = failure(code)
    assert isinstance(failed, Unavailable)
    assert failed.detail == f"{code}: VK's words"
    assert failed.advice


def test_the_codes_that_are_named_to_be_the_accounts() -> None:
    assert {5, 14, 15, 27} <= set(errors.BROKEN)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (900, RejectReason.FORBIDDEN),
        (901, RejectReason.BLOCKED),
        (902, RejectReason.BLOCKED),
        (914, RejectReason.TOO_LONG),
        (917, RejectReason.GONE),
        (936, RejectReason.GONE),
        (950, RejectReason.WINDOW_CLOSED),
        (1009, RejectReason.UNSUPPORTED),
        (100, RejectReason.INVALID),
        (909, RejectReason.INVALID),
    ],
)
def test_what_is_final(code: object, reason: RejectReason) -> None:
    failed = failure(code)
    assert isinstance(failed, Rejected)
    assert failed.reason is reason
    assert "VK's words" in failed.detail


def test_no_code_means_two_things() -> None:
    assert not set(errors.PASSING) & set(errors.BROKEN)
    assert not set(errors.REASONS) & (set(errors.PASSING) | set(errors.BROKEN))


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b'{"response"', b"null"])
def test_answers_that_are_none_leave_a_doubt(body: bytes) -> None:
    for status in (200, 302, 500, 502):
        with pytest.raises(Unconfirmed):
            errors.result(answer(body, status), EN, repeatable=False)
        with pytest.raises(Transient):
            errors.result(answer(body, status), EN, repeatable=True)
    for status in (400, 404, 418):
        with pytest.raises(Unexplained):
            errors.result(answer(body, status), EN, repeatable=False)


def test_too_many_requests_for_what_stands_before_vk() -> None:
    with pytest.raises(Transient) as failed:
        errors.result(answer(b"", 429, {"retry-after": "3"}), EN, repeatable=False)
    assert (failed.value.retry_after, failed.value.scope) == (3, "all")


@pytest.mark.parametrize("response", [1, 0, [], {}, None])
def test_a_response_is_given_as_it_is(response: Any) -> None:
    body = {"response": response}
    if response is None:
        with pytest.raises(Unconfirmed):
            errors.result(answer(body), EN, repeatable=False)
    else:
        assert errors.result(answer(body), EN, repeatable=False) == response


def test_errors_inside_of_a_response() -> None:
    errors.inside(Fields({"peer_id": 7, "message_id": 1}), EN)
    with pytest.raises(Rejected, match="901: no permission"):
        errors.inside(Fields({"peer_id": 7, "error": {"code": 901, "description": "no permission"}}), EN)


def test_advice_is_in_the_readers_language() -> None:
    for code in errors.BROKEN:
        english, russian = (errors.refusal(code, "", tr) for tr in (EN, RU))
        assert isinstance(english, Unavailable)
        assert isinstance(russian, Unavailable)
        assert english.advice != russian.advice
