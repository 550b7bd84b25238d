"""The schema that this program needs, and the comparison of a database with it: columns, types, keys and indexes.

A revision number says what was run, not what is there: a database may have been migrated by a revision that was edited
later, or changed by hand. Expected is what `storage.tables.tables` says (a test keeps the migrations equal to it);
found is what the database's own catalogue says. Both are mappings from a name to its definition, close to SQL. Things
that are only in the database do no harm, except unique indexes and required columns in tables of the hub.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Column, Dialect, Table

from bot.locale import N_
from storage.engine.errors import Unusable
from storage.engine.statements import POSTGRES, SQLITE
from storage.tables.tables import metadata

Schema = Mapping[str, str]

_SHOWN = 5
_NOISE = frozenset({"and", "or", "not", "in", "any", "all", "array", "text"})
_WORDS = re.compile(r"is not null|is null|'[^']*'|\w+")
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef OR a.attidentity <> ''
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relname = ANY($1) AND c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid)
    AND a.attnum > 0 AND NOT a.attisdropped
"""
_INDEXES = """
SELECT t.relname, i.relname, x.indisunique, x.indisprimary, pg_get_expr(x.indpred, x.indrelid),
    ARRAY(SELECT a.attname::text FROM unnest(x.indkey) WITH ORDINALITY k (number, place)
        JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number ORDER BY k.place)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relname = ANY($1) AND pg_table_is_visible(t.oid) AND x.indisvalid
"""
_COLUMNS_OF_FILE = """
SELECT t.name, c.name, c.type, c."notnull", c.dflt_value IS NOT NULL, c.pk
FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.pk
"""
_INDEXES_OF_FILE = """
SELECT t.name, i.name, i."unique", m.sql, c.name
FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c JOIN sqlite_master m ON m.name = i.name
WHERE t.type = 'table' AND i.origin = 'c' ORDER BY i.name, c.seqno
"""


async def of_postgres(connection: Any) -> Schema:
    """Reads the tables that asyncpg's `connection` sees under the names of the hub's."""
    found: dict[str, str] = {}
    for table, column, kind, required, filled in await connection.fetch(_COLUMNS, list(metadata.tables)):
        found[f"{table}.{column}"] = _column(kind, required, filled)
    for table, name, unique, primary, where, columns in await connection.fetch(_INDEXES, list(metadata.tables)):
        found[name] = _key(table, columns) if primary else _index(table, columns, unique, where)
    return found


def of_sqlite(connection: Any) -> Schema:
    """Reads a file's tables. `connection`: any that has `execute(sql)`, as sqlite3's."""
    found: dict[str, str] = {}
    keys: dict[str, list[str]] = {}
    for table, column, kind, required, filled, place in connection.execute(_COLUMNS_OF_FILE):
        found[f"{table}.{column}"] = _column(kind, bool(required), bool(filled))
        if place:
            keys.setdefault(table, []).append(column)
    found |= {f"pk_{table}": _key(table, columns) for table, columns in keys.items()}
    indexes: dict[tuple[str, str, bool, str], list[str]] = {}
    for table, name, unique, sql, column in connection.execute(_INDEXES_OF_FILE):
        indexes.setdefault((table, name, bool(unique), sql), []).append(column)
    for (table, name, unique, sql), columns in indexes.items():
        found[name] = _index(table, columns, unique, _after_where(sql))
    return found


@cache
def expected(dialect: Dialect) -> Schema:
    wanted: dict[str, str] = {}
    for table in metadata.tables.values():
        for column in table.columns:
            wanted[f"{table.name}.{column.name}"] = _wanted_column(table, column, dialect)
        wanted[f"pk_{table.name}"] = _key(table.name, table.primary_key.columns.keys())
        for index in table.indexes:
            where = index.dialect_options[dialect.name]["where"]
            columns = [str(column.name) for column in index.columns]
            wanted[str(index.name)] = _index(table.name, columns, bool(index.unique), where)
    return wanted


def _wanted_column(table: Table, column: Column[Any], dialect: Dialect) -> str:
    counted = dialect is POSTGRES and column is table.autoincrement_column
    filled = column.server_default is not None or counted
    return _column(column.type.compile(dialect), not column.nullable, filled)


def _column(kind: str, required: bool, filled: bool) -> str:
    return f"{kind.lower()}{' not null' if required else ''}{' default' if filled else ''}"


def _key(table: str, columns: Iterable[str]) -> str:
    return f"primary key on {table} ({', '.join(columns)})"


def _index(table: str, columns: Iterable[str], unique: bool, where: Any) -> str:
    return f"{'unique ' if unique else ''}index on {table} ({', '.join(columns)}){_condition(where)}"


def _condition(where: Any) -> str:
    """Condition of a partial index, without its operators: each database writes them in a way of its own."""
    if where is None:
        return ""
    words = _WORDS.findall(str(where).lower())
    return f" where {' '.join(sorted(set(words) - _NOISE))}"


def _after_where(sql: str) -> str | None:
    _, found, condition = sql.partition(" WHERE ")
    return condition if found else None


def differences(found: Schema, wanted: Schema) -> list[str]:
    """Returns what must be added (+) to the database, and what must go (-). A default more than needed is fine."""
    missing = [f"+ {name}: {what}" for name, what in wanted.items() if found.get(name) not in (what, f"{what} default")]
    tables = {name.partition(".")[0] for name in wanted if "." in name}
    return missing + [
        f"- {name}" for name, what in found.items() if name not in wanted and _hinders(name, what, tables)
    ]


def _hinders(name: str, what: str, tables: set[str]) -> bool:
    """Returns True for a definition that keeps rows of the hub out of its tables."""
    if what.startswith("unique index"):
        return what.split()[3] in tables
    return name.partition(".")[0] in tables and what.endswith("not null")


def check(found: Schema, dialect: Dialect) -> None:
    """Raises `Unusable` when the database has not the tables that its revision makes."""
    wrong = differences(found, expected(dialect))
    if not wrong:
        return
    shown = "; ".join(wrong[:_SHOWN]) + ("; …" if len(wrong) > _SHOWN else "")
    raise Unusable(
        N_("the database tables differ from those that this version of the hub creates: {shown}"),
        N_("Add what is marked with +, remove what is marked with -, or restore a backup; see docs/operations.md."),
        shown=shown,
    )


def check_sqlite(connection: Any) -> None:
    check(of_sqlite(connection), SQLITE)


async def check_postgres(connection: Any) -> None:
    check(await of_postgres(connection), POSTGRES)
