"""Places on the map in Telegram's messages → `Location`."""

from __future__ import annotations

from bot.domain import Location
from bridges.shared.fields import Fields


def point(location: Fields, title: str = "", address: str = "") -> Location | None:
    """Reads a `Location`; None if it has no coordinates."""
    latitude, longitude = location.decimal("latitude"), location.decimal("longitude")
    if latitude is None or longitude is None:
        return None
    return Location(latitude, longitude, title, address)
