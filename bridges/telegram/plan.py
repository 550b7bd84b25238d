"""Splits an outgoing message into the calls it takes. Pure.

Telegram shows photos and videos together, files together and audio together, two to ten of them; any other attachment
is a message of its own. The text becomes the caption of the first part that can have one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain import Attachment, Location, Media, MediaKind, SharedContact
from bot.domain.text import Text, utf16_units
from bot.domain.value import value
from bot.ports import Capability, Limits, Outgoing, Rejected, RejectReason
from bridges.shared.rates import RATES
from bridges.telegram.format import WRITTEN

MB = 1 << 20
LIMITS = Limits(
    text=4096,
    caption=1024,
    measure=utf16_units,
    album=10,
    files={
        MediaKind.PHOTO: 10 * MB,
        MediaKind.VIDEO: 50 * MB,
        MediaKind.VOICE: 50 * MB,
        MediaKind.AUDIO: 50 * MB,
        MediaKind.FILE: 50 * MB,
        MediaKind.STICKER: 512 * 1024,
    },
    others=frozenset({"location", "contact"}),
    styles=WRITTEN,
    links=True,
    replies=True,
    rates=RATES["telegram"],
    receives=frozenset(Capability) - {Capability.DELETION, Capability.DELIVERED, Capability.READ, Capability.TEMPLATE},
    in_order=True,
)

ALBUMS = {
    MediaKind.PHOTO: "pictures",
    MediaKind.VIDEO: "pictures",
    MediaKind.FILE: "files",
    MediaKind.AUDIO: "audio",
}
"""Kinds that may share an album."""


@value
class TextPart:
    text: Text


@value
class AlbumPart:
    """One file, or an album."""

    media: tuple[Media, ...]
    caption: Text = Text()

    def as_files(self) -> AlbumPart:
        return replace(self, media=tuple(replace(one, kind=MediaKind.FILE) for one in self.media))


@value
class LocationPart:
    location: Location


@value
class ContactPart:
    contact: SharedContact


Part = TextPart | AlbumPart | LocationPart | ContactPart


def plan(message: Outgoing) -> Sequence[Part]:
    """Returns the parts in order. Raises `Rejected`, before anything is sent, for what Telegram would refuse."""
    content = message.content
    if content.forwarded:
        raise Rejected(RejectReason.UNSUPPORTED, "forwarded messages go as words")
    parts = list(_parts(content.attachments))
    if not content.text:
        if not parts:
            raise Rejected(RejectReason.INVALID, "there is nothing to send")
        return parts
    if LIMITS.measure(content.text.characters) > LIMITS.text:
        raise Rejected(RejectReason.TOO_LONG, f"more than {LIMITS.text} characters")
    for index, part in enumerate(parts):
        if isinstance(part, AlbumPart) and _takes(part, content.text):
            return [*parts[:index], replace(part, caption=content.text), *parts[index + 1 :]]
    return [TextPart(content.text), *parts]


def _takes(group: AlbumPart, caption: Text) -> bool:
    return group.media[0].kind is not MediaKind.STICKER and LIMITS.measure(caption.characters) <= LIMITS.caption


def _parts(attachments: Sequence[Attachment]) -> Iterator[Part]:
    album: list[Media] = []
    for attachment in attachments:
        if isinstance(attachment, Media):
            _check(attachment)
            if album and not (_belong(album[0], attachment) and len(album) < LIMITS.album):
                yield AlbumPart(tuple(album))
                album = []
            album.append(attachment)
            continue
        if album:
            yield AlbumPart(tuple(album))
            album = []
        yield _other(attachment)
    if album:
        yield AlbumPart(tuple(album))


def _belong(one: Media, other: Media) -> bool:
    return ALBUMS.get(one.kind, "alone") == ALBUMS.get(other.kind)


def _check(media: Media) -> None:
    limit = LIMITS.files[media.kind]
    if media.size is not None and media.size > limit:
        raise Rejected(RejectReason.TOO_LARGE, f"{media.size} bytes, {limit} are allowed")


def _other(attachment: Attachment) -> Part:
    if isinstance(attachment, Location):
        return LocationPart(attachment)
    if isinstance(attachment, SharedContact) and attachment.phones:
        return ContactPart(attachment)
    raise Rejected(RejectReason.UNSUPPORTED, f"Telegram takes no {attachment.type} from bots")
