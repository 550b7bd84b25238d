"""Names of people and chats in Telegram's messages."""

from __future__ import annotations

from bot.domain.labels import label
from bridges.shared.fields import Fields


def full_name(person: Fields) -> str:
    return label(f"{person.text('first_name')} {person.text('last_name')}")


def named(one: Fields) -> str:
    """Returns the name of a person or the title of a chat; without one, the user name."""
    username = one.text("username")
    return full_name(one) or one.label("title") or (f"@{username}" if username else "")


def author(origin: Fields) -> str:
    """Names the author of a forwarded or quoted message: a person, a hidden user, a group or a channel."""
    return (
        named(origin.object("sender_user"))
        or origin.text("sender_user_name")
        or named(origin.object("sender_chat"))
        or named(origin.object("chat"))
        or origin.text("author_signature")
    )


def speaker(message: Fields) -> str:
    """Names who wrote a message: a person, or the chat on whose behalf they write."""
    return message.object("sender_chat").label("title") or full_name(message.object("from"))
