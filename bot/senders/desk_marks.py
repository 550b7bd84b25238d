"""Marks: the reaction on an operator's post that shows what became of it."""

from __future__ import annotations

from bot.delivery.carrier import DeliveryResult
from bot.domain import Delivery, Message, MessageId
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
}
PROBLEMS_ONLY = frozenset({Mark.FAILED, Mark.DOUBTFUL, Mark.INTERNAL})


class DeskMarks:
    """Marks in one desk."""

    def __init__(self, hub: Hub, desk: Desk) -> None:
        self._hub, self._desk = hub, desk

    async def carry(self, claim: Claim) -> DeliveryResult:
        """Brings the reaction on an operator's post in line with what became of it. A post that its author has
        deleted has taken its marks along."""
        message_id = MessageId(claim.parcels[0].payload["message"])
        async with self._hub.store.read() as unit:
            found = await unit.messages.markable(message_id)
        if found is None or found.post is None or found.message.deleted_at is not None:
            return DeliveryResult(claim.parcels)
        ref, shown, wanted = found.post, found.mark, self._wanted(found.message)
        stale = _stale(claim, shown, wanted)
        if wanted == shown and not stale:
            return DeliveryResult(claim.parcels)
        for mark in stale:
            await self._desk.mark(ref, mark, False)
        if wanted:
            await self._desk.mark(ref, Mark(wanted), True)

        async def after(unit: Unit) -> None:
            await unit.messages.set_mark_shown(message_id, wanted)

        return DeliveryResult(claim.parcels, (after,))

    def _wanted(self, message: Message) -> str:
        """The mark that should stand; "" none."""
        mark = MARKS.get(message.delivery)
        if mark is None:
            return ""
        return mark if self._hub.marks == "all" or mark in PROBLEMS_ONLY else ""


def _stale(claim: Claim, shown: str, wanted: str | None) -> list[Mark]:
    """Marks to take away. After an attempt that was not written down any mark may stand there."""
    tried = any(parcel.attempts for parcel in claim.parcels)
    return [mark for mark in Mark if mark != wanted and (tried or mark == shown)]
