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
    ChatMoved,
    Choice,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerEvent,
    CustomerReacted,
    CustomerWrote,
    FileRef,
    ForeignId,
    Forwarded,
    Key,
    Line,
    Location,
    Media,
    MediaKind,
    Profile,
    Quote,
    Receipt,
    ReceiptState,
    ServiceNotice,
    SharedContact,
    UnreadableUpdate,
    Unshowable,
    Update,
)
from bot.domain.text import Span, Text
from bot.ports import RejectReason
from bridges.shared.fields import parse
from bridges.whatsapp import wire
from tests.bridges.mutations import ANYTHING, BAD_BODIES, assert_fit_to_keep, mutilated

FOLDER = Path(__file__).parents[2] / "payloads" / "whatsapp"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = AccountName("shop")
PHONE, USER = ChatId("972987654321"), ChatId("US.13491208655302741918")
TESTER = Profile(name="Test Name", phone="+972987654321", proven=True)
REF = ForeignId("wamid.xyzxyz")


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def read(raw: Any) -> list[Update]:
    """Parses a payload as the bridge of the first change's number."""
    try:
        phone_id = raw["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"]
    except (KeyError, IndexError, TypeError):
        phone_id = "1122334455667"
    return wire.read(raw, phone_id if isinstance(phone_id, str) else "1122334455667", SHOP, NOW)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def wrote(content: Content) -> CustomerWrote:
    return CustomerWrote(USER, REF, content, TESTER)


def said(words: str, **more: Any) -> Content:
    return Content(Text.plain(words), **more)


def file(kind: MediaKind, mime: str, id_: str = "1234567890987654321", **more: Any) -> Media:
    return Media(kind, FileRef("account:shop", id_), mime=mime, **more)


def only(attachment: Any, **more: Any) -> Content:
    return Content(attachments=(attachment,), **more)


def forwarded(content: Content) -> Content:
    return Content(forwarded=(Forwarded("", content),))


def alias(seconds: int, phone: str = PHONE) -> Update:
    """The update of a person who was known by their number until now."""
    return Update(Key(f"alias:{phone}:{USER}"), ChatMoved(ChatId(phone), USER), at(seconds))


OGG = "audio/ogg"
MAPS = "https://maps.google.com/?cid=2000000000000000000"
WRITTEN: dict[str, tuple[Content, int]] = {
    "text": (said("Body Text"), 1697043223),
    "image": (only(file(MediaKind.PHOTO, "image/jpeg", "65463453")), 1697043379),
    "image_with_url": (only(file(MediaKind.PHOTO, "image/jpeg", "65463453")), 1697043379),
    "file": (
        forwarded(said("caption", attachments=(file(MediaKind.FILE, "application/pdf", name="filename.pdf"),))),
        1697043666,
    ),
    "voice": (only(file(MediaKind.VOICE, OGG)), 1697043473),
    "audio": (forwarded(only(file(MediaKind.AUDIO, OGG))), 1697043509),
    "video": (
        forwarded(said("caption", attachments=(file(MediaKind.VIDEO, "video/mp4", "765756756"),))),
        1697044362,
    ),
    "sticker": (only(file(MediaKind.STICKER, "image/webp")), 1697043760),
    "location": (forwarded(only(Location(12.25089, 43.90539))), 1697044557),
    "location_venue": (
        forwarded(
            Content(
                Text.of((Span(MAPS, link=MAPS),)),
                (Location(37.4611978, -122.2164385, "Facebook HQ", "1 Hacker Way, Menlo Park, CA 94025"),),
            )
        ),
        1697044557,
    ),
    "contact": (
        Content(
            attachments=(
                SharedContact("Chandler Bing", ("+1 555-555-5555",)),
                SharedContact("Monica", ("+1 666-666-6666",)),
                SharedContact("Rachel Green", ("+1 777-777-7777",)),
            )
        ),
        1697044621,
    ),
    "reply": (said("replied text", quote=Quote(ForeignId("wamid.xyzxyz=="))), 1697044746),
    "forwarded": (forwarded(said("forwarded text")), 1697044815),
    "unsupported": (only(Unshowable("pool")), 1697044706),
    "button": (only(Choice("title", "callback_data"), quote=Quote(REF)), 1698266730),
}
EXPECTED: dict[str, list[Update]] = {
    name: [alias(seconds), Update(Key("wamid.xyzxyz"), wrote(content), at(seconds))]
    for name, (content, seconds) in WRITTEN.items()
}


def one(event: CustomerEvent, seconds: int, key: str = "wamid.xyzxyz") -> Update:
    return Update(Key(key), event, at(seconds))


EXPECTED |= {
    "text_official": [
        one(
            CustomerWrote(
                ChatId("16505551234"),
                ForeignId("wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA="),
                said("Does it come in another color?"),
                Profile(name="Sheena Nelson", phone="+16505551234", proven=True),
            ),
            1749416383,
            "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
        )
    ],
    "reaction": [alias(1697044456), one(CustomerReacted(USER, ForeignId("wamid.yzxyzx="), ("😮",)), 1697044456)],
    "reaction_removed": [alias(1697044456), one(CustomerReacted(USER, ForeignId("wamid.yzxyzx="), ()), 1697044456)],
    "edited": [
        alias(1749854575, "16505551234"),
        one(
            CustomerEdited(
                USER,
                ForeignId("wamid.HBgLMTQxMjU1NTA4MjkVAgASGBQzQUNCNjk5RDUwNUZGMUZEM0VBRAA="),
                said(
                    "Updated image caption",
                    attachments=(file(MediaKind.PHOTO, "image/jpeg", "1234567890"),),
                    quote=Quote(ForeignId("M0")),
                ),
                Profile(name="Test Name", phone="+16505551234", proven=True),
            ),
            1749854575,
            "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQUFERjg0NDEzNDdFODU3MUMxMAA=",
        ),
    ],
    "deleted": [
        alias(1697043223),
        one(CustomerDeleted(USER, ForeignId("<ORIGINAL_WHATSAPP_MESSAGE_ID>")), 1697043223, "<WHATSAPP_MESSAGE_ID>"),
    ],
    "status_delivered": [one(Receipt(USER, REF, ReceiptState.DELIVERED), 1698266945, "wamid.xyzxyz:delivered")],
    "status_read": [one(Receipt(USER, REF, ReceiptState.READ), 1689380458, "wamid.xyzxyz:read")],
    "status_failed": [
        one(
            Receipt(
                USER,
                REF,
                ReceiptState.FAILED,
                reason=RejectReason.FORBIDDEN,
                detail="User's number is part of an experiment: "
                "Failed to send message because this user's phone number is part of an experiment",
            ),
            1689380458,
            "wamid.xyzxyz:failed",
        )
    ],
    "phone_number_change": [
        one(ChatMoved(PHONE, ChatId("972912345678")), 1753851315, "wamid.xyzxyz=="),
        one(
            ServiceNotice(
                ChatId("972912345678"),
                Line("told", {"words": "User A changed from 972987654321 to 972912345678"}),
            ),
            1753851315,
            "told:wamid.xyzxyz==",
        ),
    ],
    "batch": [
        *EXPECTED["text"],
        alias(1697043379),
        one(CustomerWrote(USER, ForeignId("wamid.second"), WRITTEN["image"][0], TESTER), 1697043379, "wamid.second"),
        one(Receipt(USER, REF, ReceiptState.DELIVERED), 1698266945, "wamid.xyzxyz:delivered"),
        *EXPECTED["voice"],
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_payload(name: str) -> None:
    assert read(load(name)) == EXPECTED[name]


def test_no_payload_is_forgotten() -> None:
    names = {path.stem for path in FOLDER.glob("*.json")}
    errors = {name for name in names if name.startswith("error_")}  # read by test_errors.py
    assert names == set(EXPECTED) | errors


# ------------------------------------------------------------------------------------------ mutilated

RAW = [load(name) for name in EXPECTED]


@settings(deadline=None, max_examples=100)
@given(mutilated(RAW))
def test_a_mutilated_payload_never_raises_and_nothing_of_it_is_lost(raw: Any) -> None:
    found, again = read(raw), read(copy.deepcopy(raw))
    assert found == again
    for update in found:
        assert_fit_to_keep(update)


@settings(deadline=None, max_examples=100)
@given(ANYTHING)
def test_anything_at_all_can_be_read(raw: Any) -> None:
    [found] = read(raw)
    assert isinstance(found.event, UnreadableUpdate)
    if raw != "":  # an empty body contains nothing to store
        assert_fit_to_keep(found)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=60))
def test_any_body_can_be_parsed(body: bytes) -> None:
    [found] = read(parse(body))
    assert isinstance(found.event, UnreadableUpdate)


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_body_that_is_no_webhook_is_kept_as_it_came(body: bytes) -> None:
    [found] = read(parse(body))
    assert isinstance(found.event, UnreadableUpdate)
    assert found.event.raw == body.decode(errors="replace")
    assert found.key.startswith("sha256:")
