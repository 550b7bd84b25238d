"""The sections of the workplace: who looks at them, and which of their dialogs wait for whom."""

from __future__ import annotations

from bot.domain import Dialog, Operator, Status
from bot.domain.access import roles_of
from bot.domain.lifecycle import addressed_to
from bot.hub.context import Hub
from bot.ports.storage import Section, Unit, Viewer


async def viewer_of(hub: Hub, unit: Unit, operator: Operator) -> Viewer:
    """The operator with their roles and the accounts that they may read."""
    roles = roles_of(operator.id, await unit.operators.roles())
    return Viewer(operator.id, roles, await hub.readable(unit, operator))


def waits_for(viewer: Viewer, dialog: Dialog, section: Section) -> bool:
    """True when a listed dialog waits for this viewer: it is addressed to them or their role, or is new to them as a
    co-executor (the only reason why one in progress is listed as new)."""
    added = section is Section.NEW and dialog.status is Status.IN_PROGRESS
    return added or addressed_to(dialog, viewer.operator, viewer.roles)
