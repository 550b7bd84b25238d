"""Recorded payloads: each is parsed into what it is; mutilated ones never raise."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import (
    AccountName,
    ChatId,
    Choice,
    Content,
    CustomerEdited,
    CustomerEvent,
    CustomerLeft,
    CustomerReacted,
    CustomerWrote,
    FileRef,
    ForeignId,
    Forwarded,
    Key,
    Media,
    MediaKind,
    Profile,
    Quote,
    UnreadableUpdate,
    Update,
)
from bot.domain.text import Span, Style, Text
from bridges.shared.fields import parse
from bridges.telegram import wire
from tests.bridges.mutations import ANYTHING, BAD_BODIES, assert_fit_to_keep, mutilated

FOLDER = Path(__file__).parents[2] / "payloads" / "telegram"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = AccountName("shop")
TESTER = Profile(name="Test Firstname Test Lastname", username="Testusername")
TESTED, NIC = ChatId("1111111"), ChatId("3527065")


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def read(raw: object) -> Update | None:
    return wire.read(raw, SHOP, NOW)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def said(*spans: Span, **more: Any) -> Content:
    return Content(Text.of(spans), **more)


def wrote(content: Content, ref: str = "1365") -> CustomerWrote:
    return CustomerWrote(TESTED, ForeignId(ref), content, TESTER)


def file(kind: MediaKind, **more: Any) -> Content:
    return Content(attachments=(Media(kind, FileRef("account:shop", "AwADBAADbXXXXXXXXXXXGBdhD2l6_XX"), **more),))


EVENTS: dict[str, tuple[CustomerEvent, datetime]] = {
    "text": (wrote(said(Span("/start"))), at(1441645532)),
    "entities": (wrote(said(Span("Bold", Style.BOLD), Span(" and "), Span("italics", Style.ITALIC))), at(1441645532)),
    "reply": (
        wrote(said(Span("/start"), quote=Quote(ForeignId("1334"), "Original"))),
        at(1441645532),
    ),
    "edited": (CustomerEdited(TESTED, ForeignId("1365"), said(Span("Edited text")), TESTER), at(1441646600)),
    "voice": (wrote(file(MediaKind.VOICE, mime="audio/ogg", size=23000, seconds=5)), at(1441645532)),
    "audio": (
        wrote(file(MediaKind.AUDIO, name="Test music file", mime="audio/mpeg", size=3897500, seconds=243)),
        at(1441645532),
    ),
    "file": (
        wrote(file(MediaKind.FILE, name="Testfile.pdf", mime="application/pdf", size=536392)),
        at(1441645532),
    ),
    "forwarded_legacy": (
        wrote(
            Content(forwarded=(Forwarded("Forward Firstname Forward Lastname", said(Span("/start")), at(1441645550)),))
        ),
        at(1441645532),
    ),
    "forwarded": (
        CustomerWrote(
            NIC,
            ForeignId("120"),
            Content(forwarded=(Forwarded("Hidden Name", said(Span("fwd")), at(1699999000)),)),
            Profile(name="Nic"),
        ),
        at(1700000000),
    ),
    "callback": (
        CustomerWrote(
            TESTED,
            ForeignId("callback:4382bfdwdsb323b2d9"),
            Content(attachments=(Choice("Data from button callback", "Data from button callback"),)),
            TESTER,
        ),
        NOW,
    ),
    "reaction": (CustomerReacted(NIC, ForeignId("120"), ("👍",)), at(1700000100)),
    "blocked_my_chat_member": (CustomerLeft(NIC), at(1700000200)),
}


@pytest.mark.parametrize("name", EVENTS)
def test_each_payload(name: str) -> None:
    raw = load(name)
    event, moment = EVENTS[name]
    assert read(raw) == Update(Key(str(raw["update_id"])), event, moment)


def test_an_album_is_two_messages_that_belong_together() -> None:
    first, second = (read(raw) for raw in load("album"))
    assert first
    assert second
    largest = FileRef("account:shop", "AgADAQADtKcxG4LRUUQSQVUjfJIiiF8G6C8ABA9NJzFdXskaincBAAEC")
    photo = Media(MediaKind.PHOTO, largest, mime="image/jpeg", size=104737)
    profile = Profile(name="Nic Pottier", username="Nicpottier")
    album = "13240178234523421"
    caption = said(Span("Photo Caption"), attachments=(photo,))
    assert first.event == CustomerWrote(NIC, ForeignId("85"), caption, profile, album)
    assert second.event == CustomerWrote(NIC, ForeignId("86"), Content(attachments=(photo,)), profile, album)
    assert (first.key, second.key) == ("900946525", "900946526")


def test_no_payload_is_forgotten() -> None:
    names = {path.stem for path in FOLDER.glob("*.json")}
    errors = {name for name in names if name.startswith("error_")}  # read by test_errors.py
    assert names == set(EVENTS) | {"album"} | errors


# ------------------------------------------------------------------------------------------ mutilated

RAW = [raw for name in (*EVENTS, "album") for raw in (load(name) if name == "album" else [load(name)])]


@settings(deadline=None)
@given(mutilated(RAW))
def test_a_mutilated_payload_never_raises_and_nothing_of_it_is_lost(raw: Any) -> None:
    found = read(raw)
    again = read(copy.deepcopy(raw))
    assert found is None or (again is not None and again.key == found.key)
    if found is None:
        return
    assert_fit_to_keep(found)


@settings(deadline=None)
@given(ANYTHING)
def test_anything_at_all_can_be_read(raw: Any) -> None:
    found = read(raw)
    assert found is None or found.key


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_body_can_be_parsed(body: bytes) -> None:
    raw = parse(body)
    found = read(raw)
    assert found is not None
    assert isinstance(found.event, UnreadableUpdate)


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_body_that_is_no_update_is_kept_as_it_came(body: bytes) -> None:
    found = read(parse(body))
    assert found is not None
    assert isinstance(found.event, UnreadableUpdate)
    assert found.event.raw == body.decode(errors="replace")
    assert found.key.startswith("sha256:")
