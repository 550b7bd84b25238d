"""Names of operators by id, and the import of a desk's directory of users."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain import Actor, Addressee, Author, Belonging, DeskName, Message, OperatorId
from bot.locale import N_, Translator
from bot.ports.storage import Unit

_UNNAMED = {Author.BOT: N_("Automatic reply"), Author.OUTSIDE: N_("Answered outside the hub")}
"""Titles of messages on our side that no operator wrote."""


async def operator_names(unit: Unit, ids: Iterable[str | int]) -> dict[str, str]:
    """Display names by id; the ids are text."""
    found = {str(one): await unit.operators.get(OperatorId(int(one))) for one in set(ids)}
    return {key: operator.title or operator.name for key, operator in found.items() if operator is not None}


async def operator_name(unit: Unit, operator: OperatorId | None) -> str:
    """Display name of one operator, "" for nobody."""
    return "" if operator is None else (await operator_names(unit, [operator])).get(str(operator), "")


async def writer_name(unit: Unit, message: Message, tr: Translator) -> str:
    """Name of the writer on our side; "" for a customer's message."""
    return title_of(message.author, tr) or await operator_name(unit, message.operator)


def title_of(author: Author, tr: Translator) -> str:
    """Title above messages on our side that no operator wrote, in place of a name; "" for others."""
    return tr.gettext(_UNNAMED[author]) if author in _UNNAMED else ""


async def addressee_name(unit: Unit, whom: Addressee | None) -> str:
    """Name of an operator or a role."""
    if whom is None:
        return ""
    return str(whom.role) if whom.role is not None else await operator_name(unit, whom.operator)


async def upsert_staff(unit: Unit, desk: DeskName, staff: Sequence[Actor]) -> None:
    """Stores every user that the desk lists. Members of its audience who are missing from the list lose that
    standing."""
    for actor in staff:
        await unit.operators.upsert_operator(desk, actor)
    found = {one.user for one in staff}
    for one in await unit.operators.of_desk(desk):
        if one.belongs is Belonging.MEMBER and one.user not in found:
            await unit.operators.upsert_operator(desk, Actor(one.user, "", belongs=Belonging.OUTSIDER))
