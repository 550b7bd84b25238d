"""Replies in doubt: perhaps sent, because the platform's response never came. An operator decides, or a receipt that
carries the reply's key."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogs import send
from bot.dialogs.apply import write_line
from bot.domain import AccountName, Delivery, Dialog, Key, Line, Message, MessageId, Receipt, ReceiptState
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.parcels import ParcelKind
from bot.ports.storage import Unit

PROVEN = {
    ReceiptState.SENT: Delivery.SENT,
    ReceiptState.DELIVERED: Delivery.DELIVERED,
    ReceiptState.READ: Delivery.READ,
}


async def settle(hub: Hub, unit: Unit, account: AccountName, receipt: Receipt) -> bool:
    """Settles the reply that was given up as unconfirmed under the receipt's key. False: there is none."""
    dead = await unit.dead.get(Key(receipt.key))
    if dead is None or dead.destination != parcels.account_destination(account) or dead.kind != ParcelKind.SEND:
        return False
    message = await unit.messages.lock(MessageId(dead.payload["message"]))
    dialog = await unit.dialogs.lock(message.dialog) if message is not None else None
    if message is None or dialog is None or message.delivery is not Delivery.UNCONFIRMED:
        return False
    await unit.messages.link_foreign(message.id, account, receipt.chat, [receipt.ref])
    if receipt.state is ReceiptState.FAILED:
        failed = replace(message, delivery=Delivery.FAILED, failure=receipt.reason, detail=receipt.detail)
        await send.failed(hub, unit, dialog, failed)
        return True
    await proven(hub, unit, dialog, message, PROVEN[receipt.state])
    await write_line(hub, unit, dialog, Line("confirmed_by_receipt"))
    return True


async def proven(hub: Hub, unit: Unit, dialog: Dialog, message: Message, delivery: Delivery) -> None:
    """Takes the part in doubt of a (locked) reply as sent; the parts waiting behind it are sent now."""
    left = await unit.messages.parts_left(message.id)
    if len(left) > 1:
        await unit.messages.part_done(message.id, left[0], Delivery.PENDING)
        await send.resume_parts(hub, unit, dialog, message)
        return
    await parcels.forget_given_up(unit, dialog, message.id)
    await unit.messages.set_parts(message.id, 0)
    await unit.messages.save(replace(message, delivery=delivery, failure=""))
    await send.show_progress(hub, unit, dialog, message.id, delivery)
