"""Registry of the hub's own files that no message refers to, with the time until which each is kept.

An upload may never be sent, and a report is looked at once. So a file is registered here before its first byte is
written, removed from the list by the transaction that saves a message with it, and deleted from the disk when it
expires. Files not listed here are never deleted.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, select

from bot.domain import Content, FileRef, Media
from storage.engine.statements import Statement, among, insert_into, param
from storage.tables.tables import loose_files

HUB = "hub"
"""Origin of the files that the hub stores itself."""

KEEP = Statement(insert_into(loose_files, "id", "until"))
OVER = Statement(
    select(loose_files.c.id)
    .where(loose_files.c.until <= param("now", loose_files.c.until))
    .order_by(loose_files.c.until)
    .limit(param("limit"))
)
CROSS_OUT = Statement(delete(loose_files).where(among(loose_files.c.id, "ids")))


def files_in(content: Content) -> Iterator[FileRef]:
    """Yields the hub's own files in a message, including those in forwarded messages."""
    for one in content.attachments:
        if isinstance(one, Media) and one.file.origin == HUB:
            yield one.file
    for passed in content.forwarded:
        yield from files_in(passed.content)
