"""$filter, as far as the hub uses it; everything else is refused, as 1C refuses what it cannot parse."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

TOKEN = re.compile(
    r"\s*(?:(?P<guid>guid'(?P<key>[^']*)')|(?P<date>datetime'(?P<at>[^']*)')|(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>-?\d+)|(?P<name>[^\W\d]\w*)|(?P<sign>[(),]))"
)
COMPARING: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
KINDS = {"Edm.Guid": "guid", "Edm.DateTime": "date", "Edm.String": "text", "Edm.Boolean": "name", "Edm.Int64": "number"}
Row = Mapping[str, Any]
Condition = Callable[[Row], bool]


class Unreadable(Exception):
    """A filter that 1C cannot parse."""


def parsed(written: str, fields: Mapping[str, str]) -> Condition:
    """Parses a filter. `fields`: those it may contain, with their types. Raises `Unreadable`."""
    parser = _Parser(written, fields)
    condition = parser.any_of()
    parser.end()
    return condition


class _Parser:
    def __init__(self, written: str, fields: Mapping[str, str]) -> None:
        self._written, self._fields = written, fields
        self._tokens = list(self._split(written))

    def _split(self, written: str) -> Any:
        place = 0
        while place < len(written.rstrip()):
            found = TOKEN.match(written, place)
            if found is None:
                raise Unreadable(f'Ошибка при разборе опции запроса "$filter": {written[place : place + 20]}')
            yield found
            place = found.end()

    def any_of(self) -> Condition:
        found = [self._all_of()]
        while self._takes("or"):
            found.append(self._all_of())
        return lambda row: any(condition(row) for condition in found)

    def _all_of(self) -> Condition:
        found = [self._one()]
        while self._takes("and"):
            found.append(self._one())
        return lambda row: all(condition(row) for condition in found)

    def _one(self) -> Condition:
        if self._takes("("):
            inner = self.any_of()
            self._needs(")")
            return inner
        if self._takes("substringof"):
            return self._substring()
        name = self._field()
        sign = self._word()
        if sign not in COMPARING:
            raise Unreadable(f'Неизвестная операция "{sign}" в опции запроса "$filter"')
        value, compare = self._literal(self._fields[name]), COMPARING[sign]
        return lambda row: compare(_plain(row.get(name)), value)

    def _substring(self) -> Condition:
        """Parses substringof('part',field), in the argument order of OData 3; case does not matter, as in 1C."""
        self._needs("(")
        part = str(self._literal("Edm.String")).lower()
        self._needs(",")
        name = self._field()
        self._needs(")")
        return lambda row: part in str(row.get(name) or "").lower()

    def _field(self) -> str:
        name = self._word()
        if name not in self._fields:
            raise Unreadable(f'Свойство "{name}" не найдено. Ошибка при разборе опции запроса "$filter"')
        return name

    def _literal(self, kind: str) -> Any:
        token = self._next()
        if token.lastgroup is None or token[KINDS[kind]] is None:
            raise Unreadable(f"Несоответствие типов: ожидается {kind}, получено {token[0].strip()}")
        if kind == "Edm.Guid":
            return UUID(token["key"])
        if kind == "Edm.DateTime":
            return datetime.fromisoformat(token["at"])
        if kind == "Edm.Boolean":
            return {"true": True, "false": False}[token["name"]]
        return int(token["number"]) if kind == "Edm.Int64" else token["text"][1:-1].replace("''", "'").lower()

    def _next(self) -> re.Match[str]:
        if not self._tokens:
            raise Unreadable('Опция запроса "$filter" не закончена')
        found: re.Match[str] = self._tokens.pop(0)
        return found

    def _word(self) -> str:
        return self._next()[0].strip()

    def _takes(self, word: str) -> bool:
        if self._tokens and self._tokens[0][0].strip() == word:
            self._tokens.pop(0)
            return True
        return False

    def _needs(self, word: str) -> None:
        if not self._takes(word):
            raise Unreadable(f'В опции запроса "$filter" ожидается {word}')

    def end(self) -> None:
        if self._tokens:
            raise Unreadable(f'Лишнее в опции запроса "$filter": {self._tokens[0][0]}')


def _plain(value: Any) -> Any:
    """A value as it is compared: texts without regard to case, keys and times by their meaning."""
    if not isinstance(value, str):
        return value
    for read in (UUID, datetime.fromisoformat):
        try:
            return read(value)
        except ValueError:
            continue
    return value.lower()
