"""The messages that `send_message` accepts, as documented ("Message types"): anything else is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.viber.refusals import Refused

LARGEST_REQUEST = 30 * 1000
LARGEST = {"picture": 1_000_000, "video": 26_000_000, "file": 50 << 20}
JPEG, PNG, GIF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8"

Body = Mapping[str, Any]


def check(body: Body) -> None:
    """Checks a message. Raises `Refused`."""
    kind = body.get("type")
    if not isinstance(kind, str):
        raise Refused(4, "type is missing")
    if kind not in KINDS:
        raise Refused(3, f"type {kind} is not supported")
    needed, optional, further = KINDS[kind]
    _names(body, {"receiver", "sender", "type", *needed}, {"tracking_data", "min_api_version", *optional})
    _text(body, "receiver", 200)
    sender = _object(body, "sender")
    _names(sender, {"name"}, {"avatar"})
    _text(sender, "name", 28)
    if "avatar" in sender:
        _url(sender, "avatar")
    further(body)


def failure(kind: str, size: int | None, data: bytes) -> str:
    """The app's error for a file that it has fetched; "" when there is none. `size`: as announced."""
    if len(data) > LARGEST[kind]:
        return f"the {kind} is too large"
    if size is not None and size != len(data):
        return "the size is not what was announced"
    if kind == "picture" and not data.startswith((JPEG, PNG, GIF)):
        return "the picture cannot be shown"
    if kind == "video" and data[4:8] != b"ftyp":
        return "the video cannot be shown"
    return ""


# ------------------------------------------------------------------------------------------- each kind


def _says(body: Body) -> None:
    _text(body, "text", 7000)


def _picture(body: Body) -> None:
    _text(body, "text", 768, empty=True)
    _url(body, "media", ".jpeg", ".jpg", ".png", ".gif")


def _video(body: Body) -> None:
    _url(body, "media", ".mp4")
    _size(body, LARGEST["video"])
    if "duration" in body and not (_is_number(body["duration"]) and 0 < body["duration"] <= 180):
        raise Refused(3, "duration is not within 180 seconds")


def _file(body: Body) -> None:
    extension = PurePath(_text(body, "file_name", 256)).suffix
    _url(body, "media", extension)
    _size(body, LARGEST["file"])


def _contact(body: Body) -> None:
    contact = _object(body, "contact")
    _names(contact, {"name", "phone_number"}, {"avatar"})
    _text(contact, "name", 28)
    _text(contact, "phone_number", 18)


def _location(body: Body) -> None:
    place = _object(body, "location")
    _names(place, {"lat", "lon"}, set())
    for key, most in (("lat", 90), ("lon", 180)):
        try:
            degrees = float(place[key])
        except (TypeError, ValueError):
            raise Refused(3, f"{key} is no number") from None
        if not abs(degrees) <= most:
            raise Refused(3, f"{key} is out of range")


def _link(body: Body) -> None:
    _url(body, "media")
    _text(body, "media", 2000)


def _sticker(body: Body) -> None:
    if not _is_number(body["sticker_id"]):
        raise Refused(3, "sticker_id is no number")


KINDS: Mapping[str, tuple[set[str], set[str], Callable[[Body], None]]] = {
    "text": ({"text"}, set(), _says),
    "picture": ({"text", "media"}, {"thumbnail"}, _picture),
    "video": ({"media", "size"}, {"duration", "thumbnail"}, _video),
    "file": ({"media", "size", "file_name"}, set(), _file),
    "contact": ({"contact"}, set(), _contact),
    "location": ({"location"}, set(), _location),
    "url": ({"media"}, set(), _link),
    "sticker": ({"sticker_id"}, set(), _sticker),
}
"""Required keys, optional keys, and further checks."""

# ------------------------------------------------------------------------------------------- each field


def _names(body: Body, needed: set[str], optional: set[str]) -> None:
    if missing := needed - set(body):
        raise Refused(4, f"{', '.join(sorted(missing))} is missing")
    if unknown := set(body) - needed - optional:
        raise Refused(3, f"{', '.join(sorted(unknown))} is unknown")


def _object(body: Body, key: str) -> Body:
    value = body[key]
    if not isinstance(value, dict):
        raise Refused(3, f"{key} is no object")
    return value


def _text(body: Body, key: str, longest: int, *, empty: bool = False) -> str:
    """Checks a text's length in UTF-16 units: the strictest meaning of "characters"."""
    value = body[key]
    if not isinstance(value, str) or not (value or empty):
        raise Refused(3, f"{key} is no text")
    if len(value.encode("utf-16-le")) // 2 > longest:
        raise Refused(3, f"{key} is longer than {longest}")
    return value


def _url(body: Body, key: str, *endings: str) -> None:
    parts = urlsplit(_text(body, key, 8000))
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refused(3, f"{key} is no address")
    if endings and not parts.path.lower().endswith(tuple(map(str.lower, endings))):
        raise Refused(3, f"{key} does not end in {' or '.join(endings)}")


def _size(body: Body, most: int) -> None:
    if not _is_number(body["size"]) or not 0 < body["size"] <= most:
        raise Refused(3, f"size is not within {most} bytes")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
