"""Markdown typed by operators, as text and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desks.web.markdown import read, write
from bot.domain.text import Span, Style, Text

BOLD, THIN, STRUCK, CODE, PRE, QUOTE = Style.BOLD, Style.ITALIC, Style.STRIKE, Style.CODE, Style.PRE, Style.QUOTE

TABLE = {
    "plain": [Span("plain")],
    "**bold** and *thin*": [Span("bold", BOLD), Span(" and "), Span("thin", THIN)],
    "~~no~~ `a < b`": [Span("no", STRUCK), Span(" "), Span("a < b", CODE)],
    "**Цена:**1500 ~~100₽~~90₽ *(да)*нет": [
        Span("Цена:", BOLD),
        Span("1500 "),
        Span("100₽", STRUCK),
        Span("90₽ "),
        Span("(да)", THIN),
        Span("нет"),
    ],
    "** no ** ~~ no ~~ snake_(case)_name": [Span("** no ** ~~ no ~~ snake_(case)_name")],
    "***both***": [Span("both", BOLD | THIN)],
    "one\ntwo\n\n\nthree": [Span("one\ntwo\n\n\nthree")],
    "- a\n- b\n1. c": [Span("- a\n- b\n1. c")],
    "# 5 is enough\n---\n===": [Span("# 5 is enough\n---\n===")],
    "    four spaces": [Span("four spaces")],
    "<b>no</b> &amp; ![x](http://a.b)": [Span("<b>no</b> &amp; !"), Span("x", link="http://a.b")],
    "[our site](https://example.com) ok": [Span("our site", link="https://example.com"), Span(" ok")],
    "[mail](mailto:a@b.c) [call](tel:+123)": [
        Span("mail", link="mailto:a@b.c"),
        Span(" "),
        Span("call", link="tel:+123"),
    ],
    "[x](javascript:alert(1))": [Span("[x](javascript:alert(1))")],
    "[x](/local)": [Span("[x](/local)")],
    "<https://a.b>": [Span("https://a.b", link="https://a.b")],
    "see https://a.b/x_y_z?q=*w* *now*": [Span("see https://a.b/x_y_z?q=*w* "), Span("now", THIN)],
    "snake_case_name 2 * 3 * 4": [Span("snake_case_name 2 * 3 * 4")],
    "> said\n> twice\n\nthen": [Span("said\ntwice", QUOTE), Span("\n\nthen")],
    "> one\n>\n> two": [Span("one\n\ntwo", QUOTE)],
    "before\n```py\nx = 1\n\ny\n```\nafter": [
        Span("before\n"),
        Span("x = 1\n\ny", PRE, language="py"),
        Span("\nafter"),
    ],
    "// a note": [Span("// a note")],
    "[ref]: https://a.b\n\nwords": [Span("[ref]: https://a.b\n\nwords")],
    ":wave: at 10:30:45 `:wave:` :nosuchname:": [Span("👋 at 10:30:45 "), Span(":wave:", CODE), Span(" :nosuchname:")],
    "a\r\nb": [Span("a\nb")],
    "  \n ": [],
}


@pytest.mark.parametrize("source", TABLE)
def test_markdown_is_read(source: str) -> None:
    assert list(read(source).spans) == TABLE[source]


@pytest.mark.parametrize("source", TABLE)
def test_what_was_read_can_be_edited(source: str) -> None:
    """Editing shows Markdown with the same meaning."""
    text = read(source)
    assert read(write(text)) == text


@given(st.text())
def test_anything_can_be_read(source: str) -> None:
    read(source)


@given(st.text(alphabet=st.characters(categories=("L", "N", "Zs"))))
def test_words_without_signs_stay_as_they_are(source: str) -> None:
    assert read(source).characters.split() == source.split()


WORDS = st.text(alphabet="ab*_~`[]()<>\\!#> ", min_size=1).map(str.strip).filter(bool)


@given(WORDS)
def test_signs_that_are_meant_literally_survive_editing(words: str) -> None:
    literal = Text.plain(words)
    assert read(write(literal)).characters.split() == words.split()
