"""Recorded payloads: each is parsed into what it is; mutilated ones never raise."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
    CustomerDeleted,
    CustomerEdited,
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
    SharedContact,
    UnreadableUpdate,
    Update,
)
from bot.domain.text import Span, Style, Text
from bridges.max import wire
from bridges.shared.fields import parse
from tests.bridges.mutations import ANYTHING, BAD_BODIES, assert_fit_to_keep, mutilated

FOLDER = Path(__file__).parents[2] / "payloads" / "max"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = AccountName("shop")
JOHN, IVAN = Profile(name="John Doe"), Profile(name="Ivan", locale="ru")
DIALOG, OTHER, GROUP = ChatId("182182182"), ChatId("44444444"), ChatId("-70801090403050")
HI = "mid.000000000adf429c019d47b1ce4600ff"
IVANS = "mid.0000000005f6af7c019ade9a907c08ef"


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def read(raw: object) -> Update | None:
    return wire.read(raw, SHOP, NOW)


def at(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def wrote(content: Content, phone: str = "") -> CustomerWrote:
    return CustomerWrote(OTHER, ForeignId(IVANS), content, replace(IVAN, phone=phone))


def attached(attachment: Any) -> Content:
    return Content(attachments=(attachment,))


PASSED_ON = Content(
    Text.of((Span("John Doe:", Style.BOLD), Span(" ..."))),
    forwarded=(Forwarded("Tod V", Content(Text.plain("Лада седан - баклажан"))),),
)
IN_GROUP = CustomerWrote(GROUP, ForeignId("mid.ffffbdb48e6c3775019d496b34394b84"), PASSED_ON)
HAPPENED, SENT = at(1775025604499), at(1764671262844)

EVENTS: dict[str, tuple[CustomerEvent, datetime, str]] = {
    "reply": (
        wrote(Content(Text.plain("Готовы в пятницу."), quote=Quote(ForeignId("mid.bot"), "Вопрос №1", "Shop"))),
        SENT,
        f"message_created:{IVANS}:1764671262844",
    ),
    "file": (
        wrote(
            attached(
                Media(
                    MediaKind.FILE,
                    FileRef("account:shop", "https://files.example/getfile?id=1"),
                    "invoice.pdf",
                    "application/pdf",
                    205046,
                )
            )
        ),
        SENT,
        f"message_created:{IVANS}:1764671262844",
    ),
    "location": (wrote(attached(Location(51.53, 46.03))), SENT, f"message_created:{IVANS}:1764671262844"),
    "contact": (
        wrote(attached(SharedContact("Иван Петров", ("+79990000000",))), phone="+79990000000"),
        SENT,
        f"message_created:{IVANS}:1764671262844",
    ),
    "forwarded": (IN_GROUP, at(1775053255737), f"message_created:{IN_GROUP.ref}:1775025604499"),
    "edited": (
        CustomerEdited(DIALOG, ForeignId(HI), Content(Text.plain("hi bot")), JOHN),
        HAPPENED,
        f"message_edited:{HI}:1775025604499",
    ),
    "removed": (CustomerDeleted(DIALOG, ForeignId(HI)), HAPPENED, f"message_removed:{HI}:1775025604499"),
    "callback": (
        CustomerWrote(
            DIALOG,
            ForeignId(f"callback:{load('callback')['callback']['callback_id']}:1775026702210"),
            Content(
                attachments=(Choice("picture", "picture"),),
                quote=Quote(ForeignId("mid.000000000adf429c019d47d58f2b3d9e")),
            ),
            Profile(name="John Doe", locale="ru"),
        ),
        HAPPENED,
        f"message_callback:{load('callback')['callback']['callback_id']}:1775025604499:1775026702210",
    ),
    "bot_started": (
        CustomerReturned(DIALOG, Profile(name="John Doe", locale="ru")),  # "avatar.png" is not an address
        HAPPENED,
        "bot_started:182182182:1775025604499",
    ),
    "bot_stopped": (CustomerLeft(DIALOG), HAPPENED, "bot_stopped:182182182:1775025604499"),
}
NOTHING = {"dialog_cleared", "dialog_removed"}
ERRORS = {"error_not_ready", "error_token"}  # read by test_errors.py


@pytest.mark.parametrize("name", EVENTS)
def test_each_payload(name: str) -> None:
    event, moment, key = EVENTS[name]
    assert read(load(name)) == Update(Key(key), event, moment)


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_what_is_no_ones_business(name: str) -> None:
    assert read(load(name)) is None


def test_a_page_of_updates() -> None:
    assert [read(raw) for raw in wire.unpacked(load("longpoll"))] == [read(load("forwarded"))]


def test_no_payload_is_forgotten() -> None:
    names = {path.stem for path in FOLDER.glob("*.json")}
    assert names == set(EVENTS) | NOTHING | ERRORS | {"longpoll"}


# ------------------------------------------------------------------------------------------ mutilated

RAW = [load(name) for name in EVENTS]


@settings(deadline=None, max_examples=100)
@given(mutilated(RAW))
def test_a_mutilated_payload_never_raises_and_nothing_of_it_is_lost(raw: Any) -> None:
    found = read(raw)
    again = read(copy.deepcopy(raw))
    assert found is None or (again is not None and again.key == found.key)
    if found is not None:
        assert_fit_to_keep(found)


@settings(deadline=None, max_examples=100)
@given(ANYTHING)
def test_anything_at_all_can_be_read(raw: Any) -> None:
    for one in wire.unpacked(raw):
        found = read(one)
        assert found is not None
        assert found.key
        assert wire.callback(one) == ""


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60))
def test_any_body_can_be_parsed(body: bytes) -> None:
    for raw in wire.unpacked(parse(body)):
        found = read(raw)
        assert found is not None
        assert isinstance(found.event, UnreadableUpdate)


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_body_that_is_no_update_is_kept_as_it_came(body: bytes) -> None:
    [raw] = wire.unpacked(parse(body))
    found = read(raw)
    assert found is not None
    assert isinstance(found.event, UnreadableUpdate)
    assert found.event.raw == body.decode(errors="replace")
    assert found.key.startswith("sha256:")
