"""Helpers for platforms with numeric ids of chats and messages, and with single-coloured emoji."""

from __future__ import annotations

from bot.domain import ChatId, ForeignId
from bot.ports import Rejected, RejectReason


def chat_number(chat: ChatId) -> int:
    """Parses a chat's number. Raises `Rejected` for a chat of another platform."""
    try:
        return int(chat)
    except ValueError:
        raise Rejected(RejectReason.GONE, "not a chat of this platform") from None


def message_number(ref: ForeignId) -> int | None:
    """Parses a message's number; None for any other id, e.g. a pressed button's."""
    return int(ref) if ref.isdecimal() else None


def needed_number(ref: ForeignId) -> int:
    """Parses a message's number. Raises `Rejected` for any other id."""
    number = message_number(ref)
    if number is None:
        raise Rejected(RejectReason.UNSUPPORTED, "a pressed button is no message")
    return number


def uncoloured(emoji: str) -> str:
    """Removes skin tones and the variation selector."""
    return "".join(char for char in emoji if char != "\ufe0f" and not "\U0001f3fb" <= char <= "\U0001f3ff")
