"""Turns of accounts: which due lanes a claim takes. The most urgent go first; of those, each account's longest waiting
lane, then each one's second, and so on. Within such a round the accounts go first that were served longest ago.

The lanes of one urgency and one account are a queue. A claim costs an index probe per queue that has lanes, and the
index entries of the due lanes that it may take from each, however many others wait.

On PostgreSQL, entries of lanes that are gone stay for as long as any transaction (a backup) may still see them, before
those that wait. So a claim within `LOOK_EVERY` of one that left nothing due behind looks only at what has become due
since shortly before that: see `storage.engine.looks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, String, cast, func, literal, select, true

from bot.ports.storage import Queue
from storage.engine.statements import Statement, many, param
from storage.engine.types import SafeText
from storage.tables.tables import lanes, pauses

SPARE = 64
"""Lanes of a queue beyond those wanted that are looked at on PostgreSQL: another process may be claiming the first."""

Row = Sequence[Any]
"""A due lane: id, name, begun, urgency, account."""
_FIELDS = (lanes.c.id, lanes.c.name, lanes.c.begun, lanes.c.urgency, lanes.c.account)
_NOT_PAUSED = ~select(pauses.c.destination).where(pauses.c.destination == param("destination")).exists()


def name(queue: Queue) -> str:
    """Returns the queue's name in the parameter `served`."""
    return f"{queue.urgency.value} {queue.account}"


def in_turn(due: Sequence[Row], served: Mapping[Queue, int], most: int) -> Sequence[Row]:
    """Puts due lanes, each queue's in order of waiting, into the order of turns, and returns the first ones."""
    if len(due) < 2:
        return due
    places: Counter[Queue] = Counter()
    ranks: list[tuple[int, int, int, int]] = []
    for number, (_, _, _, urgency, account) in enumerate(due):
        queue = Queue(urgency, account)
        places[queue] += 1
        ranks.append((urgency, places[queue], served.get(queue, 0), number))
    return [due[number] for *_, number in sorted(ranks)[:most]]


_RECENT = lanes.c.due_at >= param("since", lanes.c.due_at)


def _heads(*conditions: ColumnElement[bool]) -> CTE:
    """Selects one lane of each queue of the destination: the recursion steps to the first lane of the next queue."""
    here = select(lanes.c.id).where(lanes.c.destination == param("destination"), *conditions).limit(1)
    first = here.order_by(lanes.c.urgency, lanes.c.account).scalar_subquery()
    heads = select(first.label("lane")).cte("heads", recursive=True)
    head = lanes.alias("head")
    sibling = here.where(lanes.c.urgency == head.c.urgency, lanes.c.account > head.c.account)
    less_urgent = here.where(lanes.c.urgency > head.c.urgency).order_by(lanes.c.urgency, lanes.c.account)
    following = func.coalesce(
        sibling.order_by(lanes.c.account).correlate(head).scalar_subquery(),
        less_urgent.correlate(head).scalar_subquery(),
    )
    return heads.union_all(select(following).join_from(heads, head, head.c.id == heads.c.lane))


def _queue(head: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Selects the due lanes of the queue that `head` is in, those that wait longest first."""
    return (
        select(lanes.c.id, lanes.c.due_at)
        .where(
            lanes.c.destination == param("destination"),
            lanes.c.urgency == head.c.urgency,
            lanes.c.account == head.c.account,
            lanes.c.due_at <= param("now", lanes.c.due_at),
            *conditions,
        )
        .order_by(lanes.c.due_at)
        .limit(param("most"))
        .correlate(head)
    )


def _on_sqlite(*conditions: ColumnElement[bool]) -> Select[Any]:
    heads, head, due = _heads(), lanes.alias("head"), lanes.alias("due")
    ids = _queue(head, *conditions).with_only_columns(lanes.c.id)
    return (
        select(*(due.c[field.name] for field in _FIELDS))
        .select_from(heads.join(head, head.c.id == heads.c.lane).join(due, due.c.id.in_(ids)))
        .order_by(due.c.due_at, due.c.id)
    )


def _on_postgres(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Chooses in order of turns without locking, then locks as many as are wanted of those that no other process is
    claiming."""
    heads, head = _heads(_RECENT), lanes.alias("head")
    due = _queue(head, _RECENT, *conditions).lateral("waiting")
    queue = (head.c.urgency, head.c.account)
    place = func.row_number().over(partition_by=queue, order_by=(due.c.due_at, due.c.id))
    known = cast(head.c.urgency, String) + literal(" ") + head.c.account
    served = func.coalesce(func.array_position(many("served", SafeText), known), 0)
    chosen = (
        select(due.c.id)
        .select_from(heads.join(head, head.c.id == heads.c.lane).join(due, true()))
        .order_by(head.c.urgency, place, served, due.c.due_at, due.c.id)
        .limit(param("most"))
        .subquery("chosen")
    )
    free = lanes.c.id == chosen.c.id, lanes.c.due_at <= param("now", lanes.c.due_at)
    locked = select(*_FIELDS).where(*free).with_for_update(skip_locked=True).correlate(chosen).lateral("free")
    return select(*locked.c).select_from(chosen.join(locked, true())).limit(param("lanes"))


DUE = Statement(_on_sqlite(_NOT_PAUSED), postgres=_on_postgres(_NOT_PAUSED))
DUE_PAUSED = Statement(_on_sqlite(), postgres=_on_postgres())
