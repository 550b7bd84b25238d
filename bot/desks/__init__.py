"""Team chats (desks). A new one needs its folder and one line in this table."""

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
    """Imports and returns the desk kind of that name, and no other. Raises `KeyError`."""
    return cast(DeskKind, import_module(DESKS[name]).KIND)
