"""Automatic links between dialogs and Interests, by the account's rules."""

from __future__ import annotations

from bot.dialogs.apply import apply_event
from bot.domain import Dialog
from bot.domain.lifecycle import Linked
from bot.hub.context import Hub
from bot.ports.storage import Unit


async def link_by_rules(hub: Hub, unit: Unit, dialog: Dialog) -> Dialog:
    """Links a (locked) new dialog to its contact's only open Interest, if the account's rules say so. When there are
    several, an operator chooses."""
    if not (await hub.account(unit, dialog.account)).rules.link_interest:
        return dialog
    found = await unit.interests.of_contact(dialog.contact, open_only=True, limit=2)
    if len(found) != 1:
        return dialog
    return await apply_event(hub, unit, dialog, Linked(None, found[0].id, found[0].title))
