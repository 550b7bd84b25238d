"""Spellings in which providers, older clients and rare accounts send what they say: none of it is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain import (
    ChatId,
    ChatMoved,
    Content,
    CustomerWrote,
    FileRef,
    Location,
    Media,
    MediaKind,
    Profile,
    SharedContact,
    UnreadableUpdate,
    Unshowable,
)
from bot.domain.text import Span, Text
from tests.bridges.whatsapp.test_wire import content, event, message, read

ANNA = "FR.77aa"


def test_a_recording_comes_under_the_older_name_too() -> None:
    found = content(type="voice", voice={"id": "9", "mime_type": "audio/ogg; codecs=opus"})
    assert found.attachments == (Media(MediaKind.VOICE, FileRef("account:shop", "9"), mime="audio/ogg"),)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"quantity": "3", "item_price": "99.50", "currency": "EUR"}, "3 × mug-7: 99.50 EUR"),
        ({"quantity": 2, "item_price": 10}, "2 × mug-7: 10"),
        ({"quantity": "3"}, "3 × mug-7"),
        ({}, "1 × mug-7"),
    ],
)
def test_amounts_of_an_order_are_numbers_or_text(item: dict[str, Any], words: str) -> None:
    order = {"catalog_id": "1", "product_items": [{"product_retailer_id": "mug-7", **item}]}
    assert content(type="order", order=order) == Content(Text.plain(words))


CAFE = "https://cafe.example/riga"


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (
            {"latitude": "56.95", "longitude": "24.1", "name": "Cafe", "url": CAFE},
            Content(Text.of((Span(CAFE, link=CAFE),)), (Location(56.95, 24.1, "Cafe"),)),
        ),
        ({"name": "Cafe", "address": "1 Port St, Riga"}, Content(Text.plain("📍 Cafe, 1 Port St, Riga"))),
        ({"latitude": 56.95, "longitude": 24.1, "url": "app:7"}, Content(attachments=(Location(56.95, 24.1),))),
    ],
)
def test_a_place_has_a_page_or_no_coordinates(place: dict[str, Any], found: Content) -> None:
    assert content(type="location", location=place) == found


def test_answers_of_a_flow_may_be_a_list() -> None:
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(["Tuesday", "10:30"])}
    found = content(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": reply})
    assert found == Content(Text.plain("📝 Tuesday, 10:30"))


def test_an_error_may_have_its_details_itself() -> None:
    failed = {"code": 400, "title": "Failed", "details": "The server is busy"}
    found = content(type="image", image={"id": "9", "caption": "my new car"}, errors=[failed])
    assert found.text == Text.plain("my new car")
    assert found.attachments[1:] == (Unshowable("image", "The server is busy"),)


@pytest.mark.parametrize(("kind", "word"), [("document", "doc"), ("contacts", "contact"), ("text", ""), ("system", "")])
def test_a_message_that_cannot_be_read_is_named_as_what_it_is(kind: str, word: str) -> None:
    [update] = read({"messages": [message(type=kind, **{kind: {"type": "user_changed_number"}})]})
    assert isinstance(update.event, UnreadableUpdate)
    assert update.event.content.attachments == (Unshowable(word),)


# ------------------------------------------------------------------------------------------- people


def by_id(**more: Any) -> dict[str, Any]:
    sent = message(from_user_id=ANNA, **more)
    del sent["from"]
    return sent


@pytest.mark.parametrize("of_card", [True, False])
@pytest.mark.parametrize("phone", [{"phone": "+33 6 12 34 56 78", "wa_id": "33612345678"}, {"phone": "+33612345678"}])
def test_a_number_given_on_request_is_the_customers_own(phone: dict[str, str], of_card: bool) -> None:
    origin = {"origin": "contact_request"}
    card = {"phones": [phone], **(origin if of_card else {})}
    sent = by_id(type="contacts", contacts=[card], **({} if of_card else origin))
    moved, update = read({"messages": [sent], "contacts": [{"profile": {"name": "Anna"}, "user_id": ANNA}]})
    assert moved.event == ChatMoved(ChatId("33612345678"), ChatId(ANNA))
    assert isinstance(update.event, CustomerWrote)
    assert update.event.chat == ANNA
    assert update.event.profile == Profile("Anna", phone="+33612345678", proven=True)
    assert update.event.content.attachments == (SharedContact("", (phone["phone"],)),)


def test_a_card_may_be_a_vcard() -> None:
    vcard = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nORG:Acme\nTEL:+33 6 12 34 56 78\nEMAIL:a@acme.example\nEND:VCARD"
    found = content(type="contacts", contacts=[{"vcard": vcard, "phones": [{"phone": "+33612345678"}]}])
    assert found.attachments == (SharedContact("Anna", ("+33612345678",), ("a@acme.example",), "Acme"),)


def test_the_card_of_someone_else_tells_nothing_about_the_customer() -> None:
    card = {"phones": [{"phone": "+33612345678", "wa_id": "33612345678"}], "origin": "other"}
    [update] = read({"messages": [by_id(type="contacts", contacts=[card])]})
    assert isinstance(update.event, CustomerWrote)
    assert update.event.profile == Profile()


def test_people_known_by_the_id_of_all_portfolios_alone() -> None:
    sent = message(type="text", text={"body": "hi"}, from_parent_user_id="FR.ENT.9")
    assert event(**sent).chat == sent["from"]
    del sent["from"]
    [update] = read({"messages": [sent]})
    assert isinstance(update.event, CustomerWrote)
    assert update.event.chat == "FR.ENT.9"


def test_a_new_id_may_name_the_former_one_itself() -> None:
    changed = {"type": "user_changed_user_id", "previous_user_id": "FR.old", "user_id": "FR.new"}
    sent = message(type="system", system=changed)
    del sent["from"]
    [update] = read({"messages": [sent]})
    assert update.event == ChatMoved(ChatId("FR.old"), ChatId("FR.new"))
