"""The infobase's contents: objects with their versions, and what people in 1C do to them."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from tests.fakes.onec_odata.configuration import BOOLEAN, DATE, GUID, INT, READ_ONLY, Objects, configuration

Json = dict[str, Any]
EMPTY = {BOOLEAN: False, GUID: str(UUID(int=0)), DATE: "0001-01-01T00:00:00", INT: "0"}
LONGEST = {"Description": 100, "НомерТелефона": 20, "НомерТелефонаБезКодов": 20, "АдресЭП": 100}
"""Characters of a text field; longer values are silently cut."""


class Refused(Exception):
    """A refusal of the interface: HTTP status, code and message of `odata.error`."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status, self.code, self.words = status, code, words


@dataclass
class Infobase:
    """Objects by entity set. `objects`: its configuration, which a test may change. `objection`: an error that the
    configuration's code raises on every write."""

    objects: dict[str, Objects] = field(default_factory=configuration)
    data: dict[str, dict[UUID, Json]] = field(default_factory=dict)
    objection: str = ""
    created: int = 0
    changed: int = 0
    _versions: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        for name in ("ТелефонПартнера", "EmailПартнера", "ТелефонКонтактногоЛица", "EmailКонтактногоЛица"):
            self.put("Catalog_ВидыКонтактнойИнформации", Description=name, PredefinedDataName=name, Predefined=True)

    # ------------------------------------------------------------------------------- people in 1C

    def put(self, objects: str, **fields: Any) -> UUID:
        """Creates an object, as a person in 1C does."""
        key = uuid4()
        self._keep(objects, key, {**self._empty(objects), **fields})
        return key

    def edit(self, objects: str, key: UUID, **fields: Any) -> None:
        self._keep(objects, key, {**self.one(objects, key), **fields})

    def mark(self, objects: str, key: UUID) -> None:
        self.edit(objects, key, DeletionMark=True)

    def erase(self, objects: str, key: UUID) -> None:
        del self.data[objects][key]

    def all(self, objects: str) -> list[Json]:
        return list(self.data.get(objects, {}).values())

    # ------------------------------------------------------------------------------ the interface

    def one(self, objects: str, key: UUID) -> Json:
        self._known(objects)
        found = self.data.get(objects, {}).get(key)
        if found is None:
            raise Refused(404, "9", f'Экземпляр сущности "{objects}" не найден')
        return found

    def create(self, objects: str, body: Json) -> Json:
        self._known(objects)
        given = dict(body)
        key = UUID(given.pop("Ref_Key", "") or str(uuid4()))
        self._check(objects, given)
        if key in self.data.get(objects, {}):
            raise Refused(400, "15", "Запись с такими ключевыми полями существует!")
        self._complete(objects, {**self._empty(objects), **given})
        self.created += 1
        return self._keep(objects, key, {**self._empty(objects), **given})

    def change(self, objects: str, key: UUID, body: Json, version: str) -> Json:
        known = self.one(objects, key)
        if version != known["DataVersion"]:
            raise Refused(
                412, "7", "Версия объекта не совпадает: данные были изменены или удалены другим пользователем"
            )
        if known.get("Executed") is True:
            raise Refused(500, "-1", "Задача уже выполнена, изменение запрещено")
        self._check(objects, body)
        self._complete(objects, {**known, **body})
        self.changed += 1
        return self._keep(objects, key, {**known, **body})

    def do(self, objects: str, key: UUID, action: str) -> None:
        known = self.one(objects, key)
        done = {"Post": "Posted", "ExecuteTask": "Executed"}.get(action, "")
        if done not in known:
            raise Refused(400, "14", f'Метод "{action}" не найден')
        if action == "ExecuteTask" and known[done]:
            raise Refused(500, "-1", "Задача уже выполнена")
        self._keep(objects, key, {**known, done: True})

    def rows(self, name: str) -> tuple[list[Json], Mapping[str, str]]:
        """The rows of a set, tabular parts included, and their fields."""
        if name in self.objects:
            return self.all(name), self.objects[name].fields
        for objects, one in self.objects.items():
            for part, row in one.parts.items():
                if name == f"{objects}_{part}":
                    held = [{"Ref_Key": each["Ref_Key"], **inner} for each in self.all(objects) for inner in each[part]]
                    return held, {"Ref_Key": GUID, **row}
        raise Refused(404, "8", f'Сущность "{name}" не найдена')

    def presented(self, objects: str, one: Json) -> Json:
        """The fields with their presentations: `Стадия____Presentation`."""
        found = {}
        for field_, of in self.objects[objects].presented.items():
            known = self.data.get(of, {}).get(UUID(one[f"{field_}_Key"]))
            found[f"{field_}____Presentation"] = known["Description"] if known else ""
        return found

    def _known(self, objects: str) -> None:
        if objects not in self.objects:
            raise Refused(404, "8", f'Сущность "{objects}" не найдена')

    def _empty(self, objects: str) -> Json:
        one = self.objects[objects]
        return {name: EMPTY.get(kind, "") for name, kind in one.fields.items()} | {part: [] for part in one.parts}

    def _keep(self, objects: str, key: UUID, one: Json) -> Json:
        version = base64.b64encode(next(self._versions).to_bytes(8, "big")).decode()
        parts = {part: [_cut(row) for row in one[part]] for part in self.objects[objects].parts}
        kept = {**_cut(one), **parts, "Ref_Key": str(key), "DataVersion": version}
        self.data.setdefault(objects, {})[key] = kept
        return kept

    def _complete(self, objects: str, one: Json) -> None:
        for name in self.objects[objects].required:
            if one[name] in ("", EMPTY[GUID]):
                raise Refused(500, "-1", f'Поле "{name.removesuffix("_Key")}" не заполнено')
        if self.objection:
            raise Refused(500, "-1", self.objection)

    def _check(self, objects: str, body: Json) -> None:
        one = self.objects[objects]
        for name, value in body.items():
            if name in one.parts:
                self._check_rows(f"{objects}_{name}", one.parts[name], value)
            else:
                _check_value(objects, one.fields, name, value)

    def _check_rows(self, objects: str, fields: Mapping[str, str], rows: Any) -> None:
        if not isinstance(rows, list):
            raise Refused(400, "21", f'"{objects}": ожидается коллекция')
        if [row.get("LineNumber") for row in rows] != [str(number) for number in range(1, len(rows) + 1)]:
            raise Refused(500, "-1", "Произошла внутренняя ошибка OData сервиса.")
        for row in rows:
            for name, value in row.items():
                _check_value(objects, fields, name, value)
            if row.get("Вид_Key", EMPTY[GUID]) == EMPTY[GUID]:
                raise Refused(500, "-1", 'Поле "Вид" не заполнено')


def _cut(fields: Json) -> Json:
    return {**fields, **{name: fields[name][:most] for name, most in LONGEST.items() if name in fields}}


def _check_value(objects: str, fields: Mapping[str, str], name: str, value: Any) -> None:
    if name not in fields:
        raise Refused(400, "21", f'Свойство "{name}" сущности "{objects}" не найдено')
    if name in READ_ONLY:
        raise Refused(400, "21", f'Свойство "{name}" недоступно для записи')
    try:
        good = _is_of(fields[name], value)
    except ValueError:
        good = False
    if not good:
        raise Refused(400, "21", f'Значение свойства "{name}" не является {fields[name]}')


def _is_of(kind: str, value: Any) -> bool:
    if kind == BOOLEAN:
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if kind == GUID:
        return bool(UUID(value))
    if kind == DATE:
        return datetime.fromisoformat(value).tzinfo is None and len(value) == len("2026-01-01T00:00:00")
    return value.isdecimal() if kind == INT else True
