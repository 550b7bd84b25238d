"""Requests of tests to the desk's addresses, and their results."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import aiohttp

from bot.desks.web.auth import HEADER
from bot.domain import OperatorPosted
from tests.desks.web.serving import Served, Session

ID = "0123456789abcdef"


def stranger(hub: Served, **headers: str) -> Session:
    """A browser in which nobody is signed in."""
    return Session(hub, aiohttp.CookieJar(unsafe=True), {HEADER: "1", **headers})


async def post(session: Session, **draft: Any) -> tuple[int, Any]:
    return await session.ask("POST", "dialogs/7/posts", json={"id": ID, **draft})


def posted(hub: Served) -> OperatorPosted:
    event = hub.core.events[-1]
    assert isinstance(event, OperatorPosted)
    return event


def form(*files: tuple[str, bytes, str], **fields: str) -> aiohttp.FormData:
    data = aiohttp.FormData(quote_fields=False)  # as browsers do
    for name, value in {"id": ID, **fields}.items():
        data.add_field(name, value)
    for name, content, mime in files:
        data.add_field("files", BytesIO(content), filename=name, content_type=mime)
    return data
