"""Splits a reply into Viber's messages. Pure.

A Viber message holds one thing: a text, a file, a location or a contact. Only pictures have captions; other text is
sent first, as a message of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain import Attachment, Location, Media, MediaKind, SharedContact
from bot.domain.text import utf16_units, with_addresses
from bot.domain.value import value
from bot.locale import Translator
from bot.ports import Capability, Limits, Outgoing, Rejected, RejectReason
from bot.views.words import describe
from bridges.shared.rates import RATES

LARGEST_PICTURE = 1_000_000
LARGEST_VIDEO = 26_000_000
"""The smaller reading of "MB": a size between the two goes as a file."""
LARGEST_FILE = 50 << 20
LIMITS = Limits(
    text=7000,
    caption=768,
    measure=utf16_units,  # Viber says "characters" without defining them: code points would never be more
    # A picture or video over its own limit goes as a file.
    files=dict.fromkeys((MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.FILE), LARGEST_FILE),
    others=frozenset({"location", "contact"}),
    rates=RATES["viber"],
    receives=frozenset(
        {Capability.TEXT, Capability.PHOTO, Capability.VIDEO, Capability.FILE, Capability.LOCATION, Capability.CONTACT}
        | {Capability.DELIVERED, Capability.READ, Capability.BLOCKED, Capability.NAME, Capability.PICTURE}
    ),
)
LONGEST_CARD_NAME = 28
LONGEST_CARD_PHONE = 18


@value
class TextPart:
    text: str


@value
class FilePart:
    """A file; `caption` only with a photo."""

    media: Media
    caption: str = ""


@value
class LocationPart:
    location: Location


@value
class ContactPart:
    name: str
    phone: str


Part = TextPart | FilePart | LocationPart | ContactPart


def plan(message: Outgoing, tr: Translator) -> Sequence[Part]:
    """Returns the parts in order. Raises `Rejected`, before anything is sent, for what Viber would refuse."""
    content = message.content
    if content.forwarded:
        raise Rejected(RejectReason.UNSUPPORTED, "forwarded messages go as words")
    words = content.text.characters
    if LIMITS.measure(words) > LIMITS.text:
        raise Rejected(RejectReason.TOO_LONG, f"more than {LIMITS.text} characters")
    parts = [part for attachment in content.attachments for part in _parts(attachment, tr)]
    if not words and not parts:
        raise Rejected(RejectReason.INVALID, "there is nothing to send")
    match parts:
        case [FilePart(media) as first, *rest] if words and _takes(media, words):
            return [replace(first, caption=words), *rest]
    return [TextPart(words), *parts] if words else parts


def _takes(media: Media, words: str) -> bool:
    return media.kind is MediaKind.PHOTO and LIMITS.measure(words) <= LIMITS.caption


def _parts(attachment: Attachment, tr: Translator) -> Iterator[Part]:
    """Splits an attachment; details that Viber would cut off go as text."""
    match attachment:
        case Media() if attachment.kind in LIMITS.files:
            yield FilePart(attachment)
        case Location() if abs(attachment.latitude) <= 90 and abs(attachment.longitude) <= 180:
            if named := "\n".join(filter(None, (attachment.title, attachment.address))):
                yield TextPart(named)
            yield LocationPart(attachment)
        case SharedContact() if _is_a_card(attachment):
            yield ContactPart(attachment.name, attachment.phones[0])
        case Location() | SharedContact():
            yield TextPart(with_addresses(describe(attachment, tr)).characters)
        case _:
            kind = attachment.kind if isinstance(attachment, Media) else attachment.type
            raise Rejected(RejectReason.UNSUPPORTED, f"Viber takes no {kind} from bots")


def _is_a_card(contact: SharedContact) -> bool:
    """Tells whether the contact fits Viber's: one name and one phone, neither of them long, and nothing else."""
    if len(contact.phones) != 1 or contact != SharedContact(contact.name, contact.phones):
        return False
    return 0 < utf16_units(contact.name) <= LONGEST_CARD_NAME and len(contact.phones[0]) <= LONGEST_CARD_PHONE
