"""Splits a reply into the messages MAX can show. Pure.

Pictures and videos share a message. A file needs a message of its own ("Must be only one file attachment in message"),
as do audio, a contact ("MUST be the only attachment in message") and, to be safe, a location. The text goes with the
first file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from mimetypes import guess_type
from typing import Any

from bot.domain import Attachment, Location, Media, MediaKind, SharedContact
from bot.domain.text import Text, utf16_units
from bot.domain.value import value
from bot.ports import Capability, Limits, Outgoing, Rejected, RejectReason
from bridges.max import format as formatting
from bridges.shared import vcards
from bridges.shared.rates import RATES

MB = 1 << 20
LIMITS = Limits(
    text=formatting.LONGEST,
    caption=formatting.LONGEST,
    measure=utf16_units,
    album=10,
    # dev.max.ru, "Типы вложений"
    files={
        MediaKind.PHOTO: 50 * MB,
        MediaKind.VIDEO: 250 * MB,
        MediaKind.VOICE: 256 * MB,
        MediaKind.AUDIO: 256 * MB,
        MediaKind.FILE: 4096 * MB,
    },
    others=frozenset({"location", "contact"}),
    styles=formatting.WRITTEN,
    links=True,
    replies=True,
    rates=RATES["max"],
    receives=frozenset(Capability)
    - {
        Capability.AUDIO,
        Capability.POLL,
        Capability.TEMPLATE,
        Capability.REACTION,
        Capability.DELIVERED,
        Capability.READ,
    },
    in_order=True,
)

UPLOADED_AS = {
    MediaKind.PHOTO: "image",
    MediaKind.VIDEO: "video",
    MediaKind.VOICE: "audio",
    MediaKind.AUDIO: "audio",
    MediaKind.FILE: "file",
}
SHOWN = {
    "image": frozenset({"image/jpeg", "image/png", "image/gif", "image/tiff", "image/bmp", "image/heic", ""}),
    "video": frozenset({"video/mp4", "video/quicktime", "video/x-matroska", "video/webm", ""}),
}
"""Formats that MAX accepts as pictures and videos (audio has more); others go as files. "": unknown."""


@value
class MessagePart:
    """One message."""

    text: Text = Text()
    attachments: tuple[Attachment, ...] = ()


def plan(message: Outgoing) -> Sequence[MessagePart]:
    """Returns the messages in order. Raises `Rejected`, before anything is sent, for what MAX would refuse."""
    content = message.content
    if content.forwarded:
        raise Rejected(RejectReason.UNSUPPORTED, "forwarded messages go as words")
    if LIMITS.measure(content.text.characters) > LIMITS.text:
        raise Rejected(RejectReason.TOO_LONG, f"more than {LIMITS.text} characters")
    parts = [_part(group) for group in _groups(content.attachments)]
    if content.text:
        if parts and not parts[0].text and isinstance(parts[0].attachments[0], Media):
            parts[0] = replace(parts[0], text=content.text)
        else:
            parts.insert(0, MessagePart(content.text))
    if not parts:
        raise Rejected(RejectReason.INVALID, "there is nothing to send")
    return parts


def upload_type(media: Media) -> str:
    """Returns the upload type that MAX should treat the file as."""
    kind = UPLOADED_AS[media.kind]
    format_ = (media.mime or guess_type(media.name)[0] or "").partition(";")[0].strip().lower()
    return kind if format_ in SHOWN.get(kind, {format_}) else "file"


def attachment(one: Location | SharedContact) -> dict[str, Any]:
    """Builds an attachment that needs no upload."""
    if isinstance(one, Location):
        return {"type": "location", "latitude": one.latitude, "longitude": one.longitude}
    name = one.name or one.phones[0]
    card = vcards.write(replace(one, name=name))
    return {"type": "contact", "payload": {"name": name, "vcf_info": card}}


def _groups(attachments: Sequence[Attachment]) -> Iterator[tuple[Attachment, ...]]:
    group: list[Attachment] = []
    for one in attachments:
        _check(one)
        if group and not (_is_picture(one) and _is_picture(group[0]) and len(group) < LIMITS.album):
            yield tuple(group)
            group = []
        group.append(one)
    if group:
        yield tuple(group)


def _is_picture(one: Attachment) -> bool:
    return isinstance(one, Media) and upload_type(one) in SHOWN


def _check(one: Attachment) -> None:
    if isinstance(one, Media):
        limit = LIMITS.files.get(one.kind)
        if limit is None:
            raise Rejected(RejectReason.UNSUPPORTED, f"MAX takes no {one.kind} from bots")
        if one.size is not None and one.size > limit:
            raise Rejected(RejectReason.TOO_LARGE, f"{one.size} bytes, {limit} are allowed")
    elif not isinstance(one, Location) and not (isinstance(one, SharedContact) and one.phones):
        raise Rejected(RejectReason.UNSUPPORTED, f"MAX takes no {one.type} from bots")


def _part(group: tuple[Attachment, ...]) -> MessagePart:
    """Builds one message. A location in MAX has no name, so its name goes into the text."""
    place = group[0]
    if isinstance(place, Location):
        return MessagePart(Text.plain("\n".join(filter(None, (place.title, place.address)))), group)
    return MessagePart(attachments=group)
