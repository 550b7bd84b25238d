"""Outlines of dialogs: the ends of what the customer said, and what there is to list. One statement for each card."""

from __future__ import annotations

from sqlalchemy import and_, case, func, literal_column, or_, select

from bot.domain import Author, Dialog
from bot.ports.storage import Outline
from storage.engine.session import Session
from storage.engine.statements import Statement, param
from storage.tables import rows
from storage.tables.tables import dialogs, interests, messages, tasks

LOOKED_THROUGH = 200
"""Messages of a contact that are looked through. Of more, some are taken to be important, and some to hold files."""

_here = messages.c.dialog_id == param("dialog")
_theirs = and_(_here, messages.c.author == literal_column(f"'{Author.CUSTOMER}'"), messages.c.deleted_at.is_(None))
_ends = [
    select(messages.c.id).where(_theirs).order_by(order).limit(1).scalar_subquery()
    for order in (messages.c.id, messages.c.id.desc())
]
_looked = (
    select(messages.c.holds, case((and_(messages.c.important, _here), 1), else_=0).label("important"))
    .join_from(messages, dialogs, dialogs.c.id == messages.c.dialog_id)
    .where(
        dialogs.c.contact_id == param("contact"), or_(dialogs.c.source_id.is_(None), dialogs.c.id == param("dialog"))
    )
    .limit(LOOKED_THROUGH)
    .subquery("looked")
)
_task = select(tasks.c.id).where(tasks.c.dialog_id == param("dialog")).exists()
_deal = select(interests.c.id).where(interests.c.contact_id == param("contact")).exists()
_stock = select(
    func.count().label("count"),
    func.max(_looked.c.important).label("important"),
    func.max(_looked.c.holds).label("holds"),
    case((_task, 1), else_=0).label("tasks"),
    case((_deal, 1), else_=0).label("deals"),
).select_from(_looked)
_held = _stock.subquery("stock")
_OUTLINE = Statement(
    select(_held.c.count, _held.c.important, _held.c.holds, _held.c.tasks, _held.c.deals, *rows.MESSAGE)
    .outerjoin_from(_held, messages, messages.c.id.in_(_ends))
    .order_by(messages.c.id)
)


async def outline(session: Session, dialog: Dialog) -> Outline:
    found = await session.rows(_OUTLINE, dialog=dialog.id, contact=dialog.contact)
    count, important, holds, has_tasks, has_deals = found[0][:5]
    said = [rows.message(row[5:]) for row in found if row[5] is not None]
    long = count >= LOOKED_THROUGH
    first, last = (said[0], said[-1]) if said else (None, None)
    return Outline(first, last, long or bool(important), long or bool(holds), bool(has_tasks), bool(has_deals))
