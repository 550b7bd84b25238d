"""Colleagues who have left the team chat or its channels, and those who look after what was theirs."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import Addressee, Belonging, Dialog, Operator
from bot.domain.access import NO_PERSON, roles_of
from bot.hub.context import Hub
from bot.ports.storage import Unit


async def has_left(hub: Hub, unit: Unit, operator: Operator) -> bool:
    """Tells whether the operator may use the hub no longer. Not while the desk has not reported them yet."""
    return operator.belongs is not Belonging.UNKNOWN and not await hub.admits(unit, operator)


async def owner_has_left(hub: Hub, unit: Unit, dialog: Dialog) -> bool:
    owner = await unit.operators.get(dialog.responsible) if dialog.responsible is not None else None
    return owner is not None and await has_left(hub, unit, owner)


async def mates(hub: Hub, unit: Unit, operator: Operator) -> Sequence[Operator]:
    """Colleagues in one of the operator's roles who may use the hub."""
    roles = await unit.operators.roles()
    theirs = roles_of(operator.id, roles)
    desk = await unit.operators.of_desk(operator.desk) if theirs else ()
    return await hub.admitted(unit, [one for one in desk if one.id != operator.id and roles_of(one.id, roles) & theirs])


async def administrators(hub: Hub, unit: Unit, operator: Operator) -> Sequence[Operator]:
    """The hub's other administrators, as far as they are known."""
    found = [await unit.operators.get(one) for one in sorted(hub.admins.ids - {operator.id})]
    return [one for one in found if one is not None and one.desk in hub.desks.by_name and one.belongs not in NO_PERSON]


async def in_place_of(hub: Hub, unit: Unit, whom: Addressee) -> Sequence[Addressee]:
    """The addressee or, if they have left, those who look after what was theirs: their role, or else administrators."""
    operator = await unit.operators.get(whom.operator) if whom.operator is not None else None
    if operator is None or not await has_left(hub, unit, operator):
        return (whom,)
    heirs = await mates(hub, unit, operator) or await administrators(hub, unit, operator)
    return [Addressee(operator=one.id) for one in heirs]
