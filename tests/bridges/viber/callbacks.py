"""Callbacks without a recorded payload, in their documented form ("Callbacks")."""

from __future__ import annotations

from typing import Any

NICK: dict[str, Any] = {
    "id": "01234567890A=",
    "name": "John McClane",
    "avatar": "http://avatar.example.com",
    "country": "UK",
    "language": "en",
    "api_version": 1,
}
HEAD: dict[str, Any] = {"timestamp": 1457764197627, "chat_hostname": "SN-CHAT-05_", "message_token": 491266184665523145}
CALLBACKS: dict[str, dict[str, Any]] = {
    "delivered": {"event": "delivered", **HEAD, "user_id": NICK["id"]},
    "seen": {"event": "seen", **HEAD, "user_id": NICK["id"]},
    "failed": {"event": "failed", **HEAD, "user_id": NICK["id"], "desc": "failure description"},
    "subscribed": {"event": "subscribed", **HEAD, "user": NICK},
    "unsubscribed": {"event": "unsubscribed", **HEAD, "user_id": NICK["id"]},
    "opened by a stranger": {
        "event": "conversation_started",
        **HEAD,
        "type": "open",
        "context": "context information",
        "user": NICK,
        "subscribed": False,
    },
    "opened by a subscriber": {
        "event": "conversation_started",
        **HEAD,
        "type": "open",
        "user": NICK,
        "subscribed": True,
    },
    "test call": {"event": "webhook", **HEAD},
}
