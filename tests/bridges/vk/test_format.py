"""Text ⇄ VK, by examples and by random texts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.text import Span, Style, Text, split
from bridges.shared.fields import Fields
from bridges.vk.format import JOINER, guarded, measure, read, write
from tests.fakes.vk.messaging import shown

B, IT, U = Style.BOLD, Style.ITALIC, Style.UNDERLINE
SKIN = "👍🏽"


def item(kind: str, offset: object, length: object, **more: object) -> Fields:
    return Fields({"type": kind, "offset": offset, "length": length, **more})


@pytest.mark.parametrize(
    ("text", "items", "spans"),
    [
        ("plain", [], [Span("plain")]),
        ("", [item("bold", 0, 4)], []),
        ("Bold and italics", [item("italic", 9, 7), item("bold", 0, 4)],
         [Span("Bold", B), Span(" and "), Span("italics", IT)]),
        # offsets are UTF-16 units: the emoji takes four
        (f"{SKIN} ok", [item("bold", 5, 2)], [Span(f"{SKIN} "), Span("ok", B)]),
        ("abcd", [item("bold", 0, 4), item("underline", 1, 2)], [Span("a", B), Span("bc", B | U), Span("d", B)]),
        ("site", [item("url", 0, 4, url="https://a.b/")], [Span("site", link="https://a.b/")]),
        # senseless ranges are left out, the text stays
        ("abc", [item("bold", -1, 2), item("bold", 9, 2), item("bold", 1, 0)], [Span("abc")]),
        ("abc", [item("bold", "0", 2), item("bold", None, 2), item("bold", True, 2), Fields(7)], [Span("abc")]),
        ("abc", [item("bold", 1, 99)], [Span("a"), Span("bc", B)]),
        ("abc", [item("sparkling", 0, 3)], [Span("abc")]),
        ("😀a", [item("bold", 1, 1)], [Span("😀", B), Span("a")]),
        # people and communities by name
        ("hi [id1|Anna B.], see [club7|us]!", [],
         [Span("hi "), Span("Anna B.", link="https://vk.com/id1"), Span(", see "),
          Span("us", link="https://vk.com/club7"), Span("!")]),
        ("[id1|Anna]", [item("bold", 0, 10)], [Span("Anna", B, link="https://vk.com/id1")]),
        ("[x|y] [id|z] [id1|] a[1]", [], [Span("[x|y] [id|z] [id1|] a[1]")]),
    ],
)  # fmt: skip
def test_reading(text: str, items: list[Fields], spans: list[Span]) -> None:
    assert read(text, items) == Text.of(spans)


@pytest.mark.parametrize(
    ("spans", "words", "items"),
    [
        ([Span("a < b & *c*")], "a < b & *c*", []),
        ([Span("a"), Span("b", B), Span("c", B | IT)], "abc",
         [{"type": "bold", "offset": 1, "length": 2}, {"type": "italic", "offset": 2, "length": 1}]),
        ([Span(SKIN), Span("x", U)], f"{SKIN}x", [{"type": "underline", "offset": 4, "length": 1}]),
        ([Span("Title", Style.HEADING), Span(" b", B)], "Title b", [{"type": "bold", "offset": 0, "length": 7}]),
        ([Span("x", B), Span("y"), Span("z", B)], "xyz",
         [{"type": "bold", "offset": 0, "length": 1}, {"type": "bold", "offset": 2, "length": 1}]),
        ([Span("site", B, link="https://a.b/?x=1&y=2"), Span("!", link="https://a.b/?x=1&y=2")], "site!",
         [{"type": "bold", "offset": 0, "length": 4},
          {"type": "url", "offset": 0, "length": 5, "url": "https://a.b/?x=1&y=2"}]),
        ([Span("js", link="javascript:alert(1)"), Span("m", link="mailto:a@b.c")], "jsm", []),
        ([Span("s", Style.STRIKE), Span("c", Style.CODE), Span("p", Style.PRE), Span("q", Style.QUOTE)], "scpq", []),
        # texts that VK would take for a mention
        ([Span("[id1|x]", B)], f"[{JOINER}id1|x]",
         [{"type": "bold", "offset": 0, "length": 1}, {"type": "bold", "offset": 2, "length": 6}]),
    ],
)  # fmt: skip
def test_writing(spans: list[Span], words: str, items: list[dict[str, Any]]) -> None:
    assert write(Text.of(spans)) == (words, items)


PIECES = [*"[]|()@* 1ab", "id1", "club2", "public3", "[id7|Anna]", "[https://vk.com/x|y]", "@id1 (B)", "*club2(x)"]
MENTIONING = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12) | MENTIONING
STYLES = st.sampled_from([Style.NONE, B, IT, U, B | IT, Style.HEADING, Style.CODE, Style.QUOTE | U, Style.STRIKE])
LINKS = st.sampled_from(["", "", "", "https://a.b/", "https://c.d/?e=%20", "javascript:x"])
TEXTS = st.builds(Text.of, st.lists(st.builds(Span, WORDS, STYLES, LINKS), max_size=6))


@settings(deadline=None, max_examples=100)
@given(TEXTS)
def test_no_character_of_an_operator_is_lost(text: Text) -> None:
    words, _ = write(text)
    assert shown(words).replace(JOINER, "") == text.characters.replace(JOINER, "")


@settings(deadline=None, max_examples=100)
@given(TEXTS)
def test_what_is_written_is_read_back(text: Text) -> None:
    """Styles that VK has; joiners are ignored."""
    words, items = write(text)
    back = read(words, [Fields(one) for one in items])
    expected = Text.of(
        Span(
            span.text,
            (span.style | (B if Style.HEADING in span.style else B & span.style)) & (B | IT | U),
            span.link if span.link.startswith("https:") else "",
        )
        for span in text.spans
    )
    without = Text.of(Span(span.text.replace(JOINER, ""), span.style, span.link) for span in back.spans)
    assert without == Text.of(Span(one.text.replace(JOINER, ""), one.style, one.link) for one in expected.spans)


@settings(deadline=None, max_examples=100)
@given(WORDS)
def test_the_measure_is_what_is_sent(words: str) -> None:
    assert measure(words) == len(write(Text.plain(words))[0].encode("utf-16-le")) // 2
    assert guarded(guarded(words)) == guarded(words)


def test_a_long_text_full_of_mentions_is_split_so_that_it_fits() -> None:
    text = Text.plain("[id1|Anna] " * 1000)
    parts = split(text, 4096, measure)
    assert "".join(part.characters for part in parts) == text.characters
    assert all(len(write(part)[0]) <= 4096 for part in parts)
