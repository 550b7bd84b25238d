"""Preparation of actions that show what a platform knows: it is asked before the transaction, which never waits for
it."""

from __future__ import annotations

from bot.actions import ACTIONS, PRESSED
from bot.actions.base import AnyAction
from bot.actions.dispatch import subject_of
from bot.actions.request import Request
from bot.domain import AccountName
from bot.hub.context import Hub
from bot.ports.storage import Unit

ASKING = frozenset(word for table in (ACTIONS, PRESSED) for word, action in table.items() if action.asks_outside)
"""Words of the actions to be prepared."""


async def wanted(hub: Hub, unit: Unit, request: Request) -> tuple[AnyAction, AccountName] | None:
    """Returns the action to prepare, with the account to ask; None for operators who may not perform it there."""
    action = (PRESSED if request.ticket else ACTIONS).get(request.word)
    if action is None or not action.asks_outside or not await hub.admits(unit, request.operator):
        return None
    subject = await subject_of(unit, request, action)
    dialog = subject[0] if subject is not None else None
    if dialog is None:
        return None
    access = await hub.access(unit, request.operator, dialog.account)
    return (action, dialog.account) if action.right.within(access.rights) else None
