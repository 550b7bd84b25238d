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
    Attachment,
    ChatId,
    Content,
    CustomerWrote,
    FileRef,
    ForeignId,
    Key,
    Location,
    Media,
    MediaKind,
    Profile,
    SharedContact,
    UnreadableUpdate,
    Unshowable,
    Update,
)
from bot.domain.text import Text
from bridges.shared.fields import parse
from bridges.viber import wire
from tests.bridges.mutations import ANYTHING, BAD_BODIES, assert_fit_to_keep, mutilated
from tests.bridges.viber.callbacks import CALLBACKS

FOLDER = Path(__file__).parents[2] / "payloads" / "viber"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = AccountName("shop")
IDAN = ChatId("xWxFWBYHceVLi80yULnRkw==")
AVATAR = (
    "https://share.viber.com/download_photo?dlid="
    "66adab37fe13aa4a731249d8a10a2fb8e5c339765661876e3d963083369a6a06%26fltp=jpg%26imsz=0000"
)
MEDIA = FileRef("account:shop", "http://viber.com")


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def read(raw: object) -> Update | None:
    return wire.read(raw, SHOP, NOW)


def idan(content: Content) -> Update:
    """A message of the recorded person, at the recorded time."""
    profile = Profile(name="Idan Harel", picture=FileRef("account:shop", AVATAR))
    at = datetime(2016, 11, 13, 12, 22, 30, 92_000, UTC)
    wrote = CustomerWrote(IDAN, ForeignId("4978563241957515056"), content, profile)
    return Update(Key("message:4978563241957515056"), wrote, at)


def one(attachment: Attachment, text: str = "") -> Content:
    return Content(Text.plain(text), (attachment,))


TEXT = (
    "批封廟根縄華勢田郎報株聞。変宝長独部鉱内出殺反提似惑金参勧車査真測。"
    "見名基現画府日室事集百藤米。発目本当党考万名東拓学早職表治月佐。"
    "町要静子呉遊推写間確長無読死覧件一盛治融。"
)
UPDATES: dict[str, Update] = {
    "text": Update(
        Key("message:4912661846655238145"),
        CustomerWrote(
            ChatId("01234567890A="),
            ForeignId("4912661846655238145"),
            Content(Text.plain(TEXT)),
            Profile(
                name="ふで都急ぼちラり面関ごル期販ずラ否裁ぞるめ数努むや正記味てょ",
                picture=FileRef("account:shop", "http://avatar_url"),
            ),
        ),
        datetime(2016, 3, 12, 6, 29, 57, 627_000, UTC),
    ),
    "url": idan(Content(Text.plain("http://viber.com"))),
    "image": idan(one(Media(MediaKind.PHOTO, MEDIA), "hello")),
    "video": idan(one(Media(MediaKind.VIDEO, MEDIA, size=1234, seconds=123))),
    "file": idan(one(Media(MediaKind.FILE, MEDIA, "test.com", size=1234))),
    "sticker": idan(one(Unshowable("sticker", "5536"))),
    "location": idan(one(Location(1234.0, 4312.0))),
    "contact": idan(one(SharedContact("idan", ("+97245611234",)))),
    "voice_as_file": Update(
        Key("message:4978563241957515057"),
        CustomerWrote(
            IDAN,
            ForeignId("4978563241957515057"),
            one(
                Media(
                    MediaKind.FILE,
                    FileRef("account:shop", "https://dl-media.viber.com/x/voice.m4a"),
                    "voice.m4a",
                    size=23000,
                )
            ),
            Profile(name="Idan Harel", locale="en"),
        ),
        datetime(2016, 11, 13, 12, 22, 30, 92_000, UTC),
    ),
}


@pytest.mark.parametrize("name", UPDATES)
def test_each_payload(name: str) -> None:
    assert read(load(name)) == UPDATES[name]


def test_no_payload_is_forgotten() -> None:
    names = {path.stem for path in FOLDER.glob("*.json")}
    errors = {name for name in names if name.startswith("error_")}  # read by test_errors.py
    assert names == set(UPDATES) | errors


# ------------------------------------------------------------------------------------------ mutilated

RAW = [*map(load, UPDATES), *CALLBACKS.values()]


@settings(deadline=None)
@given(mutilated(RAW))
def test_a_mutilated_payload_never_raises_and_nothing_of_it_is_lost(raw: Any) -> None:
    found = read(raw)
    again = read(copy.deepcopy(raw))
    assert found == again
    if found is None:
        assert raw["event"] in ("webhook", "conversation_started")
        return
    assert_fit_to_keep(found)


@settings(deadline=None)
@given(ANYTHING)
def test_anything_at_all_can_be_read(raw: Any) -> None:
    found = read(raw)
    assert found is not None
    assert_fit_to_keep(found)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_body_can_be_parsed(body: bytes) -> None:
    found = read(parse(body))
    assert found is not None
    assert isinstance(found.event, UnreadableUpdate)


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_body_that_is_no_callback_is_kept_as_it_came(body: bytes) -> None:
    found = read(parse(body))
    assert found is not None
    assert isinstance(found.event, UnreadableUpdate)
    assert found.event.raw == body.decode(errors="replace")
    assert found.key.startswith("sha256:")
