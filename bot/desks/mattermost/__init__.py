"""Mattermost as a desk: each dialog is a thread in a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.config.plugins import DeskKind
from bot.desks.mattermost.settings import MattermostSettings
from bot.domain import DeskName

if TYPE_CHECKING:
    from bot.config.plugins import DeskTools
    from bot.desks.mattermost.desk import MattermostDesk
    from bot.ports import Desk, EventHandler, Route


def _build(name: DeskName, settings: MattermostSettings, given: DeskTools) -> MattermostDesk:
    from bot.desks.mattermost.desk import MattermostDesk

    return MattermostDesk(name, settings, given.tools, given.channels)


def _routes(desks: Mapping[DeskName, Desk], handlers: Mapping[DeskName, EventHandler]) -> Sequence[Route]:
    from bot.desks.mattermost.routes import routes

    return routes(desks, handlers)


KIND = DeskKind(MattermostSettings, _build, _routes)
