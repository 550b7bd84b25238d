"""Splits an outgoing message into WhatsApp's messages. Pure.

Businesses cannot send albums: each attachment is a message of its own. The text becomes the caption of the first
picture, video or document. A file that WhatsApp takes as no other kind (a GIF, a camera's video format) goes as a
document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from mimetypes import guess_type

from bot.domain import Attachment, Location, Media, MediaKind, SharedContact, Template
from bot.domain.text import Text
from bot.domain.value import value
from bot.ports import Capability, Limits, Outgoing, Rejected, RejectReason
from bridges.shared.rates import RATES
from bridges.whatsapp.format import WRITTEN, measure

KB, MB = 1 << 10, 1 << 20
STILL_STICKER = 100 * KB
LIMITS = Limits(
    text=4096,
    caption=1024,
    measure=measure,
    files={
        MediaKind.PHOTO: 5 * MB,
        MediaKind.VIDEO: 16 * MB,
        MediaKind.VOICE: 16 * MB,
        MediaKind.AUDIO: 16 * MB,
        MediaKind.FILE: 100 * MB,
        MediaKind.STICKER: 500 * KB,  # animated ones; others up to `STILL_STICKER`
    },
    others=frozenset({"location", "contact"}),
    styles=WRITTEN,
    replies=True,
    rates=RATES["whatsapp"],
    receives=frozenset(
        {
            Capability.TEXT,
            Capability.FORMATTING,
            Capability.PHOTO,
            Capability.VIDEO,
            Capability.VOICE,
            Capability.AUDIO,
            Capability.FILE,
            Capability.STICKER,
        }
        | {
            Capability.LOCATION,
            Capability.CONTACT,
            Capability.BUTTON,
            Capability.REPLY,
            Capability.FORWARD,
            Capability.EDIT,
            Capability.DELETION,
        }
        | {Capability.REACTION, Capability.DELIVERED, Capability.READ, Capability.NAME, Capability.PHONE}
    ),
)
"""Source: Meta's "Media", "Text messages", "Supported media types". `measure` includes the guards of `format`."""

WITH_TEMPLATES = replace(LIMITS, others=LIMITS.others | {"template"})

TYPES: Mapping[MediaKind, frozenset[str]] = {
    MediaKind.PHOTO: frozenset({"image/jpeg", "image/png"}),
    MediaKind.VIDEO: frozenset({"video/mp4", "video/3gpp"}),
    MediaKind.VOICE: frozenset({"audio/ogg"}),
    MediaKind.AUDIO: frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
    MediaKind.STICKER: frozenset({"image/webp"}),
}
"""Media types that each kind accepts."""

UPLOADED = (
    (frozenset().union(*TYPES.values()) - {"audio/ogg"})
    | {"audio/ogg; codecs=opus"}
    | frozenset(
        f"application/{name}"
        for name in (
            "pdf",
            "msword",
            "vnd.ms-excel",
            "vnd.ms-powerpoint",
            "vnd.openxmlformats-officedocument.presentationml.presentation",
            "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "vnd.openxmlformats-officedocument.wordprocessingml.document",
        )
    )
    | {"text/plain"}
)
"""Media types that the upload endpoint accepts (its error 100 lists them). A document of another type is sent by
link."""

ASSUMED: Mapping[MediaKind, str] = {
    MediaKind.PHOTO: "image/jpeg",
    MediaKind.VIDEO: "video/mp4",
    MediaKind.VOICE: "audio/ogg",
    MediaKind.AUDIO: "audio/mpeg",
    MediaKind.STICKER: "image/webp",
}
"""Media types assumed where neither the desk nor the file name tells one."""
INSTEAD = {MediaKind.VOICE: MediaKind.AUDIO, MediaKind.STICKER: MediaKind.PHOTO}
"""Kind to fall back to when a file's type does not suit its own; otherwise a document."""
OTHER_NAMES = {
    "application/ogg": "audio/ogg",
    "audio/m4a": "audio/mp4",
    "audio/mp3": "audio/mpeg",
    "audio/opus": "audio/ogg",
    "audio/x-m4a": "audio/mp4",
    "image/jpg": "image/jpeg",
    "video/3gp": "video/3gpp",
}

CAPTIONED = frozenset({MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.FILE})


@value
class TextPart:
    text: Text


@value
class FilePart:
    """A file. `media.mime`: the type that WhatsApp is told, "" if unknown."""

    media: Media
    caption: Text = Text()

    def as_document(self) -> FilePart:
        return replace(self, media=replace(self.media, kind=MediaKind.FILE))


Part = TextPart | FilePart | Location | SharedContact | Template


def plan(message: Outgoing, limits: Limits) -> list[Part]:
    """Returns the parts in order. Raises `Rejected`, before anything is sent, for what WhatsApp would refuse."""
    content = message.content
    if content.forwarded:
        raise Rejected(RejectReason.UNSUPPORTED, "forwarded messages go as words")
    parts = [_part(attachment, limits) for attachment in content.attachments]
    if not content.text.characters.strip():
        if not parts:
            raise Rejected(RejectReason.INVALID, "there is nothing to send")
        return parts
    if limits.measure(content.text.characters) > limits.text:
        raise Rejected(RejectReason.TOO_LONG, f"more than {limits.text} characters")
    return list(_with_words(parts, content.text, limits))


def _with_words(parts: list[Part], words: Text, limits: Limits) -> Iterator[Part]:
    fits = limits.measure(words.characters) <= limits.caption
    captioned = next(
        (part for part in parts if fits and isinstance(part, FilePart) and part.media.kind in CAPTIONED), None
    )
    if captioned is None:
        yield TextPart(words)
    for part in parts:
        yield replace(captioned, caption=words) if captioned is not None and part is captioned else part


def _part(attachment: Attachment, limits: Limits) -> Part:
    if isinstance(attachment, Media):
        return _file(attachment, limits)
    known = isinstance(attachment, Location | SharedContact | Template) and attachment.type in limits.others
    if isinstance(attachment, SharedContact):
        known = known and bool(attachment.name or attachment.phones)
    if not known:
        raise Rejected(RejectReason.UNSUPPORTED, f"WhatsApp takes no {attachment.type} from businesses")
    assert isinstance(attachment, Location | SharedContact | Template)
    return attachment


def _file(media: Media, limits: Limits) -> FilePart:
    limit = limits.files[media.kind]
    if media.size is not None and media.size > limit:
        raise Rejected(RejectReason.TOO_LARGE, f"{media.size} bytes, {limit} are allowed")
    mime = (media.mime or guess_type(media.name)[0] or ASSUMED.get(media.kind, "")).partition(";")[0].strip().lower()
    mime = OTHER_NAMES.get(mime, mime)
    for kind in (media.kind, INSTEAD.get(media.kind, MediaKind.FILE)):
        if mime in TYPES.get(kind, ()):
            return FilePart(replace(media, kind=kind, mime=mime))
    return FilePart(replace(media, kind=MediaKind.FILE, mime=mime))
