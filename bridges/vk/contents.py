"""Parser of VK messages: "Personal message" of the API → `Content`.

Source: dev.vk.com/reference/objects/message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.domain import Attachment, Choice, Content, ForeignId, Forwarded, Location, Quote, Reference, Unshowable
from bot.domain.text import Span, Style, Text
from bridges.shared.fields import Fields, Unexpected, clean, dumped
from bridges.vk import attachments, boards
from bridges.vk import format as formatting

DEEPEST = 45
"""Nesting depth that VK allows for forwarded messages."""

_WRITTEN = re.compile(r"(-?\d{1,3}(?:\.\d{1,20})?)[ ,]+(-?\d{1,3}(?:\.\d{1,20})?)", re.ASCII)
"""Latitude and longitude in one text."""

NameOf = Callable[[int], str]
"""Name of a person or, if negative, a community."""


def read(message: Fields, origin: str, name_of: NameOf) -> Content | None:
    """Parses a message; None for a service message. Raises `Unexpected` when nothing known is in it."""
    content = _read(message, origin, name_of, DEEPEST)
    if content:
        return content
    if "action" in message:
        return None
    raise Unexpected("nothing known is in the message")


def _read(message: Fields, origin: str, name_of: NameOf, depth: int) -> Content:
    text = formatting.read(message.text("text") or message.text("body"), message.object("format_data").objects("items"))
    carried, lines = _attached(message, origin, text.characters)
    if text and (payload := _payload(message.raw.get("payload"))) and not carried and not lines:
        carried, text = [Choice(text.characters, payload)], Text()  # the button's label is the message
    for line in (*lines, *boards.lines(message)):
        text = text + Text.plain("\n" if text else "") + line
    carried += _around(message)
    quote = _quote(message.object("reply_message"), name_of)
    return Content(text, tuple(carried), quote, _forwarded(message, origin, name_of, depth))


def _attached(message: Fields, origin: str, words: str) -> tuple[list[Attachment], list[Text]]:
    """Returns attachments of the hub, and lines of text for those without a file. A link preview is dropped if its
    address is already in the text."""
    carried: list[Attachment] = []
    lines: list[Text] = []
    parts: list[Attachment | Text | None] = []
    for attachment in message.objects("attachments"):
        url = attachment.object("link").text("url") if attachment.text("type") == "link" else ""
        if url and (url in words or url.partition("://")[2].rstrip("/") in words):
            continue
        parts += attachments.read(attachment, origin)
    for part in (*parts, _place(message.object("geo"))):
        if isinstance(part, Text):
            lines.append(part)
        elif part is not None:
            carried.append(part)
    return carried, lines


def _around(message: Fields) -> Iterator[Attachment]:
    """Yields the link by which a person came to the community, and a sign that VK has cut the message off."""
    came, source = message.text("ref"), message.text("ref_source")
    if came or source:
        yield Reference("📣", came or source, source if came else "")
    if message.raw.get("is_cropped") is True:
        yield Unshowable("cropped")


def _place(geo: Fields) -> Location | Text | None:
    """Parses coordinates: numbers, or before API 5.52 one text with both; without them, what the place is called."""
    point, place = geo.object("coordinates"), geo.object("place")
    latitude, longitude = point.decimal("latitude"), point.decimal("longitude")
    if written := _WRITTEN.fullmatch(geo.text("coordinates").strip()):
        latitude, longitude = float(written[1]), float(written[2])
    title = place.text("title")
    city = ", ".join(filter(None, (place.text("country"), place.text("city"))))
    address = place.text("address") or city
    if latitude is None or longitude is None:
        words = ", ".join(filter(None, (title, address)))
        return Text.plain(f"📍 {words}") if words else None
    return Location(latitude, longitude, title, address)


def _payload(payload: object) -> str:
    """Returns a button's payload: JSON text, as documented, or plain JSON, as it also comes."""
    if isinstance(payload, str):
        return clean(payload)
    return "" if payload is None else dumped(payload)


def _quote(original: Fields, name_of: NameOf) -> Quote | None:
    if not original:
        return None
    number, author = original.number("conversation_message_id"), original.number("from_id")
    words = formatting.read(original.text("text"), ()).characters
    ref = ForeignId(str(number)) if number else None
    return Quote(ref, words, name_of(author) if author else "")


def _forwarded(message: Fields, origin: str, name_of: NameOf, depth: int) -> tuple[Forwarded, ...]:
    inner = message.objects("fwd_messages")
    if inner and not depth:
        return (Forwarded("", Content(attachments=(Unshowable("forward"),))),)
    return tuple(_passed_on(one, origin, name_of, depth - 1) for one in inner)


def _passed_on(message: Fields, origin: str, name_of: NameOf, depth: int) -> Forwarded:
    author = message.number("from_id")
    content = _read(message, origin, name_of, depth) or Content(attachments=(Unshowable("forward"),))
    return Forwarded(name_of(author) if author else "", content, message.moment("date"))


def pressed(event: Fields, label: str) -> Content:
    """Builds the content of a button press that sends no message. `label`: the button's, if known."""
    payload, number = _payload(event.raw.get("payload")), event.number("conversation_message_id")
    quote = Quote(ForeignId(str(number))) if number else None
    return Content(attachments=(Choice(label or payload or "…", payload),), quote=quote)


def said_by(speaker: str, content: Content) -> Content:
    """Adds the author to a message in a group conversation."""
    text = Text.of((Span(f"{speaker}:", Style.BOLD), Span(" "), *content.text.spans))
    return Content(text, content.attachments, content.quote, content.forwarded)
