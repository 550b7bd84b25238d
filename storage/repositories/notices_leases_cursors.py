"""Repositories of notices, leases and cursors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update

from bot.domain import DeskName, DialogId, Key
from bot.ports.storage import Notice
from bot.views.values import View
from storage.engine import codec, sequences
from storage.engine.session import Session, one
from storage.engine.statements import Statement, among, insert_into, param
from storage.engine.transaction import Transaction
from storage.tables.tables import cursors, leases, notices

_KEPT = Statement(select(notices.c.id).where(notices.c.key == param("key")))
_PUT = Statement(
    insert_into(notices, "desk", "user", "number", "view", "dialog_id", "key", "at").on_conflict_do_nothing(
        index_elements=["key"]
    )
)
_mine = (
    select(notices.c.number, notices.c.user, notices.c.view, notices.c.dialog_id, notices.c.at)
    .where(notices.c.desk == param("desk"), notices.c.user == param("user"))
    .limit(param("limit"))
)
_AFTER = Statement(_mine.where(notices.c.number > param("after")).order_by(notices.c.number))
_LATEST = Statement(_mine.order_by(notices.c.number.desc()))


class SqlNotices:
    def __init__(self, session: Session, work: Transaction) -> None:
        self._session, self._work = session, work

    async def put(self, desk: DeskName, user: str, view: View, dialog: DialogId | None, key: Key) -> None:
        if await self._session.rows(_KEPT, key=key):
            return
        number = await sequences.next_number(self._session, f"notices:{desk}:{user}")
        self._session.later(
            _PUT,
            desk=desk,
            user=user,
            number=number,
            view=codec.view.dump(view),
            dialog_id=dialog,
            key=key,
            at=self._work.clock.now(),
        )
        self._work.wake(f"notices:{desk}:{user}")

    async def after(self, desk: DeskName, user: str, notice: int | None, limit: int = 50) -> Sequence[Notice]:
        if notice is None:
            found = (await self._session.rows(_LATEST, desk=desk, user=user, limit=limit))[::-1]
        else:
            found = await self._session.rows(_AFTER, desk=desk, user=user, after=notice, limit=limit)
        return [Notice(number, user, codec.view.load(view), dialog, at) for number, user, view, dialog, at in found]


_TAKE = Statement(
    insert_into(leases, "name", "owner", "until")
    .on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": param("owner"), "until": param("until", leases.c.until)},
        where=or_(leases.c.owner == param("owner"), leases.c.until <= param("now", leases.c.until)),
    )
    .returning(leases.c.name)
)
_DROP = Statement(delete(leases).where(leases.c.name == param("name"), leases.c.owner == param("owner")))


class SqlLeases:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def take(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        return bool(await self._session.rows(_TAKE, name=name, owner=owner, now=now, until=until))

    async def drop(self, name: str, owner: str) -> None:
        self._session.later(_DROP, name=name, owner=owner)


_GET = Statement(select(cursors.c.value).where(cursors.c.name == param("name")))
_SEVERAL = Statement(select(cursors.c.name, cursors.c.value).where(among(cursors.c.name, "names")))
_BEGINNING = Statement(
    select(cursors.c.name, cursors.c.value).where(
        func.substr(cursors.c.name, 1, func.length(param("start", cursors.c.name))) == param("start", cursors.c.name),
        cursors.c.value != "",
    )
)
_SET = Statement(
    insert_into(cursors, "name", "value").on_conflict_do_update(index_elements=["name"], set_={"value": param("value")})
)
# ON CONFLICT waits for a concurrent writer of the same row and then sees its value.
_NOTE = Statement(
    insert_into(cursors, "name", "value")
    .on_conflict_do_update(index_elements=["name"], set_={"value": param("value")}, where=cursors.c.value == "")
    .returning(cursors.c.name)
)
_FORGET = Statement(
    update(cursors)
    .where(cursors.c.name == param("name"), cursors.c.value != "")
    .values(value="")
    .returning(cursors.c.name)
)


class SqlCursors:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def get(self, name: str) -> str | None:
        found = await one(self._session, _GET, name=name)
        return found[0] if found else None

    async def several(self, names: Sequence[str]) -> Mapping[str, str]:
        return dict(await self._session.rows(_SEVERAL, names=list(names))) if names else {}

    async def beginning(self, start: str) -> Mapping[str, str]:
        found = await self._session.rows(_BEGINNING, start=start)
        return {name[len(start) :]: value for name, value in found}

    async def set(self, name: str, value: str) -> None:
        self._session.later(_SET, name=name, value=value)

    async def note(self, name: str, value: str) -> bool:
        return bool(await self._session.rows(_NOTE, name=name, value=value))

    async def forget(self, name: str) -> bool:
        return bool(await self._session.rows(_FORGET, name=name))
