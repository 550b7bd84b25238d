"""The sections of the workplace: who looks at them, and which of their dialogs wait for whom."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import AccountName, Dialog, Operator, OperatorId, RoleName, Status
from bot.domain.access import roles_of
from bot.domain.account_rules import AccountRules
from bot.domain.lifecycle import addressed_to
from bot.domain.value import value
from bot.hub.context import Hub
from bot.ports.storage import Section, Unit, Viewer


async def viewer_of(hub: Hub, unit: Unit, operator: Operator) -> Viewer:
    """The operator with their roles and the accounts that they may read."""
    return viewer_under(hub, await standing(hub, unit), operator)


@value
class Standing:
    """All that decides who may read which account: roles, the accounts' rules, the hub's administrators."""

    roles: Mapping[RoleName, tuple[str, ...]]
    rules: Mapping[AccountName, AccountRules]
    admins: frozenset[OperatorId]


async def standing(hub: Hub, unit: Unit) -> Standing:
    """The standing at this moment."""
    return Standing(await unit.operators.roles(), await hub.rules(unit), hub.admins.ids)


def viewer_under(hub: Hub, at: Standing, operator: Operator) -> Viewer:
    """The operator with their roles and the accounts that they may read under this standing."""
    roles = roles_of(operator.id, at.roles)
    return Viewer(operator.id, roles, hub.readable_under(at.rules, operator, roles))


def waits_for(viewer: Viewer, dialog: Dialog, section: Section) -> bool:
    """True when a listed dialog waits for this viewer: it is addressed to them or their role, or is new to them as a
    co-executor (the only reason why one in progress is listed as new)."""
    added = section is Section.NEW and dialog.status is Status.IN_PROGRESS
    return added or addressed_to(dialog, viewer.operator, viewer.roles)
