"""Refusals and their meaning: those that come at once, and those in a later status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain import ChatId, Content, Key, Media, MediaKind, Receipt, ReceiptState
from bot.domain.text import Text
from bot.locale import translator
from bot.ports import DeliveryError, Outgoing, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bridges.shared.fields import Fields
from bridges.shared.http_calls import HttpResponse
from bridges.whatsapp import errors
from tests.bridges.whatsapp.conftest import Shop
from tests.contracts.bridges import Accepts, hooked
from tests.fakes.faults import Fault

EN = translator("en")
PAYLOADS = Path(__file__).parents[2] / "payloads" / "whatsapp"


def refused(code: int | None, status: int = 400, *, repeatable: bool = False, **more: Any) -> DeliveryError:
    error = {"message": "words", "type": "OAuthException", **({"code": code} if code is not None else {}), **more}
    answer = HttpResponse(status, {"retry-after": "9"}, json.dumps({"error": error}).encode())
    return errors.refused(answer, EN, repeatable=repeatable)


@pytest.mark.parametrize("code", [0, 190, 3, 10, 200, 299, 131005, 33, 131045, 133010, 368, 131031])
def test_what_stops_the_account(code: int) -> None:
    found = refused(code, 401)
    assert isinstance(found, Unavailable)
    assert found.advice


def test_a_number_that_is_not_there_stops_the_account() -> None:
    assert isinstance(refused(100, error_subcode=33), Unavailable)


@pytest.mark.parametrize(
    ("code", "status", "scope"),
    [
        (4, 400, "all"),
        (80007, 400, "all"),
        (130429, 400, "all"),
        (131056, 400, "chat"),
        (None, 429, "all"),
        (1, 429, "all"),
    ],
)
def test_too_much_at_once(code: int | None, status: int, scope: str) -> None:
    found = refused(code, status)
    assert isinstance(found, Transient)
    assert (found.scope, found.retry_after) == (scope, 9)


@pytest.mark.parametrize("code", [2, 131016, 131057, 133004])
def test_the_service_is_away(code: int) -> None:
    assert isinstance(refused(code, 503), Transient)


@pytest.mark.parametrize(
    ("code", "status"), [(1, 500), (131000, 500), (None, 500), (None, 502), (None, 200), (None, 302)]
)
def test_what_leaves_a_doubt(code: int | None, status: int) -> None:
    assert isinstance(refused(code, status), Unconfirmed)
    assert isinstance(refused(code, status, repeatable=True), Transient)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (131026, RejectReason.GONE),
        (131030, RejectReason.FORBIDDEN),
        (131047, RejectReason.WINDOW_CLOSED),
        (131048, RejectReason.FORBIDDEN),
        (131051, RejectReason.UNSUPPORTED),
        (131062, RejectReason.UNSUPPORTED),
        (131042, RejectReason.FORBIDDEN),
        (132000, RejectReason.INVALID),
        (132001, RejectReason.INVALID),
        (132005, RejectReason.TOO_LONG),
        (132015, RejectReason.FORBIDDEN),
        (131009, RejectReason.INVALID),
        (131053, RejectReason.INVALID),
        (100, RejectReason.INVALID),
    ],
)
def test_refusals(code: int | None, reason: RejectReason) -> None:
    found = refused(code)
    assert isinstance(found, Rejected)
    assert (found.reason, found.detail) == (reason, "words")


def test_a_text_that_is_too_long() -> None:
    found = refused(100, message="Param text['body'] must be at most 4096 characters long.")
    assert isinstance(found, Rejected)
    assert found.reason is RejectReason.TOO_LONG


def test_the_recorded_refusal() -> None:
    answer = HttpResponse(400, {}, (PAYLOADS / "error_131047.json").read_bytes())
    found = errors.refused(answer, EN)
    assert isinstance(found, Rejected)
    assert found.reason is RejectReason.WINDOW_CLOSED
    assert found.detail.startswith("(#131047) Re-engagement message: Message failed to send because more than 24 hours")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 5}', b'{"error": {"code": "190"}}'])
def test_an_answer_of_somebody_else(body: bytes) -> None:
    assert isinstance(errors.refused(HttpResponse(502, {}, body), EN), Unconfirmed)
    assert isinstance(errors.refused(HttpResponse(404, {}, body), EN), Unexplained)


@pytest.mark.parametrize(
    ("reported", "reason"),
    [
        ([], RejectReason.INVALID),
        ([{"code": 131026, "title": "Message undeliverable"}], RejectReason.GONE),
        ([{"code": 190, "title": "words"}], RejectReason.FORBIDDEN),
        ([{"code": 131053, "title": "words"}, {"code": 131047}], RejectReason.INVALID),
        (["?"], RejectReason.INVALID),
    ],
)
def test_late_errors(reported: list[Any], reason: RejectReason) -> None:
    assert errors.late([Fields(one) for one in reported])[0] is reason


# ------------------------------------------------------------------------------ as the platform says it


async def late(shop: Shop, *attachments: Media) -> Receipt:
    """The error in the status of an accepted message."""
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.whatsapp.use_webhook(url)
        content = Content(Text.plain("" if attachments else "hello?"), attachments)
        sent = await shop.bridge.send(shop.chat, Outgoing(content), Key("k"))
        [receipt] = await accepts.events(Receipt)
    assert (receipt.ref, receipt.state, receipt.chat) == (sent.refs[0], ReceiptState.FAILED, shop.chat)
    assert receipt.detail
    assert not shop.nick.sees
    return receipt


async def test_after_twenty_four_hours(shop: Shop) -> None:
    shop.nick.falls_silent()
    assert (await late(shop)).reason == RejectReason.WINDOW_CLOSED


async def test_who_blocked_us_or_has_no_whatsapp_any_more(shop: Shop) -> None:
    shop.nick.blocked = True
    assert (await late(shop)).reason == RejectReason.GONE


async def test_a_file_that_whatsapp_cannot_show(shop: Shop) -> None:
    unknown = Media(MediaKind.PHOTO, shop.files.add(b"x" * (6 << 20), "a.jpg"), "a.jpg", "image/jpeg")
    with pytest.raises(Rejected) as found:  # its size is known before anything is sent
        await shop.send("", unknown)
    assert found.value.reason is RejectReason.TOO_LARGE


async def test_a_test_number_writes_to_its_list_alone(shop: Shop) -> None:
    shop.whatsapp.allowed = {"1"}
    with pytest.raises(Rejected) as found:
        await shop.send("hello")
    assert found.value.reason is RejectReason.FORBIDDEN


async def test_a_number_that_is_not_ours(shop: Shop) -> None:
    shop.whatsapp.phone_id = "999999"
    with pytest.raises(Unavailable) as found:
        await shop.send("hello")
    assert "phone_id" in found.value.advice


async def test_too_many_messages_name_their_time(shop: Shop) -> None:
    shop.whatsapp.faults.add("messages", Fault.TOO_MANY, retry_after=3)
    with pytest.raises(Transient) as found:
        await shop.send("hello")
    assert (found.value.retry_after, found.value.scope) == (3, "all")


async def test_a_person_that_is_not_there_is_told_later(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.whatsapp.use_webhook(url)
        await shop.bridge.send(ChatId("15550009999"), Outgoing(Content(Text.plain("hi"))), Key("k"))
        [receipt] = await accepts.events(Receipt)
    assert (receipt.chat, receipt.reason) == ("15550009999", RejectReason.GONE)
