"""Mattermost as a desk: every dialog is a thread of a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.desks.mattermost.settings import MattermostSettings
from bot.model import DeskName
from bot.wiring import DeskKind

if TYPE_CHECKING:
    from bot.desks.mattermost.desk import MattermostDesk
    from bot.ports import Desk, Office, Route
    from bot.wiring import DeskTools


def _build(name: DeskName, settings: MattermostSettings, given: DeskTools) -> MattermostDesk:
    from bot.desks.mattermost.desk import MattermostDesk

    return MattermostDesk(name, settings, given.tools, given.channels)


def _routes(desks: Mapping[DeskName, Desk], offices: Mapping[DeskName, Office]) -> Sequence[Route]:
    from bot.desks.mattermost.routes import routes

    return routes(desks, offices)


KIND = DeskKind(MattermostSettings, _build, _routes)
