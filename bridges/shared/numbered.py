"""For platforms that number their chats and messages, and have emoji in one colour."""

from __future__ import annotations

from bot.domain import ChatId, ForeignId
from bot.ports import Rejected, RejectReason


def chat_number(chat: ChatId) -> int:
    """Raises `Rejected` for a chat of another platform."""
    try:
        return int(chat)
    except ValueError:
        raise Rejected(RejectReason.GONE, "not a chat of this platform") from None


def message_number(ref: ForeignId) -> int | None:
    """None for what is no message: a pressed button."""
    return int(ref) if ref.isdecimal() else None


def needed_number(ref: ForeignId) -> int:
    """Raises `Rejected` for what is no message."""
    number = message_number(ref)
    if number is None:
        raise Rejected(RejectReason.UNSUPPORTED, "a pressed button is no message")
    return number


def uncoloured(emoji: str) -> str:
    """Without skin tones, and without the mark that asks for a coloured picture."""
    return "".join(char for char in emoji if char != "\ufe0f" and not "\U0001f3fb" <= char <= "\U0001f3ff")
