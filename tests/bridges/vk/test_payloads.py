"""Recorded payloads: each is parsed into what it is; mutilated ones never raise."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from bot.domain import (
    AccountName,
    ChatId,
    Choice,
    Content,
    CustomerEvent,
    CustomerLeft,
    CustomerReturned,
    CustomerWrote,
    FileRef,
    ForeignId,
    Forwarded,
    Key,
    Location,
    Media,
    MediaKind,
    Profile,
    Quote,
    UnreadableUpdate,
    Update,
)
from bot.domain.text import Text
from bridges.vk import wire
from tests.bridges.mutations import ANYTHING, assert_fit_to_keep, mutilated

FOLDER = Path(__file__).parents[2] / "payloads" / "vk"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NICK = Profile("Nick Smith", "nick")
PEOPLE = {77777777: NICK, 555644284: Profile("Anna"), -88888888: Profile("Acme")}
KNOWN = wire.EventContext(AccountName("shop"), NOW, PEOPLE)
CHAT = ChatId("77777777")
WRITTEN = datetime.fromtimestamp(1612685700, UTC)
DOC = (
    "https://vk.com/doc207690737_446688146?hash=46c657e80431c00b41"
    "&dl=GIYDONRZGA3TGNY:1520871169:78bbda10d17923d21a&api=1&no_preview=1"
)


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def read(raw: object) -> Update | None:
    return wire.read(raw, KNOWN)


def said(text: str = "", **more: Any) -> Content:
    return Content(Text.plain(text), **more)


def wrote(content: Content) -> CustomerWrote:
    return CustomerWrote(CHAT, ForeignId("10"), content, NICK)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


EVENTS: dict[str, tuple[CustomerEvent, datetime]] = {
    "file": (
        wrote(
            said(
                attachments=(
                    Media(MediaKind.FILE, FileRef("account:shop", DOC), "PDF.pdf", "application/pdf", 4967272),
                )
            )
        ),
        WRITTEN,
    ),
    "location": (
        wrote(said(attachments=(Location(-9.652278, -35.701095, "Maceió, Brazil", "Brazil, Maceió"),))),
        WRITTEN,
    ),
    "reply": (wrote(said("да, этот", quote=Quote(ForeignId("8"), "Ваш заказ №77?", "Acme"))), WRITTEN),
    "forwarded": (
        wrote(
            said(
                "смотрите",
                forwarded=(
                    Forwarded(
                        "Anna",
                        said("первое", forwarded=(Forwarded("id777", said("вложенное"), at(1612500000)),)),
                        at(1612600000),
                    ),
                ),
            )
        ),
        WRITTEN,
    ),
    "message_event": (
        CustomerWrote(
            CHAT,
            ForeignId("event:7b3f5d6c2a11"),
            said(
                attachments=(Choice('{"cmd": "rate", "v": 5}', '{"cmd": "rate", "v": 5}'),),
                quote=Quote(ForeignId("12")),
            ),
            NICK,
        ),
        NOW,
    ),
    "message_allow": (CustomerReturned(CHAT, NICK), NOW),
    "message_deny": (CustomerLeft(CHAT), NOW),
}
ELSEWHERE = {
    "confirmation": "test_receiving.py",
    "longpoll_failed_1": "test_feed.py",
    "longpoll_failed_2": "test_feed.py",
}


@pytest.mark.parametrize("name", EVENTS)
def test_each_payload(name: str) -> None:
    raw = load(name)
    event, moment = EVENTS[name]
    assert read(raw) == Update(Key(raw["event_id"]), event, moment)


def test_a_question_for_the_confirmation_string_is_no_event() -> None:
    assert read(load("confirmation")) is None


def test_no_payload_is_forgotten() -> None:
    names = {path.stem for path in FOLDER.glob("*.json")}
    errors = {name for name in names if name.startswith("error_")}  # read by test_errors.py
    assert names == set(EVENTS) | set(ELSEWHERE) | errors
    for name, file in ELSEWHERE.items():
        assert f'load("{name}")' in (Path(__file__).parent / file).read_text()


# ------------------------------------------------------------------------------------------ mutilated


@settings(deadline=None, max_examples=100)
@given(mutilated([load(name) for name in EVENTS]))
def test_a_mutilated_payload_never_raises_and_nothing_of_it_is_lost(raw: Any) -> None:
    wire.people(raw)
    found = read(raw)
    again = read(copy.deepcopy(raw))
    assert found is None or (again is not None and again.key == found.key)
    if found is not None:
        assert_fit_to_keep(found)


@settings(deadline=None, max_examples=100)
@given(ANYTHING)
def test_anything_at_all_can_be_read(raw: Any) -> None:
    wire.people(raw)
    found = read(raw)
    assert found is not None
    assert isinstance(found.event, UnreadableUpdate)
    assert found.key.startswith("sha256:") or found.key == raw["event_id"]


@settings(deadline=None, max_examples=100)
@given(mutilated([load(name)["object"] for name in ("file", "forwarded", "reply", "location")]))
def test_messages_in_the_old_shape_never_raise_either(body: Any) -> None:
    """Before API 5.103 the object was the message itself."""
    message = body.get("message") if isinstance(body, dict) else body
    for kind in ("message_new", "message_edit"):
        raw = {"type": kind, "object": message, "group_id": 1, "event_id": "e"}
        wire.people(raw)
        if (found := read(raw)) is not None:
            assert_fit_to_keep(found)
