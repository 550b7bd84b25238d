"""Each kind of message, status and change, the event it becomes, and whose it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain import (
    AccountName,
    Attachment,
    ChatId,
    ChatMoved,
    Choice,
    Content,
    CustomerEdited,
    CustomerEvent,
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
from bot.domain.text import Span, Style, Text
from bot.ports import RejectReason
from bridges.whatsapp import events, wire
from bridges.whatsapp.contents import READERS
from bridges.whatsapp.kinds import IGNORED, QUIET

NOW = datetime(2026, 1, 1, tzinfo=UTC)
THEN = datetime.fromtimestamp(1700000000, UTC)
SHOP = AccountName("shop")
OURS = "106540352242922"
PHONE, USER, OTHER = "79990001122", "US.13491208655302741918", "US.2000"
CONTACT = {"profile": {"name": "Nick"}, "wa_id": PHONE}
F = FileRef("account:shop", "F")


def body(value: dict[str, Any], field: str = "messages", phone_id: str = OURS) -> dict[str, Any]:
    metadata = {"display_phone_number": "15550783881", "phone_number_id": phone_id}
    value = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102", "changes": [{"field": field, "value": value}]}],
    }


def read(value: dict[str, Any], field: str = "messages") -> list[Update]:
    return wire.read(body(value, field), OURS, SHOP, NOW)


def message(**parts: Any) -> dict[str, Any]:
    given = {"from": PHONE, "id": "wamid.1", "timestamp": "1700000000", **parts}
    return {key: value for key, value in given.items() if value is not None}


def event(**parts: Any) -> CustomerEvent:
    [update] = read({"contacts": [CONTACT], "messages": [message(**parts)]})
    assert update.at == THEN or isinstance(update.event, UnreadableUpdate)
    return update.event


def content(**parts: Any) -> Content:
    found = event(**parts)
    assert isinstance(found, CustomerWrote), found
    return found.content


# -------------------------------------------------------------------------------------- attachments


@pytest.mark.parametrize(
    ("parts", "attachment"),
    [
        (
            {"type": "image", "image": {"id": "F", "mime_type": "image/jpeg"}},
            Media(MediaKind.PHOTO, F, "", "image/jpeg"),
        ),
        (
            {"type": "document", "document": {"id": "F", "filename": "a.pdf", "mime_type": "application/pdf"}},
            Media(MediaKind.FILE, F, "a.pdf", "application/pdf"),
        ),
        (
            {"type": "audio", "audio": {"id": "F", "mime_type": "audio/ogg; codecs=opus", "voice": True}},
            Media(MediaKind.VOICE, F, "", "audio/ogg"),
        ),
        ({"type": "audio", "audio": {"id": "F"}}, Media(MediaKind.AUDIO, F)),
        ({"type": "video", "video": {"id": "F", "file_size": 7}}, Media(MediaKind.VIDEO, F, size=7)),
        ({"type": "sticker", "sticker": {"id": "F", "animated": True}}, Media(MediaKind.STICKER, F)),
        ({"type": "location", "location": {"latitude": 55.7, "longitude": -37}}, Location(55.7, -37.0)),
        (
            {
                "type": "contacts",
                "contacts": [{"name": {"first_name": "A", "last_name": "B"}, "emails": [{"email": "c"}]}],
            },
            SharedContact("A B", (), ("c",)),
        ),
        (
            {
                "type": "contacts",
                "contacts": [{"name": {}, "phones": [{"wa_id": "16505551234"}]}, {"name": {"formatted_name": ""}}],
            },
            SharedContact("", ("+16505551234",)),
        ),
        ({"type": "button", "button": {"text": "Yes", "payload": "y"}}, Choice("Yes", "y")),
        (
            {
                "type": "interactive",
                "interactive": {"type": "list_reply", "list_reply": {"id": "2", "title": "Two", "description": "d"}},
            },
            Choice("Two", "2", about="d"),
        ),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, Unshowable("")),
        ({"type": "unsupported", "unsupported": {"type": "poll_creation"}}, Unshowable("poll")),
        ({"type": "ephemeral"}, Unshowable("")),
    ],
)
def test_attachments(parts: dict[str, Any], attachment: Attachment) -> None:
    assert content(**parts) == Content(attachments=(attachment,))


def test_every_type_is_tried() -> None:
    """Checks that every type is tested: those in the table, and those with events of their own."""
    assert set(READERS) == {
        *("text", "image", "video", "audio", "voice", "document", "sticker", "location", "contacts"),
        *("button", "interactive", "order", "unsupported", "unknown", "ephemeral"),
    }
    assert set(events.EVENTS) == {"edit", "revoke", "reaction", "system"}


def test_an_order_is_told_item_by_item() -> None:
    order = {
        "catalog_id": "7",
        "text": "asap",
        "product_items": [
            {"product_retailer_id": "cup", "quantity": 2, "item_price": 4.5, "currency": "USD"},
            {"product_retailer_id": "pot", "quantity": "1"},
        ],
    }
    found = content(type="order", order=order)
    assert found == Content(Text.plain("asap\n2 × cup: 4.5 USD\n1 × pot"))


def test_words_and_captions_have_looks() -> None:
    bold = Text.of((Span("look", Style.BOLD), Span(" here")))
    assert content(type="text", text={"body": "*look* here"}).text == bold
    assert content(type="image", image={"id": "F", "caption": "*look* here"}).text == bold


# ---------------------------------------------------------------------------------- quotes, forwards


@pytest.mark.parametrize(
    ("parts", "quote"),
    [
        ({"context": {"from": "15550783881", "id": "wamid.0"}}, Quote(ForeignId("wamid.0"))),
        ({"context": {"forwarded": False}}, None),
        ({"context": "?"}, None),
        ({"referral": {}}, None),
    ],
)
def test_quotes(parts: dict[str, Any], quote: Quote | None) -> None:
    assert content(type="text", text={"body": "that one"}, **parts).quote == quote


@pytest.mark.parametrize("key", ["forwarded", "frequently_forwarded"])
def test_forwards_do_not_say_whose_they_are(key: str) -> None:
    found = content(type="text", text={"body": "words"}, context={key: True})
    assert found == Content(forwarded=(Forwarded("", Content(Text.plain("words"))),))


def test_an_edit_and_what_it_is_now() -> None:
    edit = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "hello"}}}
    assert event(type="edit", edit=edit) == CustomerEdited(
        ChatId(PHONE),
        ForeignId("wamid.0"),
        Content(Text.plain("hello")),
        Profile("Nick", phone=f"+{PHONE}", proven=True),
    )


# ----------------------------------------------------------------------------------------- who it is

BOTH = {"profile": {"name": "Nick", "username": "@nick"}, "wa_id": PHONE, "user_id": USER}
HIDDEN = {"profile": {"name": "Nick", "username": "nick"}, "user_id": USER}
ALIAS = Update(Key(f"alias:{PHONE}:{USER}"), ChatMoved(ChatId(PHONE), ChatId(USER)), THEN)


@pytest.mark.parametrize(
    ("contacts", "parts", "chat", "profile", "aliased"),
    [
        ([CONTACT], {}, PHONE, Profile("Nick", phone=f"+{PHONE}", proven=True), False),
        ([], {}, PHONE, Profile(phone=f"+{PHONE}", proven=True), False),
        ([BOTH], {"from_user_id": USER}, USER, Profile("Nick", "nick", f"+{PHONE}", proven=True), True),
        ([BOTH], {}, USER, Profile("Nick", "nick", f"+{PHONE}", proven=True), True),
        ([CONTACT], {"from_user_id": USER}, USER, Profile("Nick", phone=f"+{PHONE}", proven=True), True),
        ([HIDDEN], {"from": None, "from_user_id": USER}, USER, Profile("Nick", "nick"), False),
        ([HIDDEN], {"from": None}, USER, Profile("Nick", "nick"), False),
        ([HIDDEN], {"from": USER}, USER, Profile("Nick", "nick"), False),
        ([], {"from": None, "from_user_id": USER}, USER, Profile(), False),
        # several people's messages in one change
        (
            [{"profile": {"name": "Kim"}, "user_id": OTHER}, BOTH],
            {},
            USER,
            Profile("Nick", "nick", f"+{PHONE}", proven=True),
            True,
        ),
        # an id and a number that differ: the message's number is the one to write to
        (
            [{"profile": {"name": "Nick"}, "wa_id": "7999"}],
            {},
            PHONE,
            Profile("Nick", phone=f"+{PHONE}", proven=True),
            False,
        ),
    ],
)
def test_who_wrote(contacts: list[Any], parts: dict[str, Any], chat: str, profile: Profile, *, aliased: bool) -> None:
    found = read({"contacts": contacts, "messages": [message(type="text", text={"body": "hi"}, **parts)]})
    wrote = CustomerWrote(ChatId(chat), ForeignId("wamid.1"), Content(Text.plain("hi")), profile)
    assert found == [*([ALIAS] if aliased else []), Update(Key("wamid.1"), wrote, THEN)]


def system(**parts: Any) -> dict[str, Any]:
    return {"messages": [message(type="system", system=parts)]}


@pytest.mark.parametrize(
    ("value", "old", "new"),
    [
        (
            system(body="User A changed from 79990001122 to 1555", wa_id="15550001", type="user_changed_number"),
            PHONE,
            "15550001",
        ),
        (system(body="", customer=PHONE, wa_id="15550001", type="customer_changed_number"), PHONE, "15550001"),
        (
            system(
                body=f"User A changed from {USER} to {OTHER}", wa_id="1555", user_id=OTHER, type="user_changed_user_id"
            ),
            USER,
            OTHER,
        ),
        (system(body=f"User A changed from {USER} to {OTHER}", type="user_changed_user_id"), USER, OTHER),
        (system(body="User A", wa_id="15550001", user_id=OTHER, type="user_changed_number"), PHONE, OTHER),
    ],
)
def test_who_changes_their_number_stays_the_same_conversation(value: dict[str, Any], old: str, new: str) -> None:
    moved, *told = read(value)
    assert moved == Update(Key("wamid.1"), ChatMoved(ChatId(old), ChatId(new)), THEN)
    words = value["messages"][0]["system"]["body"]
    notices = [ServiceNotice(ChatId(new), Line("told", {"words": words}))] if words else []
    assert [one.event for one in told] == notices


def test_a_user_id_that_is_another_one_now() -> None:
    renamed = {"wa_id": PHONE, "user_id": {"previous": USER, "current": OTHER}, "timestamp": "1700000000"}
    found = read({"contacts": [CONTACT], "user_id_update": [renamed]}, "user_id_update")
    assert found == [Update(Key(f"moved:{USER}:{OTHER}"), ChatMoved(ChatId(USER), ChatId(OTHER)), THEN)]


def test_the_words_of_other_system_messages_are_told() -> None:
    [found] = read(system(body="Nick's security code changed", type="customer_identity_changed"))
    assert found.event == ServiceNotice(ChatId(PHONE), Line("told", {"words": "Nick's security code changed"}))
    assert read(system(body="", type="customer_identity_changed")) == []


# ----------------------------------------------------------------------------------------- statuses


def status(word: str, **parts: Any) -> dict[str, Any]:
    return {"id": "wamid.9", "status": word, "timestamp": "1700000000", "recipient_id": PHONE, **parts}


@pytest.mark.parametrize(
    ("body", "receipt"),
    [
        (status("delivered"), Receipt(ChatId(PHONE), ForeignId("wamid.9"), ReceiptState.DELIVERED)),
        (status("read"), Receipt(ChatId(PHONE), ForeignId("wamid.9"), ReceiptState.READ)),
        (status("played"), Receipt(ChatId(PHONE), ForeignId("wamid.9"), ReceiptState.READ)),
        (
            status(
                "failed", errors=[{"code": 131047, "title": "Re-engagement message", "error_data": {"details": "24 h"}}]
            ),
            Receipt(
                ChatId(PHONE),
                ForeignId("wamid.9"),
                ReceiptState.FAILED,
                reason=RejectReason.WINDOW_CLOSED,
                detail="Re-engagement message: 24 h",
            ),
        ),
        (
            status("failed"),
            Receipt(ChatId(PHONE), ForeignId("wamid.9"), ReceiptState.FAILED, reason=RejectReason.INVALID),
        ),
        (
            status("read", recipient_user_id=USER),
            Receipt(ChatId(USER), ForeignId("wamid.9"), ReceiptState.READ),
        ),
        (
            status("read", recipient_id=USER),
            Receipt(ChatId(USER), ForeignId("wamid.9"), ReceiptState.READ),
        ),
    ],
)
def test_statuses(body: dict[str, Any], receipt: Receipt) -> None:
    assert read({"statuses": [body]}) == [Update(Key(f"wamid.9:{body['status']}"), receipt, THEN)]


def test_a_status_names_its_person_in_the_contacts_too() -> None:
    [found] = read({"contacts": [BOTH], "statuses": [status("read")]})
    assert isinstance(found.event, Receipt)
    assert found.event.chat == USER


@pytest.mark.parametrize("word", ["sent", "deleted", "warning"])
def test_statuses_that_tell_nothing_new(word: str) -> None:
    assert read({"statuses": [status(word)]}) == []


# ------------------------------------------------------------------------ nothing, and unreadable things


@pytest.mark.parametrize("kind", sorted(QUIET))
def test_messages_that_tell_nothing(kind: str) -> None:
    assert read({"messages": [message(type=kind)]}) == []


@pytest.mark.parametrize("field", sorted(IGNORED))
def test_fields_with_which_no_customer_writes(field: str) -> None:
    assert read({"event": "APPROVED"}, field) == []


@pytest.mark.parametrize(
    ("parts", "chat"),
    [
        ({"type": "hologram", "hologram": {}}, PHONE),
        ({"type": "image", "image": {"mime_type": "image/jpeg"}}, PHONE),
        ({"type": "image"}, PHONE),
        ({"type": "text", "text": {"body": ""}}, PHONE),
        ({"type": "text", "text": "hi"}, PHONE),
        ({"type": "location", "location": {"latitude": "north"}}, PHONE),
        ({"type": "contacts", "contacts": []}, PHONE),
        ({"type": "interactive", "interactive": {}}, PHONE),
        ({"type": "edit", "edit": {"message": {"type": "text", "text": {"body": "x"}}}}, PHONE),
        ({"type": "edit", "edit": {"original_message_id": "1", "message": {"type": "hologram"}}}, PHONE),
        ({"type": "revoke", "revoke": {}}, PHONE),
        ({"type": "reaction", "reaction": {"emoji": "👍"}}, PHONE),
        ({"type": "system", "system": {"type": "user_changed_number"}}, PHONE),
        ({"type": "text", "text": {"body": "hi"}, "id": None}, PHONE),
        ({"text": {"body": "hi"}}, PHONE),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_chat(parts: dict[str, Any], chat: str) -> None:
    found = event(**parts)
    assert isinstance(found, UnreadableUpdate)
    assert (found.chat, found.profile.name) == (chat, "Nick")
    assert json.loads(found.raw)["part"] == message(**parts)
    assert json.loads(found.raw)["contacts"] == [CONTACT]


def test_a_message_of_nobody_is_kept() -> None:
    for parts in ({"from": None}, {"from": "somebody"}):
        [found] = read({"messages": [message(type="text", text={"body": "hi"}, **parts)]})
        assert isinstance(found.event, UnreadableUpdate)
        assert found.event.chat is None


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"errors": [{"code": 131000}]},
        {"statuses": [status("teleported")]},
        {"statuses": [{"id": "1", "status": "read"}]},
        {"statuses": [{"status": "read", "recipient_id": PHONE}]},
        {"user_id_update": [{"user_id": {"previous": USER}}]},
        {"messages": "hi"},
    ],
)
def test_changes_that_cannot_be_read_are_kept(value: dict[str, Any]) -> None:
    [found] = read(value)
    assert isinstance(found.event, UnreadableUpdate)
    assert found.event.why
    assert found.key == read(value)[0].key


def test_what_is_for_another_number_is_kept_and_nobodys() -> None:
    value = {"contacts": [CONTACT], "messages": [message(type="text", text={"body": "hi"})]}
    [found] = wire.read(body(value, phone_id="999"), OURS, SHOP, NOW)
    assert isinstance(found.event, UnreadableUpdate)
    assert found.event.chat is None
    assert "another number" in found.event.why


def test_one_that_cannot_be_read_does_not_hold_up_the_others() -> None:
    parts = [message(type="hologram"), message(type="text", text={"body": "hi"}, id="wamid.2")]
    unreadable, wrote = read({"contacts": [CONTACT], "messages": parts})
    assert isinstance(unreadable.event, UnreadableUpdate)
    assert isinstance(wrote.event, CustomerWrote)


def test_a_moment_may_be_a_number_or_missing() -> None:
    for timestamp, moment in ((1700000000, THEN), ("1700000000", THEN), (None, NOW), ("soon", NOW), ("²", NOW)):
        [found] = read({"messages": [message(type="text", text={"body": "hi"}, timestamp=timestamp)]})
        assert found.at == moment
