"""Answers that colleagues give in the platforms' own apps, outside the hub: shown in the thread, never sent."""

from __future__ import annotations

from datetime import datetime

from bot.dialogs.apply import apply_event, write_line
from bot.domain import (
    AccountName,
    Author,
    ChatId,
    ColleagueDeleted,
    ColleagueEdited,
    ColleagueWrote,
    Dialog,
    ForeignId,
    Line,
    Message,
    Profile,
    ServiceNotice,
)
from bot.domain.lifecycle import AnsweredOutside, came_late
from bot.domain.text import shorten
from bot.handlers import customer_edits
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import EarlyChange, Identity, NewMessage, Unit
from bot.views.words import summary

NOTICED = 1000
"""Characters of a platform's notice that the thread shows."""


async def wrote(hub: Hub, unit: Unit, account: AccountName, event: ColleagueWrote, at: datetime) -> None:
    """Shows a message that a colleague sent, and ends the customer's wait. It goes to the open dialog, otherwise to the
    last one of the chat, which stays closed. It opens none: who has never written to the account is not a customer."""
    found = await _conversation(hub, unit, account, event.chat, event.profile)
    if found is None or await unit.messages.by_foreign(account, event.chat, event.ref) is not None:
        return
    identity, dialog = found
    late, content = came_late(dialog, at), customer_edits.shown(event.content)
    change = await unit.early.take(account, event.chat, event.ref) if identity.early else None
    if dialog.open:
        dialog = await apply_event(hub, unit, dialog, AnsweredOutside(at, summary(content, hub.tr)))
    answered = await _answered(unit, account, event)
    reply_to = answered.id if answered else None
    new = NewMessage(dialog.id, Author.OUTSIDE, at, content, reply_to=reply_to, late=late)
    message = await unit.messages.add(new)
    await unit.messages.link_foreign(message.id, account, event.chat, [event.ref])
    if change is not None and change.content is None:
        await customer_edits.apply_early(hub, unit, message, change)
    await parcels.post(unit, dialog, message.id, hub.clock.now())


async def edited(hub: Hub, unit: Unit, account: AccountName, event: ColleagueEdited, at: datetime) -> None:
    """Shows the new words of a message. One that has not come yet is shown with them."""
    message, dialog = await customer_edits.known(unit, account, event.chat, event.ref)
    if message is None or dialog is None:
        await wrote(hub, unit, account, ColleagueWrote(event.chat, event.ref, event.content), at)
        return
    await customer_edits.change(hub, unit, message, dialog, event.content, "edited_outside")


async def deleted(hub: Hub, unit: Unit, account: AccountName, event: ColleagueDeleted) -> None:
    """Marks a message as withdrawn; one that has not come yet is remembered."""
    message, dialog = await customer_edits.known(unit, account, event.chat, event.ref)
    if message is not None and dialog is not None:
        await customer_edits.withdraw(hub, unit, message, dialog, "deleted_outside")
    elif await unit.contacts.lock_known(account, event.chat):
        await unit.early.keep(EarlyChange(account, event.chat, event.ref, None, hub.clock.now()))


async def noticed(hub: Hub, unit: Unit, account: AccountName, event: ServiceNotice) -> None:
    """Writes a line in the open dialog; without one there is nobody to tell."""
    found = await _conversation(hub, unit, account, event.chat, Profile())
    if found is not None and found[1].open:
        values = {key: shorten(words, NOTICED) for key, words in event.line.values.items()}
        await write_line(hub, unit, found[1], Line(event.line.code, values))


async def _conversation(
    hub: Hub, unit: Unit, account: AccountName, chat: ChatId, profile: Profile
) -> tuple[Identity, Dialog] | None:
    """Returns a known customer with the (locked) dialog of their chat; None for people without any."""
    if not await unit.contacts.lock_known(account, chat):
        return None
    identity, changed = await unit.contacts.lock_identity(account, chat, profile)
    if changed and identity.open is not None:
        await parcels.refresh_card(unit, identity.open, hub.clock.now())
    dialog = identity.open
    if dialog is None:
        latest = await unit.dialogs.latest_with(identity.contact.id, account)
        dialog = await unit.dialogs.lock(latest.id) if latest is not None and latest.chat == chat else None
    return (identity, dialog) if dialog is not None else None


async def _answered(unit: Unit, account: AccountName, event: ColleagueWrote) -> Message | None:
    quote = event.content.quote
    ref: ForeignId | None = quote.ref if quote is not None else None
    return await unit.messages.by_foreign(account, event.chat, ref) if ref is not None else None
