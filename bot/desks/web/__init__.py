"""The hub's own web desk: a page at `/desk` that shows dialogs from the hub's database through `WebDeskBackend`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.config.plugins import DeskKind
from bot.desks.web.settings import WebSettings
from bot.domain import DeskName

if TYPE_CHECKING:
    from bot.config.plugins import DeskTools
    from bot.desks.web.desk import WebDesk
    from bot.ports import Desk, EventHandler, Route


def _build(name: DeskName, settings: WebSettings, given: DeskTools) -> WebDesk:
    from bot.desks.web.desk import WebDesk

    return WebDesk(name, settings, given)


def _routes(desks: Mapping[DeskName, Desk], handlers: Mapping[DeskName, EventHandler]) -> Sequence[Route]:
    from bot.desks.web.routes import routes

    return routes(desks, handlers)


KIND = DeskKind(WebSettings, _build, _routes)
