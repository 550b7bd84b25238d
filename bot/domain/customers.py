"""Events from customers' channels."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.domain.content import Content, Profile
from bot.domain.ids import ChatId, ForeignId, Key
from bot.domain.records import Line
from bot.domain.value import value


@value
class CustomerWrote:
    """New message from a customer. `album` is equal for messages that the platform shows as one."""

    chat: ChatId
    ref: ForeignId
    content: Content
    profile: Profile = Profile()
    album: str = ""


@value
class CustomerEdited:
    chat: ChatId
    ref: ForeignId
    content: Content
    profile: Profile = Profile()


@value
class CustomerDeleted:
    chat: ChatId
    ref: ForeignId


@value
class CustomerReacted:
    """Reactions that are now on a message, in `emoji`; empty when the last one was removed."""

    chat: ChatId
    ref: ForeignId
    emoji: tuple[str, ...]


@value
class ColleagueWrote:
    """Message to a customer that a colleague wrote in the platform's own app, outside the hub."""

    chat: ChatId
    ref: ForeignId
    content: Content
    profile: Profile = Profile()  # the customer's


@value
class ColleagueEdited:
    chat: ChatId
    ref: ForeignId
    content: Content


@value
class ColleagueDeleted:
    chat: ChatId
    ref: ForeignId


@value
class ServiceNotice:
    """Something that the platform tells about a conversation; a technical line in its open dialog."""

    chat: ChatId
    line: Line


class ReceiptState(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@value
class Receipt:
    """Delivery state of a message of ours. `through`: applies to every earlier message of the conversation, too. `key`:
    the one the message was sent with, where the platform gives it back; a message of several parts carries it last."""

    chat: ChatId
    ref: ForeignId
    state: ReceiptState
    through: bool = False
    reason: str = ""  # a `RejectReason`, or empty
    detail: str = ""  # the platform's words
    key: str = ""


@value
class CustomerLeft:
    """The customer blocked us or left: nothing can be sent until they come back."""

    chat: ChatId


@value
class CustomerReturned:
    chat: ChatId
    profile: Profile = Profile()


@value
class ProfileChanged:
    chat: ChatId
    profile: Profile


@value
class ChatMoved:
    """The platform gave the same conversation a new id. `same_ids`: its messages kept theirs."""

    chat: ChatId
    to: ChatId
    same_ids: bool = True


@value
class UnreadableUpdate:
    """Unexpected payload: stored whole, and shown as unreadable when its conversation is known. `content`: what could
    be read of it."""

    raw: str
    why: str
    chat: ChatId | None = None
    profile: Profile = Profile()
    content: Content = Content()


CustomerEvent = (
    CustomerWrote
    | CustomerEdited
    | CustomerDeleted
    | CustomerReacted
    | ColleagueWrote
    | ColleagueEdited
    | ColleagueDeleted
    | Receipt
    | CustomerLeft
    | CustomerReturned
    | ProfileChanged
    | ChatMoved
    | ServiceNotice
    | UnreadableUpdate
)


@value
class Update:
    """One event from a customer's channel. `key` is the platform's own and stays the same when the event is
    repeated."""

    key: Key
    event: CustomerEvent
    at: datetime
