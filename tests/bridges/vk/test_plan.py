"""Messages that an answer is split into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Content, FileRef, Forwarded, Key, Location, Media, MediaKind, Poll, SharedContact
from bot.domain.text import Text
from bot.ports import Capability, Outgoing, Rejected, RejectReason
from bridges.vk.plan import LIMITS, MB, MessagePart, number_of, plan

SPOT = Location(1, 2, "Café", "Street 1")


def media(kind: MediaKind = MediaKind.FILE, size: int = 1) -> Media:
    return Media(kind, FileRef("hub", "1"), "a", size=size)


def parts(text: str, *attachments: object) -> list[MessagePart]:
    return list(plan(Outgoing(Content(Text.plain(text), attachments))))  # type: ignore[arg-type]


def test_words_and_files_are_one_message() -> None:
    files = tuple(media(kind) for kind in (MediaKind.PHOTO, MediaKind.FILE))
    assert parts("look", *files) == [MessagePart(Text.plain("look"), files)]
    assert parts("", *files) == [MessagePart(media=files)]


def test_a_voice_message_and_a_place_stand_alone() -> None:
    voice, photo = media(MediaKind.VOICE), media(MediaKind.PHOTO)
    assert parts("hear", voice, photo, SPOT) == [
        MessagePart(Text.plain("hear"), (photo,)),
        MessagePart(media=(voice,)),
        MessagePart(Text.plain("Café\nStreet 1"), place=SPOT),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (Content(), RejectReason.INVALID),
        (Content(Text.plain("x" * 4097)), RejectReason.TOO_LONG),
        (Content(Text.plain("[id1|Anna]" * 400)), RejectReason.TOO_LONG),  # with joiners that prevent mentions
        (Content(attachments=(media(),) * 11), RejectReason.UNSUPPORTED),
        (Content(attachments=(media(MediaKind.VIDEO),)), RejectReason.UNSUPPORTED),
        (Content(attachments=(SharedContact("A", ("+7",)),)), RejectReason.UNSUPPORTED),
        (Content(attachments=(Poll("?"),)), RejectReason.UNSUPPORTED),
        (Content(attachments=(media(size=200 * MB + 1),)), RejectReason.TOO_LARGE),
        (Content(forwarded=(Forwarded("A", Content(Text.plain("x"))),)), RejectReason.UNSUPPORTED),
    ],
)
def test_what_vk_would_refuse_is_refused_before_anything_is_sent(content: Content, reason: RejectReason) -> None:
    with pytest.raises(Rejected) as refused:
        plan(Outgoing(content))
    assert refused.value.reason is reason


@given(st.text(), st.integers(0, 9))
def test_numbers_are_what_vk_takes(key: str, part: int) -> None:
    number = number_of(Key(key), part)
    assert -(2**31) <= number < 2**31
    assert number == number_of(Key(key), part) != 0


def test_each_part_of_each_answer_has_its_own_number() -> None:
    assert len({number_of(Key(f"parcel {n}"), part) for n in range(500) for part in range(3)}) == 1500


def test_what_is_told_of_customers() -> None:
    assert set(Capability) - LIMITS.receives == {
        Capability.CONTACT,
        Capability.DELETION,
        Capability.DELIVERED,
        Capability.TEMPLATE,
    }
