"""Bodies of `send_message`, without receiver and sender. Pure.

Source: REST Bot API, "Message types". `min_api_version` is left out everywhere: the default is 1, which every app
accepts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridges.viber.plan import ContactPart, LocationPart

Post = Mapping[str, Any]

LONGEST_VIDEO = 180
"""Seconds that `duration` may state; a longer video is sent without it."""


def text(words: str) -> Post:
    return {"type": "text", "text": words}


def picture(url: str, caption: str) -> Post:
    """Builds a picture; `text` is required but may be empty."""
    return {"type": "picture", "text": caption, "media": url}


def video(url: str, size: int, seconds: int | None) -> Post:
    duration = {"duration": seconds} if seconds and seconds <= LONGEST_VIDEO else {}
    return {"type": "video", "media": url, "size": size, **duration}


def file(url: str, size: int, name: str) -> Post:
    return {"type": "file", "media": url, "size": size, "file_name": name}


def location(spot: LocationPart) -> Post:
    place = spot.location
    return {"type": "location", "location": {"lat": f"{place.latitude:.7f}", "lon": f"{place.longitude:.7f}"}}


def contact(card: ContactPart) -> Post:
    return {"type": "contact", "contact": {"name": card.name, "phone_number": card.phone}}
