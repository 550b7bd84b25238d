"""Messages as lists show them: with dialog, contact and post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, literal_column, or_, select

from bot.domain import PostRef
from bot.ports.storage import MessageRow
from storage.engine.session import Session
from storage.engine.statements import Statement, among, param
from storage.tables import rows
from storage.tables.tables import contacts, dialogs, messages, posts

VISIBLE = and_(
    or_(messages.c.delivery != literal_column("'held'"), messages.c.operator_id == param("viewer")),
    or_(messages.c.deleted_at.is_(None), messages.c.author == literal_column("'customer'")),
)
"""Condition for messages that the viewer may see; see `bot.ports.storage.Archive`."""
LISTED = (*rows.MESSAGE, *rows.DIALOG, *rows.CONTACT)
listed = (
    select(*LISTED)
    .join_from(messages, dialogs, dialogs.c.id == messages.c.dialog_id)
    .join(contacts, contacts.c.id == dialogs.c.contact_id)
)
_POSTS = Statement(
    select(posts.c.message_id, posts.c.desk, posts.c.channel, posts.c.post)
    .where(among(posts.c.message_id, "messages"))
    .order_by(posts.c.message_id, posts.c.post.desc())
)


async def located(session: Session, found: Sequence[Any]) -> list[MessageRow]:
    """Converts rows of `LISTED` and adds each message's post."""
    first, second = len(rows.MESSAGE), len(rows.MESSAGE) + len(rows.DIALOG)
    read = [(rows.message(row[:first]), rows.dialog(row[first:second]), row[second:]) for row in found]
    posts = await session.rows(_POSTS, messages=[message.id for message, _, _ in read]) if read else ()
    where = {message: PostRef(desk, channel, post) for message, desk, channel, post in posts}
    width = len(rows.CONTACT)
    return [
        MessageRow(message, dialog, rows.contact(contact[:width]), where.get(message.id))
        for message, dialog, contact in read
    ]
