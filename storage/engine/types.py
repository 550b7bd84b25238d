"""Column types with the same meaning on both databases.

Values are converted by `binding` and `reading` (see `storage.engine.statements`), not by SQLAlchemy's own hooks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.types import TypeEngine

Id = BigInteger().with_variant(Integer(), "sqlite")
"""Integer on SQLite, which assigns row numbers only to an INTEGER primary key."""

Convert = Callable[[Any], Any]

Flag = Boolean(create_constraint=False)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """A time with zone. PostgreSQL has a type for it; SQLite stores microseconds since 1970 in UTC, which sort and
    compare like times. Naive times are refused."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def binding(self, dialect: Dialect) -> Convert:
        return _aware if dialect.name == "postgresql" else _microseconds

    def reading(self, dialect: Dialect) -> Convert | None:
        return None if dialect.name == "postgresql" else _moment


def _aware(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("a time without zone")
    return value


def _microseconds(value: datetime | None) -> int | None:
    return None if value is None else (value - _EPOCH) // _MICROSECOND


def _moment(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)


class SafeText(TypeDecorator[str]):
    """Text from any source. Characters that one of the databases cannot store (NUL, halves of surrogate pairs) become
    U+FFFD, so that nobody can stop a dialog by sending one."""

    impl = Text
    cache_ok = True

    def binding(self, _: Dialect) -> Convert:
        return storable

    def reading(self, _: Dialect) -> None:
        return None


def storable(text: str | None) -> str | None:
    if text is None:
        return None
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    return text


class Many(TypeDecorator[Sequence[Any]]):
    """Several values in one parameter: an array on PostgreSQL, JSON on SQLite. Used by
    `storage.engine.statements.among`."""

    impl = Text
    cache_ok = True

    def __init__(self, item: type[TypeEngine[Any]]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.item()) if dialect.name == "postgresql" else Text())

    def binding(self, dialect: Dialect) -> Convert:
        return list if dialect.name == "postgresql" else _json_array

    def reading(self, _: Dialect) -> None:
        return None


def _json_array(values: Sequence[Any]) -> str:
    return json.dumps(list(values))
