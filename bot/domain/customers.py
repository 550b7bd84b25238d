"""Events from customers' channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.content import Content, Profile
from bot.domain.ids import ChatId, ForeignId, Key


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """New message from a customer. `album` is equal for messages that the platform shows as one."""

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
    """Reactions that are now on a message, in `emoji`; empty when the last one was removed."""

    chat: ChatId
    ref: ForeignId
    emoji: tuple[str, ...]


class ReceiptState(StrEnum):
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Delivery state of a message of ours. `through`: applies to every earlier message of the conversation, too."""

    chat: ChatId
    ref: ForeignId
    state: ReceiptState
    through: bool = False
    reason: str = ""  # a `RejectReason`, or empty
    detail: str = ""  # the platform's words


@dataclass(frozen=True, slots=True)
class CustomerLeft:
    """The customer blocked us or left: nothing can be sent until they come back."""

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
    """The platform gave the same conversation a new id. `same_ids`: its messages kept theirs."""

    chat: ChatId
    to: ChatId
    same_ids: bool = True


@dataclass(frozen=True, slots=True)
class UnreadableUpdate:
    """Unexpected payload: stored whole, and shown as unreadable when its conversation is known."""

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
    | UnreadableUpdate
)


@dataclass(frozen=True, slots=True)
class Update:
    """One event from a customer's channel. `key` is the platform's own and stays the same when the event is
    repeated."""

    key: Key
    event: CustomerEvent
    at: datetime
