"""Ranges over a text: how they are drawn, and that thousands of them cost little, since only a limited number
counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import Span, Style, Text
from bridges.max import format as max_format
from bridges.shared.fields import Fields
from bridges.shared.markup import MOST, Offsets, StyleRange, apply, bounded
from bridges.telegram import format as telegram_format
from bridges.vk import format as vk_format
from bridges.whatsapp import contents as whatsapp_contents

WORDS = "ab " * 1333
MANY = 3000
PLACES = st.integers(0, 12)


@st.composite
def marks(draw: st.DrawFn) -> StyleRange:
    start = draw(PLACES)
    end = draw(st.integers(start + 1, 13))
    style = draw(st.sampled_from([Style.NONE, Style.BOLD, Style.ITALIC, Style.BOLD | Style.CODE]))
    return StyleRange(
        start, end, style, draw(st.sampled_from(["", "x", "y"])), draw(st.sampled_from(["", "py"])), draw(st.booleans())
    )


def one_by_one(text: str, given_marks: list[StyleRange]) -> Text:
    """The same result, slowly: character by character."""
    spans = []
    for index, character in enumerate(text):
        over = [mark for mark in given_marks if mark.start <= index < mark.end]
        if not any(mark.hidden for mark in over):
            style = reduce(or_, (mark.style for mark in over), Style.NONE)
            links = [mark.link for mark in over if mark.link]
            languages = [mark.language for mark in over if mark.language]
            spans.append(Span(character, style, (links or [""])[0], (languages or [""])[0]))
    return Text.of(spans)


@given(st.lists(marks(), max_size=8))
def test_the_sweep_gives_each_character_its_looks(over: list[StyleRange]) -> None:
    assert apply("abcdefghijklm", over) == one_by_one("abcdefghijklm", over)


def test_offsets_inside_a_character_belong_to_it() -> None:
    offsets = Offsets("😀a")
    assert [offsets.range(1, 1), offsets.range(0, 2), offsets.range(2, 9)] == [(0, 1), (0, 1), (1, 2)]
    assert offsets.range(3, 1) is None
    assert offsets.range(0, 0) is None
    assert offsets.range(None, 1) is None


def overlapping(names: tuple[str, str], kinds: tuple[str, str]) -> list[Fields]:
    """Ranges that each overlap the next, all of them inside the first; links and styles alternate."""
    offset, length = names
    inner = [
        Fields({"type": kinds[number % 2], offset: number, length: 2, "url": f"https://e.x/{number}"})
        for number in range(MANY)
    ]
    return [Fields({"type": kinds[0], offset: 0, length: len(WORDS)}), *inner]


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(
            lambda: telegram_format.read(WORDS, overlapping(("offset", "length"), ("bold", "text_link"))), id="telegram"
        ),
        pytest.param(lambda: vk_format.read(WORDS, overlapping(("offset", "length"), ("bold", "url"))), id="vk"),
        pytest.param(lambda: max_format.read(WORDS, overlapping(("from", "length"), ("strong", "link"))), id="max"),
    ],
)
def test_of_thousands_of_ranges_the_first_count_and_every_word_stays(read: Callable[[], Text]) -> None:
    text = read()
    assert text.characters == WORDS
    assert MOST // 2 < len(text.spans) <= 2 * MOST + 1


def test_of_thousands_of_mentions_the_first_are_links_and_every_word_stays() -> None:
    text = vk_format.read("[id1|a] " * MANY, [])
    names = [span for span in text.spans if span.link]
    assert names[0] == Span("a", link="https://vk.com/id1")
    assert len(names) == MOST // 3
    assert text.characters == "a " * len(names) + "[id1|a] " * (MANY - len(names))


def test_marks_that_stand_in_the_words_are_limited_too() -> None:
    message = Fields({"type": "text", "text": {"body": "*a* b " * MANY}})
    text = whatsapp_contents.read(message, "account:w").text
    assert text.characters == "a b " * MANY
    assert sum(span.style == Style.BOLD for span in text.spans) == MOST


def test_a_text_with_few_marks_is_left_alone() -> None:
    text = Text.of([Span("a", Style.BOLD), Span(" b "), Span("c", link="https://e.x")])
    assert bounded(text) is text
