"""Splitting of an answer into a channel's messages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.dialogs import split
from bot.domain import Content, FileRef, ForeignId, Location, Media, MediaKind, Quote
from bot.domain.labels import is_blank
from bot.domain.text import Text, line, link
from bot.locale import Translator, translator
from bot.ports import Limits
from tests.domain.test_text import TEXTS

EN = translator("en")
PHOTO = Media(MediaKind.PHOTO, FileRef("desk:main", "F1"), "cat.jpg", "image/jpeg", 1000)
VOICE = Media(MediaKind.VOICE, FileRef("desk:main", "F2"), "v.ogg", "audio/ogg", 1000)
STICKER = Media(MediaKind.STICKER, FileRef("desk:main", "F3"))
PLACE = Location(55.75, 37.61, "Office")


def plan(content: Content, limits: Limits, tr: Translator) -> list[Content]:
    return split.plan(content, limits, tr, lambda file, name, mime: f"https://hub.example/files/{file.id}")


RICH = Limits(
    text=20,
    caption=10,
    album=2,
    files=dict.fromkeys(MediaKind, 10**6),
    others=frozenset({"location"}),
    links=True,
)
POOR = Limits(text=60, files={MediaKind.FILE: 10**6})


def said(parts: list[Content]) -> str:
    return "".join(part.text.characters for part in parts)


def visible(text: str) -> list[str]:
    return [one for one in text if not is_blank(one)]


def test_what_says_nothing_is_no_message() -> None:
    long_gap = Text.plain(f"one{chr(10) * 70}two")
    assert [part.text.characters.strip() for part in plan(Content(long_gap), POOR, EN)] == ["one", "two"]
    for nothing in (Content(), Content(Text.plain(" \u200b\n")), Content(quote=Quote(ForeignId("9")))):
        assert plan(nothing, RICH, EN) == []


def test_a_short_text_goes_with_its_picture() -> None:
    parts = plan(Content(Text.plain("look"), (PHOTO,)), RICH, EN)
    assert parts == [Content(Text.plain("look"), (PHOTO,))]


def test_a_text_too_long_for_a_caption_goes_before_it() -> None:
    parts = plan(Content(Text.plain("longer than a caption"), (PHOTO,)), RICH, EN)
    assert [bool(part.text) for part in parts] == [True, True, False]
    assert parts[-1].attachments == (PHOTO,)


def test_albums_hold_pictures_and_no_more_than_they_can() -> None:
    parts = plan(Content(attachments=(PHOTO, PHOTO, PHOTO, VOICE, VOICE)), RICH, EN)
    assert [len(part.attachments) for part in parts] == [2, 1, 1, 1]


def test_a_sticker_carries_no_text() -> None:
    parts = plan(Content(Text.plain("hi"), (STICKER,)), RICH, EN)
    assert [(part.text.characters, len(part.attachments)) for part in parts] == [("hi", 0), ("", 1)]


def test_what_a_channel_lacks_is_put_in_words() -> None:
    parts = plan(Content(Text.plain("here"), (PLACE, PHOTO)), POOR, EN)
    assert "📍 Office: 55.750000, 37.610000" in said(parts)
    assert "https://www.openstreetmap.org/" in said(parts)
    assert [one.kind for one in parts[-1].attachments if isinstance(one, Media)] == [MediaKind.FILE]


def test_what_a_channel_has_goes_as_itself() -> None:
    assert plan(Content(attachments=(PLACE,)), RICH, EN) == [Content(attachments=(PLACE,))]


def test_addresses_are_spelled_out_where_links_do_not_exist() -> None:
    parts = plan(Content(line("see ", link("this", "https://a.example"))), POOR, EN)
    assert said(parts) == "see this (https://a.example)"


def test_the_first_part_answers() -> None:
    quote = Quote(ForeignId("9"))
    parts = plan(Content(Text.plain("a long answer in two parts"), quote=quote), RICH, EN)
    assert [part.quote for part in parts] == [quote, None]


@given(TEXTS, st.integers(2, 40), st.lists(st.sampled_from([PHOTO, VOICE, STICKER, PLACE]), max_size=6))
def test_nothing_is_lost(text: Text, limit: int, attachments: list[Media | Location]) -> None:
    limits = Limits(text=limit, caption=limit // 2, album=3, files=RICH.files, others=RICH.others, links=True)
    parts = plan(Content(text, tuple(attachments)), limits, EN)
    assert visible(said(parts)) == visible(text.characters)
    assert all(parts)
    assert [one for part in parts for one in part.attachments] == attachments
    assert all(len(part.text.characters) <= limit for part in parts)
