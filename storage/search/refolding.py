"""Refolding of text stored by earlier versions, which told «й» in one character from «й» in two (`fold`).

Runs after an upgrade, in portions between which everything else gets its turn; each portion saves how far it came, so
that a restart continues from there. Until it has passed, such text is found only as it was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select, update

from storage.engine.session import one
from storage.engine.statements import Statement, insert_into, param
from storage.engine.unit import SqlUnit
from storage.search.indexer import IndexedStore
from storage.search.normalize import fold
from storage.tables.tables import contacts, cursors, dialogs, edits, messages, operators

CURSOR = "refolded"
"""Cursor: the table and the last row looked at, or `_DONE`."""
_DONE = "done"
PORTION = 1000
"""Rows read at a time: a few milliseconds."""

_AT = Statement(select(cursors.c.value).where(cursors.c.name == CURSOR))
_INDEX_AGAIN = Statement(insert_into(edits, "message_id").on_conflict_do_nothing())


class _FoldedColumns:
    """Folded columns of a table."""

    def __init__(self, table: Table, *names: str) -> None:
        self.table, self.names = table, names
        columns = [table.c[name] for name in names]
        self.read = Statement(
            select(table.c.id, *columns).where(table.c.id > param("after")).order_by(table.c.id).limit(param("limit")),
            heavy=True,
        )
        self.write = Statement(
            update(table)
            .where(table.c.id == param("id"), *(table.c[name] == param(f"old_{name}") for name in names))
            .values({name: param(name, table.c[name]) for name in names})
        )

    def changes(self, row: Sequence[Any]) -> dict[str, Any] | None:
        """Returns the parameters that write a row anew; None: it is folded already."""
        number, *old = row
        new = [fold(text) for text in old]
        if new == old:
            return None
        return {"id": number, **dict(zip(self.names, new, strict=True)), **self._unchanged(old)}

    def _unchanged(self, old: Sequence[str]) -> dict[str, str]:
        return {f"old_{name}": text for name, text in zip(self.names, old, strict=True)}


_TABLES = {
    columns.table.name: columns
    for columns in (
        _FoldedColumns(operators, "name_folded", "title_folded"),
        _FoldedColumns(contacts, "folded"),
        _FoldedColumns(dialogs, "title_folded", "words_folded"),
        _FoldedColumns(messages, "words"),
    )
}


async def run_maintenance(store: IndexedStore) -> bool:
    """Refolds a portion. Returns False when none is left."""
    found = await one(store.reading(), _AT)
    at = (found[0] if found is not None else "") or f"{next(iter(_TABLES))} 0"
    if at == _DONE:
        return False
    name, _, number = at.partition(" ")
    tables, after = list(_TABLES.values()), int(number)
    for columns in tables[list(_TABLES).index(name) :]:
        rows = await store.reading().rows(columns.read, after=after, limit=PORTION)
        if rows:
            await _refold(store, columns, rows)
        if len(rows) == PORTION:
            return True
        after = 0
    await store.transact_sql(lambda unit: unit.cursors.set(CURSOR, _DONE))
    return False


async def _refold(store: IndexedStore, columns: _FoldedColumns, rows: Sequence[Any]) -> None:
    changed = [values for row in rows if (values := columns.changes(row)) is not None]

    async def write(unit: SqlUnit) -> None:
        for values in changed:
            unit.session.later(columns.write, **values)
            if columns.table is messages:
                unit.session.later(_INDEX_AGAIN, message_id=values["id"])
        await unit.cursors.set(CURSOR, f"{columns.table.name} {rows[-1][0]}")

    await store.transact_sql(write)
