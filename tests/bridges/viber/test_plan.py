"""Messages that an answer is split into."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from bot.domain.text import Span, Style, Text, utf16_units
from bot.locale import translator
from bot.ports import Outgoing, Rejected, RejectReason
from bridges.viber.plan import LIMITS, ContactPart, FilePart, LocationPart, Part, TextPart, plan

TR = translator("en")
FILE = FileRef("hub", "1")
PHOTO, VIDEO, PAPER = (Media(kind, FILE) for kind in (MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.FILE))
HERE = Location(55.75, 37.5)
ANNA = SharedContact("Anna", ("+79990001122",))


def parts(text: str, *attachments: Attachment) -> list[Part]:
    return list(plan(Outgoing(Content(Text.plain(text), attachments)), TR))


@pytest.mark.parametrize(
    ("given_parts", "expected"),
    [
        (parts("hello"), [TextPart("hello")]),
        (parts("", PHOTO), [FilePart(PHOTO)]),
        (parts("look", PHOTO), [FilePart(PHOTO, "look")]),
        (parts("x" * 768, PHOTO), [FilePart(PHOTO, "x" * 768)]),
        (parts("x" * 769, PHOTO), [TextPart("x" * 769), FilePart(PHOTO)]),
        (parts("👍" * 385, PHOTO), [TextPart("👍" * 385), FilePart(PHOTO)]),
        (parts("look", VIDEO), [TextPart("look"), FilePart(VIDEO)]),
        (parts("the bill", PAPER), [TextPart("the bill"), FilePart(PAPER)]),
        (parts("look", VIDEO, PHOTO), [TextPart("look"), FilePart(VIDEO), FilePart(PHOTO)]),
        (parts("", HERE), [LocationPart(HERE)]),
        (parts("here", HERE), [TextPart("here"), LocationPart(HERE)]),
        (parts("", ANNA), [ContactPart("Anna", "+79990001122")]),
    ],
)
def test_parts(given_parts: list[Part], expected: list[Part]) -> None:
    assert given_parts == expected


def test_a_places_name_goes_ahead_of_it() -> None:
    cafe = Location(55.75, 37.5, "Café", "Main street 1")
    assert parts("", cafe) == [TextPart("Café\nMain street 1"), LocationPart(cafe)]


@pytest.mark.parametrize(
    ("attachment", "words"),
    [
        (Location(1234, 1), "1234.000000, 1.000000"),
        (SharedContact("Anna"), "Anna"),
        (SharedContact("", ("+7999",)), "+7999"),
        (SharedContact("Anna", ("+7999", "+7888")), "Anna: +7999, +7888"),
        (SharedContact("Anna", ("+7999",), ("a@b.c",)), "Anna: +7999, a@b.c"),
        (SharedContact("A" * 29, ("+7999",)), "A" * 29 + ": +7999"),
        (SharedContact("Anna", ("1" * 19,)), "1" * 19),
    ],
)
def test_what_viber_would_cut_off_goes_in_words(attachment: Attachment, words: str) -> None:
    [part] = parts("", attachment)
    assert isinstance(part, TextPart)
    assert words in part.text


@pytest.mark.parametrize(
    "attachment",
    [
        Media(MediaKind.VOICE, FILE),
        Media(MediaKind.AUDIO, FILE),
        Media(MediaKind.STICKER, FILE),
        Poll("?"),
        Choice("Yes"),
        Unshowable(),
    ],
)
def test_what_viber_has_not_is_refused(attachment: Attachment) -> None:
    with pytest.raises(Rejected) as refused:
        parts("look", attachment)
    assert refused.value.reason is RejectReason.UNSUPPORTED


def test_what_cannot_be_sent_is_refused() -> None:
    for content, reason in (
        (Content(), RejectReason.INVALID),
        (Content(Text.plain("x" * 7001)), RejectReason.TOO_LONG),
        (Content(forwarded=(Forwarded("Anna", Content(Text.plain("hi"))),)), RejectReason.UNSUPPORTED),
    ):
        with pytest.raises(Rejected) as refused:
            plan(Outgoing(content), TR)
        assert refused.value.reason is reason


STYLES = st.integers(0, 511).map(Style)
TEXTS = st.lists(st.builds(Span, st.text(max_size=300), STYLES, st.sampled_from(["", "https://a.b"])), max_size=6).map(
    Text.of
)


@settings(deadline=None, max_examples=100)
@given(TEXTS, st.lists(st.sampled_from([PHOTO, VIDEO, PAPER, HERE, ANNA]), max_size=3))
def test_no_character_is_lost(text: Text, attachments: list[Attachment]) -> None:
    if not text and not attachments:
        return
    found = plan(Outgoing(Content(text, tuple(attachments))), TR)
    words = [
        part.text if isinstance(part, TextPart) else part.caption
        for part in found
        if isinstance(part, TextPart | FilePart)
    ]
    assert "".join(words) == text.characters
    assert all(utf16_units(one) <= LIMITS.text for one in words)
    assert len([part for part in found if not isinstance(part, TextPart)]) == len(attachments)
