"""Parser of customers' messages: `message` of a callback → `Content`.

Source: REST Bot API, "Receive message from user". Addresses of media are valid for an hour; a sticker is a number in
Viber's own collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from bot.domain import Attachment, Content, FileRef, Location, Media, MediaKind, SharedContact, Unshowable
from bot.domain.labels import is_blank
from bot.domain.text import Text
from bridges.shared import phones
from bridges.shared.fields import Fields, Unexpected

LONGEST_ADDRESS = 4096
Found = tuple[Attachment, ...]
Reader = Callable[[Fields, str], Found]
WORDY = frozenset({"text", "url"})
"""Types of messages that are nothing but words."""


def read(message: Fields, origin: str) -> Content:
    """Parses a message. `origin`: of the files in it. Its words count even where the rest cannot be read: Viber passes
    on forwarded pictures without their file. Raises `Unexpected` when nothing can be read."""
    kind, words = message.text("type"), message.text("text")
    if kind == "url":
        words = "\n".join(dict.fromkeys(filter(None, (words, message.text("media")))))
    found = () if kind in WORDY else READERS.get(kind, _other)(message, origin)
    content = Content(Text.plain(words), found)
    if is_blank(words) and all(isinstance(one, Unshowable) and not one.name for one in found):
        raise Unexpected(f"nothing can be read of a {kind[:40]!r}", content)
    return content


def address(source: Fields, key: str) -> str:
    """Returns a web address, or ""."""
    url = source.text(key)
    return url if is_address(url) else ""


def is_address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= LONGEST_ADDRESS


def _other(message: Fields, origin: str) -> Found:
    """Parses a message of a type newer than the table below: its file, if it has one, and what it is called."""
    kind = Unshowable(message.text("type"))
    if not address(message, "media"):
        return (kind,)
    return (_file(message, MediaKind.FILE, origin, message.file_name("file_name")), kind)


def _media(kind: MediaKind) -> Reader:
    def read_media(message: Fields, origin: str) -> Found:
        name = message.file_name("file_name")
        has_file = bool(address(message, "media"))
        return (_file(message, kind, origin, name) if has_file else Unshowable(kind.value, name),)

    return read_media


def _file(message: Fields, kind: MediaKind, origin: str, name: str) -> Media:
    file = FileRef(origin, address(message, "media"))
    return Media(kind, file, name, size=message.size("size"), seconds=message.size("duration"))


def _sticker(message: Fields, origin: str) -> Found:
    """Parses a sticker: its picture if Viber sends an address, though only the number is documented."""
    if address(message, "media"):
        return (_file(message, MediaKind.STICKER, origin, ""),)
    number = message.size("sticker_id")
    return (Unshowable("sticker", "" if number is None else str(number)),)


def _location(message: Fields, _: str) -> Found:
    place = message.object("location")
    latitude, longitude = _degrees(place, "lat"), _degrees(place, "lon")
    if latitude is None or longitude is None:
        return (Unshowable("location", place.text("address")),)
    return (Location(latitude, longitude, address=place.text("address")),)


def _degrees(place: Fields, key: str) -> float | None:
    """Parses a number, which Viber's own examples also write as text."""
    written = place.text(key)
    with suppress(ValueError):
        return Fields({key: float(written)}).decimal(key)
    return place.decimal(key)


def _contact(message: Fields, _: str) -> Found:
    contact = message.object("contact")
    phone = contact.text("phone_number") or str(contact.size("phone_number") or "")
    card = SharedContact(contact.text("name"), (phones.international(phone),) if phone else ())
    return (card or Unshowable("contact"),)


READERS: Mapping[str, Reader] = {
    "picture": _media(MediaKind.PHOTO),
    "video": _media(MediaKind.VIDEO),
    "file": _media(MediaKind.FILE),
    "sticker": _sticker,
    "location": _location,
    "contact": _contact,
}
