"""Attachments and forwarded messages as text."""

from __future__ import annotations

import pytest

from bot.domain import Attachment, Content, Forwarded, Location, Media, MediaKind, Occurrence, SharedContact, Unshowable
from bot.domain.content import FileRef
from bot.domain.text import Text
from bot.locale import translator
from bot.views.words import describe, spelled_out, summary

ENGLISH, RUSSIAN = translator("en"), translator("ru")
FULL = SharedContact(
    "Anna Smith",
    ("+7 916 123-45-67", "112"),
    ("a@b.c",),
    company="Acme",
    title="Director",
    sites=("https://acme.example",),
    addresses=("Berlin",),
)


@pytest.mark.parametrize(
    ("attachment", "english", "russian"),
    [
        (FULL, "👤 Anna Smith, Director, Acme: +7 916 123-45-67, 112, a@b.c, https://acme.example, Berlin", ""),
        (SharedContact("Anna"), "👤 Anna", ""),
        (SharedContact("", ("+7",)), "👤 +7", ""),
        (SharedContact("\u3164", ("+7",)), "👤 +7", ""),
        (SharedContact("", company="Acme"), "👤 Acme", ""),
        (SharedContact(""), "👤 contact", "👤 контакт"),
        (Location(1, 2, "Cafe", "Cafe, 1 Port St"), "📍 Cafe, 1 Port St: 1.000000, 2.000000", ""),
        (Location(1, 2, "Port", "Port Street"), "📍 Port, Port Street: 1.000000, 2.000000", ""),
        (Occurrence("call_missed"), "📞 missed call", "📞 пропущенный звонок"),
        (Occurrence("video_call", "1:05"), "📹 video call · 1:05", "📹 видеозвонок · 1:05"),
        (Occurrence("money_transfer", "300 руб."), "💸 money transfer · 300 руб.", "💸 денежный перевод · 300 руб."),
        (Occurrence("something new", "{0}"), "❔ something new · {0}", ""),
        (Unshowable(), "❔ an unsupported message", "❔ неподдерживаемое сообщение"),
        (Unshowable("story"), "❔ an unsupported message (story)", "❔ неподдерживаемое сообщение (история)"),
        (Unshowable("sticker", "17"),
         "❔ an unsupported message (sticker): 17", "❔ неподдерживаемое сообщение (стикер): 17"),
        (Unshowable("hologram"), "❔ an unsupported message (hologram)", "❔ неподдерживаемое сообщение (hologram)"),
        (Unshowable("deleted", "a.pdf"), "🚫 a.pdf (deleted file)", "🚫 a.pdf (удалённый файл)"),
    ],
)  # fmt: skip
def test_attachments_in_words(attachment: Attachment, english: str, russian: str) -> None:
    assert describe(attachment, ENGLISH).characters == english
    assert describe(attachment, RUSSIAN).characters == (russian or english)


PHOTO = Media(MediaKind.PHOTO, FileRef("hub", "1"))


@pytest.mark.parametrize(
    ("forwarded", "whole", "short"),
    [
        (Forwarded("Anna", Content(Text.plain("hi"))), "↪ Anna:\nhi", "↪ Anna: hi"),
        (Forwarded("", Content(Text.plain("hi"))), "↪ Forwarded:\nhi", "↪ Forwarded: hi"),
        (Forwarded(" \u3164 ", Content(Text.plain("hi"))), "↪ Forwarded:\nhi", "↪ Forwarded: hi"),
        (Forwarded("", Content(attachments=(PHOTO,))), "↪ Forwarded:", "↪ Forwarded: 🖼 photo"),
    ],
)
def test_a_forwarded_message_says_that_it_is_one(forwarded: Forwarded, whole: str, short: str) -> None:
    content = Content(forwarded=(forwarded,))
    assert spelled_out(content, ENGLISH).text.characters == whole
    assert summary(content, ENGLISH) == short
    assert summary(content, RUSSIAN).startswith("↪ Anna" if forwarded.author else "↪ Переслано: ")
