"""Receipts of our messages from channels: delivered, read, failed after all.

A receipt may arrive before the platform's response to our sending is saved. It is then kept until the message is known
by its id. Both sides lock the customer's identity meanwhile, so that neither misses the other.

A receipt that carries our key proves that the message was sent, even if the platform's response never came: it settles
a reply in doubt, or one that would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogs import doubts, send
from bot.domain import TO_CUSTOMERS, AccountName, ChatId, Delivery, ForeignId, Key, Message, Receipt, ReceiptState
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports import Capability, Limits
from bot.ports.storage import Unit

PROGRESS = {
    Delivery.PENDING: 0,
    Delivery.UNCONFIRMED: 0,
    Delivery.SENT: 1,
    Delivery.DELIVERED: 2,
    Delivery.READ: 3,
    Delivery.FAILED: 4,
}
"""Order of the states. Receipts come in any order: one that says less than is known changes nothing."""

TOLD = {
    ReceiptState.SENT: Delivery.SENT,
    ReceiptState.DELIVERED: Delivery.DELIVERED,
    ReceiptState.READ: Delivery.READ,
    ReceiptState.FAILED: Delivery.FAILED,
}


def expected(limits: Limits) -> bool:
    """Tells whether the channel reports receipts at all."""
    return Capability.DELIVERED in limits.receives or Capability.READ in limits.receives


async def arrived(hub: Hub, unit: Unit, account: AccountName, receipt: Receipt) -> None:
    found, known = await unit.messages.by_foreign(account, receipt.chat, receipt.ref), False
    if found is None:
        known = await unit.contacts.lock_known(account, receipt.chat)
        found = await unit.messages.by_foreign(account, receipt.chat, receipt.ref) if known else None
    if found is None and receipt.key and await doubts.settle(hub, unit, account, receipt):
        return
    if found is None and known:
        await unit.messages.keep_receipt(account, receipt, hub.clock.now())
        return
    ids = [found.id] if found else []
    if receipt.through:
        ids = [*await unit.messages.sent_through(account, receipt.chat, receipt.ref), *ids]
    for one in dict.fromkeys(ids):
        message = await unit.messages.lock(one)
        if message is not None and message.author in TO_CUSTOMERS:
            await _progress(hub, unit, message, receipt)


async def link(
    hub: Hub, unit: Unit, message: Message, account: AccountName, chat: ChatId, refs: Sequence[ForeignId], key: Key
) -> Sequence[Receipt]:
    """Saves the ids under which a message was sent with this key; returns the receipts that arrived earlier."""
    bridge = hub.bridges.get(account)
    awaited = bridge is not None and expected(bridge.limits) and await unit.contacts.lock_known(account, chat)
    await unit.messages.link_foreign(message.id, account, chat, refs)
    early = await unit.messages.take_receipts(account, chat, [*refs, ForeignId(key)]) if awaited else ()
    others = [one.ref for one in early if one.ref not in refs]  # of an earlier attempt with the same key
    await unit.messages.link_foreign(message.id, account, chat, others)
    return early


async def _progress(hub: Hub, unit: Unit, message: Message, receipt: Receipt) -> None:
    now = TOLD[receipt.state]
    if PROGRESS[now] <= PROGRESS.get(message.delivery, 9):
        return
    await unit.messages.save(replace(message, delivery=now, failure=receipt.reason, detail=receipt.detail))
    dialog = await unit.dialogs.get(message.dialog)
    if dialog is None:
        return
    await send.show_progress(hub, unit, dialog, message.id, now)
    if now is Delivery.FAILED:
        await parcels.report_problem(unit, dialog, message.id, hub.clock.now())
