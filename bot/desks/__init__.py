"""Team chats. Adding one: its folder, and one line in this table."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from bot.config.plugins import DeskKind

DESKS = {
    "slack": "bot.desks.slack",
    "mattermost": "bot.desks.mattermost",
    "web": "bot.desks.web",
}


def kind(name: str) -> DeskKind:
    """The desk kind of that name; imports its folder only. Raises `KeyError`."""
    return cast(DeskKind, import_module(DESKS[name]).KIND)
