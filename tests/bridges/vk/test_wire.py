"""Events of every kind and shape, and the attachments of messages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain import (
    AccountName,
    Attachment,
    ChatId,
    Choice,
    ColleagueEdited,
    ColleagueWrote,
    Content,
    CustomerEdited,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    CustomerWrote,
    FileRef,
    ForeignId,
    Key,
    Location,
    Media,
    MediaKind,
    Occurrence,
    Poll,
    Profile,
    ProfileChanged,
    Quote,
    Receipt,
    ReceiptState,
    UnreadableUpdate,
    Unshowable,
    Update,
)
from bot.domain.text import Span, Style, Text
from bridges.vk import wire
from bridges.vk.kinds import CHATS, IGNORED, WANTED

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NICK = Profile("Nick")
KNOWN = wire.EventContext(
    AccountName("shop"), NOW, {7: NICK, CHATS + 1: Profile("Team"), -5: Profile("Acme")}, {"p1": "Yes"}, 5
)
GROUP = ChatId(str(CHATS + 1))
URL = "https://sun1.userapi.com/x"
MESSAGE: dict[str, Any] = {"peer_id": 7, "from_id": 7, "conversation_message_id": 3, "date": 1700000000, "text": "hi"}


def event(kind: str, body: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, "object": body, "group_id": 5, "event_id": "e1", "v": "5.199", **more}


def read(kind: str, body: Any) -> Any:
    found = wire.read(event(kind, body), KNOWN)
    return found.event if found else None


def message(**parts: Any) -> Any:
    return read("message_new", {"message": {**MESSAGE, **parts}, "client_info": {}})


def content(**parts: Any) -> Content:
    wrote = message(**parts)
    assert isinstance(wrote, CustomerWrote), wrote
    return wrote.content


def ref(url: str = URL) -> FileRef:
    return FileRef("account:shop", url)


# ------------------------------------------------------------------------------------------ events


def test_every_wanted_kind_is_read_and_none_is_also_ignored() -> None:
    assert set(WANTED) == set(wire.READERS)
    assert not IGNORED & set(WANTED)


@pytest.mark.parametrize("body", [{"message": MESSAGE, "client_info": {}}, MESSAGE], ids=["new shape", "old shape"])
def test_both_shapes_of_a_message(body: Any) -> None:
    wrote = CustomerWrote(ChatId("7"), ForeignId("3"), Content(Text.plain("hi")), NICK)
    assert wire.read(event("message_new", body), KNOWN) == Update(
        Key("e1"), wrote, datetime.fromtimestamp(1700000000, UTC)
    )


def test_an_edit() -> None:
    edited = wire.read(event("message_edit", {**MESSAGE, "text": "hello", "update_time": 1700000100}), KNOWN)
    assert edited is not None
    assert edited.event == CustomerEdited(ChatId("7"), ForeignId("3"), Content(Text.plain("hello")), NICK)
    assert edited.at == datetime.fromtimestamp(1700000100, UTC)


@pytest.mark.parametrize("parts", [{"out": 1}, {"from_id": -5}, {"from_id": -5, "out": 1}])
def test_what_the_community_wrote_itself_is_none_of_a_customer(parts: Any) -> None:
    assert message(**parts) is None
    assert read("message_edit", {**MESSAGE, **parts}) is None


OURS = {**MESSAGE, "from_id": -5, "out": 1, "admin_author_id": 8, "text": "at five"}
SAID = Content(Text.of((Span("id8:", Style.BOLD), Span(" at five"))))


def test_what_an_administrator_answers_on_vk() -> None:
    assert read("message_reply", OURS) == ColleagueWrote(ChatId("7"), ForeignId("3"), SAID, NICK)
    assert read("message_edit", OURS) == ColleagueEdited(ChatId("7"), ForeignId("3"), SAID)
    known = replace(KNOWN, people={**KNOWN.people, 8: Profile("Anna")})
    named = wire.read(event("message_reply", OURS), known)
    assert named is not None
    assert isinstance(named.event, ColleagueWrote)
    assert named.event.content.text.characters == "Anna: at five"
    assert 8 in wire.people(event("message_reply", OURS))


def test_an_administrators_sticker_that_cannot_be_read_is_theirs_too() -> None:
    found = read("message_reply", {**OURS, "text": "", "attachments": []})
    assert isinstance(found, ColleagueWrote)
    assert found.content.attachments == (Unshowable(),)


@pytest.mark.parametrize(
    "parts", [{"admin_author_id": None}, {"admin_author_id": 0}, {"conversation_message_id": None}, {"action": {}}]
)
def test_what_programs_answer_is_nobodys(parts: Any) -> None:
    empty = {"text": "", "attachments": []} if "action" in parts else {}
    assert read("message_reply", {**OURS, **empty, **parts}) is None


def test_a_community_can_be_a_customer() -> None:
    wrote = message(peer_id=-5, from_id=-5)
    assert wrote.profile.automatic
    assert not message().profile.automatic
    assert (wrote.chat, wrote.profile.name) == ("-5", "Acme")


def test_in_a_conversation_of_several_each_line_says_who_spoke() -> None:
    wrote = message(peer_id=CHATS + 1)
    assert (wrote.chat, wrote.profile.name) == (str(CHATS + 1), "Team")
    assert wrote.content.text == Text.of((Span("Nick:", Style.BOLD), Span(" hi")))
    assert message(peer_id=CHATS + 1, from_id=99).content.text.characters == "id99: hi"


def test_people_come_and_go() -> None:
    assert read("message_allow", {"user_id": 7, "key": ""}) == CustomerReturned(ChatId("7"), NICK)


def test_what_was_read() -> None:
    body = {"from_id": 7, "peer_id": 7, "read_message_id": 5003, "conversation_message_id": 3}
    assert read("message_read", body) == Receipt(ChatId("7"), ForeignId("3"), ReceiptState.READ, through=True)
    assert read("message_read", {**body, "from_id": -5}) is None
    assert read("message_read", {"from_id": 7, "peer_id": 7, "read_message_id": 5003}) is None


@pytest.mark.parametrize(("reaction", "emoji"), [(1, ("❤",)), (4, ("👍",)), (99, ("❔",)), (None, ()), (0, ())])
def test_reactions(reaction: int | None, emoji: tuple[str, ...]) -> None:
    body = {"reacted_id": 7, "peer_id": 7, "cmid": 3} | ({"reaction_id": reaction} if reaction is not None else {})
    assert read("message_reaction_event", body) == CustomerReacted(ChatId("7"), ForeignId("3"), emoji)
    assert read("message_reaction_event", {**body, "reacted_id": -5}) is None


@pytest.mark.parametrize("payload", [{"a": 1}, '{"a": 1}'], ids=["as it comes", "as documented"])
def test_a_pressed_button(payload: Any) -> None:
    body = {"user_id": 7, "peer_id": 7, "event_id": "p1", "payload": payload, "conversation_message_id": 3}
    wrote = read("message_event", body)
    assert wrote.ref == "event:p1"
    assert wrote.content == Content(attachments=(Choice("Yes", '{"a": 1}'),), quote=Quote(ForeignId("3")))
    nameless = read("message_event", {**body, "event_id": "p2", "payload": None, "conversation_message_id": None})
    assert nameless.content == Content(attachments=(Choice("…"),))


@pytest.mark.parametrize("kind", sorted(IGNORED))
def test_what_concerns_no_customer(kind: str) -> None:
    assert wire.read(event(kind, {"user_id": 7}), KNOWN) is None


@pytest.mark.parametrize(
    ("raw", "chat"),
    [
        (event("message_new", {"message": {**MESSAGE, "text": "", "hologram": {}}}), "7"),
        (event("message_new", {"message": {"peer_id": 7, "text": "no number"}}), "7"),
        (event("message_new", {"message": {**MESSAGE, "conversation_message_id": 0}}), "7"),
        (event("message_edit", {**MESSAGE, "text": ""}), "7"),
        (event("message_event", {"user_id": 7, "peer_id": 7}), "7"),
        (event("message_teleport", {"user_id": 7}), "7"),
        (event("message_teleport", {}), None),
        ({}, None),
        (None, None),
    ],
)
def test_what_nobody_expected_is_kept_whole(raw: Any, chat: str | None) -> None:
    found = wire.read(raw, KNOWN)
    assert found is not None
    assert isinstance(found.event, UnreadableUpdate)
    assert (json.loads(found.event.raw), found.event.chat) == (raw, chat)
    assert found.event.profile == (NICK if chat else Profile())


ACTIONS = [
    "chat_photo_update",
    "chat_photo_remove",
    "chat_create",
    "chat_title_update",
    "chat_invite_user",
    "chat_kick_user",
    "chat_screenshot",
    "chat_pin_message",
    "chat_unpin_message",
    "chat_invite_user_by_link",
    "chat_invite_user_by_message_request",
    "chat_kick_don",
    "chat_group_call_started",
    "chat_invite_user_by_call",
    "chat_invite_user_by_call_join_link",
    "conversation_style_update",
]


@pytest.mark.parametrize("kind", ACTIONS)
def test_service_messages_tell_nothing_of_a_private_conversation(kind: str) -> None:
    assert message(text="", action={"type": kind, "member_id": -5, "text": "Title"}) is None


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"type": "chat_title_update", "text": "Buyers"}, ProfileChanged(GROUP, Profile("Buyers"))),
        ({"type": "chat_create", "text": "Buyers"}, ProfileChanged(GROUP, Profile("Buyers"))),
        ({"type": "chat_title_update"}, None),
        ({"type": "chat_invite_user", "member_id": -5}, CustomerReturned(GROUP, Profile("Team"))),
        ({"type": "chat_invite_user", "member_id": 7}, None),
        ({"type": "chat_kick_user", "member_id": -5}, CustomerLeft(GROUP)),
        ({"type": "chat_kick_user", "member_id": -6}, None),
        ({"type": "chat_pin_message", "member_id": 7, "message": "hi"}, None),
    ],
)
def test_service_messages_of_a_group_conversation(action: Any, expected: Any) -> None:
    assert message(peer_id=int(GROUP), text="", action=action) == expected


def test_only_a_new_title_has_the_name_looked_up_again() -> None:
    renaming = {**MESSAGE, "peer_id": CHATS + 1, "action": {"type": "chat_title_update", "text": "Buyers"}}
    assert wire.renamed(event("message_new", {"message": renaming})) == CHATS + 1
    assert wire.renamed(event("message_new", {"message": MESSAGE})) is None
    assert wire.renamed(None) is None


def test_an_event_without_an_id_has_the_same_key_at_each_repetition() -> None:
    raw = {"type": "message_new", "object": MESSAGE}
    first, second = (wire.read(json.loads(json.dumps(raw)), KNOWN) for _ in range(2))
    other = wire.read({"type": "message_new", "object": {**MESSAGE, "conversation_message_id": 4}}, KNOWN)
    assert first
    assert second
    assert other
    assert first.key == second.key != other.key


def test_all_who_appear_in_an_event_are_named() -> None:
    inner = {"from_id": -8, "fwd_messages": [{"from_id": 12}], "reply_message": {"from_id": 13}}
    raw = event("message_new", {"message": {**MESSAGE, "fwd_messages": [inner], "reply_message": {"from_id": 14}}})
    assert wire.people(raw) == {7, -8, 12, 13, 14}
    assert wire.people(event("message_allow", {"user_id": 7})) == {7}
    crowd = [{"from_id": number} for number in range(1, 5000)]
    assert len(wire.people(event("message_new", {**MESSAGE, "fwd_messages": crowd}))) < 300


# ------------------------------------------------------------------------------------- attachments

SIZES = [
    {"type": "w", "url": f"{URL}?w", "width": 1280, "height": 960},
    {"type": "s", "url": f"{URL}?s", "width": 75, "height": 56},
]


@pytest.mark.parametrize(
    ("attachment", "expected"),
    [
        ({"type": "photo", "photo": {"sizes": SIZES}}, Media(MediaKind.PHOTO, ref(f"{URL}?w"), mime="image/jpeg")),
        ({"type": "photo", "photo": {"sizes": SIZES, "orig_photo": {"url": URL}}},
         Media(MediaKind.PHOTO, ref(), mime="image/jpeg")),
        ({"type": "photo", "photo": {"photo_75": f"{URL}?s", "photo_604": URL}},
         Media(MediaKind.PHOTO, ref(), mime="image/jpeg")),
        ({"type": "doc", "doc": {"title": "bill", "ext": "PDF", "url": URL, "size": 9}},
         Media(MediaKind.FILE, ref(), "bill.PDF", "application/pdf", 9)),
        ({"type": "audio_message", "audio_message": {"link_ogg": URL, "link_mp3": "https://m.p/3", "duration": 4}},
         Media(MediaKind.VOICE, ref(), mime="audio/ogg", seconds=4)),
        ({"type": "audio_message", "audio_message": {"link_mp3": URL}},
         Media(MediaKind.VOICE, ref(), mime="audio/mpeg")),
        ({"type": "sticker", "sticker": {"images": SIZES}},
         Media(MediaKind.STICKER, ref(f"{URL}?w"), mime="image/png")),
        ({"type": "graffiti", "graffiti": {"url": URL}}, Media(MediaKind.PHOTO, ref(), mime="image/png")),
        ({"type": "gift", "gift": {"thumb_96": f"{URL}?s", "thumb_256": URL}},
         Media(MediaKind.PHOTO, ref(), mime="image/jpeg")),
        ({"type": "audio", "audio": {"artist": "A", "title": "B", "url": URL, "duration": 60}},
         Media(MediaKind.AUDIO, ref(), "A — B.mp3", "audio/mpeg", seconds=60)),
        ({"type": "poll", "poll": {"question": "Q?", "answers": [{"text": "a"}, {"text": "b"}, {}]}},
         Poll("Q?", ("a", "b"))),
        # they contain nothing known
        ({"type": "photo", "photo": {"sizes": [{"url": "file:///etc/passwd"}]}}, Unshowable("photo")),
        ({"type": "doc", "doc": {"title": "x"}}, Unshowable("doc")),
        ({"type": "hologram"}, Unshowable("hologram")),
        ({"type": "poll", "poll": 7}, Unshowable("poll")),
        ({}, Unshowable("")),
    ],
)  # fmt: skip
def test_attachments(attachment: Any, expected: Attachment) -> None:
    assert content(text="", attachments=[attachment]) == Content(attachments=(expected,))


MONEY = {"amount": "30000", "currency": {"id": 643, "name": "RUB"}, "text": "300 руб."}
CALL = {"initiator_id": 7, "receiver_id": 5, "time": 1544651642}


@pytest.mark.parametrize(
    ("kind", "thing", "expected"),
    [
        ("call", {**CALL, "state": "reached", "duration": 65}, Occurrence("call", "1:05")),
        ("call", {**CALL, "state": "reached", "duration": 5, "video": True}, Occurrence("video_call", "0:05")),
        ("call", {**CALL, "state": "canceled_by_initiator"}, Occurrence("call_missed")),
        ("call", {**CALL, "state": "canceled_by_initiator", "video": True}, Occurrence("video_call_missed")),
        ("call", {**CALL, "state": "canceled_by_receiver", "duration": 0}, Occurrence("call_declined")),
        ("call", {**CALL, "state": "reached", "receiver_id": CHATS + 1}, Occurrence("call_of_group")),
        ("call", {"state": "teleported"}, Occurrence("call")),
        ("group_call_in_progress", {"join_link": "https://vk.com/call/join/x"},
         Occurrence("call_of_group", "https://vk.com/call/join/x")),
        ("group_call_in_progress", {"join_link": "javascript:x"}, Occurrence("call_of_group")),
        ("money_transfer", {"from_id": 7, "to_id": 5, "status": 1, "amount": MONEY, "comment": "for the cup"},
         Occurrence("money_transfer", "300 руб. · for the cup")),
        ("money_transfer", {"amount": {**MONEY, "text": ""}}, Occurrence("money_transfer", "300 RUB")),
        ("money_transfer", {"amount": {"amount": "12345"}}, Occurrence("money_transfer", "123.45")),
        ("money_transfer", {"amount": "much", "comment": "hi"}, Occurrence("money_transfer", "hi")),
        ("money_request", {"amount": MONEY, "init_url": "https://m.vk.com/payments?hash=H"},
         Occurrence("money_request", "300 руб.")),
    ],
)  # fmt: skip
def test_calls_and_money_are_told(kind: str, thing: Any, expected: Occurrence) -> None:
    attachment = {"type": kind, kind: thing}
    assert content(text="", attachments=[attachment]) == Content(attachments=(expected,))
    assert content(text="see", attachments=[attachment]) == Content(Text.plain("see"), (expected,))


@pytest.mark.parametrize(
    ("attachment", "media", "line"),
    [
        ({"type": "photo", "photo": {"orig_photo": {"url": URL}, "text": "Our  shop\nin May"}},
         Media(MediaKind.PHOTO, ref(), mime="image/jpeg"), "🖼 Our shop in May"),
        ({"type": "audio_message", "audio_message": {"link_ogg": URL, "transcript": "where is it"}},
         Media(MediaKind.VOICE, ref(), mime="audio/ogg"), "🎤 where is it"),
        ({"type": "audio_message", "audio_message": {"transcript": "where is it"}},
         Unshowable("audio_message"), "🎤 where is it"),
    ],
)  # fmt: skip
def test_words_about_a_file_are_shown_beside_it(attachment: Any, media: Attachment, line: str) -> None:
    assert content(text="", attachments=[attachment]) == Content(Text.plain(line), (media,))
    assert content(text="see", attachments=[attachment]) == Content(Text.plain(f"see\n{line}"), (media,))


@pytest.mark.parametrize(
    ("attachment", "mark", "words", "address"),
    [
        ({"type": "video", "video": {"owner_id": 7, "id": 9, "title": "Cats"}}, "🎬", "Cats", "https://vk.com/video7_9"),
        ({"type": "video", "video": {"owner_id": 7, "id": 9}}, "🎬", "https://vk.com/video7_9", "https://vk.com/video7_9"),
        ({"type": "audio", "audio": {"owner_id": 7, "id": 9, "artist": "A", "title": "B", "url": ""}},
         "🎵", "A — B", "https://vk.com/audio7_9"),
        ({"type": "audio", "audio": {"owner_id": 7, "id": 9, "title": "B",
                                     "url": "https://vk.com/mp3/audio_api_unavailable.mp3"}},
         "🎵", "B", "https://vk.com/audio7_9"),
        ({"type": "link", "link": {"url": "https://a.b/c", "title": "A  site"}}, "🔗", "A site", "https://a.b/c"),
        ({"type": "wall", "wall": {"from_id": -5, "to_id": -6, "id": 9, "text": "News\nof the day"}},
         "📰", "News of the day", "https://vk.com/wall-6_9"),
        ({"type": "wall_reply", "wall_reply": {"owner_id": -5, "post_id": 8, "id": 9, "text": "Me too"}},
         "💬", "Me too", "https://vk.com/wall-5_8?reply=9"),
        ({"type": "market", "market": {"owner_id": -5, "id": 9, "title": "Cup", "price": {"text": "10 ₽"}}},
         "🛒", "Cup, 10 ₽", "https://vk.com/product-5_9"),
        ({"type": "story", "story": {"owner_id": 7, "id": 9}}, "📖", "https://vk.com/story7_9", "https://vk.com/story7_9"),
        ({"type": "article", "article": {"title": "Read me", "view_url": "https://vk.com/@a"}},
         "🔗", "Read me", "https://vk.com/@a"),
        ({"type": "video_message", "video_message": {"link_mp4": URL}}, "🔗", URL, URL),
        ({"type": "podcast", "podcast": {"title": "Listen"}}, "🎙", "Listen", ""),
        ({"type": "podcast", "podcast": {"title": "Spring", "artist": "Talks", "owner_id": -5, "id": 9}},
         "🎙", "Talks — Spring", "https://vk.com/podcast-5_9"),
        ({"type": "wall", "wall": {"to_id": 6, "id": 9, "text": "", "copy_history": [{"text": "News"}, {"text": ""}]}},
         "📰", "News", "https://vk.com/wall6_9"),
        ({"type": "wall", "wall": {"to_id": 6, "id": 9, "text": "Look", "copy_history": [{"text": "News"}]}},
         "📰", "Look ↪ News", "https://vk.com/wall6_9"),
        ({"type": "album", "album": {"owner_id": -5, "id": "9", "title": "Cats"}}, "🖼", "Cats", ""),
        ({"type": "album", "album": {"owner_id": -5, "id": 9, "title": "Cats"}}, "🖼", "Cats", "https://vk.com/album-5_9"),
        ({"type": "narrative", "narrative": {"owner_id": -5, "id": 9, "title": "Cats"}},
         "📖", "Cats", "https://vk.com/narrative-5_9"),
        ({"type": "video_playlist", "video_playlist": {"owner_id": -5, "id": 9, "title": "Cats"}},
         "🎬", "Cats", "https://vk.com/video/playlist/-5_9"),
        ({"type": "audio_playlist", "audio_playlist": {"owner_id": -5, "id": 9, "title": "Cats"}},
         "🎵", "Cats", "https://vk.com/audio_playlist-5_9"),
        ({"type": "market_album", "market_album": {"owner_id": -5, "id": 9, "title": "Cups"}},
         "🛒", "Cups", "https://vk.com/market-5?section=album_9"),
        ({"type": "curator", "curator": {"id": 1, "name": "Jazz", "url": "https://vk.com/jazz"}},
         "🔗", "Jazz", "https://vk.com/jazz"),
        ({"type": "event", "event": {"id": 9, "text": "Concert", "button_text": "Go"}},
         "📅", "Concert", "https://vk.com/event9"),
        ({"type": "event", "event": {"text": "Concert", "time": 1700000000, "address": "1 Port St"}},
         "📅", "Concert, 2023-11-14, 1 Port St", ""),
        ({"type": "mini_app", "mini_app": {"app": {"title": "Taxi", "share_url": "https://vk.com/app1"}}},
         "🔗", "Taxi", "https://vk.com/app1"),
        ({"type": "donut_link", "donut_link": {"text": "Help us", "action": {"url": "https://vk.com/donut"}}},
         "🔗", "Help us", "https://vk.com/donut"),
    ],
)  # fmt: skip
def test_what_has_no_file_becomes_a_line_with_a_link(attachment: Any, mark: str, words: str, address: str) -> None:
    line = (Span(f"{mark} "), Span(words, link=address))
    assert content(text="", attachments=[attachment]) == Content(Text.of(line))
    assert content(text="see", attachments=[attachment]).text == Text.of((Span("see\n"), *line))


@pytest.mark.parametrize("text", ["look: https://a.b/c!", "look: a.b/c"])
def test_the_snippet_of_a_link_that_stands_in_the_words_says_nothing_new(text: str) -> None:
    snippet = {"type": "link", "link": {"url": "https://a.b/c", "title": "A site"}}
    assert content(text=text, attachments=[snippet]) == Content(Text.plain(text))


def test_an_album_is_one_message() -> None:
    photos = [{"type": "photo", "photo": {"sizes": [{"url": f"{URL}{n}", "width": 1, "height": 1}]}} for n in range(3)]
    found = content(text="look", attachments=photos)
    assert found.text.characters == "look"
    assert [one.file.id for one in found.attachments if isinstance(one, Media)] == [f"{URL}{n}" for n in range(3)]


@pytest.mark.parametrize(
    ("geo", "expected"),
    [
        ({"coordinates": {"latitude": 55.7, "longitude": 37}}, Location(55.7, 37.0)),
        ({"coordinates": {"latitude": 1, "longitude": 2}, "place": {"title": "Café", "address": "Street 1"}},
         Location(1, 2, "Café", "Street 1")),
        ({"coordinates": "55.7558 37.6173"}, Location(55.7558, 37.6173)),
    ],
)  # fmt: skip
def test_places(geo: Any, expected: Location) -> None:
    assert content(text="", geo=geo) == Content(attachments=(expected,))


def test_a_place_without_coordinates_is_no_loss_of_the_words() -> None:
    assert content(geo={"coordinates": "here"}) == Content(Text.plain("hi"))
    named = {"coordinates": "here", "place": {"title": "Café", "city": "Kazan"}}
    assert content(geo=named) == Content(Text.plain("hi\n📍 Café, Kazan"))
    assert content(text="", geo=named) == Content(Text.plain("📍 Café, Kazan"))


def test_the_button_of_a_keyboard_sends_its_words_and_its_payload() -> None:
    assert content(text="Start", payload='{"command":"start"}').attachments == (Choice("Start", '{"command":"start"}'),)
    assert content(text="Start", payload={"command": "start"}).attachments == (Choice("Start", '{"command": "start"}'),)


def test_formatting_comes_through() -> None:
    data = {"version": "1", "items": [{"type": "bold", "offset": 0, "length": 2}]}
    assert content(format_data=data).text == Text.of((Span("hi", Style.BOLD),))


def test_forwards_nest_as_deep_as_vk_lets_them_and_no_deeper() -> None:
    inner: dict[str, Any] = {"from_id": 9, "text": "deepest"}
    for _ in range(60):
        inner = {"from_id": 9, "fwd_messages": [inner]}
    found, depth = content(text="", fwd_messages=[inner]), 0
    while found.forwarded:
        [one] = found.forwarded
        found, depth = one.content, depth + 1
    assert depth == 46
    assert found == Content(attachments=(Unshowable("forward"),))


def test_a_forwarded_message_of_an_unknown_kind_is_said_to_be_there() -> None:
    [passed] = content(text="", fwd_messages=[{"from_id": -5, "date": 5}]).forwarded
    assert (passed.author, passed.content) == ("Acme", Content(attachments=(Unshowable("forward"),)))


def test_what_is_answered_to_may_be_none_of_ours() -> None:
    assert content(reply_message={"from_id": 44, "text": "old"}).quote == Quote(None, "old", "id44")
    assert content(reply_message={}).quote is None
