"""Splits a reply into VK's messages. Pure.

Up to ten attachments of any kind share a message with the text. A voice message and a location are messages of their
own: VK's apps show nothing else beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.domain import Content, Key, Location, Media, MediaKind
from bot.domain.text import Text
from bot.domain.value import value
from bot.ports import Capability, Limits, Outgoing, Rejected, RejectReason
from bridges.shared.rates import RATES
from bridges.vk import format as formatting

MB = 1 << 20
LIMITS = Limits(
    text=4096,
    caption=4096,
    measure=formatting.measure,
    album=10,
    files={
        MediaKind.PHOTO: 50 * MB,
        MediaKind.VOICE: 200 * MB,  # per file; a voice message lasts up to 5 minutes
        MediaKind.FILE: 200 * MB,
    },
    others=frozenset({"location"}),
    styles=formatting.WRITTEN,
    links=True,
    replies=True,
    idempotent=True,
    rates=RATES["vk"],
    receives=frozenset(Capability)
    - {Capability.CONTACT, Capability.DELETION, Capability.DELIVERED, Capability.TEMPLATE},
    in_order=True,
)
"""Sources: dev.vk.com/method/messages.send (text), dev.vk.com/api/upload (files). Communities cannot send videos or
music as such: both go as files. `random_id` makes repeated sending harmless: see `number_of`."""


@value
class MessagePart:
    """One message."""

    text: Text = Text()
    media: tuple[Media, ...] = ()
    place: Location | None = None


def plan(message: Outgoing) -> Sequence[MessagePart]:
    """Returns the messages in order. Raises `Rejected`, before anything is sent, for what VK would refuse."""
    content = message.content
    _check(content)
    files = [one for one in content.attachments if isinstance(one, Media)]
    media = tuple(one for one in files if one.kind is not MediaKind.VOICE)
    together = [MessagePart(content.text, media)] if content.text or media else []
    alone = [MessagePart(media=(one,)) for one in files if one.kind is MediaKind.VOICE]
    alone += [_spot(one) for one in content.attachments if isinstance(one, Location)]
    if not together and not alone:
        raise Rejected(RejectReason.INVALID, "there is nothing to send")
    return [*together, *alone]


def _check(content: Content) -> None:
    if content.forwarded:
        raise Rejected(RejectReason.UNSUPPORTED, "forwarded messages go as words")
    if LIMITS.measure(content.text.characters) > LIMITS.text:
        raise Rejected(RejectReason.TOO_LONG, f"more than {LIMITS.text} characters")
    if len(content.attachments) > LIMITS.album:
        raise Rejected(RejectReason.UNSUPPORTED, f"more than {LIMITS.album} attachments in one message")
    for one in content.attachments:
        if isinstance(one, Media):
            limit = LIMITS.files.get(one.kind)
            if limit is None:
                raise Rejected(RejectReason.UNSUPPORTED, f"VK takes no {one.kind} from communities")
            if one.size is not None and one.size > limit:
                raise Rejected(RejectReason.TOO_LARGE, f"{one.size} bytes, {limit} are allowed")
        elif one.type not in LIMITS.others:
            raise Rejected(RejectReason.UNSUPPORTED, f"VK takes no {one.type} from communities")


def _spot(place: Location) -> MessagePart:
    """Builds a location: VK shows the point on a map, and its name goes as text."""
    return MessagePart(Text.plain("\n".join(filter(None, (place.title, place.address)))), place=place)


def number_of(key: Key, part: int) -> int:
    """Computes the `random_id` of a part: an int32, not 0, the same for the same parcel at each attempt.

    VK sends a message once per number, application and conversation within an hour ("random_id" in
    dev.vk.com/method/messages.send and danyadev/longpoll-doc); the courier retries within minutes.
    """
    digest = hashlib.sha256(f"{part} {key}".encode()).digest()
    return int.from_bytes(digest[:4], "big", signed=True) or 1
