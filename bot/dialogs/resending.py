"""Replies that were given up: which of them an operator may send again, one by one or all at once."""

from __future__ import annotations

from bot.dialogs import send
from bot.dialogs.apply import write_line
from bot.domain import AccountName, Dialog, Line, Message, Operator, Status
from bot.domain.lifecycle import Refusal, in_team
from bot.hub import given_up
from bot.hub.context import Hub, OperatorAccess
from bot.ports.storage import Unit


def check(dialog: Dialog, message: Message, by: OperatorAccess) -> None:
    """Checks who may send a reply again: its author, and those who may answer in the dialog now. Raises `Refusal`."""
    if not dialog.open:
        raise Refusal("closed")
    working = dialog.status is Status.IN_PROGRESS and not by.rights.administer
    if working and by.operator.id != message.operator and not in_team(dialog, by.operator.id):
        raise Refusal("not_in_team", by=str(dialog.responsible))


async def again(hub: Hub, unit: Unit, dialog: Dialog, message: Message, by: OperatorAccess) -> None:
    """Sends a (locked) reply again. Raises `Refusal`."""
    check(dialog, message, by)
    await send.resume(hub, unit, dialog, by, message)
    await write_line(hub, unit, dialog, Line("sent_again", {"by": str(by.operator.id)}))


async def all_again(hub: Hub, unit: Unit, operator: Operator, account: AccountName, most: int) -> tuple[int, int]:
    """Sends again, oldest first, up to `most` of the account's replies that were given up without having been sent.
    Returns how many, and how many more the operator may send again. A reply in doubt is never among them."""
    access = await hub.access(unit, operator, account)
    sent = left = 0
    async for found in given_up.replies(unit, account):
        if sent == most:
            left += 1
            continue
        dialog = await unit.dialogs.lock(found.dialog)
        message = await unit.messages.lock(found.id)
        if dialog is None or message is None or not given_up.is_given_up(message):
            continue  # another press was faster
        try:
            await again(hub, unit, dialog, message, access)
        except Refusal:
            continue
        sent += 1
    return sent, left
