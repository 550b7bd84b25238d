"""Text ⇄ Telegram, by examples and by random texts against the fake's parser, which is as strict as Telegram's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.text import Span, Style, Text
from bridges.shared.fields import Fields
from bridges.telegram.format import read, write
from tests.fakes.telegram.markup import parse_html, settle
from tests.fakes.telegram.refusals import Refused

B, IT, U, S = Style.BOLD, Style.ITALIC, Style.UNDERLINE, Style.STRIKE
SKIN = "👍🏽"


def entity(kind: str, offset: object, length: object, **more: object) -> Fields:
    return Fields({"type": kind, "offset": offset, "length": length, **more})


@pytest.mark.parametrize(
    ("text", "entities", "spans"),
    [
        ("plain", [], [Span("plain")]),
        ("", [entity("bold", 0, 4)], []),
        ("Bold and italics", [entity("italic", 9, 7), entity("bold", 0, 4)],
         [Span("Bold", B), Span(" and "), Span("italics", IT)]),
        # offsets are UTF-16 units: the emoji takes four
        (f"{SKIN} ok", [entity("bold", 5, 2)], [Span(f"{SKIN} "), Span("ok", B)]),
        (f"a{SKIN}b", [entity("bold", 1, 4)], [Span("a"), Span(SKIN, B), Span("b")]),
        # one inside the other, and overlapping
        ("abcd", [entity("bold", 0, 4), entity("italic", 1, 2)], [Span("a", B), Span("bc", B | IT), Span("d", B)]),
        ("abc", [entity("bold", 0, 2), entity("italic", 1, 2)], [Span("a", B), Span("b", B | IT), Span("c", IT)]),
        ("x", [entity("underline", 0, 1), entity("strikethrough", 0, 1), entity("spoiler", 0, 1)],
         [Span("x", U | S | Style.SPOILER)]),
        ("x = 1", [entity("pre", 0, 5, language="python")], [Span("x = 1", Style.PRE, language="python")]),
        ("code", [entity("code", 0, 4)], [Span("code", Style.CODE)]),
        ("q", [entity("blockquote", 0, 1)], [Span("q", Style.QUOTE)]),
        ("q", [entity("expandable_blockquote", 0, 1)], [Span("q", Style.QUOTE)]),
        ("site", [entity("text_link", 0, 4, url="https://a.b/")], [Span("site", link="https://a.b/")]),
        ("Anna", [entity("text_mention", 0, 4, user={"id": 42})], [Span("Anna", link="tg://user?id=42")]),
        ("@nick #tag /go a@b.c", [entity("mention", 0, 5), entity("hashtag", 6, 4)], [Span("@nick #tag /go a@b.c")]),
        # senseless ranges are left out, the text stays
        ("abc", [entity("bold", -1, 2), entity("bold", 9, 2), entity("bold", 1, 0)], [Span("abc")]),
        ("abc", [entity("bold", "0", 2), entity("bold", None, 2), entity("bold", True, 2), Fields(7)], [Span("abc")]),
        ("abc", [entity("bold", 1, 99)], [Span("a"), Span("bc", B)]),
        ("abc", [entity("sparkling", 0, 3)], [Span("abc")]),
        # half of a character: all of it
        ("😀a", [entity("bold", 1, 1)], [Span("😀", B), Span("a")]),
    ],
)  # fmt: skip
def test_reading(text: str, entities: list[Fields], spans: list[Span]) -> None:
    assert read(text, entities) == Text.of(spans)


@pytest.mark.parametrize(
    ("spans", "html"),
    [
        ([Span("a < b & c > d")], "a &lt; b &amp; c &gt; d"),
        ([Span("<b>", B)], "<b>&lt;b&gt;</b>"),
        ([Span("x", B | IT | U | S | Style.SPOILER)], "<tg-spoiler><s><u><i><b>x</b></i></u></s></tg-spoiler>"),
        ([Span("Title", Style.HEADING | B)], "<b>Title</b>"),
        ([Span("f(x)", Style.CODE | B)], "<code>f(x)</code>"),
        ([Span("f", Style.CODE, link="https://a.b")], '<a href="https://a.b">f</a>'),
        ([Span("x\n", Style.PRE), Span("y", Style.PRE | B)], "<pre>x\ny</pre>"),
        ([Span("x", Style.PRE, language="c++")], '<pre><code class="language-c++">x</code></pre>'),
        ([Span("x", Style.PRE, language='"><b>')], "<pre>x</pre>"),
        ([Span("x", Style.PRE, language="py"), Span("y", Style.PRE, language="js")],
         '<pre><code class="language-py">x</code></pre><pre><code class="language-js">y</code></pre>'),
        ([Span("a", Style.QUOTE), Span("b", Style.QUOTE | B), Span("c")], "<blockquote>a<b>b</b></blockquote>c"),
        ([Span("a", Style.QUOTE | Style.PRE), Span("b", Style.QUOTE)], "<blockquote><pre>a</pre>b</blockquote>"),
        ([Span("site", link="https://a.b/?x=1&y='\"")], '<a href="https://a.b/?x=1&amp;y=&#x27;&quot;">site</a>'),
        ([Span("me", link="tg://user?id=1")], '<a href="tg://user?id=1">me</a>'),
        ([Span("post", link="mailto:a@b.c")], '<a href="mailto:a@b.c">post</a>'),
        ([Span("js", link="javascript:alert(1)")], "js"),
        ([Span("file", B, link="file:///etc/passwd")], "<b>file</b>"),
        ([Span("one\u2028two\u2029three")], "one\ntwo\nthree"),
    ],
)  # fmt: skip
def test_writing(spans: list[Span], html: str) -> None:
    assert write(Text.of(spans)) == html
    parse_html(html)


# characters that people type, and that break renderers
characters = st.text(
    st.one_of(
        st.sampled_from("ab <>&\"'/=;#*_~`[]()\n👍🏽é\u0301😀שא"),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    max_size=12,
)
styles = st.builds(lambda flags: Style(sum(flags)), st.sets(st.sampled_from([int(style) for style in Style if style])))
links = st.sampled_from(["", "", "https://a.b/?q=1&r=%22", "tg://user?id=1", "javascript:alert(1)", "http://x/'\"<>"])
spans = st.builds(Span, characters, styles, links, st.sampled_from(["", "python", "c++", "<x>"]))
texts = st.lists(spans, max_size=8).map(Text.of)


def seen(text: Text) -> Text:
    """The text as parsed from the message that the customer sees."""
    characters, entities = parse_html(write(text))
    return read(characters, [Fields(one) for one in entities])


@settings(deadline=None)
@given(texts)
def test_no_character_is_lost_and_telegram_takes_all_of_it(text: Text) -> None:
    assert seen(text).characters == text.characters.replace("\u2028", "\n").replace("\u2029", "\n")


def kept(span: Span) -> Span:
    """The styles that Telegram can show."""
    style, link = span.style, span.link
    if not link.startswith(("http", "tg:")):
        link = ""
    if Style.PRE in style:
        language = span.language if span.language != "<x>" else ""
        return replace(span, style=style & (Style.PRE | Style.QUOTE), link="", language=language)
    if Style.CODE in style:
        style = style & ~Style.CODE if link else style & (Style.CODE | Style.QUOTE)
    if Style.HEADING in style:
        style = (style & ~Style.HEADING) | Style.BOLD
    return replace(span, style=style, link=link, language="")


@settings(deadline=None)
@given(texts)
def test_every_look_that_telegram_has_survives(text: Text) -> None:
    text = Text.of(replace(span, text=span.text.replace("\u2028", "").replace("\u2029", "")) for span in text.spans)
    assert seen(text) == Text.of(kept(span) for span in text.spans)


numbers = st.one_of(st.integers(-3, 40), st.none(), st.booleans(), st.text(max_size=2), st.integers())
kinds = st.sampled_from(["bold", "italic", "pre", "code", "text_link", "text_mention", "blockquote", "", "new"])
entities = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.one_of(kinds, st.integers()),
            "offset": numbers,
            "length": numbers,
            "url": st.one_of(st.text(max_size=5), st.none()),
            "user": st.one_of(st.none(), st.fixed_dictionaries({"id": numbers})),
            "language": st.one_of(st.text(max_size=5), st.integers()),
        },
    ),
    max_size=6,
)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=30), entities)
def test_reading_keeps_every_character_whatever_the_entities_say(
    text: str, given_entities: list[dict[str, Any]]
) -> None:
    found = read(text, [Fields(one) for one in given_entities])
    assert found.characters == text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace(
        "\x00", "\ufffd"
    )
    found.characters.encode()


# ------------------------------------------------------------------------- the fake is as strict as Telegram


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<b>x", "Can't find end tag"),
        ("x</b>", "Unexpected end tag"),
        ("<b><i>x</b></i>", "Unmatched end tag"),
        ("<script>x</script>", "Unsupported start tag"),
        ("I <3 you", "Unsupported start tag"),
        ("a < b>", "Unsupported start tag"),
        ("<span>x</span>", "must have class"),
        ("<b", "Unclosed start tag"),
        ("<b>x</b", "Unclosed end tag"),
        ("<a href>x</a>", "attribute"),
    ],
)
def test_the_fake_refuses_bad_html(html: str, words: str) -> None:
    with pytest.raises(Refused, match="can't parse entities") as refused:
        parse_html(html)
    assert words in refused.value.description


def test_the_fake_trims_and_blanks_as_telegram_does() -> None:
    text, found = settle(*parse_html("\n <b> a\tb </b>\r\n "))
    assert (text, found) == ("a b", [{"type": "bold", "offset": 0, "length": 3}])


def test_the_fake_knows_four_named_characters_only() -> None:
    assert parse_html("&lt;&gt;&amp;&quot;&nbsp;&#39;&#x1F44D;&") == ("<>&\"&nbsp;'👍&", [])
