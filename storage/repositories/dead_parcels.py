"""Parcels that were given up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, or_, select

from bot.domain import Key
from bot.ports.storage import DeadParcel
from storage.engine import codec
from storage.engine.session import Session
from storage.engine.statements import Statement, among, param
from storage.engine.transaction import Transaction
from storage.tables.tables import dead_parcels

_FIELDS = [dead_parcels.c[name] for name in ("id", "destination", "lane", "key", "kind", "payload", "error")]
_GET = Statement(select(*_FIELDS).where(dead_parcels.c.key == param("key")).order_by(dead_parcels.c.id.desc()).limit(1))
_TAKE = Statement(delete(dead_parcels).where(dead_parcels.c.key == param("key")).returning(*_FIELDS))
_AT = Statement(
    select(*_FIELDS)
    .where(
        dead_parcels.c.destination == param("destination"),
        or_(param("lane", dead_parcels.c.lane) == "", dead_parcels.c.lane == param("lane", dead_parcels.c.lane)),
    )
    .order_by(dead_parcels.c.id)
)
_FORGET = Statement(delete(dead_parcels).where(among(dead_parcels.c.id, "ids")))


class SqlDeadParcels:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def get(self, key: Key) -> DeadParcel | None:
        return _newest(await self._session.rows(_GET, key=key))

    async def take(self, key: Key) -> DeadParcel | None:
        return _newest(await self._session.rows(_TAKE, key=key))

    async def at(self, destination: str, lane: str = "") -> Sequence[DeadParcel]:
        return [_parcel(row) for row in await self._session.rows(_AT, destination=destination, lane=lane)]

    async def forget(self, ids: Collection[int]) -> None:
        if ids:
            self._session.later(_FORGET, ids=list(ids))


def _newest(rows: Sequence[Any]) -> DeadParcel | None:
    return max(map(_parcel, rows), key=lambda one: one.id, default=None)


def _parcel(row: Any) -> DeadParcel:
    id_, destination, lane, key, kind, payload, error = row
    return DeadParcel(id_, destination, lane, Key(key), kind, codec.load_plain(payload), error)
