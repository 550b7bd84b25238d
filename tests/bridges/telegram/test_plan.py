from __future__ import annotations

import pytest

from bot.domain import (
    Attachment,
    Choice,
    Content,
    FileRef,
    Forwarded,
    Location,
    Media,
    MediaKind,
    Poll,
    SharedContact,
    Unshowable,
)
from bot.domain.text import Text
from bot.ports import Outgoing, Rejected, RejectReason
from bridges.telegram.plan import LIMITS, AlbumPart, ContactPart, LocationPart, Part, TextPart, plan

PLACE = Location(1, 2)
ANNA = SharedContact("Anna", ("+1",))


def media(kind: MediaKind, size: int | None = 1) -> Media:
    return Media(kind, FileRef("hub", "1"), size=size)


PHOTO, VIDEO, VOICE, AUDIO, FILE, STICKER = (media(kind) for kind in MediaKind)


def planned(text: str, *attachments: Attachment) -> list[Part]:
    return list(plan(Outgoing(Content(Text.plain(text), attachments))))


@pytest.mark.parametrize(
    ("attachments", "shapes"),
    [
        ([PHOTO], [1]),
        ([PHOTO, VIDEO, PHOTO], [3]),
        ([FILE, FILE], [2]),
        ([AUDIO, AUDIO], [2]),
        ([PHOTO, FILE, FILE], [1, 2]),
        ([FILE, AUDIO], [1, 1]),
        ([VOICE, VOICE], [1, 1]),
        ([STICKER, STICKER], [1, 1]),
        ([PHOTO, VOICE, PHOTO], [1, 1, 1]),
        ([PHOTO] * 12, [10, 2]),
        ([PHOTO, PLACE, PHOTO, ANNA], [1, LocationPart, 1, ContactPart]),
    ],
)
def test_what_stands_together(attachments: list[Attachment], shapes: list[object]) -> None:
    parts = planned("", *attachments)
    assert [len(part.media) if isinstance(part, AlbumPart) else type(part) for part in parts] == shapes
    flat = [one for part in parts for one in (part.media if isinstance(part, AlbumPart) else ())]
    assert flat == [one for one in attachments if isinstance(one, Media)]


def test_words_go_with_the_first_that_takes_them() -> None:
    words = Text.plain("look")
    assert planned("look") == [TextPart(words)]
    assert planned("look", PHOTO, FILE) == [AlbumPart((PHOTO,), words), AlbumPart((FILE,))]
    assert planned("look", PLACE, VOICE) == [LocationPart(PLACE), AlbumPart((VOICE,), words)]
    assert planned("look", STICKER) == [TextPart(words), AlbumPart((STICKER,))]
    assert planned("look", PLACE) == [TextPart(words), LocationPart(PLACE)]


def test_words_that_are_too_long_for_a_caption_go_first() -> None:
    fits, longer = "👍" * 512, "👍" * 513
    assert planned(fits, PHOTO) == [AlbumPart((PHOTO,), Text.plain(fits))]
    assert planned(longer, PHOTO) == [TextPart(Text.plain(longer)), AlbumPart((PHOTO,))]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (Content(), RejectReason.INVALID),
        (Content(Text.plain("x" * 4097)), RejectReason.TOO_LONG),
        (Content(attachments=(media(MediaKind.PHOTO, (10 << 20) + 1),)), RejectReason.TOO_LARGE),
        (Content(attachments=(FILE, media(MediaKind.STICKER, 1 << 20))), RejectReason.TOO_LARGE),
        (Content(attachments=(Poll("?"),)), RejectReason.UNSUPPORTED),
        (Content(attachments=(Choice("x"),)), RejectReason.UNSUPPORTED),
        (Content(attachments=(PHOTO, Unshowable("x"))), RejectReason.UNSUPPORTED),
        (Content(attachments=(SharedContact("Anna", emails=("a@b.c",)),)), RejectReason.UNSUPPORTED),
        (Content(forwarded=(Forwarded("Anna", Content(Text.plain("x"))),)), RejectReason.UNSUPPORTED),
    ],
)
def test_what_telegram_would_refuse_is_refused_before_anything_is_sent(content: Content, reason: RejectReason) -> None:
    with pytest.raises(Rejected) as refused:
        plan(Outgoing(content))
    assert refused.value.reason is reason


def test_every_kind_of_file_has_a_limit() -> None:
    assert set(LIMITS.files) == set(MediaKind)
