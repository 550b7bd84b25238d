"""Operators: by id, for whatever has to name them; and all of a desk, as it tells them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain import Actor, Addressee, Author, Belonging, DeskName, Message, OperatorId
from bot.locale import Translator
from bot.ports.storage import Unit


async def names(unit: Unit, ids: Iterable[str | int]) -> dict[str, str]:
    """Shown names by id, the ids as text."""
    found = {str(one): await unit.operators.get(OperatorId(int(one))) for one in set(ids)}
    return {key: operator.title or operator.name for key, operator in found.items() if operator is not None}


async def name(unit: Unit, operator: OperatorId | None) -> str:
    """ "" for nobody."""
    return "" if operator is None else (await names(unit, [operator])).get(str(operator), "")


async def writer(unit: Unit, message: Message, tr: Translator) -> str:
    """Who of our side wrote a message; "" for a customer's."""
    return tr.gettext("Auto-answer") if message.author is Author.BOT else await name(unit, message.operator)


async def addressee(unit: Unit, whom: Addressee | None) -> str:
    """An operator's name or a role's."""
    if whom is None:
        return ""
    return str(whom.role) if whom.role is not None else await name(unit, whom.operator)


async def upsert_staff(unit: Unit, desk: DeskName, staff: Sequence[Actor]) -> None:
    """Takes over everybody whom the desk names; whoever counted as a member of its audience and is not among them
    does so no more."""
    for actor in staff:
        await unit.operators.know(desk, actor)
    found = {one.user for one in staff}
    for one in await unit.operators.of_desk(desk):
        if one.belongs is Belonging.MEMBER and one.user not in found:
            await unit.operators.know(desk, Actor(one.user, "", belongs=Belonging.OUTSIDER))
