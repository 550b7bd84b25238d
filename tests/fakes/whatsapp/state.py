"""The fake's state besides its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.whatsapp.refusals import nothing_there


@dataclass
class Request:
    """A request of the hub: `body` is JSON, or a form's plain fields; `file`: (name, type, bytes) from a form."""

    method: str
    path: str
    body: Any = None
    file: tuple[str, str, bytes] | None = None


@dataclass
class Kept:
    """A stored file."""

    data: bytes
    mime: str


def check_id(request: web.Request, ours: str) -> None:
    """Refuses an id other than the one that exists."""
    if request.match_info["id"] != ours:
        raise nothing_there(request.match_info["id"])
