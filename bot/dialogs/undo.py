"""Undoing a redirect: looks up what has happened in the dialog since."""

from __future__ import annotations

from bot.domain import Author, Message, OperatorId
from bot.domain.lifecycle import check_may_undo
from bot.hub.context import Hub
from bot.ports.storage import Unit

LOOKED_AT = 20
"""Latest technical lines among which a change since the redirect is looked for."""


async def check(hub: Hub, unit: Unit, line: Message, by: OperatorId) -> None:
    """Checks that this operator may undo the redirect that `line` is about. Raises `Refusal`."""
    latest = await unit.messages.written_by(line.dialog, Author.HUB, LOOKED_AT)
    check_may_undo(line, latest, by, hub.clock.now())
