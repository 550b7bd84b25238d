"""Names from outside, and the values that hold them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import (
    Choice,
    Content,
    FileRef,
    Forwarded,
    Location,
    Media,
    MediaKind,
    Poll,
    Profile,
    Quote,
    SharedContact,
)
from bot.domain.labels import file_name, is_blank, label, media_type
from bot.domain.text import Text
from bot.ports import Download
from storage.engine import codec

REF = FileRef("account:shop", "1")


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("Ada", "Ada"),
        (" Ada \t Byron\n", "Ada Byron"),
        ("Ada\u202enimda", "Adanimda"),
        ("Ada\u2066\u2069\u200e\u200f\u061c", "Ada"),
        ("Ada\u2028Byron\u2029\u0085Admin", "Ada Byron Admin"),
        ("\ufeffAda\u200b\u2060", "Ada"),
        ("a\x00b\x1bc\x9fd", "a b c d"),
        ("\u202e\u3164\u2800 \u200d", ""),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("क्\u200dष", "क्\u200dष"),
        (
            "👩\u200d👧 Ada 🏴\U000e0067\U000e0062\U000e007f ❤\ufe0f",
            "👩\u200d👧 Ada 🏴\U000e0067\U000e0062\U000e007f ❤\ufe0f",
        ),
        ("Ёлка · Ñandú · 王小明 · O’Neil", "Ёлка · Ñandú · 王小明 · O’Neil"),
    ],
)
def test_a_name_is_one_line_of_what_can_be_seen(given_name: str, name: str) -> None:
    assert label(given_name) == name


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\x00b\nc.txt", "abc.txt"),
        ('a<b>:"c"|?*.txt', "a_b___c____.txt"),
        ("con", "_con"),
        ("LPT1.txt", "_LPT1.txt"),
        ("console.txt", "console.txt"),
        (".htaccess", "htaccess"),
        ("name.txt. . ", "name.txt"),
        ("\u202e", ""),
        ("...", ""),
        ("й" * 300 + ".jpeg", "й" * 145 + ".jpeg"),
    ],
)
def test_a_file_name_leads_nowhere(given_name: str, name: str) -> None:
    assert file_name(given_name) == name


@given(st.text(max_size=400))
def test_what_was_cleaned_is_clean(text: str) -> None:
    assert label(label(text)) == label(text)
    assert len(file_name(text)) <= 150
    assert not set(file_name(text)) & set('/\\\0\n\r\u202e<>:"|?*')


@pytest.mark.parametrize(
    ("given_type", "clean"),
    [
        ("image/png", "image/png"),
        ("Text/HTML; charset=utf-8", "text/html"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",) * 2,
        ("image/png\r\nSet-Cookie: a=b", ""),
        ("имя/тип", ""),
        ("image", ""),
        ("image/", ""),
        ("", ""),
    ],
)
def test_a_media_type_breaks_no_header(given_type: str, clean: str) -> None:
    assert media_type(given_type) == clean


@pytest.mark.parametrize("blank", ["", " \n\t", "\u200b\u200b", "\u3164", "\u2800\u2800", "\u200d\ufe0f", "\x00\x07"])
def test_what_nobody_can_read_is_nothing(blank: str) -> None:
    assert is_blank(blank)
    content = Content(Text.plain(blank), forwarded=(Forwarded("Ada", Content(Text.plain(blank))),))
    assert not content


def test_an_emoji_and_a_full_stop_are_something() -> None:
    assert Content(Text.plain("❤\ufe0f"))
    assert Content(Text.plain("."))
    assert Content(forwarded=(Forwarded("", Content(Text.plain("yes"))),))


def test_values_are_clean_whoever_makes_them() -> None:
    bad = "Ada\u202e\nByron"
    good = "Ada Byron"
    media = Media(MediaKind.FILE, REF, "a/b\u202e.pdf", "Image/PNG; x=\r\n")
    assert (media.name, media.mime) == ("a_b.pdf", "image/png")
    assert Profile(bad, bad, bad, bad, locale=bad) == Profile(good, good, good, good, locale=good)
    assert SharedContact(bad, (bad,), (bad,)) == SharedContact(good, (good,), (good,))
    assert Location(1, 2, bad, bad) == Location(1, 2, good, good)
    assert Poll(bad, (bad,)) == Poll(good, (good,))
    assert Choice(bad).title == Quote(author=bad).author == Forwarded(bad, Content()).author == good

    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    download = Download(nothing(), 1, "a\r\nb/c.txt", "text/html\r\nX: 1")
    assert (download.name, download.mime) == ("a__b_c.txt", "")


def test_what_was_kept_before_is_clean_when_it_is_read() -> None:
    kept = (
        '{"attachments": [{"type": "media", "kind": "file", "file": {"origin": "hub", "id": "1"},'
        ' "name": "a\u202eb.txt", "mime": "bad type"}]}'
    )
    [media] = codec.content.load(kept).attachments
    assert isinstance(media, Media)
    assert (media.name, media.mime) == ("ab.txt", "")
