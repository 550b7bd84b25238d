"""What a customer's side tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.content import Content, Profile
from bot.domain.ids import ChatId, ForeignId, Key


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """`album` is equal for messages that the platform shows as one."""

    chat: ChatId
    ref: ForeignId
    content: Content
    profile: Profile = Profile()
    album: str = ""


@dataclass(frozen=True, slots=True)
class CustomerEdited:
    chat: ChatId
    ref: ForeignId
    content: Content
    profile: Profile = Profile()


@dataclass(frozen=True, slots=True)
class CustomerDeleted:
    chat: ChatId
    ref: ForeignId


@dataclass(frozen=True, slots=True)
class CustomerReacted:
    """`emoji` are all that now stand on the message; none: the reaction was taken back."""

    chat: ChatId
    ref: ForeignId
    emoji: tuple[str, ...]


class ReceiptState(StrEnum):
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of ours. `through`: so did every earlier message of the conversation."""

    chat: ChatId
    ref: ForeignId
    state: ReceiptState
    through: bool = False
    reason: str = ""  # a RejectReason of ports, or empty
    detail: str = ""  # the platform's words


@dataclass(frozen=True, slots=True)
class CustomerLeft:
    """They blocked us or left: nothing can be sent until they come back."""

    chat: ChatId


@dataclass(frozen=True, slots=True)
class CustomerReturned:
    chat: ChatId
    profile: Profile = Profile()


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    chat: ChatId
    profile: Profile


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The platform gave the same conversation another id. `same_ids`: messages kept theirs."""

    chat: ChatId
    to: ChatId
    same_ids: bool = True


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A payload nobody expected: kept whole, shown as such when the conversation is known."""

    raw: str
    why: str
    chat: ChatId | None = None
    profile: Profile = Profile()


CustomerEvent = (
    CustomerWrote
    | CustomerEdited
    | CustomerDeleted
    | CustomerReacted
    | Receipt
    | CustomerLeft
    | CustomerReturned
    | ProfileChanged
    | ChatMoved
    | Unreadable
)


@dataclass(frozen=True, slots=True)
class Update:
    """One fact from a customer's side. `key` is the platform's own, the same at every repetition."""

    key: Key
    event: CustomerEvent
    at: datetime
