"""Components of messages, field by field: where a payload has words, they are shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain import (
    Attachment,
    Choice,
    Content,
    FileRef,
    ForeignId,
    Forwarded,
    Media,
    MediaKind,
    Occurrence,
    Quote,
    Reference,
    SharedContact,
    UnreadableUpdate,
    Unshowable,
)
from bot.domain.text import Text
from bot.locale import translator
from bot.views.words import summary
from bridges.whatsapp import posts
from tests.bridges.whatsapp.test_wire import CONTACT, content, event, message, read


def flow(answers: Any, **more: str) -> dict[str, Any]:
    given = answers if isinstance(answers, str | dict) else json.dumps(answers)
    reply = {"name": "flow", "body": "Sent", "response_json": given, **more}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            flow('{"comment_text": "Great", "delivery_rating": "4", "flow_token": "AQ", "size": 2.5, "gift": true}'),
            "📝 comment text: Great\ndelivery rating: 4\nsize: 2.5\ngift: ✓",
        ),
        (
            flow({"screen_0_Purchase_experience_0": "0_Excellent", "screen_1_Your_name_1": "Anna_Maria"}),
            "📝 Purchase experience: Excellent\nYour name: Anna Maria",
        ),
        (flow({"days": ["mon", "tue"], "to": {"city": "Riga", "zip": ""}}), "📝 days: mon, tue\nto: city: Riga"),
        (flow("not json"), "📝 not json"),
        (
            flow('{"values": {"in_pin_code": "400063"}}', name="address_message", body="CUSTOMER\n400063, Mumbai"),
            "📝 CUSTOMER\n400063, Mumbai\nvalues: in pin code: 400063",
        ),
        (flow('{"a": [[[[[["deep"]]]]]], "b": null, "c": ""}', body="Done"), "📝 Done"),
    ],
)
def test_the_answers_of_a_flow_are_shown(parts: dict[str, Any], words: str) -> None:
    assert content(**parts) == Content(Text.plain(words))


def test_files_of_a_flow_are_files() -> None:
    picked = [{"id": 7, "mime_type": "image/jpeg", "file_name": "me.jpg", "sha256": "…"}]
    found = content(**flow(json.dumps({"photo": picked, "doc": {"id": "8", "mime_type": "application/pdf"}})))
    assert found == Content(
        Text.plain("📝 photo: me.jpg"),
        (
            Media(MediaKind.PHOTO, FileRef("account:shop", "7"), "me.jpg", "image/jpeg"),
            Media(MediaKind.FILE, FileRef("account:shop", "8"), "", "application/pdf"),
        ),
    )


def test_a_flow_that_says_nothing_was_completed_all_the_same() -> None:
    assert content(**flow("{}")).attachments == (Choice("Sent", "{}"),)


@pytest.mark.parametrize(
    ("reply", "occurrence"),
    [
        ({"response": "accept", "expiration_timestamp": 1765000000}, Occurrence("calls_allowed_until", "2025-12-06")),
        ({"response": "accept", "is_permanent": True}, Occurrence("calls_allowed")),
        ({"response": "reject", "response_source": "user_action"}, Occurrence("calls_refused")),
    ],
)
def test_answers_about_calls(reply: dict[str, Any], occurrence: Occurrence) -> None:
    answer = {"type": "call_permission_reply", "call_permission_reply": reply}
    assert content(type="interactive", interactive=answer) == Content(attachments=(occurrence,))


def test_a_card_keeps_everything_on_it() -> None:
    card = {
        "name": {"formatted_name": "Anna Petrova", "first_name": "Anna"},
        "org": {"company": "Acme", "department": "Sales", "title": "Manager"},
        "phones": [{"phone": "+7 916 111-22-33", "wa_id": "79161112233"}, {"wa_id": "79161112233"}],
        "emails": [{"email": "a@acme.ru"}],
        "urls": [{"url": "https://acme.ru"}],
        "addresses": [{"street": "1 Main St", "city": "Riga", "zip": "1001", "country": "Latvia", "type": "WORK"}],
    }
    shared = SharedContact(
        "Anna Petrova",
        ("+7 916 111-22-33",),
        ("a@acme.ru",),
        "Acme, Sales",
        "Manager",
        ("https://acme.ru",),
        ("1 Main St, Riga, 1001, Latvia",),
    )
    assert content(type="contacts", contacts=[card]) == Content(attachments=(shared,))
    assert posts.card(shared) == {
        "type": "contacts",
        "contacts": [
            {
                "name": {"formatted_name": "Anna Petrova", "first_name": "Anna Petrova"},
                "org": {"company": "Acme, Sales", "title": "Manager"},
                "phones": [{"phone": "+7 916 111-22-33", "type": "CELL"}],
                "emails": [{"email": "a@acme.ru", "type": "WORK"}],
                "urls": [{"url": "https://acme.ru", "type": "WORK"}],
                "addresses": [{"street": "1 Main St, Riga, 1001, Latvia", "type": "WORK"}],
            }
        ],
    }


# -------------------------------------------------------------------------- products, advertisements

AD = {
    "source_url": "https://fb.me/1",
    "source_id": "7",
    "source_type": "ad",
    "headline": "Sale",
    "body": "All cups, " * 30,
    "welcome_message": {"text": "Hi! How can we help?"},
    "ctwa_clid": "ARA",
}


def test_an_advertisement_is_shown_whole() -> None:
    found = content(type="text", text={"body": "How much?"}, referral=AD)
    ad = Reference("📣", "Sale", "All cups, " * 30 + "\nHi! How can we help?", "https://fb.me/1")
    assert found == Content(Text.plain("How much?"), (ad,))
    assert "All cups" in summary(found, translator("en"))


def test_what_a_message_is_about_never_hides_the_quote() -> None:
    product = {"catalog_id": "1", "product_retailer_id": "cup"}
    found = content(
        type="text",
        text={"body": "This one?"},
        context={"id": "wamid.0", "referred_product": product},
        referral={"headline": "Sale", "source_url": "javascript:alert(1)"},
    )
    about = (Reference("🛒", "cup"), Reference("📣", "Sale"))
    assert found == Content(Text.plain("This one?"), about, Quote(ForeignId("wamid.0")))


def test_a_forwarded_message_keeps_what_it_came_from() -> None:
    found = content(type="text", text={"body": "hi"}, context={"forwarded": True}, referral={"headline": "Sale"})
    inner = Forwarded("", Content(Text.plain("hi")))
    assert found == Content(attachments=(Reference("📣", "Sale"),), forwarded=(inner,))


def test_an_order_with_nothing_in_it_is_named() -> None:
    assert content(type="order", order={"product_items": []}).attachments == (Unshowable("order"),)


# ------------------------------------------------------------------------ what WhatsApp does not pass on

BROKEN = {"code": 131000, "title": "Something went wrong", "error_data": {"details": "Unsupported webhook payload"}}
SILENT = {"code": 131051, "title": "Message type unknown", "error_data": {"details": "Message type is not supported."}}
HELD_BACK = {"code": 131060, "title": "This message is currently unavailable."}


@pytest.mark.parametrize(
    ("parts", "words", "shown"),
    [
        ({"errors": [SILENT]}, "", "❔ неподдерживаемое сообщение"),
        (
            {"errors": [SILENT], "unsupported": {"type": "poll_update"}},
            "",
            "❔ неподдерживаемое сообщение (голос в опросе)",
        ),
        ({"errors": [SILENT], "unsupported": {"type": "hologram"}}, "", "❔ неподдерживаемое сообщение (hologram)"),
        (
            {"errors": [HELD_BACK]},
            "",
            "❔ неподдерживаемое сообщение (мессенджер его не передал; возможно, оно видно в его приложении)",
        ),
        (
            {
                "errors": [BROKEN],
                "text": {"body": "Vote!"},
                "poll": {"question": "Tea or coffee?", "options": [{"name": "Tea"}]},
            },
            "Vote!\nTea or coffee?\nTea",
            "Vote!\nTea or coffee?\nTea ❔ неподдерживаемое сообщение: Unsupported webhook payload",
        ),
    ],
)
def test_what_is_not_passed_on_is_named_and_keeps_its_words(parts: dict[str, Any], words: str, shown: str) -> None:
    found = content(type="unsupported", **parts)
    assert found.text.characters == words
    assert summary(found, translator("ru")) == shown


def test_a_readable_answer_with_errors_is_read() -> None:
    pressed = {"type": "button_reply", "button_reply": {"id": "1", "title": "Yes"}}
    found = content(type="interactive", interactive=pressed, errors=[BROKEN])
    assert found.attachments == (Choice("Yes", "1"), Unshowable("form", "Unsupported webhook payload"))
    assert content(type="interactive", interactive=pressed, errors=[SILENT]).attachments == (Choice("Yes", "1"),)


SIGN = Unshowable("form", "Unsupported webhook payload")


@pytest.mark.parametrize(
    ("parts", "words", "attachments"),
    [
        ({"type": "interactive", "errors": [BROKEN]}, "", (SIGN,)),
        ({"type": "interactive", "interactive": {"type": "x", "x": {"title": "Tea"}}}, "Tea", (Unshowable("form"),)),
        ({"type": "hologram", "hologram": {"caption": "look", "id": "1"}}, "look", (Unshowable("hologram"),)),
        ({"type": "image", "image": {"caption": "*look*"}}, "look", (Unshowable("image"),)),
        (
            {"type": "hologram", "referral": {"headline": "Sale"}},
            "",
            (Reference("📣", "Sale"), Unshowable("hologram")),
        ),
        (
            {"type": "edit", "edit": {"message": {"type": "text", "text": {"body": "new words"}}}},
            "new words",
            (Unshowable("edit"),),
        ),
    ],
)
def test_what_cannot_be_read_is_kept_and_its_words_are_shown(
    parts: dict[str, Any], words: str, attachments: tuple[Attachment, ...]
) -> None:
    found = event(**parts)
    assert isinstance(found, UnreadableUpdate)
    assert (found.content.text.characters, found.content.attachments) == (words, attachments)


def test_errors_beside_the_message_are_its_errors() -> None:
    [found] = read({"contacts": [CONTACT], "messages": [message(type="interactive")], "errors": [BROKEN]})
    assert isinstance(found.event, UnreadableUpdate)
    assert found.event.content.attachments == (SIGN,)
