"""Every recorded payload is read, and comes out as what it is; mutilated ones never raise."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import (
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
    Unreadable,
    Update,
)
from bot.text import Span, Style, Text
from bridges.telegram import wire

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
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(exclude_categories=()), max_size=5),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just({"id": 7}),
    st.just([[1]]),
).map(copy.deepcopy)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Of everything inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path else []
    for key, child in inside:
        found += places(child, (*path, key))
    return found


@st.composite
def mutilated(draw: st.DrawFn) -> Any:
    raw = copy.deepcopy(draw(st.sampled_from(RAW)))
    for _ in range(draw(st.integers(1, 3))):
        where = places(raw)
        if not where:
            break
        *path, last = draw(st.sampled_from(where))
        parent = raw
        for key in path:
            parent = parent[key]
        change = draw(st.sampled_from(["drop", "replace", "rename"]))
        if change == "replace" or isinstance(parent, list):
            parent[last] = draw(JUNK)
        elif change == "rename":
            parent[draw(st.text(max_size=4))] = parent.pop(last)
        else:
            del parent[last]
    return raw


@settings(deadline=None)
@given(mutilated())
def test_a_mutilated_payload_never_raises_and_nothing_of_it_is_lost(raw: Any) -> None:
    found = read(raw)
    again = read(copy.deepcopy(raw))
    assert found is None or (again is not None and again.key == found.key)
    if found is None:
        return
    assert found.at.tzinfo is not None
    json.dumps(
        asdict(found), default=str, ensure_ascii=False
    ).encode()  # no halves of characters: no database would take them
    if isinstance(found.event, Unreadable):
        assert found.event.why
        assert found.event.raw
    if isinstance(found.event, CustomerWrote | CustomerEdited):
        assert found.event.content


@settings(deadline=None)
@given(
    st.recursive(
        JUNK, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    )
)
def test_anything_at_all_can_be_read(raw: Any) -> None:
    found = read(raw)
    assert found is None or found.key


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_body_can_be_parsed(body: bytes) -> None:
    raw = wire.parse(body)
    found = read(raw)
    assert found is not None
    assert isinstance(found.event, Unreadable)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b"null"])
def test_a_body_that_is_no_update_is_kept_as_it_came(body: bytes) -> None:
    found = read(wire.parse(body))
    assert found is not None
    assert isinstance(found.event, Unreadable)
    assert found.event.raw == body.decode(errors="replace")
    assert found.key.startswith("sha256:")
