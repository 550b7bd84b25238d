"""Last words of a dialog after the message that they come from was edited or deleted."""

from __future__ import annotations

from bot.domain import Author, Dialog, Message
from bot.domain.lifecycle.events import LAST_WORDS
from bot.domain.text import shorten
from bot.domain.value import replace
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import Unit
from bot.views.words import summary

SPEAKERS = (Author.CUSTOMER, Author.OPERATOR, Author.OUTSIDE)
"""Authors whose words lists and cards show as the last."""
LOOKED_AT = 20
"""Latest messages of each author among which one that was not deleted is looked for."""


async def follow(hub: Hub, unit: Unit, dialog: Dialog, before: Message, after: Message) -> None:
    """Corrects the (locked) dialog's last words and its card, which offers by them what can be done, if they were those
    of this message."""
    if dialog.last_words != _words(hub, before) or await _later(unit, dialog, before):
        return
    shown = after if after.deleted_at is None else await _newest(unit, dialog)
    words = _words(hub, shown) if shown is not None else ""
    if words == dialog.last_words:
        return
    corrected = replace(dialog, last_words=words)
    await unit.dialogs.touch(
        dialog.id, waiting_since=dialog.waiting_since, last_at=dialog.last_at, last_words=corrected.last_words
    )
    if dialog.open:
        await parcels.refresh_card(unit, corrected, hub.clock.now(), hurry=False)


def _words(hub: Hub, message: Message) -> str:
    return shorten(summary(message.content, hub.tr), LAST_WORDS)


async def _later(unit: Unit, dialog: Dialog, message: Message) -> bool:
    """Tells whether its author has written again since."""
    newest = await unit.messages.written_by(dialog.id, message.author, LOOKED_AT)
    return any(one.id > message.id and one.deleted_at is None for one in newest)


async def _newest(unit: Unit, dialog: Dialog) -> Message | None:
    found = [one for author in SPEAKERS for one in await unit.messages.written_by(dialog.id, author, LOOKED_AT)]
    return max((one for one in found if one.deleted_at is None), key=lambda one: (one.at, one.id), default=None)
