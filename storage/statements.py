"""Statements are written once with SQLAlchemy Core, compiled once per database and then run by the driver itself.

Why not through SQLAlchemy's engine: measured on one core, a one-row SELECT costs 180 µs through its asyncio layer and
20 µs through aiosqlite alone (each `await` of the layer is a trip to the connection's thread, four per statement);
with asyncpg it is 470 µs against 240 µs. The language, the types and the migrations stay SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Dialect, Table, Text, bindparam, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import Insert, asyncpg, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from storage.types import Convert, Many, Moment, Words

SQLITE: Dialect = sqlite.dialect(paramstyle="qmark")
POSTGRES: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL in one database's words. `slots`: per place in it, the parameter's name, its value when it is a constant
    of the statement, and its conversion. `results`: conversions of the columns that need one. `tables`: those that it
    reads or writes."""

    sql: str
    slots: tuple[tuple[str, Any, Convert | None], ...]
    results: tuple[tuple[int, Convert], ...]
    tables: frozenset[str]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        found = []
        for name, constant, convert in self.slots:
            value = values[name] if constant is _REQUIRED else constant
            found.append(value if convert is None else convert(value))
        return found

    def read(self, rows: Sequence[Any]) -> Sequence[Any]:
        if not self.results or not rows:
            return rows
        return [self._read_row(row) for row in rows]

    def _read_row(self, row: Any) -> list[Any]:
        values = list(row)
        for index, convert in self.results:
            values[index] = convert(values[index])
        return values


_REQUIRED: Any = object()


class Statement:
    """A Core statement, made once at import. Several run one after another and the last one gives the rows.
    `postgres`: another wording where that database has a better one. `heavy`: it may look at many rows."""

    __slots__ = ("_compiled", "_postgres", "_sqlite", "heavy")

    def __init__(self, *statements: Executable, postgres: Executable | None = None, heavy: bool = False) -> None:
        self.heavy = heavy
        self._sqlite, self._postgres = statements, statements if postgres is None else (postgres,)
        self._compiled: dict[str, tuple[Compiled, ...]] = {}

    def sqlite(self) -> tuple[Compiled, ...]:
        return self._compiled.get("sqlite") or self._compile("sqlite", self._sqlite, SQLITE)

    def postgres(self) -> tuple[Compiled, ...]:
        return self._compiled.get("postgres") or self._compile("postgres", self._postgres, POSTGRES)

    def _compile(self, name: str, statements: tuple[Executable, ...], dialect: Dialect) -> tuple[Compiled, ...]:
        compiled = self._compiled[name] = tuple(compile_statement(statement, dialect) for statement in statements)
        return compiled


def compile_statement(statement: Executable, dialect: Dialect) -> Compiled:
    done = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    assert isinstance(done, SQLCompiler)
    slots = []
    for name in done.positiontup or ():
        bind = done.binds[name]
        slots.append((name, _REQUIRED if bind.required else bind.effective_value, _binding(bind.type, dialect)))
    columns = enumerate(getattr(statement, "exported_columns", ()))
    readings = [(index, _reading(column.type, dialect)) for index, column in columns]
    return Compiled(
        done.string,
        tuple(slots),
        tuple((index, convert) for index, convert in readings if convert is not None),
        frozenset(each.name for each in iterate(statement) if isinstance(each, Table)),  # type: ignore[arg-type]
    )


def _binding(kind: Any, dialect: Dialect) -> Convert | None:
    if isinstance(kind, Moment | Words | Many):
        return kind.binding(dialect)
    found: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _reading(kind: Any, dialect: Dialect) -> Convert | None:
    if isinstance(kind, Moment | Words | Many):
        return kind.reading(dialect)
    found: Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return found


# ------------------------------------------------------------------------------- words of our own


class Among(ColumnElement[bool]):
    """`column` is one of the values of the parameter `name`, however many: the SQL stays the same."""

    inherit_cache = False

    def __init__(self, column: Any, name: str) -> None:
        item = BigInteger if isinstance(column.type, BigInteger) else Text
        values = bindparam(name, type_=Many(item), required=True)
        self.array = column == func.any(values)
        self.json = column.in_(select(func.json_each(values).table_valued("value").c.value))


@compiles(Among, "postgresql")
def _among_array(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.array, **options)


@compiles(Among)
def _among_json(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.json, **options)


def among(column: Column[Any] | ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return Among(column, name)


def param(name: str, like: Column[Any] | None = None) -> Any:
    """A parameter that every execution must give. `like`: the column whose type it has."""
    return bindparam(name, type_=None if like is None else like.type, required=True)


def insert_into(table: Table, *columns: str) -> Insert:
    """An insert whose parameters are named as the columns."""
    return insert(table).values({name: param(name, table.c[name]) for name in columns})


def many(name: str, kind: type[TypeEngine[Any]]) -> Any:
    """A parameter that is a whole column of values: an array (PostgreSQL)."""
    return bindparam(name, type_=Many(kind), required=True)
