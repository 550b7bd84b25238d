"""Rich text: parts join to the whole, and no words are lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import Span, Style, Text, bold, code_points, headline, line, shorten, split, utf16_units

WORDS = st.text(alphabet=st.one_of(st.sampled_from("ab .\n😀é👍🏽\u200d"), st.characters(exclude_categories=["Cs"])))
SPANS = st.builds(Span, WORDS, st.builds(Style, st.integers(0, 511)), st.sampled_from(["", "https://a.example"]))
TEXTS = st.lists(SPANS, max_size=8).map(Text.of)


@given(TEXTS, st.integers(2, 50), st.sampled_from([code_points, utf16_units]))
def test_parts_fit_and_join_to_the_whole(text: Text, limit: int, measure: object) -> None:
    units = utf16_units if measure is utf16_units else code_points
    parts = split(text, limit, units)
    assert all(units(part.characters) <= limit for part in parts)
    assert Text.of(span for part in parts for span in part.spans) == text


@given(TEXTS, st.integers(0, 30), st.integers(0, 30))
def test_cutting_cuts_the_words(text: Text, start: int, length: int) -> None:
    assert text.cut(start, start + length).characters == text.characters[start : start + length]


@pytest.mark.parametrize(
    ("words", "limit", "parts"),
    [
        ("short", 10, ["short"]),
        ("", 10, [""]),
        ("one two three", 8, ["one two ", "three"]),
        ("first line\nsecond line", 16, ["first line\n", "second line"]),
        ("a sentence here. another one", 20, ["a sentence here. ", "another one"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("ab👍🏽", 3, ["ab", "👍🏽"]),
    ],
)
def test_breaks_are_where_a_reader_expects_them(words: str, limit: int, parts: list[str]) -> None:
    assert [part.characters for part in split(Text.plain(words), limit)] == parts


def test_a_limit_without_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="room"):
        split(Text.plain("abc"), 1)


def test_equal_texts_are_equal_values() -> None:
    assert line("a", "b", bold("c"), bold("d")) == Text((Span("ab"), Span("cd", Style.BOLD)))


def test_lists_show_one_line() -> None:
    assert shorten("one\n two   three", 9) == "one two…"
    assert shorten("one\n two", 20) == "one two"


@pytest.mark.parametrize(
    ("title", "limit", "short"),
    [
        ("Close · #7", 24, "Close · #7"),
        ("Добавить соисполнителя · #1042", 24, "Добавить соисполнителя"),
        ("One · two · three", 12, "One · two"),
        ("Переписка с Константином · #7", 12, "Переписка с…"),
    ],
)
def test_a_headline_loses_its_end_before_its_words(title: str, limit: int, short: str) -> None:
    assert headline(title, limit) == short
