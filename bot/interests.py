"""Dialogs and their Interests: what the account's rules do by themselves."""

from __future__ import annotations

from bot.changes import happen
from bot.dialog import Linked
from bot.hub import Hub
from bot.model import Dialog
from bot.store import Unit


async def link_by_rules(hub: Hub, unit: Unit, dialog: Dialog) -> Dialog:
    """Links a (locked) new dialog to its contact's only open Interest, where the account's rules want it so. Among
    several a person chooses."""
    if not (await hub.account(unit, dialog.account)).rules.link_interest:
        return dialog
    found = await unit.interests.of_contact(dialog.contact, open_only=True, limit=2)
    if len(found) != 1:
        return dialog
    return await happen(hub, unit, dialog, Linked(None, found[0].id, found[0].title))
