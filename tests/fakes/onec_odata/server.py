"""The web server in front of the infobase: addresses, options, authentication."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from aiohttp import web

from tests.fakes.onec_odata import filters
from tests.fakes.onec_odata.configuration import metadata
from tests.fakes.onec_odata.infobase import Infobase, Json, Refused
from tests.fakes.served import Served

ROOT = "/crm/odata/standard.odata/"
ADDRESS = re.compile(r"(?P<set>\w+)(?:\(guid'(?P<key>[0-9a-f-]{36})'\)(?:/(?P<action>\w+))?)?")
OPTIONS = {"$format", "$filter", "$select", "$orderby", "$top", "$skip", "PostingModeOperational"}
LONGEST_QUERY = 2048
"""Largest request in bytes: the default of IIS, which stands in front of many infobases."""


@dataclass
class FakeOneC(Served):
    """Serves the interface. Faults are planned by HTTP method, or "$metadata". `asked`: every authenticated request, as
    (method, path)."""

    infobase: Infobase = field(default_factory=Infobase)
    user: str = "Хаб"
    password: str = "пароль хаба"
    forbidden: set[str] = field(default_factory=set)
    busy: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    metadata: bytes | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/crm"

    # --------------------------------------------------------------------------------- requests

    def operation(self, request: web.Request) -> str:
        return "$metadata" if request.path.endswith("$metadata") else request.method

    async def answer(self, request: web.Request) -> web.Response:
        known = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {known}":
            page = "<html>Идентификация пользователя не выполнена</html>"
            return web.Response(status=401, text=page, headers={"WWW-Authenticate": 'Basic realm="1C"'})
        if not request.path.startswith(ROOT):
            return web.Response(status=404, text="<html>Not Found</html>", content_type="text/html")
        if len(request.rel_url.raw_query_string) > LONGEST_QUERY:
            return web.Response(status=404, text="<html>404.15 Query String Too Long</html>", content_type="text/html")
        self.asked.append((request.method, request.path.removeprefix(ROOT)))
        try:
            return await self._dispatched(request)
        except Refused as refused:
            return _error(refused)
        except filters.Unreadable as error:
            return _error(Refused(400, "6", str(error)))

    async def _dispatched(self, request: web.Request) -> web.Response:
        if request.path == f"{ROOT}$metadata":
            body = self.metadata if self.metadata is not None else metadata(self.infobase.objects).encode()
            return web.Response(body=body, content_type="application/xml")
        options = _options(request)
        found = ADDRESS.fullmatch(request.path.removeprefix(ROOT))
        if found is None:
            raise Refused(404, "1", "Неверно задан путь к ресурсу")
        objects, key = found["set"], UUID(found["key"]) if found["key"] else None
        if objects in self.forbidden:
            raise Refused(401, "20", "Нарушение прав доступа!")
        if self.busy and request.method != "GET":
            raise Refused(500, "-1", self.busy.pop(0))
        return _json(*await self._done(request, objects, key, found["action"] or "", options))

    async def _done(
        self, request: web.Request, objects: str, key: UUID | None, action: str, options: Json
    ) -> tuple[int, Any]:
        base = self.infobase
        if request.method == "GET":
            return 200, self._one(objects, key, options) if key else self._list(objects, options)
        if request.method == "POST" and action and key:
            base.do(objects, key, action)
            return 200, None
        body = await _body(request)
        if request.method == "POST" and key is None:
            return 201, base.create(objects, body)
        if request.method == "PATCH" and key is not None:
            if "If-Match" not in request.headers:
                raise Refused(428, "7", "Не задан заголовок If-Match")
            return 200, base.change(objects, key, body, request.headers["If-Match"])
        raise Refused(405, "14", "Не поддерживаемое действие")

    def _one(self, objects: str, key: UUID, options: Json) -> Json:
        one = self.infobase.one(objects, key)
        return self._selected(objects, one, options.get("$select", "*"))

    def _list(self, objects: str, options: Json) -> Json:
        rows, fields = self.infobase.rows(objects)
        if "$filter" in options:
            condition = filters.parsed(options["$filter"], fields)
            rows = [row for row in rows if condition(row)]
        for order in reversed(options.get("$orderby", "Ref_Key").split(",")):
            name, _, way = order.partition(" ")
            if name not in fields or way not in ("", "asc", "desc"):
                raise Refused(400, "6", f'Ошибка при разборе опции запроса "$orderby": {order}')
            rows = sorted(rows, key=lambda row, name=name: str(row[name]), reverse=way == "desc")  # type: ignore[misc]
        skip, top = int(options.get("$skip", 0)), int(options.get("$top", 10**6))
        select = options.get("$select", "*")
        return {"value": [self._selected(objects, row, select) for row in rows[skip : skip + top]]}

    def _selected(self, objects: str, one: Json, select: str) -> Json:
        known = self.infobase.presented(objects, one) if objects in self.infobase.objects else {}
        chosen: Json = {}
        for name in select.split(","):
            if name == "*":
                chosen |= one
            elif name in one:
                chosen[name] = one[name]
            elif name in known:
                chosen[name] = known[name]
            else:
                raise Refused(400, "6", f'Свойство "{name}" не найдено. Ошибка при разборе опции запроса "$select"')
        return chosen


def _options(request: web.Request) -> dict[str, str]:
    """Query options. In an address "+" is a plus, as 1C reads it."""
    raw = request.rel_url.raw_query_string
    if not raw.isascii() or "+" in raw:
        raise Refused(400, "1", "Неверно задан путь к ресурсу")
    options = {name: unquote(value) for name, _, value in (part.partition("=") for part in raw.split("&"))}
    if unknown := set(options) - OPTIONS:
        raise Refused(400, "6", f"Неизвестная опция запроса: {', '.join(sorted(unknown))}")
    if options.get("$format") != "json;odata=nometadata":
        raise Refused(406, "6", "Ответ был бы в формате Atom")
    return options


async def _body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.read())
    except ValueError:
        body = None
    if not isinstance(body, dict) or request.content_type != "application/json":
        raise Refused(400, "21", "Неправильный формат данных")
    return body


def _json(status: int, body: Any) -> web.Response:
    return web.json_response(body, status=status) if body is not None else web.Response(status=status)


def _error(refused: Refused) -> web.Response:
    message = {"lang": "ru", "value": refused.words}
    return web.json_response({"odata.error": {"code": refused.code, "message": message}}, status=refused.status)
