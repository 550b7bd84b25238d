"""Files of the hub's own that no message refers to, and until when they are kept all the same.

What is uploaded may never be sent, and reports are looked at once: a file is written down here before its first byte
is, crossed out by the transaction that saves a message with it, and removed from the disk when its time is over. Files
that this list does not name are never removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, select

from bot.domain import Content, FileRef, Media
from storage.engine.statements import Statement, among, insert_into, param
from storage.tables.tables import loose_files

HUB = "hub"
"""Origin of the files that the hub keeps itself."""

KEEP = Statement(insert_into(loose_files, "id", "until"))
OVER = Statement(
    select(loose_files.c.id)
    .where(loose_files.c.until <= param("now", loose_files.c.until))
    .order_by(loose_files.c.until)
    .limit(param("limit"))
)
CROSS_OUT = Statement(delete(loose_files).where(among(loose_files.c.id, "ids")))


def files_in(content: Content) -> Iterator[FileRef]:
    """The hub's own in a message, also in what it passes on."""
    for one in content.attachments:
        if isinstance(one, Media) and one.file.origin == HUB:
            yield one.file
    for passed in content.forwarded:
        yield from files_in(passed.content)
