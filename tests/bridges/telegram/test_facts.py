"""Messages that are neither text nor a file: the words that operators read, field by field of Bot API 10.3."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from inspect import getsource
from typing import Any

import pytest
from aiogram.types import Message

from bot.domain import (
    AccountName,
    Attachment,
    Choice,
    Content,
    CustomerEvent,
    CustomerWrote,
    FileRef,
    Location,
    Media,
    MediaKind,
    Poll,
    ServiceNotice,
    SharedContact,
    Unshowable,
)
from bot.domain.text import Span, Style, Text
from bridges.telegram import contents, facts, media, notices, wire
from bridges.telegram.kinds import BESIDE, SERVICE

NICK = {"id": 7, "is_bot": False, "first_name": "Nick", "last_name": "Smith"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Nick"}
NEWS = {"id": -1008, "type": "channel", "title": "News", "username": "news"}
PHOTO = [{"file_id": "small", "width": 1, "height": 1}, {"file_id": "F", "width": 9, "height": 9}]
SHOWN = Media(MediaKind.PHOTO, FileRef("account:shop", "F"), mime="image/jpeg")


def read(locale: str = "en", **parts: Any) -> CustomerEvent | None:
    message = {"message_id": 5, "date": 1700000000, "chat": PRIVATE, "from": NICK, **parts}
    update = wire.read({"update_id": 1, "message": message}, AccountName("shop"), datetime.now(UTC), locale)
    return update.event if update else None


def content(locale: str = "en", **parts: Any) -> Content:
    event = read(locale, **parts)
    assert isinstance(event, CustomerWrote), event
    return event.content


PAYMENT = {
    "currency": "USD",
    "total_amount": 145,
    "invoice_payload": "order 17",
    "telegram_payment_charge_id": "ch_1",
    "order_info": {
        "name": "Ada",
        "phone_number": "+1 555",
        "email": "ada@example.com",
        "shipping_address": {"city": "Rome", "street_line1": "Via 1", "post_code": "00100", "country_code": "IT"},
    },
}
STICKER = {"file_id": "F", "emoji": "🐸"}


@pytest.mark.parametrize(
    ("parts", "words", "attachments"),
    [
        ({"dice": {"emoji": "🎯", "value": 5}}, "🎯 5", ()),
        (
            {"game": {"title": "Chess", "description": "Two players", "text": "Score: 5", "photo": PHOTO}},
            "🎮 Chess\nTwo players\nScore: 5",
            (SHOWN,),
        ),
        (
            {"invoice": {"title": "Box", "description": "Five boxes", "currency": "JPY", "total_amount": 1450}},
            "🧾 Invoice: Box\nFive boxes\n1450 JPY",
            (),
        ),
        (
            {"successful_payment": PAYMENT},
            "💳 Paid: 1.45 USD\norder 17\nAda\n+1 555\nada@example.com\nVia 1, Rome, 00100, IT\nPayment ID: ch_1",
            (),
        ),
        (
            {"successful_payment": {"currency": "XTR", "total_amount": 50, "subscription_expiration_date": 1700000000}},
            "💳 Paid: ⭐ 50\nSubscription until 14 Nov 2023",
            (),
        ),
        ({"refunded_payment": {"currency": "XTR", "total_amount": 50}}, "↩️ Refunded: ⭐ 50", ()),
        (
            {"paid_media": {"star_count": 25, "paid_media": [{"type": "photo", "photo": PHOTO}]}, "caption": "look"},
            "⭐ 25\nlook",
            (SHOWN,),
        ),
        (
            {"paid_media": {"star_count": 25, "paid_media": [{"type": "preview"}]}, "caption": "look"},
            "⭐ 25\nlook",
            (Unshowable("paid media"),),
        ),
        (
            {"gift": {"gift": {"star_count": 15, "sticker": STICKER}, "text": "for you"}},
            "🎁 Gift ⭐ 15\nfor you",
            (Media(MediaKind.STICKER, FileRef("account:shop", "F"), mime="image/webp", emoji="🐸"),),
        ),
        (
            {
                "unique_gift": {
                    "gift": {"base_name": "Frog", "number": 7, "model": {"name": "Ice"}, "symbol": {"name": "Moon"}}
                }
            },
            "🎁 Gift Frog, #7\nIce, Moon",
            (),
        ),
        ({"gift_upgrade_sent": {"gift": {"star_count": 15}, "text": "up"}}, "🎁 Gift ⭐ 15\nup", ()),
        ({"story": {"chat": NEWS, "id": 4}}, "📖 Story of News", ()),
        ({"story": {"chat": {"id": 9}, "id": 4}}, "📖 Story", ()),
        (
            {
                "giveaway": {
                    "chats": [NEWS],
                    "winners_selection_date": 1700000000,
                    "winner_count": 3,
                    "prize_description": "a bike",
                    "premium_subscription_month_count": 6,
                }
            },
            "🎉 Giveaway: News\na bike\nTelegram Premium, months: 6\nWinners: 3\nWinners are chosen on 14 Nov 2023",
            (),
        ),
        (
            {"giveaway_winners": {"chat": NEWS, "winner_count": 1, "winners": [NICK], "prize_star_count": 500}},
            "🎉 Giveaway completed: News\nNick Smith\n⭐ 500\nWinners: 1",
            (),
        ),
        (
            {
                "users_shared": {
                    "users": [
                        {"user_id": 1, "first_name": "Ada", "username": "ada", "photo": PHOTO},
                        {"user_id": 2},
                    ]
                }
            },
            "",
            (SharedContact("Ada @ada"), SharedContact("Telegram user 2"), SHOWN),
        ),
        ({"users_shared": {"user_ids": [3]}}, "", (SharedContact("Telegram user 3"),)),
        ({"user_shared": {"user_id": 3}}, "", (SharedContact("Telegram user 3"),)),
        ({"chat_shared": {"chat_id": -5, "title": "Team", "photo": PHOTO}}, "💬 Chat: Team", (SHOWN,)),
        ({"chat_shared": {"chat_id": -5}}, "💬 Chat: -5", ()),
        (
            {"web_app_data": {"button_text": "Order", "data": '{"size": "L", "items": [{"name": "box", "n": 5}]}'}},
            "size: L\nitems · name: box\nitems · n: 5",
            (Choice("Order", '{"size": "L", "items": [{"name": "box", "n": 5}]}'),),
        ),
        ({"web_app_data": {"button_text": "Order", "data": "5 boxes"}}, "5 boxes", (Choice("Order", "5 boxes"),)),
        (
            {
                "poll": {
                    "question": "Which?",
                    "options": [{"text": "a", "media": {"photo": PHOTO}}],
                    "description": "Choose one",
                }
            },
            "Choose one",
            (Poll("Which?", ("a",)), SHOWN),
        ),
        (
            {"text": "Our news", "suggested_post_info": {"price": {"currency": "TON", "amount": 2500000000}}},
            "Our news\n📝 Suggested as a post\n2.5 TON",
            (),
        ),
    ],
)
def test_all_words_are_shown(parts: dict[str, Any], words: str, attachments: tuple[Attachment, ...]) -> None:
    found = content(**parts)
    assert (found.text.characters, found.attachments) == (words, attachments)


def test_a_story_and_a_chat_have_addresses() -> None:
    assert content(story={"chat": NEWS, "id": 4}).text.spans[0].link == "https://t.me/news/s/4"
    assert content(chat_shared={"title": "News", "username": "news"}).text.spans[0].link == "https://t.me/news"


@pytest.mark.parametrize(("date", "mark"), [(1700000000, "☑"), (0, "☐"), (None, "☐")])
def test_a_task_whose_completion_date_is_0_is_not_done(date: int | None, mark: str) -> None:
    task = {"text": "bread", "text_entities": [{"type": "bold", "offset": 0, "length": 5}], "completion_date": date}
    found = content(checklist={"title": "Buy", "tasks": [task]})
    assert found.text == Text.of((Span(f"Buy\n{mark} "), Span("bread", Style.BOLD)))


def test_the_hubs_own_words_are_in_its_language() -> None:
    assert content("ru", invoice={"title": "Коробка"}).text.characters == "🧾 Счёт: Коробка"


# --------------------------------------------------------------------------------------- rich messages


def rich(*blocks: Any) -> Content:
    return content(rich_message={"blocks": list(blocks)})


def paragraph(text: Any) -> dict[str, Any]:
    return {"type": "paragraph", "text": text}


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([paragraph(["I need ", {"type": "bold", "text": "5 boxes"}])], "I need 5 boxes"),
        ([{"type": "heading", "text": "Order", "size": 1}, {"type": "divider"}, paragraph("x")], "Order\n———\nx"),
        (
            [
                {
                    "type": "list",
                    "items": [
                        {"label": "1.", "blocks": [paragraph("milk")]},
                        {"label": "•", "blocks": [paragraph("bread")], "has_checkbox": True, "is_checked": True},
                        {"label": "•", "blocks": [paragraph("salt")], "has_checkbox": True},
                    ],
                }
            ],
            "1. milk\n☑ bread\n☐ salt",
        ),
        (
            [
                {
                    "type": "table",
                    "cells": [[{"text": "Box", "is_header": True}, {"text": "Price"}], [{"text": "A"}, {"text": "5"}]],
                    "caption": "Prices",
                }
            ],
            "Box | Price\nA | 5\nPrices",
        ),
        ([{"type": "blockquote", "blocks": [paragraph("To be")], "credit": "Hamlet"}], "To be\n— Hamlet"),
        ([{"type": "details", "summary": "More", "blocks": [paragraph("inside")]}], "More\ninside"),
        ([{"type": "mathematical_expression", "expression": "x^2"}], "x^2"),
        ([{"type": "buttons", "buttons": [{"text": "Site", "url": "https://a.b"}, {"text": "No"}]}], "[Site]  [No]"),
        ([{"type": "slideshow", "blocks": [paragraph("a")], "caption": {"text": "b", "credit": "c"}}], "a\nb\n— c"),
        ([{"type": "anchor", "name": "top"}, paragraph({"type": "custom_emoji", "alternative_text": "🐸"})], "🐸"),
        ([{"type": "of tomorrow", "text": "words"}], "words"),
    ],
)
def test_rich_messages_in_words(blocks: list[Any], words: str) -> None:
    found = rich(*blocks)
    assert (found.text.characters, found.attachments) == (words, ())


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ({"type": "bold", "text": {"type": "italic", "text": "x"}}, Span("x", Style.BOLD | Style.ITALIC)),
        ({"type": "url", "text": "x", "url": "https://a.b"}, Span("x", link="https://a.b")),
        ({"type": "email_address", "text": "x", "email_address": "a@b.c"}, Span("x", link="mailto:a@b.c")),
        ({"type": "text_mention", "text": "x", "user": {"id": 9}}, Span("x", link="tg://user?id=9")),
        ({"type": "button", "button": {"text": "x"}}, Span("[x]")),
        ({"type": "of tomorrow", "text": ["x"]}, Span("x")),
    ],
)
def test_looks_of_rich_texts(text: Any, span: Span) -> None:
    assert rich(paragraph(text)).text.spans == (span,)


def test_looks_of_rich_blocks() -> None:
    assert rich({"type": "pre", "text": "x = 1", "language": "python"}).text.spans == (
        Span("x = 1", Style.PRE, language="python"),
    )
    assert rich({"type": "pullquote", "text": "x"}).text.spans == (Span("x", Style.QUOTE),)


def test_files_and_places_of_rich_messages_are_attachments() -> None:
    found = rich(
        paragraph("see"),
        {"type": "collage", "blocks": [{"type": "photo", "photo": PHOTO, "caption": {"text": "the cat"}}]},
        {"type": "map", "location": {"latitude": 1, "longitude": 2}},
        {"type": "hologram", "hologram": {}},
    )
    assert found.text.characters == "see\nthe cat"
    assert found.attachments == (SHOWN, Location(1.0, 2.0), Unshowable("hologram"))


def test_a_rich_message_is_not_said_twice() -> None:
    assert content(rich_message={"blocks": [paragraph("x")]}, text="x").text.characters == "x"
    assert content(rich_message={"blocks": []}, text="x").text.characters == "x"


def test_a_rich_message_may_be_forwarded() -> None:
    origin = {"type": "user", "sender_user": {"first_name": "Shop bot"}}
    found = content(rich_message={"blocks": [paragraph("x")]}, forward_origin=origin)
    assert [(one.author, one.content.text.characters) for one in found.forwarded] == [("Shop bot", "x")]


# ------------------------------------------------------------------------------------- service messages


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"new_chat_members": [NICK, {"first_name": "Ada"}]}, "Joined the chat: Nick Smith, Ada"),
        ({"left_chat_member": NICK}, "Left the chat: Nick Smith"),
        ({"chat_owner_changed": {"new_owner": NICK}}, "Owner of the chat: Nick Smith"),
        ({"new_chat_title": "Sales"}, "The chat is now called “Sales”"),
        ({"pinned_message": {"text": "rules"}}, "Pinned message: “rules”"),
        ({"connected_website": "a.example"}, "Signed in to the site a.example"),
        ({"write_access_allowed": {"web_app_name": "shop"}}, "Opened the mini app “shop”"),
        (
            {"proximity_alert_triggered": {"traveler": NICK, "watcher": {"first_name": "Ada"}, "distance": 50}},
            "📍 Nick Smith is 50 m from Ada",
        ),
        (
            {
                "checklist_tasks_done": {
                    "checklist_message": {"checklist": {"tasks": [{"id": 1, "text": "milk"}]}},
                    "marked_as_done_task_ids": [1],
                    "marked_as_not_done_task_ids": [2],
                }
            },
            "Checklist: ☑ milk, ☐ #2",
        ),
        ({"checklist_tasks_added": {"tasks": [{"text": "salt"}]}}, "Added to the checklist: ☐ salt"),
        ({"forum_topic_created": {"name": "Refunds"}}, "Topic created: “Refunds”"),
        ({"forum_topic_edited": {"name": "Returns"}}, "The topic is now called “Returns”"),
        ({"poll_option_added": {"option_text": "maybe"}}, "Poll option added: “maybe”"),
        (
            {"suggested_post_declined": {"comment": "too long", "suggested_post_message": {"text": "News"}}},
            "Suggested post declined · too long · “News”",
        ),
        ({"suggested_post_paid": {"currency": "XTR", "star_amount": {"amount": 9}}}, "Suggested post paid · ⭐ 9"),
        ({"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}}, "after 1 day"),
        ({"direct_message_price_changed": {"direct_message_star_count": 5}}, "A direct message now costs ⭐ 5"),
        ({"community_chat_added": {"community": {"name": "Town"}}}, "Added to the community “Town”"),
    ],
)
def test_what_service_messages_say_is_a_line(parts: dict[str, Any], words: str) -> None:
    event = read(**parts)
    assert isinstance(event, ServiceNotice), event
    assert event.line.code == "told"
    assert event.line.values["words"].endswith(words)


@pytest.mark.parametrize("parts", [{"delete_chat_photo": True}, {"video_chat_started": {}}, {"pinned_message": {}}])
def test_service_messages_without_words_are_silent(parts: dict[str, Any]) -> None:
    assert read(**parts) is None


def test_every_field_of_the_newest_bot_api_has_its_place() -> None:
    declared = set(re.findall(r"^    (\w+): .+ \| None = ", getsource(Message), re.MULTILINE)) - {"from_user"}
    assert declared - {*facts.READERS, *media.KINDS, *contents.READERS, *SERVICE} - BESIDE == set()
    assert set(notices.WRITERS) <= set(SERVICE)
