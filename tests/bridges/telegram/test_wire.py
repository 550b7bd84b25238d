"""Each kind of update and of message, and the event it becomes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import Update as ApiUpdate

from bot.domain import (
    AccountName,
    Attachment,
    ChatId,
    ChatMoved,
    Choice,
    Content,
    CustomerEdited,
    CustomerEvent,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    CustomerWrote,
    FileRef,
    ForeignId,
    Forwarded,
    Location,
    Media,
    MediaKind,
    Poll,
    Profile,
    Quote,
    ServiceNotice,
    SharedContact,
    UnreadableUpdate,
    Unshowable,
)
from bot.domain.text import Span, Style, Text
from bridges.telegram import wire
from bridges.telegram.kinds import ASKED, IGNORED, SERVICE

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NICK = {"id": 7, "is_bot": False, "first_name": "Nick", "last_name": "Smith", "username": "nick", "language_code": "de"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Nick"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Our team", "username": "team"}
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna B\nTEL:+7 999 123-45-67\nTEL:112\nEMAIL:a@b.c\nORG:Acme\nEND:VCARD"
FILE = {"file_id": "F", "file_size": 10}
F = FileRef("account:shop", "F")


def read(kind: str, body: object) -> CustomerEvent | None:
    update = wire.read({"update_id": 1, kind: body}, AccountName("shop"), NOW)
    return update.event if update else None


def message(**parts: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1700000000, "chat": PRIVATE, "from": NICK, **parts}


def content(**parts: Any) -> Content:
    event = read("message", message(**parts))
    assert isinstance(event, CustomerWrote), event
    return event.content


@pytest.mark.parametrize(
    ("parts", "attachment"),
    [
        (
            {"photo": [{**FILE, "width": 90}, {"file_id": "x"}]},
            Media(MediaKind.PHOTO, FileRef("account:shop", "F"), mime="image/jpeg", size=10),
        ),
        (
            {"video": {**FILE, "duration": 4, "file_name": "a.mov", "mime_type": "video/quicktime"}},
            Media(MediaKind.VIDEO, F, "a.mov", "video/quicktime", 10, 4),
        ),
        ({"video": FILE}, Media(MediaKind.VIDEO, F, mime="video/mp4", size=10)),
        (
            {"video_note": {**FILE, "length": 240, "duration": 4}},
            Media(MediaKind.VIDEO, F, mime="video/mp4", size=10, seconds=4),
        ),
        # an animation comes as a document too, for old bots
        (
            {"animation": {**FILE, "file_name": "a.mp4"}, "document": FILE},
            Media(MediaKind.VIDEO, F, "a.mp4", "video/mp4", 10),
        ),
        ({"live_photo": FILE, "photo": [FILE]}, Media(MediaKind.VIDEO, F, mime="video/mp4", size=10)),
        ({"voice": {**FILE, "duration": 0}}, Media(MediaKind.VOICE, F, mime="audio/ogg", size=10, seconds=0)),
        (
            {"audio": {**FILE, "performer": "Bach", "title": "Air"}},
            Media(MediaKind.AUDIO, F, "Bach - Air", "audio/mpeg", 10),
        ),
        ({"document": {"file_id": "F"}}, Media(MediaKind.FILE, F)),
        ({"sticker": {**FILE, "emoji": "😀"}}, Media(MediaKind.STICKER, F, mime="image/webp", size=10, emoji="😀")),
        ({"sticker": {**FILE, "is_video": True}}, Media(MediaKind.STICKER, F, mime="video/webm", size=10)),
        (
            {"sticker": {**FILE, "is_animated": True}},
            Media(MediaKind.STICKER, F, mime="application/x-tgsticker", size=10),
        ),
        ({"location": {"latitude": 55.7, "longitude": -37}}, Location(55.7, -37.0)),
        (
            {
                "venue": {"location": {"latitude": 1, "longitude": 2}, "title": "Café", "address": "Street 1"},
                "location": {"latitude": 1, "longitude": 2},
            },
            Location(1.0, 2.0, "Café", "Street 1"),
        ),
        ({"contact": {"phone_number": "+1", "first_name": "Anna", "last_name": "K"}}, SharedContact("Anna K", ("+1",))),
        ({"contact": {"phone_number": "+1", "first_name": ""}}, SharedContact("", ("+1",))),
        (
            {"contact": {"phone_number": "79991234567", "first_name": "Anna", "vcard": CARD}},
            SharedContact("Anna", ("+79991234567", "112"), ("a@b.c",), "Acme"),
        ),
        (
            {"contact": {"phone_number": "", "first_name": "", "vcard": CARD}},
            SharedContact("Anna B", ("+7 999 123-45-67", "112"), ("a@b.c",), "Acme"),
        ),
        ({"poll": {"question": "Which?", "options": [{"text": "a"}, {"text": "b"}]}}, Poll("Which?", ("a", "b"))),
        ({"web_app_data": {"button_text": "Order", "data": "{}"}}, Choice("Order", "{}")),
        ({"passport_data": {"data": []}}, Unshowable("passport")),
    ],
)
def test_attachments(parts: dict[str, Any], attachment: Attachment) -> None:
    assert content(**parts) == Content(attachments=(attachment,))


def test_a_caption_has_its_own_looks() -> None:
    entities = [{"type": "italic", "offset": 0, "length": 4}]
    found = content(photo=[FILE], caption="look", caption_entities=entities)
    assert found.text == Text.of([Span("look", Style.ITALIC)])
    assert len(found.attachments) == 1


def test_a_caption_of_something_new_says_that_more_was_there() -> None:
    found = content(hologram={"file_id": "1"}, caption="look")
    assert (found.text, found.attachments) == (Text.plain("look"), (Unshowable("media"),))


@pytest.mark.parametrize("parts", [{"photo": []}, {"voice": {}}, {"location": {"latitude": "north"}}])
def test_an_unreadable_attachment_leaves_the_words(parts: dict[str, Any]) -> None:
    found = content(caption="look", **parts)
    assert (found.text, found.attachments) == (Text.plain("look"), (Unshowable(next(iter(parts))),))


# ---------------------------------------------------------------------------------- replies, forwards


@pytest.mark.parametrize(
    ("parts", "quote"),
    [
        (
            {"reply_to_message": {"message_id": 3, "text": "how much?", "from": {"first_name": "Shop"}}},
            Quote(ForeignId("3"), "how much?", "Shop"),
        ),
        ({"reply_to_message": {"message_id": 3, "caption": "the cat", "photo": []}}, Quote(ForeignId("3"), "the cat")),
        ({"reply_to_message": {"message_id": 3, "date": 0, "chat": PRIVATE}}, Quote(ForeignId("3"))),
        (
            {"reply_to_message": {"message_id": 3, "text": "a, b or c?"}, "quote": {"text": "b", "position": 3}},
            Quote(ForeignId("3"), "b"),
        ),
        (
            {
                "external_reply": {"origin": {"type": "hidden_user", "sender_user_name": "Kim"}},
                "quote": {"text": "elsewhere"},
            },
            Quote(None, "elsewhere", "Kim"),
        ),
        ({"external_reply": {"origin": {"type": "channel", "chat": {"title": "News"}}}}, Quote(None, "", "News")),
        (
            {"external_reply": {"origin": {"type": "channel", "chat": {"title": "News"}}, "dice": {"value": 5}}},
            Quote(None, "🎲 5", "News"),
        ),
        (
            {"reply_to_story": {"id": 4, "chat": {"id": 8, "title": "Shop", "username": "shop"}}},
            Quote(None, "📖 Story of Shop", "Shop"),
        ),
        (
            {
                "reply_to_message": {
                    "message_id": 3,
                    "checklist": {"title": "Buy", "tasks": [{"id": 2, "text": "milk"}]},
                },
                "reply_to_checklist_task_id": 2,
            },
            Quote(ForeignId("3"), "milk"),
        ),
        (
            {
                "reply_to_message": {"message_id": 3, "poll": {"options": [{"persistent_id": "b", "text": "tea"}]}},
                "reply_to_poll_option_id": "b",
            },
            Quote(ForeignId("3"), "tea"),
        ),
        ({"reply_to_message": {"message_id": 3, "poll": {"question": "Which?"}}}, Quote(ForeignId("3"), "Which?")),
        ({"reply_to_message": {"message_id": 3, "game": {"title": "Chess"}}}, Quote(ForeignId("3"), "🎮 Chess")),
        ({"external_reply": "?"}, Quote()),
        ({"reply_to_message": {"message_id": 3, "forum_topic_created": {"name": "x"}}}, None),
        ({"reply_to_message": {}}, None),
        ({"reply_to_message": 3}, None),
    ],
)
def test_quotes(parts: dict[str, Any], quote: Quote | None) -> None:
    assert content(text="that one", **parts).quote == quote


@pytest.mark.parametrize(
    ("parts", "author"),
    [
        ({"forward_origin": {"type": "user", "sender_user": {"first_name": "Anna", "last_name": "K"}}}, "Anna K"),
        ({"forward_origin": {"type": "hidden_user", "sender_user_name": "Hidden"}}, "Hidden"),
        ({"forward_origin": {"type": "chat", "sender_chat": {"title": "Group"}, "author_signature": "admin"}}, "Group"),
        ({"forward_origin": {"type": "channel", "chat": {"title": "News"}, "message_id": 9}}, "News"),
        ({"forward_origin": {"type": "channel", "author_signature": "Ed"}}, "Ed"),
        ({"forward_origin": {"type": "channel", "chat": {"title": "", "username": "news"}}}, "@news"),
        ({"forward_origin": {"type": "hidden_user", "sender_user_name": ""}}, ""),
        ({"forward_origin": {"type": "telepathy"}}, ""),
        ({"forward_origin": "?"}, ""),
        ({"forward_date": 1700000000, "forward_from": {"first_name": "Anna"}}, "Anna"),
        ({"forward_date": 1700000000, "forward_sender_name": "Hidden"}, "Hidden"),
        ({"forward_date": 1700000000, "forward_from_chat": {"title": "News"}}, "News"),
    ],
)
def test_forwards(parts: dict[str, Any], author: str) -> None:
    found = content(text="words", photo=[FILE], **parts)
    [forwarded] = found.forwarded
    photo = Media(MediaKind.PHOTO, F, mime="image/jpeg", size=10)
    assert (forwarded.author, forwarded.content) == (author, Content(Text.plain("words"), (photo,)))
    assert not found.text
    assert not found.attachments


def test_when_a_forwarded_message_was_written() -> None:
    origin = {"type": "hidden_user", "sender_user_name": "x", "date": 1600000000}
    [forwarded] = content(text="words", forward_origin=origin).forwarded
    assert forwarded == Forwarded("x", Content(Text.plain("words")), datetime.fromtimestamp(1600000000, UTC))


# --------------------------------------------------------------------------------------- who and where


def test_a_private_chat_is_the_person() -> None:
    assert read("message", message(text="hi")) == CustomerWrote(
        ChatId("7"), ForeignId("5"), Content(Text.plain("hi")), Profile("Nick Smith", "nick", locale="de")
    )


@pytest.mark.parametrize(("whose", "phone"), [(7, "+79991234567"), (8, ""), (None, "")])
def test_whoever_shares_their_own_number_has_told_it(whose: int | None, phone: str) -> None:
    card = {"phone_number": "79991234567", "first_name": "Nick"} | ({"user_id": whose} if whose else {})
    event = read("message", message(contact=card))
    assert isinstance(event, CustomerWrote)
    assert (event.profile.phone, event.profile.proven) == (phone, bool(phone))


def test_in_a_group_the_group_is_the_contact_and_the_words_say_whose_they_are() -> None:
    event = read("message", message(chat=GROUP, text="hi", entities=[{"type": "italic", "offset": 0, "length": 2}]))
    assert isinstance(event, CustomerWrote)
    assert (event.chat, event.profile) == (ChatId("-100123"), Profile("Our team", "team"))
    assert event.content.text == Text.of((Span("Nick Smith:", Style.BOLD), Span(" "), Span("hi", Style.ITALIC)))
    anonymous = read("message", message(chat=GROUP, text="hi", sender_chat={"title": "The board"}))
    assert isinstance(anonymous, CustomerWrote)
    assert anonymous.content.text.characters == "The board: hi"


def test_an_edit_is_an_edit() -> None:
    event = read("edited_message", message(text="hello", edit_date=1700000009))
    assert isinstance(event, CustomerEdited)
    assert (event.ref, event.content) == (ForeignId("5"), Content(Text.plain("hello")))
    assert read("edited_message", message(location={"latitude": 1, "longitude": 1})) is None  # it moves every minute


def test_a_group_that_moves() -> None:
    assert read("message", message(chat=GROUP, migrate_to_chat_id=-1009)) == ChatMoved(
        ChatId("-100123"), ChatId("-1009"), same_ids=False
    )
    assert read("message", message(chat=GROUP, migrate_from_chat_id=-5)) is None


@pytest.mark.parametrize("kind", sorted(SERVICE))
def test_service_messages_are_nobodys_messages(kind: str) -> None:
    assert isinstance(read("message", message(**{kind: {"x": 1}})), ServiceNotice | None)


@pytest.mark.parametrize("kind", sorted(IGNORED))
def test_updates_that_no_customer_causes_mean_nothing(kind: str) -> None:
    assert read(kind, {"id": "1"}) is None


def test_every_kind_that_is_asked_for_is_read() -> None:
    assert set(ASKED) == set(wire.READERS)
    assert not set(ASKED) & IGNORED


def test_every_kind_of_the_newest_bot_api_is_asked_for_or_ignored() -> None:
    assert set(ApiUpdate.model_fields) - {"update_id"} == set(ASKED) | IGNORED


# --------------------------------------------------------------------- buttons, reactions, memberships


def test_a_pressed_button_gives_its_title() -> None:
    keyboard = {"inline_keyboard": [[{"text": "No", "callback_data": "n"}], [{"text": "Yes", "callback_data": "y"}]]}
    asked = {"message_id": 4, "chat": PRIVATE, "date": 1, "reply_markup": keyboard}
    event = read("callback_query", {"id": "77", "from": NICK, "message": asked, "data": "y"})
    pressed = Content(attachments=(Choice("Yes", "y"),), quote=Quote(ForeignId("4")))
    assert event == CustomerWrote(
        ChatId("7"), ForeignId("callback:77"), pressed, Profile("Nick Smith", "nick", locale="de")
    )
    assert wire.callback({"update_id": 1, "callback_query": {"id": "77"}}) == "77"
    assert wire.callback({"update_id": 1, "message": {"id": "77"}}) == ""


@pytest.mark.parametrize(
    "keyboard", [None, 5, [], [5], [[5]], [[{"text": 5, "callback_data": "y"}]], [[{"callback_data": "y"}]]]
)
def test_a_pressed_button_of_an_unknown_keyboard_gives_what_it_carries(keyboard: Any) -> None:
    asked = {"message_id": 4, "chat": PRIVATE, "reply_markup": {"inline_keyboard": keyboard}}
    event = read("callback_query", {"id": "77", "from": NICK, "message": asked, "data": "y"})
    assert isinstance(event, CustomerWrote)
    assert event.content.attachments == (Choice("y", "y"),)


@pytest.mark.parametrize(
    ("reactions", "emoji"),
    [
        ([], ()),
        ([{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "🔥"}], ("👍", "🔥")),
        ([{"type": "custom_emoji", "custom_emoji_id": "5"}, {"type": "paid"}], ("❔", "⭐")),
        ([{"type": "new"}, 5], ()),
    ],
)
def test_reactions(reactions: list[Any], emoji: tuple[str, ...]) -> None:
    event = read(
        "message_reaction", {"chat": PRIVATE, "message_id": 5, "user": NICK, "date": 1, "new_reaction": reactions}
    )
    assert event == CustomerReacted(ChatId("7"), ForeignId("5"), emoji)


@pytest.mark.parametrize(
    ("old", "new", "event"),
    [
        ("member", "kicked", CustomerLeft(ChatId("7"))),
        ("kicked", "member", CustomerReturned(ChatId("7"), Profile("Nick Smith", "nick", locale="de"))),
        ("administrator", "left", CustomerLeft(ChatId("7"))),
        ("member", "administrator", None),
        ("left", "kicked", None),
    ],
)
def test_memberships(old: str, new: str, event: CustomerEvent | None) -> None:
    change = {
        "chat": PRIVATE,
        "from": NICK,
        "date": 1,
        "old_chat_member": {"status": old},
        "new_chat_member": {"status": new},
    }
    assert read("my_chat_member", change) == event


# ------------------------------------------------------------------------------------------ unreadable


@pytest.mark.parametrize(
    ("kind", "body", "chat", "named"),
    [
        ("message", message(hologram={"x": 1}), ChatId("7"), (Unshowable("hologram"),)),
        ("message", message(photo=[]), ChatId("7"), (Unshowable("photo"),)),
        ("message", message(document={}), ChatId("7"), (Unshowable("file"),)),
        ("message", message(location={"latitude": "north"}), ChatId("7"), (Unshowable("location"),)),
        ("message", message(message_id=None, text="hi"), ChatId("7"), ()),
        ("message", {"message_id": 1, "text": "hi"}, None, ()),
        ("message", "hi", None, ()),
        ("message_reaction", {"chat": PRIVATE, "new_reaction": []}, ChatId("7"), ()),
        ("callback_query", {"id": "1", "data": "x"}, None, ()),
        ("thought", {"chat": PRIVATE, "from": NICK}, ChatId("7"), ()),
        ("thought", {"message": {"chat": PRIVATE}}, ChatId("7"), ()),
    ],
)
def test_what_cannot_be_read_is_kept_whole_with_its_chat(
    kind: str, body: object, chat: ChatId | None, named: tuple[Attachment, ...]
) -> None:
    event = read(kind, body)
    assert isinstance(event, UnreadableUpdate)
    assert event.chat == chat
    assert event.why
    assert event.content == Content(attachments=named)
    assert f'"{kind}"' in event.raw
    if isinstance(body, dict) and body.get("from") and chat:
        assert event.profile.name == "Nick Smith"


def test_what_no_database_takes_is_replaced() -> None:
    event = read("thought", {"words": "a\x00b\ud83dc"})
    assert isinstance(event, UnreadableUpdate)
    assert event.raw == '{"update_id": 1, "thought": {"words": "a\\u0000b\ufffdc"}}'
    found = content(text="a\x00b\ud83dc")
    assert found.text == Text.plain("a\ufffdb\ufffdc")
