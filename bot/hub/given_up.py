"""Replies that were given up without having been sent: what an outage leaves behind."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.domain import AccountName, Delivery, Message, MessageId
from bot.hub.parcels import ParcelKind, account_destination
from bot.ports import RejectReason
from bot.ports.storage import Unit


async def replies(unit: Unit, account: AccountName) -> AsyncIterator[Message]:
    """Yields the account's, oldest first."""
    dead = await unit.dead.at(account_destination(account))
    for number in dict.fromkeys(MessageId(one.payload["message"]) for one in dead if one.kind == ParcelKind.SEND):
        message = await unit.messages.get(number)
        if message is not None and is_given_up(message):
            yield message


def is_given_up(message: Message) -> bool:
    """Tells whether a reply failed for want of an answer. One in doubt did not."""
    failed = message.delivery is Delivery.FAILED and message.failure == RejectReason.TRIES
    return failed and message.deleted_at is None
