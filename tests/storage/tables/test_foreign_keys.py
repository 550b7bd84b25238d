"""Every foreign key is the beginning of an index, so that erasing what it refers to reads no whole table."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg
from sqlalchemy import ForeignKeyConstraint, Index, Table

import storage
from storage.tables.tables import metadata

REPOSITORIES = Path(storage.__file__).parent
KEPT = frozenset({"operators"})
"""Tables from which nothing is ever deleted: messages name their authors for ever."""


def begins(table: Table, columns: list[str]) -> bool:
    """Returns True when a key or an index of the table begins with these columns, for all rows that have them."""
    filled = f"{columns[0]} IS NOT NULL"
    keys = [table.primary_key.columns.keys()]
    for index in table.indexes:
        where = index.dialect_options["postgresql"]["where"]
        if where is None or str(where) == filled:
            keys.append([column.name for column in index.columns])
    return any(key[: len(columns)] == columns for key in keys)


def test_every_foreign_key_has_an_index() -> None:
    bare = [
        f"{table.name}.{key.column_keys[0]}"
        for table in metadata.tables.values()
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint)
        and key.referred_table.name not in KEPT
        and not begins(table, list(key.column_keys))
    ]
    assert not bare, "each deletion of what they refer to reads the whole table"


def test_a_missing_index_is_found() -> None:
    table = metadata.tables["choices"]
    assert begins(table, ["message_id"])
    assert not begins(table, ["at"])
    partial = Index("ix", table.c.at, postgresql_where=table.c.at > 0)
    assert not begins(table, ["at"])
    table.indexes.discard(partial)


def test_nothing_is_deleted_from_the_tables_that_are_kept() -> None:
    code = "\n".join(path.read_text() for path in REPOSITORIES.rglob("*.py"))
    assert not re.search(rf"delete\(({'|'.join(KEPT)})\)|DELETE FROM ({'|'.join(KEPT)})\b", code)


ROWS = """
INSERT INTO contacts (id) VALUES (1);
INSERT INTO operators (id, desk, "user", name, title, name_folded, title_folded)
    VALUES (1, 'main', 'u', 'n', 't', '', '');
INSERT INTO dialogs (id, account, chat, contact_id, desk, channel, opened_at, status, ordinal, active_at)
    SELECT n, 'shop', n, 1, 'main', 'c', now(), 'closed', 1, now() FROM generate_series(1, 20000) n;
INSERT INTO messages (id, dialog_id, author, at, content, delivery, revision)
    SELECT n, n, 'customer', now(), '{}', 'none', n FROM generate_series(1, 20000) n;
INSERT INTO choices SELECT 1, n, now() FROM generate_series(1, 20000) n;
ANALYZE;
"""


async def test_erasing_a_dialog_reads_the_same_however_many_there_are(new_postgres_url: str) -> None:
    connection = await asyncpg.connect(new_postgres_url.replace("+asyncpg", ""))
    await connection.execute(ROWS)
    read = "SELECT sum(seq_tup_read) FROM pg_stat_xact_user_tables"
    async with connection.transaction():
        before = await connection.fetchval(read)
        await connection.execute("DELETE FROM choices WHERE message_id = 77")
        await connection.execute("DELETE FROM messages WHERE id = 77; DELETE FROM dialogs WHERE id = 77")
        assert await connection.fetchval(read) - before == 0, "no table was read as a whole"
    await connection.close()
