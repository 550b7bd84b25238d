"""The shapes that the page reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.desks.web import answers, wire
from bot.desks.web.wire import Wire
from bot.domain import (
    Attachment,
    Author,
    Choice,
    Content,
    DialogId,
    FileRef,
    Forwarded,
    Location,
    Media,
    MediaKind,
    Message,
    MessageId,
    Occurrence,
    Poll,
    PostId,
    Quote,
    SharedContact,
    Unshowable,
)
from bot.domain.text import Span, Style, Text
from bot.locale import translator
from bot.ports import MessageView
from bot.views.values import Answer, Ask, Button, Field, FieldKind, Form, Invalid, Option, Row, Silent, View, Whisper

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Links:
    def __init__(self, base: str) -> None:
        self.base = base

    def link(self, file: FileRef, name: str, mime: str) -> str:
        return f"{self.base}/files/{file.id}"


WIRE = Wire(Links(""), "", translator("en"), str)


def shown(content: Content, author: Author = Author.CUSTOMER, *, mine: bool = False) -> MessageView:
    return MessageView(Message(MessageId(1), DialogId(7), author, NOW, content), "Maria", PostId("p"), mine=mine)


def test_text_is_runs_with_the_names_of_their_looks() -> None:
    text = Text(
        (Span("a", Style.BOLD | Style.QUOTE), Span("<b>", link="https://x.y"), Span("c", Style.PRE, language="py"))
    )
    assert wire.text(text) == [
        {"text": "a", "styles": ["bold", "quote"]},
        {"text": "<b>", "link": "https://x.y"},
        {"text": "c", "styles": ["pre"], "language": "py"},
    ]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.b", True),
        ("HTTP://a.b", True),
        ("mailto:a@b", True),
        ("tel:+1", True),
        ("/desk#/dialog/7", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("/files/x", False),
        ("//evil.example", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_harmless_addresses_are_links(url: str, safe: bool) -> None:
    assert wire.safe_link(url) is safe
    assert ("link" in wire.text(Text((Span("x", link=url),)))[0]) is safe


ATTACHMENTS: list[Attachment] = [
    Media(MediaKind.PHOTO, FileRef("hub", "1"), "a.png", "image/png", 5),
    Location(1.5, 2.5, "Home"),
    SharedContact("Jo", ("+1",), ("a@b.c",)),
    Poll("Well?", ("yes", "no")),
    Choice("yes"),
    Unshowable("dice"),
]


def test_what_happened_is_told_in_words() -> None:
    told = WIRE.attachment(Occurrence("call_missed", "twice"))
    assert told == {"type": "described", "words": [{"text": "📞 missed call · twice"}]}
    assert WIRE.attachment(Unshowable("story", "Cats"))["what"] == "story: Cats"


def test_a_contact_says_all_that_is_on_its_card() -> None:
    card = SharedContact("Jo", ("+1",), ("a@b.c",), "Acme", "Director", ("https://acme.example",), ("Main st.",))
    assert WIRE.attachment(card) == {
        "type": "contact",
        "name": "Jo",
        "about": "Director, Acme",
        "phones": ("+1",),
        "emails": ("a@b.c",),
        "sites": ("https://acme.example",),
        "addresses": ("Main st.",),
    }


@pytest.mark.parametrize("one", ATTACHMENTS, ids=lambda one: one.type)
def test_every_attachment_has_a_shape(one: Attachment) -> None:
    answer = json.loads(json.dumps(WIRE.attachment(one)))
    assert answer["type"] == one.type


def test_forwards_nest() -> None:
    inner = Forwarded("B", Content(Text.plain("deep")))
    json_shown = WIRE.shown(
        shown(Content(forwarded=(Forwarded("A", Content(Text.plain("outer"), forwarded=(inner,))),)))
    )
    assert json_shown["forwarded"][0]["forwarded"][0]["text"] == [{"text": "deep"}]


def test_a_quote_that_only_the_platform_knows_is_shown_in_its_words() -> None:
    json_shown = WIRE.shown(shown(Content(Text.plain("yes"), quote=Quote(words="or no?", author="Anna"))))
    assert json_shown["quoted"] == {"words": "or no?", "author": "Anna", "link": ""}


def test_only_an_operators_own_message_comes_with_its_source() -> None:
    bold = Content(Text((Span("x", Style.BOLD),)))
    assert WIRE.shown(shown(bold, Author.OPERATOR, mine=True))["source"] == "**x**"
    assert "source" not in WIRE.shown(shown(bold, Author.OPERATOR))
    assert "source" not in WIRE.shown(shown(bold, Author.CUSTOMER, mine=True))


def test_files_are_asked_for_from_where_the_page_was_opened() -> None:
    public = Wire(Links("https://hub.example.com"), "https://hub.example.com/", translator("en"), str)
    assert public.file(FileRef("hub", "1")) == "/files/1"
    elsewhere = Wire(Links("https://files.example.com"), "https://hub.example.com", translator("en"), str)
    assert elsewhere.file(FileRef("hub", "1")) == "https://files.example.com/files/1"
    lookalike = Wire(Links("https://hub.example.com.evil"), "https://hub.example.com", translator("en"), str)
    assert lookalike.file(FileRef("hub", "1")) == "https://hub.example.com.evil/files/1"


FORM = Form("Close", "t", (Field("why", "Why", FieldKind.CHOICE, True, (Option("a", "A"),)), Field("x", "X")), "Go")
ANSWERS: list[tuple[Answer, str]] = [
    (Silent(), "silent"),
    (Whisper(View((Row(Text.plain("no"), (Button("b", "B", "t"),), strong=True),), "T")), "whisper"),
    (Ask(FORM), "ask"),
    (Invalid({"why": "choose"}), "invalid"),
]


@pytest.mark.parametrize(("answer", "kind"), ANSWERS, ids=lambda one: one if isinstance(one, str) else "")
def test_every_answer_has_a_shape(answer: Answer, kind: str) -> None:
    assert json.loads(json.dumps(answers.answer(answer, WIRE)))["kind"] == kind
