"""Customers' edits, deletions and reactions: effects on the messages that operators see."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogs import last_words
from bot.dialogs.apply import write_line
from bot.domain import (
    AccountName,
    Author,
    ChatId,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerReacted,
    Dialog,
    ForeignId,
    Line,
    Message,
    Unshowable,
)
from bot.domain.text import shorten
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import EarlyChange, Unit
from bot.views.words import EDIT_QUOTED, summary

POSTED_BY_US = frozenset({Author.CUSTOMER, Author.OUTSIDE})
"""Authors whose posts in the thread are the hub's, so that it can redraw them."""
QUOTED = 80
"""Characters of a message that a technical line quotes."""


async def edited(hub: Hub, unit: Unit, account: AccountName, event: CustomerEdited) -> bool:
    """Shows the new words. Returns False when the message is unknown."""
    message, dialog = await known(unit, account, event.chat, event.ref)
    if message is None or dialog is None:
        return False
    await change(hub, unit, message, dialog, event.content, "edited_to")
    return True


async def change(hub: Hub, unit: Unit, message: Message, dialog: Dialog, said: Content, code: str) -> None:
    """Gives a (locked) message its new content. `code`: of the line that says so."""
    content = shown(said)
    if message.content == content:
        return
    before, after = (shorten(summary(one, hub.tr), EDIT_QUOTED) for one in (message.content, content))
    edited_at = hub.clock.now()
    changed = replace(message, content=content, edited_at=edited_at)
    await unit.messages.save(changed)
    await last_words.follow(hub, unit, dialog, message, changed)
    if message.author in POSTED_BY_US:
        await parcels.repost(unit, dialog, message.id, edited_at)
    await _requote(hub, unit, message, dialog)
    await write_line(hub, unit, dialog, Line(code, {"before": before, "after": after}))


async def deleted(hub: Hub, unit: Unit, account: AccountName, event: CustomerDeleted) -> None:
    """Marks a message as deleted by the customer; operators can still read it. Of a message that may still come, it is
    remembered."""
    message, dialog = await known(unit, account, event.chat, event.ref)
    if message is None or dialog is None:
        await unit.early.keep(EarlyChange(account, event.chat, event.ref, None, hub.clock.now()))
        return
    await withdraw(hub, unit, message, dialog, "deleted")


async def withdraw(hub: Hub, unit: Unit, message: Message, dialog: Dialog, code: str) -> None:
    """Marks a (locked) message as deleted. `code`: of the line that says so."""
    if message.deleted_at is not None:
        return
    gone = replace(message, deleted_at=hub.clock.now())
    await unit.messages.save(gone)
    await last_words.follow(hub, unit, dialog, message, gone)
    if message.author in POSTED_BY_US:
        await parcels.repost(unit, dialog, message.id, hub.clock.now())
    await _requote(hub, unit, message, dialog)
    await write_line(hub, unit, dialog, Line(code, {"words": _quoted(hub, message)}))


async def _requote(hub: Hub, unit: Unit, message: Message, dialog: Dialog) -> None:
    """Redraws the card, which may quote the message."""
    if message.author is Author.CUSTOMER:
        await parcels.refresh_card(unit, dialog, hub.clock.now())


async def reacted(hub: Hub, unit: Unit, account: AccountName, event: CustomerReacted) -> None:
    message, dialog = await _known_anywhere(unit, account, event.chat, event.ref)
    if message is None or dialog is None or message.reactions == event.emoji:
        return
    await unit.messages.save(replace(message, reactions=event.emoji))
    code = "reacted" if event.emoji else "unreacted"
    values = {"emoji": " ".join(event.emoji), "words": _quoted(hub, message)}
    await write_line(hub, unit, dialog, Line(code, values))


async def apply_early(hub: Hub, unit: Unit, message: Message, change: EarlyChange) -> Message:
    """Same message after a change that came before it. Its post is drawn later, with the signs of the change."""
    now = hub.clock.now()
    changed = replace(message, deleted_at=now) if change.content is None else replace(message, edited_at=now)
    await unit.messages.save(changed)
    return changed


def _quoted(hub: Hub, message: Message) -> str:
    return shorten(summary(message.content, hub.tr), QUOTED)


async def known(unit: Unit, account: AccountName, chat: ChatId, ref: ForeignId) -> tuple[Message | None, Dialog | None]:
    """Returns the message with that id on the channel, and its dialog, both locked."""
    found = await unit.messages.by_foreign(account, chat, ref)
    if found is None:
        return None, None
    dialog = await unit.dialogs.lock(found.dialog)
    return await unit.messages.lock(found.id), dialog


async def _known_anywhere(
    unit: Unit, account: AccountName, chat: ChatId, ref: ForeignId
) -> tuple[Message | None, Dialog | None]:
    """Message of this chat or of a topic in it: channels do not tell in which topic a reaction was set."""
    found = await known(unit, account, chat, ref)
    if found[0] is not None:
        return found
    for topic in await unit.contacts.topics(account, chat):
        found = await known(unit, account, topic, ref)
        if found[0] is not None:
            break
    return found


def shown(content: Content) -> Content:
    """Replaces content that has nothing to show by a placeholder."""
    return content or Content(attachments=(Unshowable(),), quote=content.quote)
