"""Conversations: chats, topics in chats, and customers' topics in the direct messages of channels."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain import (
    AccountName,
    ChatId,
    ColleagueEdited,
    ColleagueWrote,
    CustomerEdited,
    CustomerEvent,
    CustomerReacted,
    CustomerWrote,
    ForeignId,
    UnreadableUpdate,
)
from bot.ports import Rejected
from bridges.telegram import places, wire
from bridges.telegram.places import Conversation

ADA = {"id": 77, "is_bot": False, "first_name": "Ada"}
BEN = {"id": 5, "is_bot": False, "first_name": "Ben"}
BOT = {"id": 9, "is_bot": True, "first_name": "Other bot"}
SHOP = {"id": -10088, "type": "supergroup", "title": "Shop DMs", "is_direct_messages": True}
CHANNEL = {"id": -10087, "type": "channel", "title": "Shop"}
PRIVATE = {"id": 77, "type": "private", "first_name": "Ada"}
FORUM = {"id": -100123, "type": "supergroup", "title": "Team", "is_forum": True}
TOPIC = {"topic_id": 77, "user": ADA}


def read(kind: str, **body: Any) -> CustomerEvent | None:
    update = wire.read({"update_id": 1, kind: body}, AccountName("shop"), datetime.now(UTC))
    return update.event if update else None


def message(kind: str = "message", **parts: Any) -> CustomerEvent | None:
    return read(kind, **{"message_id": 3, "date": 1764400000, "from": ADA, "text": "hello", **parts})


def wrote(**parts: Any) -> CustomerWrote:
    event = message(**parts)
    assert isinstance(event, CustomerWrote), event
    return event


@pytest.mark.parametrize(
    "place",
    [
        Conversation(77),
        Conversation(-5),
        Conversation(77, thread=5),
        Conversation(-10, thread=5),
        Conversation(-1, direct=7),
    ],
)
def test_a_conversation_keeps_its_id(place: Conversation) -> None:
    assert places.parse(place.id) == place


@pytest.mark.parametrize("chat", ["x", "7/x", "-1:", "7/5/6", "a:b"])
def test_other_platforms_conversations_are_refused(chat: str) -> None:
    with pytest.raises(Rejected):
        places.parse(ChatId(chat)).parameters["chat_id"].x  # noqa: B018


def test_where_calls_go() -> None:
    assert Conversation(77).parameters == {"chat_id": 77}
    assert Conversation(77, thread=5).parameters == {"chat_id": 77, "message_thread_id": 5}
    assert Conversation(-1, direct=7).parameters == {"chat_id": -1, "direct_messages_topic_id": 7}


# ---------------------------------------------------------------------- direct messages of channels


def test_each_customer_of_a_channel_has_a_conversation() -> None:
    ada = wrote(chat=SHOP, direct_messages_topic=TOPIC)
    ben = wrote(chat=SHOP, direct_messages_topic={"topic_id": 5, "user": BEN}, **{"from": BEN})
    assert (ada.chat, ada.profile.name, ada.content.text.characters) == ("-10088:77", "Ada", "hello")
    assert (ben.chat, ben.profile.name) == ("-10088:5", "Ben")
    assert ada.profile.home is None


def test_without_a_topic_the_writer_tells_whose_it_is() -> None:
    assert wrote(chat=SHOP).chat == "-10088:77"


@pytest.mark.parametrize("parts", [{"from": BOT}, {"sender_chat": CHANNEL}, {"from": None}])
def test_direct_messages_of_nobody_in_particular_fall_into_no_dialog(parts: dict[str, Any]) -> None:
    event = message(chat=SHOP, **parts)
    assert isinstance(event, UnreadableUpdate)
    assert event.chat is None


@pytest.mark.parametrize("writer", [{"from": BEN}, {"from": BOT, "sender_chat": CHANNEL}])
def test_what_the_channels_people_write_is_not_the_customers(writer: dict[str, Any]) -> None:
    event = message(chat=SHOP, direct_messages_topic=TOPIC, **writer)
    assert isinstance(event, ColleagueWrote)
    assert (event.chat, event.profile.name) == ("-10088:77", "Ada")
    assert event.content.text.characters in ("Ben: hello", "Shop: hello")
    edited = message("edited_message", chat=SHOP, direct_messages_topic=TOPIC, **writer)
    assert isinstance(edited, ColleagueEdited)
    assert (edited.chat, edited.ref) == (event.chat, event.ref)


def test_edits_and_presses_are_of_the_topic() -> None:
    edited = message("edited_message", chat=SHOP, direct_messages_topic=TOPIC)
    assert isinstance(edited, CustomerEdited)
    assert edited.chat == "-10088:77"
    asked = {"message_id": 4, "chat": SHOP, "direct_messages_topic": TOPIC, "from": BOT, "sender_chat": CHANNEL}
    for pressed in (asked, {"message_id": 4, "chat": SHOP, "date": 0}):
        event = read("callback_query", id="1", data="y", message=pressed, **{"from": ADA})
        assert isinstance(event, CustomerWrote)
        assert (event.chat, event.profile.name, event.profile.automatic) == ("-10088:77", "Ada", False)


def test_a_reaction_names_no_topic_but_its_customer() -> None:
    reaction = {"chat": SHOP, "message_id": 3, "new_reaction": [{"type": "emoji", "emoji": "👍"}]}
    assert read("message_reaction", user=ADA, **reaction) == CustomerReacted(
        ChatId("-10088:77"), ForeignId("3"), ("👍",)
    )
    assert read("message_reaction", actor_chat=CHANNEL, **reaction) is None


@pytest.mark.parametrize("chat", [SHOP, CHANNEL])
def test_a_channel_that_adds_or_removes_the_bot_is_no_customer(chat: dict[str, Any]) -> None:
    members = {"old_chat_member": {"status": "left"}, "new_chat_member": {"status": "administrator"}}
    assert read("my_chat_member", chat=chat, date=1, **{"from": BEN}, **members) is None


# ------------------------------------------------------------------------------------------- topics


def test_each_topic_of_a_private_chat_is_a_conversation_of_the_same_person() -> None:
    event = wrote(chat=PRIVATE, message_thread_id=5, is_topic_message=True)
    assert (event.chat, event.profile.home, event.profile.name) == ("77/5", "77", "Ada")


def test_each_topic_of_a_forum_is_a_conversation_of_the_same_group() -> None:
    event = wrote(chat=FORUM, message_thread_id=5, is_topic_message=True)
    assert (event.chat, event.profile.home, event.profile.name) == ("-100123/5", "-100123", "Team")


@pytest.mark.parametrize("chat", [PRIVATE, FORUM])
def test_a_thread_of_replies_is_no_topic(chat: dict[str, Any]) -> None:
    event = wrote(chat=chat, message_thread_id=5)
    assert (event.chat, event.profile.home) == (str(chat["id"]), None)


# ---------------------------------------------------------------------------------- who and what number


@pytest.mark.parametrize(
    ("parts", "automatic"),
    [
        ({}, False),
        ({"from": BOT}, True),
        ({"is_from_offline": True}, True),
        ({"chat": FORUM, "from": BOT}, True),
        ({"chat": FORUM, "from": BOT, "sender_chat": FORUM}, False),  # an anonymous administrator
        ({"chat": FORUM, "sender_chat": CHANNEL, "is_automatic_forward": True}, True),
    ],
)
def test_what_programs_write_is_known_as_such(parts: dict[str, Any], automatic: bool) -> None:
    assert wrote(**{"chat": PRIVATE, **parts}).profile.automatic is automatic


def test_what_the_bot_itself_causes_keeps_the_customers_name() -> None:
    paid_back = {"refunded_payment": {"currency": "XTR", "total_amount": 5}, "text": None}
    event = wrote(chat=PRIVATE, **{"from": {**BOT, "username": "shop_bot"}}, **paid_back)
    assert (event.profile.name, event.profile.username, event.profile.automatic) == ("Ada", "", True)


def test_messages_for_the_bot_alone_have_numbers_of_their_own() -> None:
    refs = [wrote(chat=FORUM, message_id=0, ephemeral_message_id=n).ref for n in (1, 2)]
    again = wrote(chat=FORUM, message_id=0, ephemeral_message_id=1, date=1764400009).ref
    assert len({*refs, again}) == 3
    edited = message("edited_message", chat=FORUM, message_id=0, ephemeral_message_id=1, text="new")
    assert isinstance(edited, CustomerEdited)
    assert edited.ref == refs[0]
    words = wrote(chat=FORUM, message_id=0, ephemeral_message_id=1).content.text.characters
    assert words == "Ada (seen by the bot alone): hello"


def test_a_reply_to_such_a_message_names_it() -> None:
    original = {"message_id": 0, "ephemeral_message_id": 1, "date": 7, "text": "psst"}
    quote = wrote(chat=FORUM, reply_to_message=original).content.quote
    assert quote is not None
    assert quote.ref == "ephemeral:1:7"
    assert wrote(chat=FORUM, message_id=0).ref != "0"
