"""Callbacks → updates, one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain import (
    ChatId,
    Content,
    CustomerEvent,
    CustomerLeft,
    CustomerReturned,
    CustomerWrote,
    FileRef,
    ForeignId,
    Location,
    Media,
    MediaKind,
    Profile,
    ProfileChanged,
    Receipt,
    ReceiptState,
    SharedContact,
    UnreadableUpdate,
    Unshowable,
    Update,
)
from bot.domain.text import Text
from bridges.shared.fields import Fields
from bridges.viber import wire
from tests.bridges.viber.callbacks import CALLBACKS, HEAD, NICK
from tests.bridges.viber.conftest import SHOP

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CHAT, REF = ChatId("01234567890A="), ForeignId("491266184665523145")
PROFILE = Profile("John McClane", picture=FileRef("account:shop", "http://avatar.example.com"), locale="en")

EVENTS: dict[str, CustomerEvent | None] = {
    "delivered": Receipt(CHAT, REF, ReceiptState.DELIVERED),
    "seen": Receipt(CHAT, REF, ReceiptState.READ),
    "failed": Receipt(CHAT, REF, ReceiptState.FAILED, reason="invalid", detail="failure description"),
    "subscribed": CustomerReturned(CHAT, PROFILE),
    "unsubscribed": CustomerLeft(CHAT),
    "opened by a stranger": None,
    "opened by a subscriber": ProfileChanged(CHAT, PROFILE),
    "test call": None,
}


def read(raw: object) -> Update | None:
    return wire.read(raw, SHOP, NOW)


def message(said: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"event": "message", **HEAD, "sender": NICK, "message": said, **more}


def event(raw: object) -> CustomerEvent:
    found = read(raw)
    assert found is not None
    return found.event


def content(said: dict[str, Any]) -> Content:
    found = event(message(said))
    assert isinstance(found, CustomerWrote), found
    return found.content


@pytest.mark.parametrize("name", CALLBACKS)
def test_each_documented_callback(name: str) -> None:
    found = read(CALLBACKS[name])
    assert (found.event if found else None) == EVENTS[name]
    if found:
        assert found.key == f"{CALLBACKS[name]['event']}:{REF}"
        assert found.at == datetime(2016, 3, 12, 6, 29, 57, 627_000, UTC)


def test_events_of_one_message_have_keys_of_their_own() -> None:
    found = [read(raw) for raw in CALLBACKS.values()]
    keys = [update.key for update in found if update]
    assert len(set(keys)) == len(keys) == 6


@pytest.mark.parametrize("name", ["client_status", "action"])
def test_what_concerns_no_customer_is_passed_over(name: str) -> None:
    assert read({"event": name, **HEAD, "user": NICK}) is None


# ------------------------------------------------------------------------------------------- messages


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"type": "text", "text": "*bold* _it_ ~no~ <b> \n "}, Content(Text.plain("*bold* _it_ ~no~ <b> \n "))),
        ({"type": "text", "text": "Yes", "tracking_data": "button 7"}, Content(Text.plain("Yes"))),
        ({"type": "url", "media": "example.com/?a=1"}, Content(Text.plain("example.com/?a=1"))),
        ({"type": "sticker", "sticker_id": 40_126}, Content(attachments=(Unshowable("sticker", "40126"),))),
        (
            {"type": "sticker", "sticker_id": 1, "media": "https://s.example.com/1.png"},
            Content(attachments=(Media(MediaKind.STICKER, FileRef("account:shop", "https://s.example.com/1.png")),)),
        ),
        (
            {"type": "location", "location": {"lat": "50.76891", "lon": "6.11499", "address": "Aachen"}},
            Content(attachments=(Location(50.76891, 6.11499, address="Aachen"),)),
        ),
        ({"type": "contact", "contact": {"name": "Anna"}}, Content(attachments=(SharedContact("Anna"),))),
        (
            {"type": "contact", "contact": {"phone_number": "+7999"}},
            Content(attachments=(SharedContact("", ("+7999",)),)),
        ),
        # a number as Viber writes it, with the country code and without the plus
        (
            {"type": "contact", "contact": {"name": "Idan", "phone_number": "972545611234"}},
            Content(attachments=(SharedContact("Idan", ("+972545611234",)),)),
        ),
        (
            {"type": "contact", "contact": {"name": "Idan", "phone_number": 972545611234}},
            Content(attachments=(SharedContact("Idan", ("+972545611234",)),)),
        ),
        # the words count, whatever became of the rest
        ({"type": "picture", "text": "look"}, Content(Text.plain("look"), (Unshowable("photo"),))),
        ({"type": "picture", "text": "look", "media": ""}, Content(Text.plain("look"), (Unshowable("photo"),))),
        (
            {"type": "picture", "text": "look", "media": "file:///etc/passwd"},
            Content(Text.plain("look"), (Unshowable("photo"),)),
        ),
        ({"type": "video", "text": "look", "media": None}, Content(Text.plain("look"), (Unshowable("video"),))),
        ({"type": "file", "file_name": "bill.pdf"}, Content(attachments=(Unshowable("file", "bill.pdf"),))),
        ({"type": "contact", "text": "her", "contact": {}}, Content(Text.plain("her"), (Unshowable("contact"),))),
        (
            {"type": "location", "location": {"lat": "here", "lon": "there", "address": "Aachen"}},
            Content(attachments=(Unshowable("location", "Aachen"),)),
        ),
        ({"type": "url", "media": "https://a.example", "text": "see"}, Content(Text.plain("see\nhttps://a.example"))),
        ({"type": "url", "media": "a.example", "text": "a.example"}, Content(Text.plain("a.example"))),
        # types newer than the hub
        ({"type": "hologram", "text": "look"}, Content(Text.plain("look"), (Unshowable("hologram"),))),
        ({"type": ["text"], "text": "hello"}, Content(Text.plain("hello"), (Unshowable(""),))),
        (
            {"type": "hologram", "media": "https://h.example/1", "file_name": "h.holo"},
            Content(
                attachments=(
                    Media(MediaKind.FILE, FileRef("account:shop", "https://h.example/1"), "h.holo"),
                    Unshowable("hologram"),
                )
            ),
        ),
    ],
)
def test_messages(said: dict[str, Any], expected: Content) -> None:
    assert content(said) == expected


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({}, ""),
        ({"type": "hologram"}, "hologram"),
        ({"type": "rich_media", "rich_media": {}}, "rich_media"),
        ({"type": "text", "text": ""}, None),
        ({"type": "text", "text": " \u3164"}, None),
        ({"type": "text", "text": 7}, None),
        ({"type": "url"}, None),
        ({"type": "picture", "text": "", "media": ""}, "photo"),
        ({"type": "picture", "media": "https://example.com/" + "a" * 5000}, "photo"),
        ({"type": "sticker"}, "sticker"),
        ({"type": "sticker", "sticker_id": "40126"}, "sticker"),
        ({"type": "location", "location": {"lat": 1}}, "location"),
        ({"type": "location", "location": {"lat": "nan", "lon": "1"}}, "location"),
        ({"type": "contact", "contact": {}}, "contact"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_writer_and_kind(said: dict[str, Any], kind: str | None) -> None:
    found = read(message(said))
    assert found is not None
    assert isinstance(found.event, UnreadableUpdate)
    assert (found.event.chat, found.event.profile) == (CHAT, PROFILE)
    assert found.event.content.attachments == (() if kind is None else (Unshowable(kind),))
    assert "message" in found.event.raw
    assert found.key == f"message:{REF}"


def test_an_event_that_nobody_knows_is_kept_with_its_person() -> None:
    for fields in ({"user": NICK}, {"sender": NICK}, {"user_id": NICK["id"]}):
        found = event({"event": "danced", **HEAD, **fields})
        assert isinstance(found, UnreadableUpdate)
        assert found.chat == CHAT


def test_a_name_that_viber_does_not_tell_erases_none() -> None:
    found = event(message({"type": "text", "text": "hi"}, sender={"id": "a"}))
    assert isinstance(found, CustomerWrote)
    assert found.profile == Profile()


@pytest.mark.parametrize("user", [None, "", 7, "a" * 129])
def test_without_a_person_there_is_no_conversation(user: Any) -> None:
    found = event(message({"type": "text", "text": "hi"}, sender={"id": user}))
    assert isinstance(found, UnreadableUpdate)
    assert found.chat is None


# --------------------------------------------------------------------------------------- tokens, times


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (4912661846655238145, "4912661846655238145"),
        ((1 << 64) - 1, "18446744073709551615"),
        (1 << 64, None),
        ("4912661846655238145", "4912661846655238145"),
        ("٤", None),
        ("9" * 30, None),
        ("x", None),
        (0, None),
        (-1, None),
        (True, None),
        (4.9e18, None),
        (None, None),
    ],
)
def test_message_tokens_take_64_bits(given: object, expected: str | None) -> None:
    assert wire.message_token(Fields({"message_token": given})) == expected


def test_without_a_token_the_whole_is_the_key() -> None:
    raw = message({"type": "text", "text": "hi"}, message_token=None)
    first, again, other = read(raw), read(dict(raw)), read({**raw, "silent": True})
    assert first is not None
    assert again is not None
    assert other is not None
    assert isinstance(first.event, UnreadableUpdate)
    assert first.key == again.key != other.key


@pytest.mark.parametrize("timestamp", [None, 0, -5, "1457764197627", 1 << 62, 1.5, True])
def test_a_strange_time_is_now(timestamp: object) -> None:
    found = read(message({"type": "text", "text": "hi"}, timestamp=timestamp))
    assert found is not None
    assert found.at == NOW
