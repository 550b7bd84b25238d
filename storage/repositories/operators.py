"""Operators and roles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import case, false, literal_column, or_, select, true, update

from bot.domain import Actor, Belonging, DeskName, Operator, OperatorId, RoleName
from bot.ports.storage import Transcripts
from storage.engine.session import Session, one
from storage.engine.statements import Statement, insert_into, param
from storage.engine.transaction import Transaction
from storage.search.normalize import fold
from storage.tables import rows
from storage.tables.tables import operators, roles

_select = select(*rows.OPERATOR)
_of_desk = operators.c.desk == param("desk")
_BY_USER = Statement(_select.where(_of_desk, operators.c.user == param("user")))
_TOLD = ("name", "title", "name_folded", "title_folded", "zone", "belongs", "belonged")
_KNOW = Statement(
    insert_into(operators, "desk", "user", *_TOLD)
    .on_conflict_do_update(index_elements=["desk", "user"], set_={name: param(name) for name in _TOLD})
    .returning(*rows.OPERATOR)
)
_BELONGED = Statement(select(operators.c.belonged).where(_of_desk, operators.c.user == param("user")))
_AWAY = frozenset({Belonging.OUTSIDER, Belonging.GONE})
"""Relations in which somebody no longer uses the desk; `belonged` then keeps what they were before."""
_GET = Statement(_select.where(operators.c.id == param("operator")))
_VIEW = Statement(select(operators.c.view).where(operators.c.id == param("operator")))
_SET_VIEW = Statement(update(operators).where(operators.c.id == param("operator")).values(view=param("view")))
_by_name = operators.c.name_folded == param("folded")
_by_user = operators.c.user == param("name")
_rank = case((_by_user, 0), (_by_name, 1), else_=2)
_CALLED = Statement(
    select(_rank.label("rank"), *rows.OPERATOR)
    .where(_of_desk, or_(_by_name, _by_user, operators.c.title_folded == param("folded")))
    .order_by("rank", operators.c.id)
)
_OF_DESK = Statement(_select.where(_of_desk).order_by(operators.c.title_folded, operators.c.id))
_FORMER = Statement(
    _select.where(
        operators.c.belongs.in_([literal_column(f"'{one}'") for one in sorted(_AWAY)]),
        operators.c.belonged.in_([literal_column(f"'{one}'") for one in (Belonging.MEMBER, Belonging.GUEST)]),
    ).order_by(operators.c.id),
    heavy=True,
)
_roles = select(roles.c.name, roles.c.members).where(~roles.c.gone).order_by(roles.c.name)
_ROLES = Statement(_roles)
_LOCK_ROLES = Statement(_roles.with_for_update(key_share=True))
_SET_ROLE = Statement(
    insert_into(roles, "name", "members").on_conflict_do_update(
        index_elements=["name"], set_={"members": param("members"), "gone": false()}
    )
)
_REMOVE_ROLE = Statement(update(roles).where(roles.c.name == param("role")).values(gone=true(), members="[]"))
_ADD_ROLE = Statement(insert_into(roles, "name", "members").on_conflict_do_nothing())


class SqlOperators:
    def __init__(self, session: Session, work: Transaction) -> None:
        self._session, self._work = session, work

    async def upsert_operator(self, desk: DeskName, actor: Actor) -> Operator:
        found = await one(self._session, _BY_USER, desk=desk, user=actor.user)
        known = rows.operator(found) if found else None
        name = actor.name or (known.name if known else "")
        title = actor.title or (known.title if known else "") or name or actor.user
        zone = actor.zone or (known.zone if known else "")
        belongs = actor.belongs
        if belongs in (Belonging.UNKNOWN, Belonging.LEFT):
            belongs = known.belongs if known else Belonging.UNKNOWN
        if not known or (known.name, known.title, known.zone, known.belongs) != (name, title, zone, belongs):
            before = await self._belonged(desk, actor.user)
            [row] = await self._session.rows(
                _KNOW,
                desk=desk,
                user=actor.user,
                name=name,
                title=title,
                name_folded=fold(name),
                title_folded=fold(title),
                zone=zone,
                belongs=belongs.value,
                belonged=(before if belongs in _AWAY else belongs).value,
            )
            known = rows.operator(row)
        if actor.belongs is Belonging.LEFT:
            return replace(known, belongs=await self._belonged(desk, actor.user))
        return known

    async def _belonged(self, desk: DeskName, user: str) -> Belonging:
        found = await one(self._session, _BELONGED, desk=desk, user=user)
        return Belonging(found[0]) if found else Belonging.UNKNOWN

    async def of_user(self, desk: DeskName, user: str) -> Operator | None:
        found = await one(self._session, _BY_USER, desk=desk, user=user)
        return rows.operator(found) if found else None

    async def get(self, operator: OperatorId) -> Operator | None:
        found = await one(self._session, _GET, operator=operator)
        return rows.operator(found) if found else None

    async def called(self, desk: DeskName, name: str) -> Sequence[Operator]:
        name = name.strip().removeprefix("@")
        found = await self._session.rows(_CALLED, desk=desk, name=name, folded=fold(name))
        return [rows.operator(row) for rank, *row in found if rank == found[0][0]]

    async def of_desk(self, desk: DeskName) -> Sequence[Operator]:
        return [rows.operator(row) for row in await self._session.rows(_OF_DESK, desk=desk)]

    async def former(self) -> Sequence[Operator]:
        return [rows.operator(row) for row in await self._session.rows(_FORMER)]

    async def transcripts(self, operator: OperatorId) -> Transcripts:
        found = await one(self._session, _VIEW, operator=operator)
        return Transcripts(found[0]) if found and found[0] else Transcripts.SPLIT

    async def set_transcripts(self, operator: OperatorId, how: Transcripts) -> None:
        self._session.later(_SET_VIEW, operator=operator, view=how.value)

    async def roles(self) -> Mapping[RoleName, tuple[str, ...]]:
        return {name: tuple(json.loads(members)) for name, members in await self._session.rows(_ROLES)}

    async def lock_roles(self) -> Mapping[RoleName, tuple[str, ...]]:
        return {name: tuple(json.loads(members)) for name, members in await self._session.rows(_LOCK_ROLES)}

    async def add_roles(self, roles: Mapping[RoleName, Sequence[str]]) -> None:
        self._work.roles = None
        for name, members in roles.items():
            self._session.later(_ADD_ROLE, name=name, members=_list(members))

    async def set_role(self, role: RoleName, members: Sequence[str]) -> None:
        self._work.roles = None
        self._session.later(_SET_ROLE, name=role, members=_list(members))

    async def remove_role(self, role: RoleName) -> None:
        self._work.roles = None
        self._session.later(_REMOVE_ROLE, role=role)


def _list(members: Sequence[str]) -> str:
    return json.dumps(list(members), ensure_ascii=False)
