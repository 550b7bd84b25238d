"""Parser of customers' messages: `message` of a callback → `Content`.

Source: REST Bot API, "Receive message from user". Addresses of media are valid for an hour; a sticker is a number in
Viber's own collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from bot.domain import Attachment, Content, FileRef, Location, Media, MediaKind, SharedContact, Unshowable
from bot.domain.text import Text
from bridges.shared.fields import Fields, Unexpected

LONGEST_ADDRESS = 4096


def read(message: Fields, origin: str) -> Content:
    """Parses a message. `origin`: of the files in it. Raises `Unexpected`."""
    kind = message.text("type")
    if kind == "text":
        content = Content(Text.plain(message.text("text")))
    elif kind == "url":
        content = Content(Text.plain(message.text("media")))
    elif reader := READERS.get(kind):
        content = Content(Text.plain(message.text("text")), (reader(message, origin),))
    else:
        raise Unexpected("no known type of message")
    if not content:
        raise Unexpected(f"{kind} says nothing")
    return content


def address(source: Fields, key: str) -> str:
    """Returns a web address, or ""."""
    url = source.text(key)
    return url if is_address(url) else ""


def is_address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= LONGEST_ADDRESS


def _media(kind: MediaKind) -> Callable[[Fields, str], Attachment]:
    def read_media(message: Fields, origin: str) -> Attachment:
        return _file(message, kind, origin, message.file_name("file_name"))

    return read_media


def _file(message: Fields, kind: MediaKind, origin: str, name: str) -> Media:
    url = address(message, "media")
    if not url:
        raise Unexpected("a file without an address")
    return Media(kind, FileRef(origin, url), name, size=message.size("size"), seconds=message.size("duration"))


def _sticker(message: Fields, origin: str) -> Attachment:
    """Parses a sticker: its picture if Viber sends an address, though only the number is documented."""
    number = message.size("sticker_id")
    if address(message, "media"):
        return _file(message, MediaKind.STICKER, origin, "")
    if number is None:
        raise Unexpected("a sticker without a number")
    return Unshowable(f"sticker {number}")


def _location(message: Fields, _: str) -> Attachment:
    place = message.object("location")
    latitude, longitude = _degrees(place, "lat"), _degrees(place, "lon")
    if latitude is None or longitude is None:
        raise Unexpected("a location without its degrees")
    return Location(latitude, longitude, address=place.text("address"))


def _degrees(place: Fields, key: str) -> float | None:
    """Parses a number, which Viber's own examples also write as text."""
    written = place.text(key)
    with suppress(ValueError):
        return Fields({key: float(written)}).decimal(key)
    return place.decimal(key)


def _contact(message: Fields, _: str) -> Attachment:
    contact = message.object("contact")
    name, phone = contact.text("name"), contact.text("phone_number")
    if not name and not phone:
        raise Unexpected("a contact without name and phone")
    return SharedContact(name, (phone,) if phone else ())


READERS: Mapping[str, Callable[[Fields, str], Attachment]] = {
    "picture": _media(MediaKind.PHOTO),
    "video": _media(MediaKind.VIDEO),
    "file": _media(MediaKind.FILE),
    "sticker": _sticker,
    "location": _location,
    "contact": _contact,
}
