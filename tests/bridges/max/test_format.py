"""Text ⇄ MAX, by examples and by random texts against the fake's parser, which refuses what is not well-formed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.text import Span, Style, Text
from bridges.max.format import fields, read, write
from bridges.shared.fields import Fields
from tests.fakes.max.markup import parse_html
from tests.fakes.max.refusals import Refused

B, IT, U, S = Style.BOLD, Style.ITALIC, Style.UNDERLINE, Style.STRIKE
SKIN = "👍🏽"


def element(kind: str, start: object, length: object, **more: object) -> Fields:
    return Fields({"type": kind, "from": start, "length": length, **more})


@pytest.mark.parametrize(
    ("text", "markup", "spans"),
    [
        ("plain", [], [Span("plain")]),
        ("bold and italics", [element("emphasized", 9, 7), element("strong", 0, 4)],
         [Span("bold", B), Span(" and "), Span("italics", IT)]),
        # offsets are UTF-16 units: the emoji takes four
        (f"{SKIN} ok", [element("strong", 5, 2)], [Span(f"{SKIN} "), Span("ok", B)]),
        ("abc", [element("strong", 0, 2), element("emphasized", 1, 2)],
         [Span("a", B), Span("b", B | IT), Span("c", IT)]),
        ("x", [element("underline", 0, 1), element("strikethrough", 0, 1)], [Span("x", U | S)]),
        ("f(x)", [element("monospaced", 0, 4)], [Span("f(x)", Style.CODE)]),
        ("a\nb c", [element("monospaced", 0, 3)], [Span("a\nb", Style.PRE), Span(" c")]),
        ("q", [element("quote", 0, 1)], [Span("q", Style.QUOTE)]),
        ("h", [element("heading", 0, 1)], [Span("h", Style.HEADING)]),
        ("!", [element("highlighted", 0, 1)], [Span("!", B)]),
        ("site", [element("link", 0, 4, url="https://a.b/")], [Span("site", link="https://a.b/")]),
        ("Anna", [element("user_mention", 0, 4, user_id=42)], [Span("Anna", link="max://user/42")]),
        ("@anna", [element("user_mention", 0, 5, user_link="@anna")], [Span("@anna", link="https://max.ru/anna")]),
        ("@", [element("user_mention", 0, 1)], [Span("@")]),
        # senseless ranges are left out, the text stays
        ("abc", [element("strong", -1, 2), element("strong", 9, 2), element("strong", 1, 0)], [Span("abc")]),
        ("abc", [element("strong", "0", 2), element("strong", None, 2), Fields(7)], [Span("abc")]),
        ("abc", [element("strong", 1, 99)], [Span("a"), Span("bc", B)]),
        ("abc", [element("sparkling", 0, 3)], [Span("abc")]),
        ("😀a", [element("strong", 1, 1)], [Span("😀", B), Span("a")]),  # half of a character: all of it
    ],
)  # fmt: skip
def test_reading(text: str, markup: list[Fields], spans: list[Span]) -> None:
    assert read(text, markup) == Text.of(spans)


@pytest.mark.parametrize(
    ("spans", "html"),
    [
        ([Span("a < b & c > d")], "a &lt; b &amp; c &gt; d"),
        ([Span("<b>", B)], "<b>&lt;b&gt;</b>"),
        ([Span("x", B | IT | U | S)], "<s><u><i><b>x</b></i></u></s>"),
        ([Span("x", Style.SPOILER), Span("y", Style.CODE | B)], "x<b><code>y</code></b>"),
        ([Span("Title\n", Style.HEADING), Span("x")], "<h1>Title\n</h1>x"),
        ([Span("x\n", Style.PRE), Span("y", Style.PRE | Style.CODE)], "<pre>x\ny</pre>"),
        ([Span("a", Style.QUOTE), Span("b", Style.QUOTE | B), Span("c")], "<blockquote>a<b>b</b></blockquote>c"),
        ([Span("a", Style.QUOTE | Style.PRE), Span("b", Style.QUOTE)], "<blockquote><pre>a</pre>b</blockquote>"),
        ([Span("site", link="https://a.b/?x=1&y='\"")], '<a href="https://a.b/?x=1&amp;y=&#x27;&quot;">site</a>'),
        ([Span("me", B, link="max://user/1")], '<a href="max://user/1"><b>me</b></a>'),
        ([Span("js", link="javascript:alert(1)")], "js"),
        ([Span("long", link=f"https://a.b/{'x' * 2048}")], "long"),
    ],
)  # fmt: skip
def test_writing(spans: list[Span], html: str) -> None:
    assert write(Text.of(spans)) == html
    parse_html(html)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([Span("<b>*_~`&amp;")], {"text": "<b>*_~`&amp;"}),  # nothing asks MAX to look for markup
        ([Span("secret", Style.SPOILER)], {"text": "secret"}),
        ([Span("file", link="file:///x")], {"text": "file"}),
        ([Span("<", B)], {"text": "<b>&lt;</b>", "format": "html"}),
        ([Span("x" * 3993, B)], {"text": f"<b>{'x' * 3993}</b>", "format": "html"}),
        ([Span("x" * 3994, B)], {"text": "x" * 3994}),  # with its tags it would be refused
        ([Span("&" * 1000, B)], {"text": "&" * 1000}),
    ],
)
def test_what_goes_into_a_message(spans: list[Span], expected: dict[str, str]) -> None:
    assert fields(Text.of(spans)) == expected


# characters that people type, and that break renderers
characters = st.text(
    st.one_of(
        st.sampled_from("ab <>&\"'/=;#*_~`[]()\n\u2028👍🏽é\u0301😀שא"),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    max_size=12,
)
styles = st.builds(lambda flags: Style(sum(flags)), st.sets(st.sampled_from([int(style) for style in Style if style])))
links = st.sampled_from(["", "", "https://a.b/?q=1&r=%22", "max://user/1", "javascript:alert(1)", "http://x/'\"<>"])
texts = st.lists(st.builds(Span, characters, styles, links, st.sampled_from(["", "python"])), max_size=8).map(Text.of)


def seen(text: Text) -> Text:
    """The text as parsed from the message that the customer sees."""
    words, markup = parse_html(write(text))
    return read(words, [Fields(one) for one in markup])


@settings(deadline=None, max_examples=100)
@given(texts)
def test_no_character_is_lost_and_every_one_is_taken(text: Text) -> None:
    assert seen(text).characters == text.characters


def kept(span: Span) -> Span:
    """The styles that MAX can show. Its two kinds of code share one name and are left out."""
    style, link = span.style & ~(Style.SPOILER | Style.CODE | Style.PRE), span.link
    return replace(span, style=style, link=link if link.startswith(("http", "max:")) else "", language="")


@settings(deadline=None, max_examples=100)
@given(texts)
def test_every_look_that_max_has_survives(text: Text) -> None:
    assert Text.of(kept(span) for span in seen(text).spans) == Text.of(kept(span) for span in text.spans)


numbers = st.one_of(st.integers(-3, 40), st.none(), st.booleans(), st.text(max_size=2), st.integers())
kinds = st.sampled_from(["strong", "monospaced", "link", "user_mention", "quote", "", "new"])
markups = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.one_of(kinds, st.integers()),
            "from": numbers,
            "length": numbers,
            "url": st.one_of(st.text(max_size=5), st.none()),
            "user_id": numbers,
            "user_link": st.one_of(st.text(max_size=5), st.integers()),
        },
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(exclude_categories=()), max_size=30), markups)
def test_reading_keeps_every_character_whatever_the_markup_says(text: str, markup: list[dict[str, Any]]) -> None:
    found = read(text, [Fields(one) for one in markup])
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert found.characters == whole.replace("\x00", "\ufffd")


@pytest.mark.parametrize(
    "html",
    ["<b>x", "x</b>", "<b><i>x</b></i>", "<script>x</script>", "I <3 you", "a & b", "<a>x</a>", '<b href="x">x</b>'],
)
def test_the_fake_refuses_bad_html(html: str) -> None:
    with pytest.raises(Refused, match=r"proto\.payload"):
        parse_html(html)
