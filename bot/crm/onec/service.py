"""The OData service of one infobase: one method per kind of request."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from yarl import URL

from bot.crm.http import CrmResponse, ask
from bot.crm.onec import edmx, errors, odata
from bot.crm.onec.settings import OneCCrmSettings
from bot.ports import Rejected, Tools, Transient, Unavailable

Json = dict[str, Any]

PAGE = 200
METADATA = 64 * 1024 * 1024
"""Bytes: large enough for a big configuration published completely."""
PIECE = 64 * 1024
AT_ONCE = 20
"""Keys in one filter: IIS accepts at most 2048 bytes after the question mark."""


def access(user: str, password: str) -> str:
    """Builds the header of Basic authentication, in UTF-8: names of 1C's users may be in Cyrillic."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


class Service:
    """Calls the service. Raises `DeliveryError`, and `Conflict` if an object was changed meanwhile."""

    def __init__(self, settings: OneCCrmSettings, tools: Tools) -> None:
        self._settings, self._tools = settings, tools
        self._access = access(settings.user, settings.password.get_secret_value())
        self._trusted = settings.trusted()

    async def metadata(self) -> edmx.Schema:
        """Downloads $metadata. Raises `Unavailable` also when the answer is something else."""
        answer = await self._ask("GET", "$metadata", accept="application/xml", most=METADATA)
        if not answer.good:
            raise self._error(answer)
        body = answer.body
        try:
            return edmx.read(body[start : start + PIECE] for start in range(0, len(body), PIECE))
        except edmx.InvalidMetadata as error:
            raise Unavailable(f"$metadata: {error}", errors.PLACE) from None

    async def get(self, objects: str, key: UUID, select: str = "") -> Json | None:
        """Returns one object; None if there is none."""
        answer = await self._ask("GET", f"{odata.entity(objects, key)}?{odata.query(select=select)}")
        if answer.status == 404 and errors.spoken(answer)[0] not in ("", errors.NO_SUCH_OBJECT):
            return None
        return self._object(answer)

    async def find(self, objects: str, condition: str, select: str = "", order: str = "Ref_Key") -> Sequence[Json]:
        """Returns all objects that match the condition."""
        return [one async for one in self._pages(objects, condition, select, order)]

    async def named(self, objects: str, keys: Sequence[UUID], select: str = "") -> Sequence[Json]:
        """Returns the objects with these keys that exist."""
        rest, found = iter(keys), list[Json]()
        while some := list(islice(rest, AT_ONCE)):
            condition = odata.either(odata.equal("Ref_Key", odata.guid(key)) for key in some)
            found += await self.find(objects, condition, select)
        return found

    async def create(self, objects: str, body: Mapping[str, Any]) -> Json:
        return self._object(await self._ask("POST", f"{odata.entity(objects)}?{odata.query()}", body))

    async def made(self, objects: str, key: UUID, body: Mapping[str, Any]) -> Json:
        """Creates the object with this key; returns the one that has it already, made by somebody else just now or by
        an attempt whose answer was lost."""
        try:
            return await self.create(objects, body)
        except Rejected:
            found = await self.get(objects, key)
            if found is None:
                raise
            return found

    async def change(self, objects: str, key: UUID, body: Mapping[str, Any], version: str) -> Json:
        """Changes an object if it still has this version; raises `Conflict` otherwise."""
        path = f"{odata.entity(objects, key)}?{odata.query()}"
        answer = await self._ask("PATCH", path, body, headers={"If-Match": version})
        if answer.status == 412:
            raise errors.Conflict
        if answer.status == 204:
            return await self.get(objects, key) or {}
        return self._object(answer)

    async def do(self, objects: str, key: UUID, action: str, **parameters: str) -> None:
        """Calls an action that is more than data: posting a document, executing a task."""
        given = "&".join(f"{name}={value}" for name, value in parameters.items())
        path = f"{odata.entity(objects, key, action)}?{'&'.join(filter(None, (odata.query(), given)))}"
        answer = await self._ask("POST", path)
        if not answer.good:
            raise self._error(answer)

    async def _pages(self, objects: str, condition: str, select: str, order: str) -> AsyncIterator[Json]:
        skip = 0
        while True:
            asked = odata.query(filter=condition, select=select, orderby=order, top=PAGE, skip=skip)
            answer = await self._ask("GET", f"{odata.entity(objects)}?{asked}")
            if not answer.good:
                raise self._error(answer)
            body = answer.json
            page = body.get("value") if isinstance(body, dict) else None
            if not isinstance(page, list):
                raise Transient("1C's answer is no list")
            for one in page:
                if isinstance(one, dict):
                    yield one
            if len(page) < PAGE:
                return
            skip += PAGE

    def _object(self, answer: CrmResponse) -> Json:
        if not answer.good:
            raise self._error(answer)
        body = answer.json
        if not isinstance(body, dict):
            raise Transient("1C's answer is no object")
        return body

    def _error(self, answer: CrmResponse) -> Exception:
        return errors.of(answer, self._tools.clock.now())

    async def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        accept: str = "application/json",
        **options: Any,
    ) -> CrmResponse:
        sent: dict[str, str] = {"Accept": accept, "Authorization": self._access, **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json; charset=utf-8"
            options["data"] = json.dumps(body, ensure_ascii=False).encode()
        return await ask(
            self._tools.http,
            method,
            URL(f"{self._settings.service}/{path}", encoded=True),
            patience=self._settings.timeout,
            headers=sent,
            ssl=self._trusted,
            **options,
        )
