"""The parameters of a call: from a query, a form, multipart or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.telegram.people import SentFile
from tests.fakes.telegram.refusals import Refused, bad

LARGEST = 50 << 20


@dataclass
class Parameters:
    """Parameters. `values` are strings, as in forms, or JSON. `expect_only` refuses those that no method read."""

    values: dict[str, Any]
    files: dict[str, SentFile] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        if not isinstance(value, str):
            raise bad(f"parameter {name} must be a string")
        return value

    def number(self, name: str, default: int | None = None) -> int:
        value = self.values.get(name, default)
        try:
            if value is None or isinstance(value, bool):
                raise ValueError
            return int(value)
        except (TypeError, ValueError):
            raise bad(f"{name.replace('_', ' ')} is not specified") from None

    def decimal(self, name: str) -> float:
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            raise bad(f"{name} is empty") from None

    def structure(self, name: str, kind: type[Any]) -> Any:
        """A JSON parameter; None when it is absent."""
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise bad(f"can't parse {name} JSON object") from None
        if value is not None and not isinstance(value, kind):
            raise bad(f"parameter {name} is of a wrong type")
        return value

    def file(self, reference: Any) -> SentFile:
        """The file in a parameter: the part itself, or another one named by `attach://NAME`."""
        name = str(reference).removeprefix("attach://")
        if name not in self.files:
            raise bad("wrong file identifier/HTTP URL specified")
        return self.files[name]

    def expect_only(self, known: frozenset[str]) -> None:
        """Refuses unknown parameters: Telegram ignores them, but a test must not."""
        attached = set(self.files)
        if unknown := set(self.values) - known - attached:
            raise bad(f"unknown parameters: {', '.join(sorted(unknown))}")


async def read_parameters(request: web.Request) -> Parameters:
    given = Parameters(dict(request.query))
    if request.content_type == "application/json":
        body = await request.json()
        given.values.update(body if isinstance(body, Mapping) else {})
    elif request.content_type == "multipart/form-data":
        await _read_multipart(request, given)
    elif request.body_exists:
        given.values.update(await request.post())
    return given


async def _read_multipart(request: web.Request, given: Parameters) -> None:
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        name = part.name or ""
        if part.filename is None:
            given.values[name] = await part.text()
            continue
        data = bytearray()
        while chunk := await part.read_chunk(1 << 16):
            data += chunk
            if len(data) > LARGEST:
                raise Refused(413, "Request Entity Too Large")
        given.files[name] = SentFile("", part.filename, bytes(data))
        given.values.setdefault(name, f"attach://{name}")
