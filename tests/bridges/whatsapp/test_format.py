"""Styles and text in both directions: WhatsApp's app would show exactly the intended text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.text import Span, Style, Text, split, utf16_units
from bridges.whatsapp import format as formatting
from bridges.whatsapp import markup
from bridges.whatsapp.markup import GUARD
from tests.fakes.whatsapp.markup import show

PLAIN, BOLD, ITALIC, STRIKE, CODE, PRE, QUOTE = (
    Style.NONE,
    Style.BOLD,
    Style.ITALIC,
    Style.STRIKE,
    Style.CODE,
    Style.PRE,
    Style.QUOTE,
)


def write(*spans: Span) -> str:
    return formatting.write(Text.of(spans), 4096)


def spans(source: str) -> list[tuple[str, Style]]:
    return [(span.text, span.style) for span in markup.read(source).spans]


# ------------------------------------------------------------------------------------- from customers


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("*bold* and plain", [("bold", BOLD), (" and plain", PLAIN)]),
        ("_it_ ~no~ `x`", [("it", ITALIC), (" ", PLAIN), ("no", STRIKE), (" ", PLAIN), ("x", CODE)]),
        ("*_both_*", [("both", BOLD | ITALIC)]),
        ("*a _b_ c*", [("a ", BOLD), ("b", BOLD | ITALIC), (" c", BOLD)]),
        ("(*note*), «_ok_».", [("(", PLAIN), ("note", BOLD), ("), «", PLAIN), ("ok", ITALIC), ("».", PLAIN)]),
        ("```if x:\n  *y*```!", [("if x:\n  *y*", PRE), ("!", PLAIN)]),
        ("```x```", [("x", CODE)]),
        ("`*x*`", [("*x*", CODE)]),
        ("> said\n> so\nI", [("said\nso", QUOTE), ("\nI", PLAIN)]),
        ("> *said* so", [("said", QUOTE | BOLD), (" so", QUOTE)]),
    ],
)
def test_marks_become_looks(source: str, found: list[tuple[str, Style]]) -> None:
    assert spans(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "2*3*4 = 24",
        "2 * 3 * 4",
        "* one\n* two",
        "- one\n1. two",
        "snake_case_name",
        "_____",
        "***",
        "*** sale ***",
        "~100 or ~200",
        "* not bold *",
        "*not\nbold*",
        "*open",
        "un*believ*able",
        "**both**",
        "*100# and *101#",
        ">no space",
        "> ",
        "a > b",
        "```",
        "``````",
        "` `",
        "https://example.com/_a_/b_c_d",
        "*a*b",
        "x `",
        "",
        " ",
        "\n\n",
    ],
)
def test_what_is_no_mark_stays(source: str) -> None:
    assert markup.read(source) == Text.plain(source)


def test_guarded_marks_mean_themselves() -> None:
    assert markup.read(f"{GUARD}*{GUARD}bold{GUARD}*{GUARD}") == Text.plain("*bold*")
    assert markup.read(f"{GUARD}>{GUARD} no quote") == Text.plain("> no quote")
    assert markup.read(f"a{GUARD}b") == Text.plain(f"a{GUARD}b")  # a guard around nothing is the customer's own


@pytest.mark.parametrize(
    "source", ["*a *a " * 20_000, "```" * 30_000, "`a " * 30_000, "> a\n" * 20_000, "*_~" * 30_000]
)
def test_no_text_takes_long(source: str) -> None:
    """Each text takes well under a second; a parser that looks ahead from every mark would need hours."""
    assert markup.read(source)


# --------------------------------------------------------------------------------------- to customers


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        ([Span("bold", BOLD), Span(" and plain")], "*bold* and plain"),
        ([Span("see "), Span(" this ", BOLD), Span("now")], "see  *this* now"),
        ([Span("a", BOLD), Span("b", BOLD | ITALIC), Span(" c", BOLD)], "*ab c*"),
        ([Span("a ", BOLD), Span("b", BOLD | ITALIC)], "*a _b_*"),
        ([Span("bold", BOLD), Span("it", ITALIC)], "*bold*_it_"),
        ([Span("all", BOLD | ITALIC | STRIKE)], "*_~all~_*"),
        ([Span("two\nlines", BOLD)], "*two*\n*lines*"),
        ([Span("Title\n", Style.HEADING), Span("text")], "*Title*\ntext"),
        ([Span("run "), Span("x = 1", CODE)], "run `x = 1`"),
        ([Span("a*b_c", CODE)], "`a*b_c`"),
        ([Span("a\n  b", PRE, language="python"), Span("\nend")], "```a\n  b```\nend"),
        ([Span("one\n\ntwo", QUOTE), Span("\nend")], "> one\n\n> two\nend"),
        ([Span("said", QUOTE | BOLD)], "> *said*"),
        ([Span("under", Style.UNDERLINE), Span(" hidden", Style.SPOILER)], "under hidden"),
        ([Span("site", link="https://a.b/")], "site"),
        # styles in impossible places
        ([Span("un"), Span("believ", BOLD), Span("able")], "unbelievable"),
        ([Span("2*3", BOLD)], "2*3"),
        ([Span("x", CODE), Span("y")], "xy"),
        ([Span("a`b", CODE)], "a`b"),
    ],
)
def test_looks_become_marks(parts: list[Span], written: str) -> None:
    assert write(*parts) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("*bold*", "|*|bold|*|"),
        ("_a_ b", "|_|a|_| b"),
        ("> no quote", "|>| no quote"),
        ("`x`", "|`|x|`|"),
        ("```x```", "|`|`|`|x|`|`|`|"),
        ("***** five", "|*|*|*|*|*| five"),
        # nothing to guard
        ("2*3*4", "2*3*4"),
        ("5*", "5*"),
        ("* one\n* two", "* one\n* two"),
        ("snake_case_name", "snake_case_name"),
        ("see https://example.com/_a_/_b_ _", "see https://example.com/_a_/_b_ _"),
        ("https://a.b/_```````", "https://a.b/_|`|`|`|`|`|`|`|"),
        ("me_@example.com or _you@example.com", "me_@example.com or _you@example.com"),
    ],
)
def test_marks_that_are_words_are_guarded(text: str, written: str) -> None:
    assert write(Span(text)).replace(GUARD, "|") == written


def test_an_address_is_guarded_only_where_it_would_lose_something() -> None:
    assert write(Span("https://example.com/?q=(_a_)")) == f"https://example.com/?q=({GUARD}_{GUARD}a{GUARD}_{GUARD})"


def test_looks_give_way_where_the_text_would_become_too_long() -> None:
    text = Text.of(Span("word" * 4, BOLD) if n % 2 else Span(" ") for n in range(300))
    assert "*" in formatting.write(text, 4096)
    assert formatting.write(text, len(text.characters)) == text.characters


# ---------------------------------------------------------------------------------- whatever comes

ALPHABET = st.one_of(
    st.sampled_from("*_~`> \n.(a1ё"), st.sampled_from(["```", "> ", " *", "_ ", GUARD, "👍🏽", "https://a.b/_"])
)
WORDS = st.lists(ALPHABET, max_size=14).map("".join)
STYLES = st.lists(
    st.sampled_from([BOLD, ITALIC, STRIKE, CODE, PRE, QUOTE, Style.HEADING, Style.UNDERLINE, Style.SPOILER]), max_size=3
).map(lambda found: Style(sum(set(found))))
TEXTS = st.lists(st.builds(Span, WORDS, STYLES), max_size=6).map(Text.of)


def visible(text: str) -> str:
    return text.replace(GUARD, "")


@settings(deadline=None, max_examples=100)
@given(TEXTS)
def test_no_character_is_lost_on_the_way_to_the_customer(text: Text) -> None:
    assert show(formatting.write(text, 4096)).text == visible(text.characters)


@settings(deadline=None, max_examples=100)
@given(TEXTS)
def test_what_was_written_is_read_back(text: Text) -> None:
    assert visible(markup.read(formatting.write(text, 4096)).characters) == visible(text.characters)


@settings(deadline=None, max_examples=100)
@given(WORDS)
def test_reading_takes_marks_away_and_nothing_else(source: str) -> None:
    left = iter(source)
    assert all(character in left for character in markup.read(source).characters)
    gone = sorted(set(source) - set("*_~`> " + GUARD))
    assert [source.count(one) for one in gone] == [markup.read(source).characters.count(one) for one in gone]


@settings(deadline=None, max_examples=100)
@given(TEXTS, st.integers(4, 40))
def test_every_part_of_a_split_text_fits(text: Text, limit: int) -> None:
    for part in split(text, limit, formatting.measure):
        assert utf16_units(formatting.write(part, limit)) <= limit
