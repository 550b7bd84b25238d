"""The Slack app's manifest, to be pasted by its creator: `hub manifest slack`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.domain.text import shorten
from bot.domain.value import value
from bot.locale import Translator, translator

BOT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "dnd:read",
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
    "app_home_opened",
    "app_mention",
    "channel_left",
    "channel_unarchive",
    "group_left",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "user_change",
)
ENGLISH = translator("en")
OF_LINKS = ("links:read", "links:write")
"""Scopes for previews of links to the hub. Without them, and where the hub has no address, there are none."""
SHORTCUTS_AT_MOST = 10  # per app


@value
class Shortcut:
    """An entry in the menu of every message. `word`: the action's; `name`: 24 characters; `about`: 150."""

    word: str
    name: str
    about: str


def manifest(public_url: str, socket_mode: bool, shortcuts: Sequence[Shortcut] = (), tr: Translator = ENGLISH) -> str:
    """Builds the JSON for "Create New App → From a manifest". Without Socket Mode Slack calls `public_url`."""
    address = "" if socket_mode else f"{public_url.rstrip('/')}/slack/events"
    entries = [
        {
            "name": shorten(one.name, 24),
            "type": "message",
            "callback_id": one.word,
            "description": shorten(one.about, 150),
        }
        for one in shortcuts[:SHORTCUTS_AT_MOST]
    ]
    return json.dumps(_manifest(address, socket_mode, entries, tr), indent=2, ensure_ascii=False)


def _manifest(address: str, socket_mode: bool, shortcuts: list[dict[str, str]], tr: Translator) -> dict[str, Any]:
    calls: dict[str, Any] = {"request_url": address} if address else {}
    domain = urlsplit(address).hostname or ""
    links, linked = (OF_LINKS, ("link_shared",)) if domain else ((), ())
    command: dict[str, Any] = {
        "command": "/dialog",
        "description": tr.gettext("Work with customers' dialogs"),
        "usage_hint": "help | new | mine | accept #1042",
        "should_escape": False,
    }
    return {
        "display_information": {
            "name": tr.gettext("Dialog hub"),
            "description": tr.gettext("Customers' conversations, each in a thread of your channel"),
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "hub", "always_online": True},
            "slash_commands": [command | ({"url": address} if address else {})],
            "shortcuts": shortcuts,
            **({"unfurl_domains": [domain]} if domain else {}),
        },
        "oauth_config": {"scopes": {"bot": [*BOT_SCOPES, *links]}},
        "settings": {
            "event_subscriptions": {**calls, "bot_events": [*BOT_EVENTS, *linked]},
            "interactivity": {"is_enabled": True, **calls},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
