"""Conversations of Telegram and the ids of their messages.

A conversation is a chat, a topic in a chat (`message_thread_id`), or one customer's topic in the direct messages of a
channel (`direct_messages_topic`): the customers of a channel all write into one chat, each into a topic of their own.
"""

from __future__ import annotations

from typing import Any

from bot.domain import ChatId, ForeignId
from bot.domain.ids import topic_in
from bot.domain.value import value
from bot.ports import Rejected, RejectReason
from bridges.shared.fields import Fields, Unexpected, digest
from bridges.shared.numbered import chat_number


@value
class Conversation:
    """Conversation. `thread`: a topic in the chat; `direct`: a customer's topic in a channel's direct messages."""

    chat: int
    thread: int | None = None
    direct: int | None = None

    @property
    def id(self) -> ChatId:
        if self.direct is not None:
            return ChatId(f"{self.chat}:{self.direct}")
        return self.home if self.thread is None else topic_in(self.home, self.thread)

    @property
    def home(self) -> ChatId:
        """The chat itself."""
        return ChatId(str(self.chat))

    @property
    def person(self) -> int | None:
        """The customer's user id; None in a group. Groups have negative ids."""
        return self.direct if self.direct is not None else self.chat if self.chat > 0 else None

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameters of a call that sends here."""
        found = {"message_thread_id": self.thread, "direct_messages_topic_id": self.direct}
        return {"chat_id": self.chat, **{key: value for key, value in found.items() if value is not None}}


def parse(chat: ChatId) -> Conversation:
    """Parses the id of a conversation. Raises `Rejected` for one of another platform."""
    number, mark, topic = str(chat).partition(":" if ":" in chat else "/")
    if mark and not topic.isdecimal():
        raise Rejected(RejectReason.GONE, "not a chat of this platform")
    place = Conversation(chat_number(ChatId(number)))
    if mark == ":":
        return Conversation(place.chat, direct=int(topic))
    return Conversation(place.chat, thread=int(topic)) if mark else place


def read(source: Fields) -> Conversation:
    """Finds the conversation of a message, or of a reaction, which names no topic. Raises `Unexpected`."""
    chat = source.object("chat")
    number = chat.needed("id")
    direct = source.object("direct_messages_topic").number("topic_id")
    if direct is None and is_direct(source):
        direct = _writer(source)
    if direct is not None:
        return Conversation(number, direct=direct)
    in_topic = source.raw.get("is_topic_message") is True  # otherwise `message_thread_id` may be a thread of replies
    return Conversation(number, thread=source.number("message_thread_id") if in_topic else None)


def is_direct(source: Fields) -> bool:
    """Tells whether the chat is the direct messages of a channel."""
    return source.object("chat").raw.get("is_direct_messages") is True


def is_private(source: Fields) -> bool:
    return source.object("chat").text("type") in ("private", "")


def _writer(source: Fields) -> int:
    """Returns the customer whose topic this must be: topics have the ids of the users who opened them."""
    person = source.object("from") or source.object("user")
    anonymous = "sender_chat" in source or "actor_chat" in source or person.raw.get("is_bot") is True
    number = None if anonymous else person.number("id")
    if number is None:
        raise Unexpected("direct messages without a topic")
    return number


def is_by_colleague(message: Fields) -> bool:
    """Recognizes what administrators of a channel write to a customer in its direct messages."""
    if "direct_messages_topic" not in message:
        return False
    customer = message.object("direct_messages_topic").number("topic_id")
    return "sender_chat" in message or message.object("from").number("id") != customer


def ref(message: Fields) -> ForeignId | None:
    """Returns the id of a message; None if it has none. Messages shown to the bot alone all have the number 0, and
    numbers of their own that are used again."""
    number = message.number("message_id")
    if number != 0:
        return ForeignId(str(number)) if number is not None else None
    ephemeral = message.number("ephemeral_message_id")
    if ephemeral is not None:
        return ForeignId(f"ephemeral:{ephemeral}:{message.number('date') or 0}")
    return ForeignId(digest(message.raw))


def needed_ref(message: Fields) -> ForeignId:
    found = ref(message)
    if found is None:
        raise Unexpected("message_id is not a number")
    return found
