"""Customer channels (bridges). A new one needs its folder and one line in this table."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from bot.config.plugins import BridgeKind

BRIDGES = {
    "telegram": "bridges.telegram",
    "webchat": "bridges.webchat",
    "api": "bridges.api",
    "whatsapp": "bridges.whatsapp",
    "vk": "bridges.vk",
    "viber": "bridges.viber",
    "max": "bridges.max",
    "onec": "bridges.onec",
}


def kind(name: str) -> BridgeKind:
    """Imports and returns the bridge kind of that name, and no other. Raises `KeyError`."""
    return cast(BridgeKind, import_module(BRIDGES[name]).KIND)
