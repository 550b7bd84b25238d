"""Names, texts and styles on their way through."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import ChatId, Key, MediaKind
from bot.ports import MailboxEntry
from bridges.webchat import wire
from bridges.webchat.visitors import VisitorFile

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("cat.png", "cat.png"),
        ("C:\\Users\\me\\cat.png", "cat.png"),
        ("../../etc/passwd", "passwd"),
        (".htaccess", "htaccess"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("", "file"),
        ("...", "file"),
        ("счёт № 1.pdf", "счёт № 1.pdf"),
    ],
)
def test_file_names_deceive_nobody(given_name: str, name: str) -> None:
    assert wire.file_name(given_name) == name


@given(st.text(max_size=400))
def test_a_file_always_has_a_harmless_name(name: str) -> None:
    cleaned = wire.file_name(name)
    assert 0 < len(cleaned) <= 150
    assert not set(cleaned) & set("/\\\0\n\r")


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/png", MediaKind.PHOTO),
        ("image/svg+xml", MediaKind.FILE),
        ("video/mp4", MediaKind.VIDEO),
        ("audio/mpeg", MediaKind.AUDIO),
        ("text/html", MediaKind.FILE),
        ("", MediaKind.FILE),
    ],
)
def test_kinds_of_files(mime: str, kind: MediaKind) -> None:
    assert wire.media(VisitorFile("hub", "1", "x", mime, 1)).kind is kind


def test_names_are_one_line() -> None:
    assert wire.VisitorDetails(name=" Ada\n\u202eByron ", email="a@b.c", locale="en").profile().name == "Ada Byron"


def test_a_visitors_own_letter_shows_what_was_written() -> None:
    wrote = wire.SentMessage(id="message-1", text="hi", files=(), reply_to="out-1")
    key, body = wire.own_letter(ChatId("c"), wrote, wire.content(wrote, []))
    assert (body["from"], body["message"]) == ("customer", "message-1")
    event = wire.shown(MailboxEntry(3, ChatId("c"), Key(key), body, NOW), lambda *_: "")
    assert event == {
        "cursor": 3,
        "type": "message",
        "id": "message-1",
        "from": "customer",
        "at": "2026-01-01T00:00:00+00:00",
        "author": "",
        "spans": [{"text": "hi", "looks": [], "link": ""}],
        "attachments": [],
        "reply_to": "out-1",
        "emoji": None,
    }
