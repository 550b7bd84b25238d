"""Characters as people see them are never cut: flags, families, skin tones, accents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import graphemes
from bot.domain.labels import file_name
from bot.domain.text import Measure, Text, code_points, shorten, split, utf16_units
from bot.reports import fonts
from bridges.shared import http_calls
from bridges.whatsapp.format import measure

WHOLE = ["🇷🇺", "👨‍👩‍👧‍👦", "👍🏽", "е́", "й", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "क्षि", "각", "👩🏿‍🚀"]


def clusters(text: str) -> list[str]:
    return list(graphemes.each(text))


@pytest.mark.parametrize("one", WHOLE)
@pytest.mark.parametrize("counted", [code_points, utf16_units, measure])
def test_a_long_text_is_split_between_characters(one: str, counted: Measure) -> None:
    for ahead in range(12):
        text = "x" * ahead + one * 40 + "y"
        parts = [part.characters for part in split(Text.plain(text), 16, counted)]
        assert "".join(parts) == text
        assert [cluster for part in parts for cluster in clusters(part)] == clusters(text)
        assert all(counted(part) <= 16 for part in parts)


@pytest.mark.parametrize("one", WHOLE)
def test_what_is_shortened_ends_with_a_character(one: str) -> None:
    for most in range(16, 40):
        whole = {*clusters(one), "…", "_", "x", "."}
        assert set(clusters(shorten(one * 40, most))) <= whole
        assert set(clusters(file_name(one * 200 + ".x", most + 90))) <= whole
        assert set(clusters(http_calls.file_name(one * 200))) <= whole
        assert set(clusters(fonts.shortened(one * 40, most))) <= whole
        assert set(clusters(Text.plain(one * 40).beginning(most).characters)) <= whole


def test_a_character_longer_than_a_part_is_cut() -> None:
    monster = "a" + "\u0301" * 50
    assert [len(part.characters) for part in split(Text.plain(monster), 10)] == [10, 10, 10, 10, 10, 1]


@given(
    st.lists(
        st.sampled_from(["🇷🇺", "\u200d", "👨", "\u0301", "a", " ", "\n", "\r", "🏽", "я", "क", "्"]), max_size=60
    ).map("".join)
)
def test_any_text_comes_back_whole(text: str) -> None:
    parts = split(Text.plain(text), 15)
    assert "".join(part.characters for part in parts) == text
    assert all(len(part.characters) <= 15 for part in parts)
    assert sum(len(clusters(part.characters)) for part in parts) >= len(clusters(text))
