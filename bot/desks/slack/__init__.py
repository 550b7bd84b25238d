"""Slack: each dialog is a thread in a channel.

Incoming: `sockets` (Socket Mode, one `connection` after another) or `http` → `receiving` (Bolt) → `wire` (payload →
event; `reading` its text, `contents` its files) → the core, whose answer `answers` shows; `catching_up` reads what was
missed, by `gaps`. Outgoing: `desk` → `posting` with `posted_keys` and `files`, drawn by `render`, `forms` and `format`.
`workspace` looks up people and channels; `errors` translates failures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.config.plugins import DeskKind, DeskTools
from bot.desks.slack.settings import SlackSettings
from bot.domain import DeskName
from bot.ports import Desk, EventHandler, Route


def build(name: DeskName, settings: SlackSettings, tools: DeskTools) -> Desk:
    from bot.desks.slack.desk import SlackDesk

    return SlackDesk(name, settings, tools.tools, tools.channels)


def routes(desks: Mapping[DeskName, Desk], handlers: Mapping[DeskName, EventHandler]) -> Sequence[Route]:
    from bot.desks.slack.http import events

    return events(desks, handlers)


KIND = DeskKind(settings=SlackSettings, build=build, routes=routes)
