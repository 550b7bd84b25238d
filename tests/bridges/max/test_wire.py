"""Every kind of update and of attachment, including those missing from the recorded payloads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

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
    Media,
    MediaKind,
    Profile,
    ProfileChanged,
    SharedContact,
    UnreadableUpdate,
    Unshowable,
)
from bot.domain.text import Span, Style, Text
from bridges.max import wire
from bridges.max.kinds import ASKED, IGNORED

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FILES = "account:shop"
NICK = {"user_id": 5, "first_name": "Nick", "last_name": "Smith", "username": "nick", "is_bot": False}
BOT = {"user_id": 229, "first_name": "Shop", "is_bot": True}


def happened(kind: str, **about: Any) -> CustomerEvent | None:
    found = wire.read({"update_type": kind, "timestamp": 1, **about}, AccountName("shop"), NOW)
    return found.event if found else None


def message(text: Any = "", *attachments: Any, chat_type: str = "dialog", **more: Any) -> dict[str, Any]:
    body = {"mid": "mid.1", "seq": 1, "text": text, "attachments": list(attachments)}
    recipient = {"chat_id": 7, "chat_type": chat_type, "user_id": 229}
    return {"recipient": recipient, "sender": NICK, "timestamp": 2, "body": body, **more}


def said(*args: Any, **more: Any) -> Content:
    event = happened("message_created", message=message(*args, **more))
    assert isinstance(event, CustomerWrote), event
    return event.content


def media(kind: MediaKind, file: str, **more: Any) -> Media:
    return Media(kind, FileRef(FILES, file), **more)


URL = "https://i.oneme.ru/1"
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Kim\r\nTEL;TYPE=cell:79991234567\r\nTEL:8 800\r\nORG:Acme\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"type": "image", "payload": {"photo_id": 1, "token": "t", "url": URL}}, media(MediaKind.PHOTO, URL)),
        (
            {"type": "video", "payload": {"url": URL, "token": "abc-_"}, "width": 1, "height": 1, "duration": 9},
            media(MediaKind.VIDEO, "video:abc-_", seconds=9),
        ),
        ({"type": "video", "payload": {"url": URL}}, media(MediaKind.VIDEO, URL)),
        ({"type": "audio", "payload": {"url": URL, "token": "t"}}, media(MediaKind.VOICE, URL)),
        (
            {"type": "file", "payload": {"url": URL, "token": "t"}, "filename": "счёт.pdf", "size": 10},
            media(MediaKind.FILE, URL, name="счёт.pdf", mime="application/pdf", size=10),
        ),
        ({"type": "sticker", "payload": {"url": URL, "code": "1a"}, "width": 1}, media(MediaKind.STICKER, URL)),
        (
            {"type": "contact", "payload": {"vcf_info": None, "max_info": NICK}},
            SharedContact("Nick Smith", sites=("https://max.ru/nick",)),
        ),
        (
            {"type": "contact", "payload": {"vcf_info": None, "tam_info": {"first_name": "Nick", "name": "Nick S"}}},
            SharedContact("Nick S"),
        ),
        (
            {"type": "contact", "payload": {"vcf_info": "", "max_info": {"first_name": "Ann", "name": "Other"}}},
            SharedContact("Ann"),
        ),
        (
            {"type": "contact", "payload": {"vcf_info": CARD, "max_info": NICK}},
            SharedContact("Kim", ("+79991234567", "8 800"), company="Acme", sites=("https://max.ru/nick",)),
        ),
        ({"type": "data", "data": "yes"}, Choice("yes", "yes")),
        ({"type": "poll", "payload": {"question": "?"}}, Unshowable("poll")),
    ],
)
def test_attachments(raw: dict[str, Any], expected: object) -> None:
    assert said("", raw) == Content(attachments=(expected,))  # type: ignore[arg-type]
    assert said("look", raw) == Content(Text.plain("look"), (expected,))  # type: ignore[arg-type]


UNREADABLE: list[tuple[Any, str]] = [
    ({"type": "image", "payload": {"token": "t"}}, "image"),
    ({"type": "image", "payload": {"url": "file:///etc/passwd"}}, "image"),
    ({"type": "location", "latitude": "51", "longitude": 46}, "location"),
    ({"type": "contact", "payload": {}}, "contact"),
    ({"type": "contact", "payload": {"vcf_info": None, "tam_info": None}}, "contact"),
    ({"type": "share", "payload": {"token": "t"}}, "share"),
    ({"type": "data"}, "data"),
    ({"payload": {"url": URL}}, ""),
    ("image", ""),
]


@pytest.mark.parametrize(("raw", "kind"), UNREADABLE)
def test_an_attachment_that_cannot_be_read_takes_nothing_along(raw: Any, kind: str) -> None:
    assert said("look", raw) == Content(Text.plain("look"), (Unshowable(kind),))
    photo = {"type": "image", "payload": {"url": URL}}
    assert said("", raw, photo) == Content(attachments=(Unshowable(kind), media(MediaKind.PHOTO, URL)))


@pytest.mark.parametrize(("raw", "kind"), UNREADABLE)
def test_alone_it_is_kept_whole_and_named(raw: Any, kind: str) -> None:
    event = happened("message_created", message=message("", raw))
    assert isinstance(event, UnreadableUpdate)
    assert (event.chat, event.profile) == (ChatId("7"), Profile(name="Nick Smith", username="nick"))
    assert event.content == Content(attachments=(Unshowable(kind),))
    assert '"mid.1"' in event.raw


def test_a_recording_says_what_was_said_in_it() -> None:
    audio = {"type": "audio", "payload": {"url": URL, "token": "t"}, "transcription": "where is\nmy order "}
    assert said("", audio) == Content(Text.plain("🎤 where is my order"), (media(MediaKind.VOICE, URL),))
    assert said("hi", audio).text == Text.plain("hi\n🎤 where is my order")
    assert said("", {**audio, "transcription": None}).text == Text()


def test_several_pictures_are_one_message() -> None:
    pictures = [{"type": "image", "payload": {"url": f"{URL}{n}"}} for n in range(3)]
    assert said("look", *pictures).attachments == tuple(media(MediaKind.PHOTO, f"{URL}{n}") for n in range(3))


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("see https://a.b/", [Span("see https://a.b/")]),
        ("see", [Span("see\n"), Span("A shop", link="https://a.b/")]),
        ("", [Span("A shop", link="https://a.b/")]),
    ],
)
def test_the_preview_of_a_page_says_what_the_words_do_not(text: str, spans: list[Span]) -> None:
    share = {"type": "share", "payload": {"url": "https://a.b/"}, "title": "A shop", "description": "…"}
    expected = [Span("see"), Span("\n"), spans[1]] if text == "see" else spans
    assert said(text, share) == Content(Text.of(expected))


def test_buttons_under_a_message_say_nothing() -> None:
    assert said("hi", {"type": "inline_keyboard", "payload": {"buttons": []}}) == Content(Text.plain("hi"))


def test_buttons_of_a_forwarded_message_that_lead_to_a_page_are_links() -> None:
    page = "https://shop.example/7"
    rows = [[{"type": "callback", "text": "More", "payload": "1"}, {"type": "link", "text": "Buy", "url": page}], 7]
    keyboard = {"type": "inline_keyboard", "payload": {"buttons": rows}}
    [found] = said("", link=forward(text="Our goods", attachments=[keyboard])).forwarded
    assert found.content == Content(Text.of((Span("Our goods\n🔗 "), Span("Buy", link=page))))


def test_looks_come_along() -> None:
    bold = {"type": "strong", "from": 0, "length": 2}
    event = happened("message_created", message={**message(), "body": {"mid": "m", "text": "hi you", "markup": [bold]}})
    assert isinstance(event, CustomerWrote)
    assert event.content.text == Text.of((Span("hi", Style.BOLD), Span(" you")))


# ---------------------------------------------------------------------------------------- forwards


def forward(*, author: str = "Kim", link: Any = None, **body: Any) -> dict[str, Any]:
    inner = {"mid": "mid.0", **body, **({"link": link} if link else {})}
    return {"type": "forward", "sender": {"first_name": author}, "chat_id": -3, "message": inner}


def test_forwards_nest() -> None:
    link = forward(text="second", link=forward(author="Ann", text="first"))
    inner = Content(Text.plain("second"), forwarded=(Forwarded("Ann", Content(Text.plain("first"))),))
    assert said("look", link=link) == Content(Text.plain("look"), forwarded=(Forwarded("Kim", inner),))


def test_a_forward_without_words_of_ones_own_has_no_id() -> None:
    raw = {**message(link=forward(text="news")), "body": None}
    event = happened("message_created", message=raw)
    assert isinstance(event, CustomerWrote)
    assert event.ref == "unnamed:1"
    assert event.content == Content(forwarded=(Forwarded("Kim", Content(Text.plain("news"))),))
    assert not wire.is_message(event.ref)


def test_forwards_without_end_are_cut_off_somewhere() -> None:
    link = forward(text="0")
    for n in range(100):
        link = forward(text=f"{n}", link=link)
    content, depth = said("look", link=link), 0
    while content.forwarded:
        content, depth = content.forwarded[0].content, depth + 1
    assert (depth, content.attachments) == (20, (Unshowable("forward"),)), "what is left out is said"


@pytest.mark.parametrize(("link", "author"), [(forward(), "Kim"), ({"type": "forward"}, "")])
def test_an_empty_forward_takes_no_words_along(link: Any, author: str) -> None:
    nothing = Forwarded(author, Content(attachments=(Unshowable("forward"),)))
    assert said("look", link=link) == Content(Text.plain("look"), forwarded=(nothing,))
    event = happened("message_created", message=message("", link=link))
    assert isinstance(event, UnreadableUpdate)
    assert event.content == Content(forwarded=(nothing,))


def test_a_forward_from_a_channel_has_no_author() -> None:
    link = {**forward(text="news"), "sender": None}
    assert said("", link=link) == Content(forwarded=(Forwarded("", Content(Text.plain("news"))),))


def test_a_link_of_a_new_kind_is_said() -> None:
    assert said("look", link={"type": "story"}) == Content(Text.plain("look"), (Unshowable("story"),))


# ---------------------------------------------------------------------------------- kinds of updates


def test_every_kind_that_is_asked_for_is_read() -> None:
    assert set(ASKED) == set(wire.READERS)
    assert not set(ASKED) & IGNORED


@pytest.mark.parametrize("kind", sorted(IGNORED))
def test_ignored_kinds(kind: str) -> None:
    assert happened(kind, chat_id=7, user=NICK) is None


def test_our_own_words_and_channels_are_not_customers() -> None:
    for kind in ("message_created", "message_edited"):
        assert happened(kind, message=message("hi", sender=BOT)) is None
        assert happened(kind, message=message("news", chat_type="channel")) is None


def test_in_a_group_everybody_is_named() -> None:
    event = happened("message_created", message=message("hi", chat_type="chat"), user_locale="ru")
    assert event == CustomerWrote(
        ChatId("7"), ForeignId("mid.1"), Content(Text.of((Span("Nick Smith:", Style.BOLD), Span(" hi"))))
    )


@pytest.mark.parametrize(
    ("kind", "about", "event"),
    [
        ("bot_added", {"chat_id": -7, "is_channel": False}, CustomerReturned(ChatId("-7"))),
        ("bot_removed", {"chat_id": -7, "is_channel": False}, CustomerLeft(ChatId("-7"))),
        ("bot_added", {"chat_id": -7, "is_channel": True}, None),
        ("bot_removed", {"chat_id": -7, "is_channel": True}, None),
        ("chat_title_changed", {"chat_id": -7, "title": "Team"}, ProfileChanged(ChatId("-7"), Profile(name="Team"))),
        ("chat_title_changed", {"chat_id": -7}, None),
    ],
)
def test_groups(kind: str, about: dict[str, Any], event: CustomerEvent | None) -> None:
    assert happened(kind, user=NICK, **about) == event


def test_a_link_with_something_in_it_says_it() -> None:
    user = {**NICK, "avatar_url": "https://i.oneme.ru/small", "full_avatar_url": "https://i.oneme.ru/large"}
    event = happened("bot_started", chat_id=7, user=user, payload="autumn", user_locale="ru")
    picture = FileRef(FILES, "https://i.oneme.ru/small")
    profile = Profile(name="Nick Smith", username="nick", picture=picture, locale="ru")
    content = Content(attachments=(Choice("autumn", "autumn"),))
    assert event == CustomerWrote(ChatId("7"), ForeignId("started:1"), content, profile)


def test_a_button_is_called_by_its_words() -> None:
    keyboard = {
        "type": "inline_keyboard",
        "payload": {"buttons": [[{"text": "No", "payload": "n"}], 5, [{"text": "Yes", "payload": "y"}]]},
    }
    pressed = {"timestamp": 3, "callback_id": "c", "payload": "y", "user": NICK}
    event = happened("message_callback", callback=pressed, message=message("sure?", keyboard, sender=BOT))
    assert isinstance(event, CustomerWrote)
    assert event.content.attachments == (Choice("Yes", "y"),)
    assert event.ref == "callback:c:3"
    assert event.profile.name == "Nick Smith"


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("message_created", {"message": {**message("hi"), "recipient": {"chat_id": None, "chat_type": "dialog"}}}),
        ("message_created", {"message": message("")}),
        ("message_created", {"message": {**message(), "body": {"text": "hi"}}}),
        ("message_removed", {"chat_id": 7}),
        ("message_callback", {"callback": {"callback_id": "c", "user": NICK}, "message": None}),
        ("message_callback", {"callback": {"user": NICK}, "message": message("x")}),
        ("bot_started", {"user": NICK}),
        ("message_reaction", {"chat_id": 7}),
        ("", {}),
    ],
)
def test_what_lacks_what_is_needed_is_unreadable(kind: str, about: dict[str, Any]) -> None:
    assert isinstance(happened(kind, **about), UnreadableUpdate)


def test_attachments_of_another_type_are_not_overlooked() -> None:
    for text, kind in (("hi", CustomerWrote), ("", UnreadableUpdate)):
        raw = message(text)
        raw["body"]["attachments"] = {"type": "image"}
        event = happened("message_created", message=raw)
        assert isinstance(event, kind)
        assert event.content == Content(Text.plain(text), (Unshowable("attachments"),))


def test_the_same_press_has_the_same_key_and_another_one_has_not() -> None:
    def key(time: int, pressed: int) -> str:
        about = {"callback": {"callback_id": "c", "timestamp": pressed, "user": NICK}, "message": message("x")}
        found = wire.read({"update_type": "message_callback", "timestamp": time, **about}, AccountName("shop"), NOW)
        assert found
        return found.key

    assert key(1, 1) == key(1, 1)
    assert len({key(1, 1), key(2, 1), key(1, 2)}) == 3


@pytest.mark.parametrize(
    ("number", "phone"),
    [("79991234567", "+79991234567"), ("375291234567", "+375291234567"), ("+7 999 123-45-67", "+7 999 123-45-67")],
)
@pytest.mark.parametrize("info", ["max_info", "tam_info"])
def test_a_shared_phone_is_the_customers_own_and_has_its_plus(number: str, phone: str, info: str) -> None:
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:{number}\r\nFN:Kim\r\nEND:VCARD"
    for person, own in (({"user_id": 6}, ""), (None, ""), ({"user_id": 5}, phone)):
        contact = {"type": "contact", "payload": {"vcf_info": card, info: person}}
        event = happened("message_created", message=message("", contact))
        assert isinstance(event, CustomerWrote)
        assert event.profile.phone == own
        assert event.content.attachments == (SharedContact("Kim", (phone,)),)


def test_the_card_of_the_case_is_shown() -> None:
    shown = {"user_id": 7001, "first_name": "Nick", "name": "Nick S", "is_bot": False, "last_activity_time": 1}
    event = happened(
        "message_created", message=message("", {"type": "contact", "payload": {"vcf_info": None, "tam_info": shown}})
    )
    assert isinstance(event, CustomerWrote)
    assert (event.content.attachments, event.profile.phone) == ((SharedContact("Nick S"),), "")


# ------------------------------------------------------------- presses under messages that are deleted


PRESS = {"callback_id": "c", "timestamp": 3, "payload": "yes", "user": NICK}


def test_a_press_under_a_deleted_message_is_one_of_its_chat() -> None:
    event = happened("message_callback", callback=PRESS, message=None, chat_id=7)
    assert isinstance(event, CustomerWrote)
    assert (event.chat, event.content) == (ChatId("7"), Content(attachments=(Choice("yes", "yes"),)))
    silent = happened("message_callback", callback={**PRESS, "payload": None}, message=None, chat_id=7)
    assert isinstance(silent, CustomerWrote)
    assert silent.content == Content(attachments=(Choice("…"),))
    assert isinstance(happened("message_callback", callback=PRESS, message=None), UnreadableUpdate)


def test_who_pressed_is_asked_of_such_a_press_alone() -> None:
    def raw(**about: Any) -> dict[str, Any]:
        return {"update_type": "message_callback", "timestamp": 1, "callback": PRESS, **about}

    assert wire.homeless_presser(raw(message=None)) == wire.homeless_presser(raw()) == 5
    assert wire.homeless_presser(raw(message=message("x"))) is None
    assert wire.homeless_presser(raw(chat_id=7)) is None
    assert wire.homeless_presser({"update_type": "bot_started", "user": NICK}) is None
    assert wire.homeless_presser(None) is None


def test_the_chats_of_people_are_learned_from_private_conversations() -> None:
    created = {"update_type": "message_created", "message": message("hi")}
    assert wire.private_chat(created) == (5, 7)
    pressed = {"update_type": "message_callback", "callback": PRESS, "message": message("x", sender=BOT)}
    assert wire.private_chat(pressed) == (5, 7)
    assert wire.private_chat({"update_type": "bot_started", "chat_id": 7, "user": NICK}) == (5, 7)
    for other in (
        {"update_type": "message_created", "message": message("hi", chat_type="chat")},
        {"update_type": "bot_added", "chat_id": 7, "user": NICK},
        {"update_type": "bot_started", "chat_id": 7},
        {"update_type": "message_callback", "callback": PRESS},
        None,
    ):
        assert wire.private_chat(other) is None
