"""The kind of a text: the rule itself. Its effect in every desk: tests/scenarios/test_texts.py."""

from __future__ import annotations

import pytest

from bot.domain import Content, DeskNames, Forwarded, Template
from bot.domain.mentions import Directory, TextKind, calls, has_names, judge, nearest, without_sign, words
from bot.domain.text import Span, Style, Text
from bot.domain.text_scan import fold
from tests.texts import TEXTS

KNOWN = Directory(
    frozenset({"anna", "boris", "anna.k", "boris ivanov", "вера"}),
    frozenset({"sales", "big team"}),
    {"иванов": "boris"},
)
NOBODY = DeskNames()


def kind(text: str, names: DeskNames = NOBODY) -> str:
    return judge(Content(Text.plain(text)), names, KNOWN).kind


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_what_a_text_is(text: str, expected: str) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@anna.k. look", {"anna.k"}),
        ("@anna and @BORIS", {"anna", "boris"}),
        ("@Boris Ivanov look", {"boris ivanov"}),
        ("@big team: look", {"big team"}),
        ("@Вера, @ВЕРА и @вера", {"вера"}),
        ("@\u0412\u0435\u0440\u0430", {"вера"}),
    ],
)
def test_who_is_named(text: str, named: set[str]) -> None:
    assert judge(Content(Text.plain(text)), NOBODY, KNOWN).named == named


@pytest.mark.parametrize(
    "text",
    [
        "@  anna look",
        "@\tanna look",
        '@"anna" look',
        "@«Вера», смотри",
        "@(anna) look",
        "@ “Boris Ivanov” look",
        "@\\anna",
        "• // she is difficult",
        "@\u0301anna",
        "@\U000e0100anna",
        "@\x08anna",
        "@\u2800anna",
        "don't tell him@anna.k",
        "ask-@anna.k.",
        "the margin is 40%@anna.k",
    ],
)
def test_what_stands_between_hides_neither_a_name_nor_a_sign(text: str) -> None:
    """Spaces, quotes, invisible characters, a list; and a user name with a dot is not an e-mail address's domain."""
    assert kind(text) == "note"


@pytest.mark.parametrize(
    "text", ["me@anna.kz", "x@anna.example.com", "5 @ (3)", '"@" is a sign', "/usr/bin/x", "/x.py", "/5"]
)
def test_what_is_no_name_stays_words(text: str) -> None:
    assert kind(text) == "answer"


def test_a_desk_may_know_more_names_than_the_hub() -> None:
    assert kind("@carl look") == "question"
    assert kind("@carl look", DeskNames(frozenset({"Carl"}))) == "note"
    assert kind("@helper help", DeskNames(hub="helper")) == "command"
    assert kind("look", DeskNames(marked=True)) == "note"
    assert kind("look", DeskNames(internal=True)) == "note"
    assert kind("/close", DeskNames(slash=True)) == "command"
    assert kind("/close", DeskNames(slash=True, internal=True)) == "note"
    assert kind("/close") == "question"
    assert kind("/dialog close") == "command"
    assert kind("//close", DeskNames(slash=True)) == "note"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("@hub close Spam & more", "close Spam & more"),
        ("  @Hub,  mine ", "mine"),
        ("@hub", ""),
        ("@hub. note two\nlines", "note two\nlines"),
        ("@hub rename 👩\u200d💻 5 m²…", "rename 👩\u200d💻 5 m²…"),
        ("@hub assign @boris to call", "assign @boris to call"),
        ("/dialog mine", "mine"),
    ],
)
def test_what_is_said_to_the_hub(text: str, command: str) -> None:
    found = judge(Content(Text.plain(text)), NOBODY, KNOWN)
    assert (found.kind, found.command) == (TextKind.COMMAND, command)


@pytest.mark.parametrize(
    ("text", "doubtful", "mistyped"),
    [
        ("see rev.no/@Boris. And him@boris.Never!", ("rev.no/@Boris", "him@boris.Never"), ()),
        ("@\nboris", ("@boris",), ()),
        ("/dialogs close", (), ("/dialogs",)),
        ("/диалог закрыть", (), ("/диалог",)),
    ],
)
def test_what_a_question_repeats(text: str, doubtful: tuple[str, ...], mistyped: tuple[str, ...]) -> None:
    found = judge(Content(Text.plain(text)), NOBODY, KNOWN)
    assert (found.kind, found.doubtful, found.mistyped) == (TextKind.QUESTION, doubtful, mistyped)


def test_no_address_goes_on_behind_a_link() -> None:
    linked = Text.of([Span("https://crm.example.com/5", link="https://crm.example.com/5"), Span("@boris")])
    assert judge(Content(linked), NOBODY, KNOWN).kind is TextKind.NOTE


@pytest.mark.parametrize(
    ("value", "expected"), [("12:30", "answer"), ("12:30 @boris", "note"), ("// x", "note"), ("@boriss", "question")]
)
def test_the_values_of_a_template_are_words_too(value: str, expected: str) -> None:
    """The template's own words are not the operator's: they were approved."""
    filled = Template("order", "en", f"@shop: your order comes at {value}", (value,))
    assert judge(Content(attachments=(filled,)), NOBODY, KNOWN).kind == expected
    assert has_names(Content(attachments=(filled,))) is ("@" in value)


def test_names_in_code_and_links_are_told_apart() -> None:
    """A colleague's name counts wherever people read it; a mere lookalike raises no question there."""
    for style in (Style.CODE, Style.PRE):
        assert judge(Content(Text.of([Span("@boris", style)])), NOBODY, KNOWN).kind is TextKind.NOTE
        assert judge(Content(Text.of([Span("@types/node", style)])), NOBODY, KNOWN).kind is TextKind.ANSWER
    for label, expected in (("@durov", TextKind.ANSWER), ("@boris", TextKind.NOTE)):
        linked = Text.of([Span("see "), Span(label, link="https://t.me/x")])
        assert judge(Content(linked), NOBODY, KNOWN).kind is expected


def test_looks_do_not_hide_a_name() -> None:
    torn = Text.of([Span("ask @bo", Style.BOLD), Span("ris", Style.ITALIC), Span(" now")])
    assert judge(Content(torn), NOBODY, KNOWN).named == {"boris"}


@pytest.mark.parametrize(
    ("inner", "expected"), [("@boris look", "note"), ("// secret", "note"), ("@boriss", "question"), ("fine", "answer")]
)
def test_forwarded_words_are_words_too(inner: str, expected: str) -> None:
    deep = Forwarded("x", Content(forwarded=(Forwarded("y", Content(Text.plain(inner))),)))
    assert judge(Content(Text.plain("see"), forwarded=(deep,)), NOBODY, KNOWN).kind == expected


def test_words_that_a_desk_has_to_look_up() -> None:
    assert words(Content(Text.plain("@Boris. and (@carl_) or him@b.com"))) == {
        *("boris.", "boris", "carl_", "carl"),
        "b.com",
    }


def test_the_sign_is_no_word_of_the_note() -> None:
    assert without_sign(Text.plain(" \u200b// secret")) == Text.plain("secret")
    assert without_sign(Text.plain("a // b")) == Text.plain("a // b")
    assert without_sign(Text.of([Span("// "), Span("bold", Style.BOLD)])) == Text.of([Span("bold", Style.BOLD)])


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("@boriss", "boris"),
        ("@boris.petrov", "boris"),
        ("@bоris", "boris"),
        ("@Иванов", "boris"),
        ("@salez", "sales"),
        ("@hubb", "hub"),
        ("@shop_official", ""),
    ],
)
def test_the_nearest_name(word: str, name: str) -> None:
    assert nearest(word, KNOWN) == name


def test_names_are_compared_as_people_read_them() -> None:
    assert fold("@Ёлка") == fold("елка") == fold("Е\u200bлка") == "елка"
    assert calls(Text.plain("\uff20\uff28\uff35\uff22 close"), NOBODY)


@pytest.mark.parametrize(
    "piece", ["a", "@", "@a", "a.", "http://", "a@b.", "@boris ", "a@boris.", "\u200b", "a\u200b", "@ ", "x.y/@"]
)
def test_a_long_text_costs_no_more_than_its_length(piece: str) -> None:
    """A search that starts anew at every sign takes minutes here."""
    assert kind("x" + piece * (40_000 // len(piece))) in list(TextKind)
