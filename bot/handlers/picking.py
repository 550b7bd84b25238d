"""Choices in a card's pickers: the value that the core's action is given, whatever the team chat's client sent."""

from __future__ import annotations

from bot.domain import Belonging, DeskName, Pressed
from bot.domain.access import NO_PERSON, person
from bot.hub.context import Hub
from bot.locale import N_
from bot.ports.storage import Unit

NOT_AN_OPERATOR = N_("{name} has no access to the hub. Choose someone else.")


class NotAnOperator(Exception):
    """An app, somebody who has left, or nobody at all was picked; the words say so."""


async def picked(hub: Hub, unit: Unit, desk: DeskName, event: Pressed) -> str:
    """Value of the choice; "" for none. A person whom the hub does not know becomes known if the team chat vouches for
    them: they may have just joined. Raises `NotAnOperator`."""
    if event.person is None:
        return event.picked
    chosen = event.person
    known = await unit.operators.of_user(desk, chosen.user)
    vouched = chosen.belongs not in (*NO_PERSON, Belonging.UNKNOWN)
    if chosen.belongs in NO_PERSON or not (known or vouched):
        name = chosen.title or chosen.name or (known.title if known else "") or hub.tr.gettext("This user")
        raise NotAnOperator(hub.tr.gettext(NOT_AN_OPERATOR).format(name=name))
    return person((await unit.operators.upsert_operator(desk, chosen)).id)
