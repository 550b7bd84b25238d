"""SQL of the outbox. `outbox_turns` has the statements that select the lanes of a claim."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    true,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from storage.engine.statements import Statement, among, insert_into, many, param
from storage.engine.types import Moment, SafeText
from storage.tables.tables import dead_parcels, lanes, parcels, pauses

# ---------------------------------------------------------------------------------------- enqueue


def _upsert(lane: Insert) -> Insert:
    """Upserts a lane, which always locks it. A claimed lane keeps its `due_at`, the end of its lease; an account's lane
    stays that account's."""
    new = lane.excluded
    sooner = and_(lanes.c.fence.is_(None), new.due_at < lanes.c.due_at)
    return lane.on_conflict_do_update(
        index_elements=["destination", "name"],
        set_={
            "due_at": case((sooner, new.due_at), else_=lanes.c.due_at),
            "urgency": case((new.urgency < lanes.c.urgency, new.urgency), else_=lanes.c.urgency),
            "account": case((lanes.c.account == "", new.account), else_=lanes.c.account),
        },
    )


_LANE = ("destination", "name", "account", "urgency", "due_at")
_PARCEL = ("key", "kind", "payload", "created_at")

_put_lane = _upsert(insert_into(lanes, *_LANE))
_put_parcel = insert(parcels).from_select(
    ["lane_id", *_PARCEL],
    select(lanes.c.id, *(param(name, parcels.c[name]) for name in _PARCEL)).where(
        lanes.c.destination == param("destination"), lanes.c.name == param("name")
    ),
)
_put = _put_lane.returning(lanes.c.id).cte("lane")
ENQUEUE = Statement(
    _put_lane,
    _put_parcel,
    postgres=insert(parcels).from_select(
        ["lane_id", *_PARCEL], select(_put.c.id, *(param(name, parcels.c[name]) for name in _PARCEL))
    ),
)
"""Enqueues one parcel."""

_columns = {"destination": SafeText, "name": SafeText, "account": SafeText, "urgency": Integer, "due_at": Moment}
_columns |= {"key": SafeText, "kind": SafeText, "payload": SafeText, "created_at": Moment}
_rows = (
    func.unnest(*(many(name, kind) for name, kind in _columns.items()))
    .table_valued(*_columns, with_ordinality="place", name="given")
    .render_derived()
)
_lane = (
    _upsert(
        insert(lanes).from_select(
            list(_LANE),
            select(
                _rows.c.destination,
                _rows.c.name,
                func.max(_rows.c.account),
                func.min(_rows.c.urgency),
                func.min(_rows.c.due_at),
            )
            .group_by(_rows.c.destination, _rows.c.name)
            .order_by(_rows.c.destination, _rows.c.name),
        )
    )
    .returning(lanes.c.id, lanes.c.destination, lanes.c.name)
    .cte("lane")
)
ENQUEUE_MANY = Statement(
    insert(parcels).from_select(
        ["lane_id", *_PARCEL],
        select(_lane.c.id, *(_rows.c[name] for name in _PARCEL))
        .join_from(_rows, _lane, and_(_lane.c.destination == _rows.c.destination, _lane.c.name == _rows.c.name))
        .order_by(_rows.c.place),
    )
)
"""Enqueues any number of parcels in one trip, locking lanes in the order of their names. PostgreSQL only."""

# ------------------------------------------------------------------------------------------ claim

TAKE = Statement(
    update(lanes)
    .where(among(lanes.c.id, "ids"))
    .values(fence=param("fence"), owner=param("owner"), due_at=param("until"), begun=param("depth"))
)

_first = select(parcels.c.id).order_by(parcels.c.id)
_nth = (
    _first.where(parcels.c.lane_id == lanes.c.id).limit(1).offset(param("depth") - 1).correlate(lanes).scalar_subquery()
)
_fields = [parcels.c[name] for name in ("lane_id", "id", *_PARCEL, "attempts", "doubtful")]


def _heads(lane: ColumnElement[Any]) -> Select[Any]:
    return select(*_fields).where(parcels.c.lane_id == lane).order_by(parcels.c.id).limit(param("depth"))


_taken = func.unnest(many("ids", BigInteger)).table_valued("lane", name="taken").render_derived()
_lateral = _heads(_taken.c.lane).correlate(_taken).lateral("head")
FIRST = Statement(
    select(*_fields)
    .join_from(lanes, parcels, and_(parcels.c.lane_id == lanes.c.id, parcels.c.id <= func.coalesce(_nth, 2**62)))
    .where(among(lanes.c.id, "ids"))
    .order_by(parcels.c.id),
    postgres=select(*_lateral.c).join_from(_taken, _lateral, true()),
)

_begun = _first.where(parcels.c.lane_id == param("lane")).limit(param("begun")).scalar_subquery()
DOUBT = Statement(
    update(parcels).where(parcels.c.id.in_(_begun)).values(attempts=parcels.c.attempts + 1, doubtful=true())
)
"""Marks as doubtful the parcels handed out by a claim that ended without settlement."""
LANE = Statement(
    select(lanes.c.id, lanes.c.begun)
    .where(lanes.c.destination == param("destination"), lanes.c.name == param("name"))
    .with_for_update()
)
PERHAPS_SENT = Statement(
    select(parcels.c.payload).where(
        parcels.c.lane_id == param("lane"), or_(parcels.c.doubtful, parcels.c.id.in_(_begun))
    )
)
"""Parcels of a lane that are, or were, in some courier's hands."""

# ----------------------------------------------------------------------------------------- settle

HELD = Statement(select(lanes.c.id, lanes.c.fence).where(among(lanes.c.id, "ids"), among(lanes.c.fence, "fences")))
_pairs = func.unnest(many("destinations", SafeText), many("names", SafeText)).table_valued(
    "destination", "name", name="wanted"
)
_wanted = _pairs.render_derived()
LOCK = Statement(
    select(lanes.c.id, lanes.c.fence)
    .where(
        lanes.c.id.in_(
            union(
                select(func.unnest(many("ids", BigInteger))),
                select(lanes.c.id).join(
                    _wanted, and_(lanes.c.destination == _wanted.c.destination, lanes.c.name == _wanted.c.name)
                ),
            )
        )
    )
    .order_by(lanes.c.destination, lanes.c.name)
    .with_for_update()
)
"""Locks lanes by id and by name, in the same order as ENQUEUE_MANY. PostgreSQL only."""
REMOVE = Statement(delete(parcels).where(among(parcels.c.id, "ids")))
_dead = (lanes.c.destination, lanes.c.name, *(parcels.c[name] for name in _PARCEL), parcels.c.attempts + 1)
BURY = Statement(
    insert(dead_parcels).from_select(
        ["destination", "lane", *_PARCEL, "attempts", "died_at", "error"],
        select(*_dead, param("now", lanes.c.due_at), param("error", dead_parcels.c.error))
        .join_from(parcels, lanes, lanes.c.id == parcels.c.lane_id)
        .where(parcels.c.id == param("id")),
    )
)
AGAIN = Statement(
    update(parcels)
    .where(parcels.c.id == param("id"))
    .values(
        attempts=parcels.c.attempts + param("counts", parcels.c.attempts), doubtful=param("again", parcels.c.doubtful)
    )
)
_has_parcels = select(parcels.c.id).where(parcels.c.lane_id == lanes.c.id).exists()
CLOSE = Statement(delete(lanes).where(among(lanes.c.id, "ids"), ~_has_parcels))
CLOSED = Statement(delete(lanes).where(among(lanes.c.id, "ids"), ~_has_parcels).returning(lanes.c.id))
FREE = Statement(
    update(lanes).where(among(lanes.c.id, "ids")).values(fence=None, owner=None, begun=0, due_at=param("due_at"))
)
RENEW = Statement(
    update(lanes)
    .where(among(lanes.c.id, "ids"), among(lanes.c.fence, "fences"))
    .values(due_at=param("until"))
    .returning(lanes.c.id, lanes.c.fence)
)
HASTEN = Statement(
    update(lanes)
    .where(among(lanes.c.id, "ids"), lanes.c.fence.is_(None), lanes.c.due_at > param("now", lanes.c.due_at))
    .values(due_at=param("now", lanes.c.due_at))
)
CLAIMED = Statement(select(lanes.c.id, lanes.c.begun).where(lanes.c.owner.is_not(None)).with_for_update())

# ------------------------------------------------------------------------------- waiting and pauses

WAITING = Statement(
    select(lanes.c.destination, func.count())
    .join_from(lanes, parcels, parcels.c.lane_id == lanes.c.id)
    .where(parcels.c.created_at <= param("now", parcels.c.created_at))
    .group_by(lanes.c.destination),
    heavy=True,
)
PAUSE = Statement(
    insert_into(pauses, "destination", "why", "advice", "since")
    .on_conflict_do_nothing()
    .returning(pauses.c.destination)
)
RESUME = Statement(delete(pauses).where(pauses.c.destination == param("destination")).returning(pauses.c.destination))
PAUSES = Statement(select(pauses.c.destination, pauses.c.why))
