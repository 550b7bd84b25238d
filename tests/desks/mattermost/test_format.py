"""Mattermost's Markdown, both ways: by tables, and by random texts against an independent parser."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.desks.mattermost.format import JOINER, read, write
from bot.domain.text import Span, Style, Text, bold, line, link
from tests.fakes.mattermost.rules import fetched

# ------------------------------------------------------------------------------------------- reading


def span(text: str, style: Style = Style.NONE, to: str = "", language: str = "") -> Span:
    return Span(text, style, to, language)


READ = {
    "plain words": ("2 < 3 & 5 > 4", [span("2 < 3 & 5 > 4")]),
    "styles": (
        "**b** *i* _j_ ~~s~~ `c`",
        [
            span("b", Style.BOLD),
            span(" "),
            span("i", Style.ITALIC),
            span(" "),
            span("j", Style.ITALIC),
            span(" "),
            span("s", Style.STRIKE),
            span(" "),
            span("c", Style.CODE),
        ],
    ),
    "nested styles": ("***x*** y", [span("x", Style.BOLD | Style.ITALIC), span(" y")]),
    "line breaks": ("one\ntwo\n\n\nthree", [span("one\ntwo\n\n\nthree")]),
    "looks like a tag": ("<b>x</b> <div> <name>\n<!-- c -->", [span("<b>x</b> <div> <name>\n<!-- c -->")]),
    "entities": ("&lt;b&gt; &#65; &nosuch; `&lt;`", [span("<b> A &nosuch; "), span("&lt;", Style.CODE)]),
    "a link's definition": ("[id]: http://a.b", [span("[id]: http://a.b")]),
    "a line under a line": ("Hello\n---\nAnna", [span("Hello", Style.HEADING), span("\nAnna")]),
    "a line across the page": ("Hello\n\n***\nAnna", [span("Hello\n\n---\nAnna")]),
    "a heading": ("## Hours\ntoday", [span("Hours", Style.HEADING), span("\ntoday")]),
    "signs without words": ("##\n-\n>", [span("##\n-\n>")]),
    "a number and a dot": ("5.", [span("5.")]),
    "lists": (
        "Here:\n- a\n- b\n  - c\n\n1. x\n1. y\n3) z",
        [span("Here:\n• a\n• b\n  • c\n\n1. x\n2. y\n3) z")],
    ),
    "a list with more lines": ("- a\n  more\n\n  again\n- b", [span("• a\nmore\n\n  again\n• b")]),
    "tasks": ("- [ ] call\n- [x] write", [span("• [ ] call\n• [x] write")]),
    "a quote": ("> was\n> it?\n\nYes", [span("was\nit?", Style.QUOTE), span("\nYes")]),
    "a quote after words": ("See\n> this", [span("See\n"), span("this", Style.QUOTE)]),
    "a fence": (
        "```sql\nSELECT *\n\nFROM t\n```\nok",
        [span("SELECT *\n\nFROM t", Style.PRE, "", "sql"), span("\nok")],
    ),
    "an open fence": ("```\nx", [span("```\nx")]),
    "a list in a list": ("1. a\n  - b\n1. c\n+ d", [span("1. a\n• b\n2. c\n3. d")]),
    "a fence and no line": ("```one", [span("```one")]),
    "tilde fence": ("~~~\n```\n~~~", [span("```", Style.PRE)]),
    "set in by four": ("    x = 1", [span("x = 1", Style.PRE)]),
    "a table": (
        "| a | b |\n|---|---|\n| 1 | **2** |\n| 3 | 4 |\n\nend",
        [
            span("a", Style.BOLD),
            span(" | "),
            span("b", Style.BOLD),
            span("\n1 | "),
            span("2", Style.BOLD),
            span("\n3 | 4\n\nend"),
        ],
    ),
    "a table with a row too wide": (
        "| a | b |\n|---|---|\n| 1 | 2 | 3 |",
        [span("a", Style.BOLD), span(" | "), span("b", Style.BOLD), span("\n1 | 2 | 3")],
    ),
    "a table too wide for anybody": (
        "| a | b |\n|---|---|\n" + "| c " * 60,
        [span(("| a | b |\n|---|---|\n" + "| c " * 60).rstrip())],
    ),
    "a link": (
        "see [here](https://a.b/c_d?e=1&f) ok",
        [span("see "), span("here", to="https://a.b/c_d?e=1&f"), span(" ok")],
    ),
    "a link with a title": ('[x](http://a.b "why")', [span("x", to="http://a.b"), span(" (why)")]),
    "a link in Russian": ("[да](https://пример.рф/путь)", [span("да", to="https://пример.рф/путь")]),
    "a bare address": ("http://a.b/_x_y_ and www.a.b", [span("http://a.b/_x_y_ and www.a.b")]),
    "an address in brackets": ("<https://a.b/c>", [span("https://a.b/c", to="https://a.b/c")]),
    "a dangerous link": ("[x](javascript:alert)", [span("[x](javascript:alert)")]),
    "a picture by address": ("![cat](http://a.b/c.png)", [span("cat", to="http://a.b/c.png")]),
    "a picture without words": ("![](http://a.b/c.png)", [span("http://a.b/c.png", to="http://a.b/c.png")]),
    "emoji names": (":smile: :+1_medium_skin_tone: :no_such_one:", [span("😄 👍🏽 :no_such_one:")]),
    "no emoji in code": ("`:smile:` 10:30:45", [span(":smile:", Style.CODE), span(" 10:30:45")]),
    "escapes that Mattermost has": (r"\*a\* \_b\_ \# \- 1\. \\", [span(r"*a* _b_ # - 1. \ ".rstrip())]),
    "backslashes that stay": (r"C:\temp \"q\" \\server", [span(r"C:\temp \"q\" \\server")]),
    "names and tags": ("@anna ~town #tag #1042", [span("@anna ~town #tag #1042")]),
    "words within words": ("snake_case_name 2*3*4", [span("snake_case_name 2"), span("3", Style.ITALIC), span("4")]),
    "two links to one place": ("[a](http://b.c)[d](http://b.c)", [span("ad", to="http://b.c")]),
    "nothing": ("", []),
    "Windows line ends": ("a\r\nb", [span("a\nb")]),
}


@pytest.mark.parametrize("name", READ)
def test_what_an_operator_writes_is_read(name: str) -> None:
    markdown, spans = READ[name]
    assert read(markdown) == Text.of(spans)


BLOCKS = ["\n", "\n\n", "> ", "- ", "+ ", "1. ", "# ", "---", "===", "```", "    ", "\t", "|", "|--|--|", "[x]: y"]
INLINE = [
    "*",
    "**",
    "_",
    "~~",
    "`",
    "[",
    "](",
    ")",
    "![",
    "<",
    ">",
    "<b>",
    "&amp;",
    "\\",
    '"',
    ":smile:",
    "http://a.b/c",
]
MARKUP = st.sampled_from(BLOCKS + INLINE)
WORDS = st.sampled_from(["one", "два", "3", "x y", "!", "."])


@settings(max_examples=600, deadline=None)
@given(st.lists(MARKUP | WORDS, max_size=25).map("".join))
@example("| a | b |\n|--|--|\n| 1 | 2 | 3 |")
@example("[a](http://b 'c')")
def test_no_word_an_operator_wrote_is_lost(markdown: str) -> None:
    text = read(markdown)
    kept = "".join(f"{one.text} {one.link} {one.language}" for one in text.spans).replace("😄", ":smile:")
    rest = kept
    for word in re.findall(r"\w+", html.unescape(markdown.replace("_", " "))):
        assert word in html.unescape(rest), (markdown, text)


# ------------------------------------------------------------------------------------------- writing

WRITTEN = {
    "styles": (line(bold("b"), " ", Span("i", Style.ITALIC), " ", Span("s", Style.STRIKE)), "**b** *i* ~~s~~"),
    "spaces outside": (line("a", bold(" b "), "c"), "a **b** c"),
    "code": (line("x ", Span("a*b_c", Style.CODE)), "x `a*b_c`"),
    "code with ticks": (Text.of([Span("`a", Style.CODE)]), "`` `a ``"),
    "a block of code": (
        Text.of([Span("see\n"), Span("a\n\nb", Style.PRE, language="py"), Span("\nok")]),
        "see\n```py\na\n\nb\n```\nok",
    ),
    "code with a fence in it": (Text.of([Span("```\nx", Style.PRE)]), "````\n```\nx\n````"),
    "a quote": (Text.of([Span("was\nit", Style.QUOTE), Span("\nyes")]), "> was\n> it\n\nyes"),
    "a heading": (Text.of([Span("Big", Style.HEADING), Span("\nx")]), "#### Big\nx"),
    "a link": (line(link("a page", "https://a.b/?c=1&d=2")), "[a page](https://a.b/?c=1&d=2)"),
    "a link to itself": (line(link("https://a.b", "https://a.b")), "[https://a.b](https://a.b)"),
    "a link with signs": (line(link("x_y", "https://a.b/(c_d)")), r"[x\_y](https://a.b/%28c_d%29)"),
    "a link with brackets": (line(link("[1]", "https://a.b")), r"\[1\] ([https://a.b](https://a.b))"),
    "a strange link": (line(link("press", "mmaction://x")), "press (mmaction://x)"),
    "no such look": (line(Span("u", Style.UNDERLINE), Span("s", Style.SPOILER)), "us"),
    "a plain address": (
        Text.plain("see https://a.b/c?d=1&e=2."),
        "see [https://a.b/c?d=1&e=2](https://a.b/c?d=1&e=2).",
    ),
    "an address with signs": (
        Text.plain("https://a.b/c_d_e, ok"),
        r"[https://a.b/c\_d\_e](https://a.b/c_d_e), ok",
    ),
    "an address without a scheme": (Text.plain("WWW2.a.b/c"), "[WWW2.a.b/c](http://WWW2.a.b/c)"),
    "a name in an address": (
        Text.plain("https://a.b/@all"),
        f"[https://a.b/@{JOINER}all](https://a.b/@all)",
    ),
    "an e-mail address": (Text.plain("anna@example.com"), "anna@example.com"),
    "a Windows path": (Text.plain(r"C:\temp\_x\ "), r"C:\temp\\\_x\\ "),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_a_customer_writes_is_drawn(name: str) -> None:
    text, markdown = WRITTEN[name]
    assert write(text) == markdown


DANGEROUS = [
    "*bold* _it_ ~~no~~ **x** `code`",
    "# head\n## head",
    "@all @channel @here @anna (@anna) .@anna",
    "~town-square and :smile: :+1: :) :-D ;) <3",
    "![](http://a.b/c.png) [x](http://a.b) [x]: http://a.b",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a | b\n:-- | --:\n1 | 2",
    "- a\n+ b\n* c\n1. d\n2) e",
    "> quote\n>> more",
    "---\n***\n___\nx\n===\ny\n---",
    "    code\n\tcode",
    "```\nfence\n```\n~~~\nx",
    "<b>x</b> <script> <!-- x --> <http://a.b> &amp; &#65; &nbsp;",
    "\\* \\\\* \\",
    "http://a.b/*x*_y_ http://a.b/[x](y)",
    "@",
    "Anna <anna@example.com> and <@U1> <!channel>",
    "wow!https://a.b/c_d \\https://a.b/c_d",
    "[x](y)](z) !https://a.b/_x_",
]


@pytest.mark.parametrize("words", DANGEROUS)
def test_signs_a_customer_writes_are_shown_as_they_are(words: str) -> None:
    shown, looks = drawn(write(Text.plain(words)))
    assert plainly(shown) == plainly(words)
    assert looks <= {"link"}
    assert mentioned(write(Text.plain(words))) == set()


TEXTS = st.text(
    st.sampled_from("ab я1 _*~`#>-+=.!()[]{}|\\<&;:@/\"'\n\t😀é") | st.characters(exclude_categories=["C"]),
    max_size=60,
)
LOOKS = st.sampled_from(
    [Style.NONE, Style.BOLD, Style.ITALIC, Style.STRIKE, Style.BOLD | Style.ITALIC, Style.BOLD | Style.STRIKE]
)
PIECES = [
    *"[]()!*`<>_~@?#я:/. 2\\\u00a0\n",
    "http",
    "HTTPS",
    "ftp",
    "//",
    "://",
    "www",
    "Www",
    "a.b",
    "evil.example",
    "&amp;",
]
ADDRESSES = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
LINKS = st.sampled_from(["", "", "", "https://a.b/c_(d)?e=*f*", "mailto:a@b.c"])


FETCHED = [
    "https://evil.example/pixel.png",
    "HTTPS://evil.example/pixel.png and www.evil.example and WWW1.evil.example/x www23.evil.example",
    "(https://evil.example/a_(b)) <http://evil.example> *http://evil.example/x* ftp://evil.example",
    "![](http://evil.example/c.png) [x](http://evil.example/c.png) ![a][b]\n[b]: http://evil.example/c.png",
    "http://evil.example/[x]/y http://evil.example/?a&copy;b www.evil.example/[x]",
    "http://evil.example/:smile:/@all http://~evil.example http://user:pass@evil.example:80/",
    "https://т.рф/п https://evil.example/…",
]


@pytest.mark.parametrize("words", FETCHED)
def test_an_address_that_a_customer_writes_stays_a_link_that_nobody_fetches(words: str) -> None:
    assert fetched(words), "the server requests it if it stands there as it is"
    written = write(Text.plain(words))
    assert fetched(written) == [], written
    assert plainly(drawn(written)[0]) == plainly(words)


@pytest.mark.parametrize(
    "address", ["https://evil.example/x", "HTTP://evil.example", "www12.evil.example/x", "http://x"]
)
def test_an_address_in_pieces_of_different_looks_is_not_fetched(address: str) -> None:
    for cut in range(1, len(address)):
        for look in (Style.BOLD, Style.STRIKE, Style.CODE, Style.SPOILER):
            for more in ("", "*", "**", "~~"):
                text = Text.of([Span("see "), Span(address[:cut]), Span(address[cut:] + more, look)])
                assert fetched(write(text)) == [], write(text)


@settings(max_examples=800, deadline=None)
@given(st.lists(st.builds(Span, ADDRESSES, LOOKS, LINKS), max_size=4).map(Text.of))
def test_no_text_makes_the_server_fetch_anything(text: Text) -> None:
    assert fetched(write(text)) == [], write(text)


@settings(max_examples=800, deadline=None)
@given(TEXTS)
def test_any_plain_text_is_shown_literally_and_harmless(words: str) -> None:
    written = write(Text.plain(words))
    shown, looks = drawn(written)
    assert plainly(shown) == plainly(words), written
    assert looks <= {"link"}, written
    assert mentioned(written) == set()


@settings(max_examples=800, deadline=None)
@given(st.lists(st.builds(Span, TEXTS, LOOKS, LINKS), max_size=5).map(Text.of))
@example(Text.of([Span("\\", Style.BOLD | Style.ITALIC)]))
@example(Text.of([Span("a~", Style.STRIKE), Span("b", Style.BOLD)]))
@example(Text.of([Span("FTP://"), Span("0", Style.BOLD)]))
def test_styled_text_comes_back_with_all_its_characters(text: Text) -> None:
    back = read(write(text))
    expected = "".join(one.text for one in text.spans)
    shown = back.characters.replace("&lt;", "<")
    for one in text.spans:  # a link that cannot be drawn as one is added in brackets
        if one.link:
            shown = shown.replace(f" ({one.link})", "")
    assert plainly(shown) == plainly(expected), write(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["word", "слово", "a!", "(b)", "c d"]), LOOKS), min_size=1, max_size=5))
def test_looks_come_back(runs: list[tuple[str, Style]]) -> None:
    text = Text.of([Span(words, look) for words, look in runs])
    back = read(write(text))
    bare = Text.of([Span(one.text.replace(JOINER, ""), one.style) for one in back.spans])
    assert [one for one in bare.spans if one.text.strip()] == [one for one in text.spans if one.text.strip()]


@pytest.mark.parametrize(
    "sly",
    ["a." * 20000, ":" + "a" * 20000, "[" * 5000, "a-" * 20000, "&" * 20000, "www." * 9000, "(" * 9000, "@" * 9000],
)
def test_no_text_makes_writing_slow(sly: str) -> None:
    started = time.perf_counter()
    write(Text.plain(sly))
    assert time.perf_counter() - started < 2


# --------------------------------------------------------------- how people see it: not our own parser

COMMON_MARK = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"])
LOOKS_OF_TOKENS = {"paragraph": "", "text": "", "softbreak": "", "hardbreak": "", "inline": "", "link": "link"}


def drawn(markdown: str) -> tuple[str, set[str]]:
    """The text that a reader sees, and the names of all formatting in it."""
    words: list[str] = []
    looks: set[str] = set()

    def walk(tokens: list[Token]) -> None:
        for token in tokens:
            name = re.sub(r"_(open|close)$", "", token.type)
            looks.add(LOOKS_OF_TOKENS.get(name, name))
            if token.type in ("softbreak", "hardbreak", "paragraph_close"):
                words.append("\n")
            elif token.type != "inline":
                words.append(token.content)
            walk(token.children or [])

    walk(COMMON_MARK.parse(markdown))
    return "".join(words), looks - {""}


def plainly(words: str) -> str:
    """Without joiners, and without differences in white space that no screen shows."""
    words = words.replace(JOINER, "").replace("\t", " ")
    return "\n".join(" ".join(one.split()) for one in words.splitlines() if one.strip())


def mentioned(markdown: str) -> set[str]:
    """Users whom the server would notify, by its own way of splitting the text into words."""
    names: set[str] = set()
    for word in re.findall(r"[:.\-_@\w]+", re.sub(r"\]\([^)]*\)", "]", markdown)):
        for part in (word.lstrip(":.-_"), *re.split(r"[.\-:]", word)):
            if part.startswith("@") and len(part) > 1:
                names.add(part)
    return names


@pytest.mark.parametrize(
    "sly",
    [
        *("*a " * 2500, "_a " * 2500, "**a " * 2000, "~~a " * 2000, "*" * 8000, "_*" * 4000, "[*" * 2000, "*`" * 2500),
        *("> a\nb\n\n" * 800, "1. a\n- b\n" * 800, "~~~a\n" * 1500, "```\n" * 2000, "&amp;" * 3000, "www._" * 3000),
        "| a |\n|---|\n" + "|b" * 49 + "\n" + "|c|\n" * 2000,
    ],
)
def test_no_text_makes_reading_slow(sly: str) -> None:
    started = time.perf_counter()
    read(sly)
    assert time.perf_counter() - started < 20
