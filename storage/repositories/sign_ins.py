"""Sign-ins to the web desk: a row per browser, so that every process knows of a sign-out."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, select

from bot.domain import DeskName
from bot.ports import sign_ins_topic
from storage.engine.session import one
from storage.engine.statements import Statement, insert_into, param
from storage.engine.store import SqlStore
from storage.engine.unit import SqlUnit
from storage.tables.tables import sign_ins

_BEGIN = Statement(insert_into(sign_ins, "id", "desk", "user", "until"))
_OVER = Statement(delete(sign_ins).where(sign_ins.c.until <= param("now", sign_ins.c.until)))
_UNTIL = Statement(select(sign_ins.c.until).where(sign_ins.c.id == param("id")))
_END = Statement(delete(sign_ins).where(sign_ins.c.id == param("id")).returning(sign_ins.c.desk, sign_ins.c.user))
_END_ALL = Statement(delete(sign_ins).where(sign_ins.c.desk == param("desk"), sign_ins.c.user == param("user")))


class StoredSignIns:
    """`bot.ports.SignIns`. Expired rows are removed when somebody signs in."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def begin(self, desk: DeskName, user: str, until: datetime) -> str:
        id_ = secrets.token_urlsafe(16)

        async def work(unit: SqlUnit) -> None:
            unit.session.later(_OVER, now=unit.work.clock.now())
            unit.session.later(_BEGIN, id=id_, desk=desk, user=user, until=until)

        await self._store.transact_sql(work)
        return id_

    async def until(self, id_: str) -> datetime | None:
        found = await one(self._store.reading(), _UNTIL, id=id_)
        return found[0] if found else None

    async def end(self, id_: str) -> None:
        async def work(unit: SqlUnit) -> None:
            for desk, user in await unit.session.rows(_END, id=id_):
                unit.wake(sign_ins_topic(desk, user))

        await self._store.transact_sql(work)

    async def end_all(self, desk: DeskName, user: str) -> None:
        async def work(unit: SqlUnit) -> None:
            unit.session.later(_END_ALL, desk=desk, user=user)
            unit.wake(sign_ins_topic(desk, user))

        await self._store.transact_sql(work)
