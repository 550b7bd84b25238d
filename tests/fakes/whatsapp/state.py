"""What the fake keeps beside its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.whatsapp.refusals import nothing_there


@dataclass
class Request:
    """What the hub asked: `body` is JSON, or a form's plain fields; `file`: (name, type, bytes) of a form."""

    method: str
    path: str
    body: Any = None
    file: tuple[str, str, bytes] | None = None


@dataclass
class Kept:
    """A file."""

    data: bytes
    mime: str


def check_id(request: web.Request, ours: str) -> None:
    """Whether the thing that is asked for is the one that there is."""
    if request.match_info["id"] != ours:
        raise nothing_there(request.match_info["id"])
