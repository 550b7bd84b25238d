"""Texts on their way to Slack and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desks.slack.format import escape, rich_text, size_at_most
from bot.desks.slack.reading import MessageReader, people
from bot.desks.slack.render import size_of
from bot.domain import DeskNames
from bot.domain.mentions import calls
from bot.domain.text import Span, Style, Text
from tests.fakes.slack import drawing
from tests.fakes.slack.rules import check_message

HUB = "U0HUB"
NASTY = [
    "<!channel>",
    "*bold*",
    "_it_",
    "~no~",
    "`code`",
    "&amp;",
    ":smile:",
    "<@U1>",
    "http://a.b/c?d=e&f",
    "\n",
    " ",
    "@here",
]


def read(*elements: dict[str, Any], **names: str) -> Any:
    section = {"type": "rich_text_section", "elements": list(elements)}
    return MessageReader(HUB, names, "helper").read(
        {"text": "no", "blocks": [{"type": "rich_text", "elements": [section]}]}
    )


def words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


# ---------------------------------------------------------------------------------------- to Slack

looks = st.sampled_from([Style.NONE, Style.BOLD, Style.ITALIC, Style.STRIKE, Style.BOLD | Style.ITALIC, Style.CODE])
pieces = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
)
spans = st.builds(Span, pieces, looks, st.sampled_from(["", "", "https://example.com/x"]))
texts = st.lists(spans, min_size=1, max_size=12).map(Text.of).filter(lambda text: bool(text.characters.strip()))


@given(texts)
def test_what_is_written_is_read_again(text: Text) -> None:
    """Character by character, and styles too, except links found in plain words."""
    block = rich_text(text).to_dict()
    back = MessageReader(HUB).read({"text": "", "blocks": [block]}).text
    assert back.characters == text.strip().characters
    assert [(one, span.style) for span in back.spans for one in span.text] == [
        (one, span.style) for span in text.strip().spans for one in span.text
    ]


@given(texts)
def test_no_text_is_refused_or_calls_anybody(text: Text) -> None:
    block = rich_text(text).to_dict()
    check_message("", [block])
    assert not drawing.notifies([block], escape(text.characters))
    assert drawing.text([block], "").characters == text.characters


def test_whole_lines_become_quotes_and_code_blocks() -> None:
    text = Text.of([Span("see\n"), Span("a\nb\n", Style.QUOTE), Span("x = 1\n", Style.PRE), Span("end")])
    kinds = [(one["type"], one["elements"][0]["text"]) for one in rich_text(text).to_dict()["elements"]]
    assert kinds == [
        ("rich_text_section", "see\n"),
        ("rich_text_quote", "a\nb"),
        ("rich_text_preformatted", "x = 1"),
        ("rich_text_section", "end"),
    ]


def test_addresses_in_plain_words_become_links() -> None:
    block = rich_text(Text.plain("see https://a.b/c?d=1&e, (http://x.y) or `ftp://z`.")).to_dict()
    links = [part["url"] for part in block["elements"][0]["elements"] if part["type"] == "link"]
    assert links == ["https://a.b/c?d=1&e", "http://x.y"]


def test_a_link_that_slack_would_refuse_stays_words() -> None:
    block = rich_text(Text.of([Span("here", link="tg://user?id=1"), Span("there", link="https://x/" + "y" * 3000)]))
    assert [part["type"] for part in block.to_dict()["elements"][0]["elements"]] == ["text", "text"]


# -------------------------------------------------------------------------------------- from Slack


def test_rich_text_is_read_with_its_looks() -> None:
    said = read(
        words("Hello "),
        {"type": "text", "text": "dear", "style": {"bold": True, "italic": True}},
        words(" "),
        {"type": "user", "user_id": "U1"},
        words(", see "),
        {"type": "link", "url": "https://a.b", "text": "this"},
        words(" "),
        {"type": "emoji", "name": "wave", "skin_tone": 3},
        {"type": "emoji", "name": "our-logo"},
        {"type": "emoji", "name": "unknown-new", "unicode": "1fae9"},
        U1="anna",
    )
    assert said.text.characters == "Hello dear @anna, see this 👋🏼:our-logo:🫩"
    assert Span("dear", Style.BOLD | Style.ITALIC) in said.text.spans
    assert Span("this", link="https://a.b") in said.text.spans
    assert said.names == DeskNames(frozenset({"anna"}), marked=True, hub="helper")


def test_lists_quotes_and_code_stand_on_lines_of_their_own() -> None:
    def section(text: str) -> dict[str, Any]:
        return {"type": "rich_text_section", "elements": [words(text)]}

    blocks = [
        {
            "type": "rich_text",
            "elements": [
                section("First:\n"),
                {"type": "rich_text_list", "style": "ordered", "elements": [section("one"), section("two")]},
                {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section("inner")]},
                {"type": "rich_text_quote", "elements": [words("said")]},
                {"type": "rich_text_preformatted", "elements": [words("x = 1")]},
                section("end"),
            ],
        }
    ]
    text = MessageReader(HUB).read({"blocks": blocks}).text
    assert text.characters == "First:\n1. one\n2. two\n    • inner\nsaid\nx = 1\nend"
    assert Span("said", Style.QUOTE) in text.spans
    assert Span("x = 1", Style.PRE) in text.spans


@pytest.mark.parametrize(
    ("mrkdwn", "characters", "looks"),
    [
        ("a *b* _c_ ~d~ `e *f*`", "a b c d e *f*", {"b": 1, "c": 2, "d": 4, "e *f*": 16}),
        ("2 &lt; 3 &amp;amp; 5", "2 < 3 &amp; 5", {}),
        ("<@U1> and <@U9|zed>", "@anna and @U9", {}),
        ("<!here> <!subteam^S1|@sales> <!date^1^x|today>", "@here @sales today", {}),
        ("<https://a.b?c&amp;d|site> <https://x.y>", "site https://x.y", {}),
        ("<#C1|general> <#C2>", "#general #channel", {}),
        ("*Цена:*1500 ~100₽~90₽", "*Цена:*1500 ~100₽~90₽", {}),
        ("snake_case_word 2*3*4", "snake_case_word 2*3*4", {}),
        ("```\nx *y*\n```", "x *y*", {"x *y*": 32}),
        (":smile: at 10:30:45", "😄 at 10:30:45", {}),
        ("a < b", "a < b", {}),
    ],
)
def test_mrkdwn_is_read_where_there_is_no_rich_text(mrkdwn: str, characters: str, looks: dict[str, int]) -> None:
    text = MessageReader(HUB, {"U1": "anna"}).read({"text": mrkdwn}).text
    assert text.characters == characters
    assert {span.text: int(span.style) for span in text.spans if span.style} == looks


@pytest.mark.parametrize(
    ("elements", "called", "mentions", "characters"),
    [
        ([{"type": "user", "user_id": HUB}, words(" close Spam")], True, False, "@hub close Spam"),
        ([words("  "), {"type": "user", "user_id": HUB}], True, False, "@hub"),
        ([words("@helper close")], True, False, "@helper close"),
        ([words("ask "), {"type": "user", "user_id": HUB}], False, False, "ask @hub"),
        (
            [{"type": "user", "user_id": HUB}, words(" add "), {"type": "user", "user_id": "U1"}],
            True,
            True,
            "@hub add @anna",
        ),
        ([{"type": "broadcast", "range": "channel"}, words(" look")], False, True, "@channel look"),
        ([{"type": "usergroup", "usergroup_id": "S1"}], False, True, "@group"),
        ([{"type": "brand_new", "text": "words"}, {"type": "empty"}], False, False, "words"),
    ],
)
def test_who_is_called(elements: list[dict[str, Any]], called: bool, mentions: bool, characters: str) -> None:
    said = read(*elements, U1="anna")
    assert (calls(said.text, said.names), said.names.marked, said.text.characters) == (called, mentions, characters)


def test_a_call_in_mrkdwn() -> None:
    said = MessageReader(HUB).read({"text": f"<@{HUB}> new"})
    assert calls(said.text, said.names)
    assert said.text.characters == "@hub new"


def test_whose_names_are_needed() -> None:
    element = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U2"}]}
    message = {"text": "<@U1> hi", "blocks": [{"type": "rich_text", "elements": [element]}]}
    assert people(message) == {"U1", "U2"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "elements", "text", "style", "user_id", "indent", "url"]), inner)
    ),
    max_leaves=12,
)


@given(json_values, json_values)
def test_nothing_is_unreadable(blocks: Any, text: Any) -> None:
    MessageReader(HUB).read({"blocks": blocks, "text": text})
    people({"blocks": blocks, "text": text})


LOOKS = st.sampled_from(
    [Style.NONE, Style.BOLD, Style.ITALIC | Style.STRIKE, Style.CODE, Style.PRE, Style.QUOTE | Style.BOLD]
)
RUNS = st.builds(
    Span,
    st.sampled_from(["a", '"\\"', "\n", "ж", "https://e.x/a?b=c&d x https://e.x", "say \x07"]),
    LOOKS,
    st.sampled_from(["", "", "https://e.x/é"]),
)


@given(st.lists(RUNS, min_size=1, max_size=12))
def test_how_large_a_text_will_be_is_known_without_drawing_it(runs: list[Span]) -> None:
    text = Text.of(runs)
    drawn = size_of(rich_text(text).to_dict())
    assert drawn <= size_at_most(text) <= drawn + 130 * (4 * len(runs) + 1)
