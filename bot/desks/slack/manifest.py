"""The Slack app as its creator pastes it: `hub manifest slack`."""

from __future__ import annotations

import json
from typing import Any

BOT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "reactions:read",
    "reactions:write",
    "users:read",
)
BOT_EVENTS = (
    "app_mention",
    "message.channels",
    "message.groups",
    "reaction_added",
    "reaction_removed",
)
SHORTCUTS = (("star", "Mark as important", "Marks this message of the dialog as important"),)
"""Callback id (the action's word), title (24 characters), description."""


def manifest(public_url: str, socket_mode: bool) -> str:
    """JSON for "Create New App → From a manifest". Without Socket Mode Slack calls `public_url`."""
    address = "" if socket_mode else f"{public_url.rstrip('/')}/slack/events"
    return json.dumps(_manifest(address, socket_mode), indent=2, ensure_ascii=False)


def _manifest(address: str, socket_mode: bool) -> dict[str, Any]:
    calls: dict[str, Any] = {"request_url": address} if address else {}
    command: dict[str, Any] = {
        "command": "/dialog",
        "description": "Work with customers' dialogs",
        "usage_hint": "help | new | mine | accept #1042",
        "should_escape": False,
    }
    shortcuts = [
        {"name": name, "type": "message", "callback_id": word, "description": about} for word, name, about in SHORTCUTS
    ]
    return {
        "display_information": {
            "name": "Dialog hub",
            "description": "Customers' conversations, each in a thread of your channel",
            "background_color": "#1d3557",
        },
        "features": {
            "bot_user": {"display_name": "hub", "always_online": True},
            "slash_commands": [command | ({"url": address} if address else {})],
            "shortcuts": shortcuts,
        },
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": {**calls, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **calls},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
