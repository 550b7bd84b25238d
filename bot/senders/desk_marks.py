"""Marks: reactions on operators' posts that show the delivery state of their messages."""

from __future__ import annotations

from bot.delivery.carrier import DeliveryResult
from bot.domain import Delivery, MessageId
from bot.hub.context import Hub
from bot.ports import Desk, Mark
from bot.ports.storage import Claim, Unit

MARKS: dict[Delivery, Mark] = {
    Delivery.PENDING: Mark.WAITING,
    Delivery.SENT: Mark.DELIVERED,
    Delivery.DELIVERED: Mark.DELIVERED,
    Delivery.READ: Mark.READ,
    Delivery.FAILED: Mark.FAILED,
    Delivery.UNCONFIRMED: Mark.DOUBTFUL,
    Delivery.INTERNAL: Mark.INTERNAL,
    Delivery.HELD: Mark.HELD,
}
NOT_RECEIVED = frozenset({Mark.FAILED, Mark.DOUBTFUL, Mark.INTERNAL, Mark.HELD})
"""Marks of what the customer did not get, or perhaps did not: shown even where only problems are marked."""


class DeskMarks:
    """Sets the marks in one desk."""

    def __init__(self, hub: Hub, desk: Desk) -> None:
        self._hub, self._desk = hub, desk

    async def carry(self, claim: Claim) -> DeliveryResult:
        """Makes the mark on an operator's post match the message's delivery state. Skips posts that their author
        deleted."""
        message_id = MessageId(claim.parcels[0].payload["message"])
        async with self._hub.store.read() as unit:
            found = await unit.messages.markable(message_id)
        if found is None or found.post is None or found.deleted:
            return DeliveryResult(claim.parcels, called=False)
        ref, shown, wanted = found.post, found.mark, self._wanted(found.delivery)
        stale = _stale(claim, shown, wanted)
        if wanted == shown and not stale:
            return DeliveryResult(claim.parcels, called=False)
        for mark in stale:
            await self._desk.mark(ref, mark, False)
        if wanted:
            await self._desk.mark(ref, Mark(wanted), True)

        async def after(unit: Unit) -> None:
            await unit.messages.set_mark_shown(message_id, wanted)

        return DeliveryResult(claim.parcels, (after,))

    def _wanted(self, delivery: Delivery) -> str:
        """Returns the mark that should be set; "" for none."""
        mark = MARKS.get(delivery)
        if mark is None:
            return ""
        return mark if self._hub.marks == "all" or mark in NOT_RECEIVED else ""


def _stale(claim: Claim, shown: str, wanted: str | None) -> list[Mark]:
    """Returns the marks to remove: after an attempt whose result was not stored, any mark may be set."""
    tried = any(parcel.attempts for parcel in claim.parcels)
    return [mark for mark in Mark if mark != wanted and (tried or mark == shown)]
