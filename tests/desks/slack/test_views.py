"""Views as messages, in the Home tab and in windows, within Slack's limits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desks.slack import views
from bot.desks.slack.format import mrkdwn
from bot.desks.slack.home import HomeTab
from bot.desks.slack.surfaces import Surface, SurfaceKind
from bot.desks.slack.view_state import ViewState
from bot.domain.text import Span, Style, Text, bold, line, link
from bot.views.values import Button, Menu, Row, Tone, View
from tests.contracts.rigs.desk_slack import SlackRig, http_rig
from tests.fakes.slack.drawing import buttons
from tests.fakes.slack.rules import check_message, check_view

OPEN = Button("open", "Open", "t-open")
TABS = (Button("new", "New (3)", "t-new", Tone.PRIMARY), Button("mine", "Mine", "t-mine"))


def accounts(count: int, length: int = 20) -> Menu:
    options = tuple(Button("new", f"Account {n}", f"{n}-" + "x" * length) for n in range(count))
    return Menu("Account", options, options[min(2, count - 1)].token)


def blocks_of(view: View) -> list[dict[str, Any]]:
    drawn = views.messages(view)
    for one in drawn:
        check_message(one.text, one.blocks)
    return [block for one in drawn for block in one.blocks]


def test_a_view_in_a_message() -> None:
    row = Row(line(link("#7 · Maria", "https://x.example/7"), " waits & waits"), (OPEN,), strong=True)
    more = (Button("new", "Next page", "t-next"),)
    title, tabs, menus, shown, last = blocks_of(View((row,), "New", tabs=TABS, menus=(accounts(3),), buttons=more))
    assert title["elements"][0]["elements"] == [{"type": "text", "text": "New", "style": {"bold": True}}]
    assert [one["text"]["text"] for one in tabs["elements"]] == ["New (3)", "Mine"]
    assert [one.get("style") for one in tabs["elements"]] == ["primary", None]
    (select,) = menus["elements"]
    assert (select["placeholder"]["text"], select["initial_option"]["text"]["text"]) == ("Account", "Account 2")
    assert shown["text"] == {
        "type": "mrkdwn",
        "text": "*<https://x.example/7|#7 · Maria> waits &amp; waits*",
        "verbatim": True,
    }
    assert shown["accessory"]["value"] == "t-open"
    assert [one["value"] for one in last["elements"]] == ["t-next"]


def test_a_time_is_told_by_the_readers_client() -> None:
    """In its language, and current; the hub's words are for notifications and clients that cannot."""
    told = Span("5 minutes ago", Style.BOLD, since=datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    beside, alone = blocks_of(View((Row(line("#7 · ", told), (OPEN,)), Row(line("#8_b · ", told)))))
    assert beside["text"]["text"] == "#7 · *<!date^1796040000^{ago}|5 minutes ago>*"
    assert alone["elements"][0]["elements"][1] == {
        "type": "date",
        "timestamp": 1796040000,
        "format": "{ago}",
        "fallback": "5 minutes ago",
        "style": {"bold": True},
    }
    [message] = views.messages(View((Row(line("#7 · ", told), (OPEN,)),)))
    assert message.text == "#7 · *5 minutes ago*"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (Text.plain("two & <three>"), "two &amp; &lt;three&gt;"),
        (line("a ", bold("b"), " c"), "a *b* c"),
        (line(bold("one \ntwo")), "*one* \n*two*"),
        (line(Span("x", Style.BOLD | Style.ITALIC)), "*_x_*"),
        (line(link("a|b>", "https://e.example/?a=1&b=|")), "<https://e.example/?a=1&amp;b=%7C|a|b&gt;>"),
        (line(link("script", "javascript:alert(1)")), "script"),
        (Text.plain("10:30"), "10:30"),
        (Text.plain("*bold*"), None),
        (Text.plain("snake_case"), None),
        (Text.plain("a :tea: pot"), None),
        (Text.plain("> quoted"), None),
        (line("half", bold("way")), None),
        (line(bold("Цена:"), "1500"), None),
        (line("(", bold("new"), "), ", Span("old", Style.STRIKE), "!"), "(*new*), ~old~!"),
        (line("№", bold("5")), "№*5*"),
        (line(bold("100₽ "), "90₽"), "*100₽* 90₽"),
        (line(bold("a."), Span("b", Style.ITALIC)), None),
        (line(Span("x", Style.CODE)), None),
    ],
)
def test_only_what_means_nothing_is_written_as_mrkdwn(text: Text, written: str | None) -> None:
    assert mrkdwn(text) == written


def test_words_that_mrkdwn_would_change_stay_words() -> None:
    (plain,) = blocks_of(View((Row(Text.plain("a_b *c* :tea:"), (OPEN,)),)))
    assert plain["text"] == {"type": "plain_text", "text": "a_b *c* :tea:", "emoji": False}
    said, below = blocks_of(View((Row(Text.plain("a_b *c*"), (OPEN,), strong=True),)))
    assert (said["type"], below["type"]) == ("rich_text", "actions")


def test_rows_of_several_lines_stand_apart() -> None:
    assert len(blocks_of(View((Row(Text.plain("a")), Row(Text.plain("b")))))) == 1
    assert len(blocks_of(View((Row(Text.plain("a\nb")), Row(Text.plain("c\nd"))), "Title"))) == 3
    assert len(blocks_of(View((Row(Text.plain("a\nb")),) * 31))) == 1


def test_several_buttons_stand_below_their_words() -> None:
    said, below = blocks_of(View((Row(Text.plain("x"), (OPEN, OPEN)),)))
    assert (said["type"], len(below["elements"])) == ("rich_text", 2)


@pytest.mark.parametrize(("count", "groups"), [(100, 0), (101, 2), (250, 3)])
def test_long_menus_have_groups(count: int, groups: int) -> None:
    home = views.home(View((), "x", menus=(accounts(count, 5),)), ViewState(home=""))
    check_view(home, "home")
    (select,) = [one for block in home["blocks"] if block["type"] == "actions" for one in block["elements"]]
    assert len(select.get("option_groups", ())) == groups
    assert select["initial_option"]["text"]["text"] == "Account 2"


def test_tokens_too_long_for_a_menu_travel_in_the_home_itself() -> None:
    menu = accounts(4, 300)
    home = views.home(View((), menus=(menu,)), ViewState(home="t-drawn"))
    check_view(home, "home")
    (select,) = home["blocks"][0]["elements"]
    carried = ViewState.unpack(home["private_metadata"])
    assert carried.home == "t-drawn"
    assert [carried.restored(one["value"]) for one in select["options"]] == [one.token for one in menu.options]


def test_a_menu_that_nothing_can_carry_is_buttons() -> None:
    for drawn in (
        blocks_of(View((), menus=(accounts(4, 300),))),
        views.home(View((), menus=(accounts(30, 300),)), ViewState(home=""))["blocks"],
    ):
        pressed = [one["type"] for block in drawn if block["type"] == "actions" for one in block["elements"]]
        assert set(pressed) == {"button"}
        assert [label for label, _, _ in buttons(drawn)][:2] == ["Account 0", "Account 1"]


def test_a_home_holds_what_it_can_and_always_leads_on() -> None:
    rows = tuple(Row(Text.plain(f"row {number}"), (OPEN, OPEN)) for number in range(200))
    home = views.home(View(rows, "All", tabs=TABS, buttons=(Button("all", "Next page", "t-next"),)), ViewState(home=""))
    check_view(home, "home")
    labels = [label for label, _, _ in buttons(home["blocks"])]
    assert labels[:2] == ["New (3)", "Mine"]
    assert labels[-1] == "Next page"
    assert len(home["blocks"]) == 100


def test_a_window_says_its_whole_title_and_never_nothing() -> None:
    long = views.window(View((), "Переписка с Константином Константинопольским"), ViewState("form"), "Hub", "Close")
    check_view(long)
    assert long["title"]["text"].endswith("…")
    assert long["blocks"][0]["text"]["text"] == "Переписка с Константином Константинопольским"
    nothing = views.window(View(()), ViewState("form", "C1", "1.1", home="", parent="V1"), "Dialog hub", "Close")
    check_view(nothing)
    assert nothing["title"]["text"] == "Dialog hub"
    assert ViewState.unpack(nothing["private_metadata"]) == ViewState("", "C1", "1.1", home="", parent="V1")


WORDS = st.text(st.sampled_from("ab &<>*_@:\n`~|яё…") | st.characters(exclude_categories=["C"]), max_size=300)
LABELS = st.text("абв xyz", min_size=1, max_size=120).filter(str.strip)
PRESSED = st.builds(Button, st.just("a"), LABELS, st.text("abc.", min_size=1, max_size=400))
ROWS = st.builds(
    Row,
    st.builds(lambda words, style: Text.of([Span(words, style)]), WORDS, st.sampled_from([Style.NONE, Style.BOLD])),
    st.lists(PRESSED, max_size=3).map(tuple),
    st.booleans(),
)
MENUS = st.builds(
    Menu,
    WORDS,
    st.lists(PRESSED, min_size=1, max_size=6, unique_by=lambda one: one.token).map(tuple),
)
VIEWS = st.builds(
    View,
    st.lists(ROWS, max_size=8).map(tuple),
    WORDS,
    tabs=st.lists(PRESSED, max_size=6).map(tuple),
    menus=st.lists(MENUS, max_size=3).map(tuple),
    buttons=st.lists(PRESSED, max_size=3).map(tuple),
)


@settings(max_examples=80, deadline=None)
@given(VIEWS)
def test_any_view_fits_anywhere_with_all_of_its_buttons(view: View) -> None:
    pressed = [
        *(one.token for one in view.tabs),
        *(one.token for menu in view.menus for one in menu.options),
        *(one.token for row in view.rows for one in row.buttons),
        *(one.token for one in view.buttons),
    ]
    home = views.home(view, ViewState(home=""))
    window = views.window(view, ViewState(), "Dialog hub", "Close")
    check_view(home if home["blocks"] else window, "home" if home["blocks"] else "modal")
    check_view(window)
    for blocks, carried in (
        (blocks_of(view), ViewState()),
        (home["blocks"], ViewState.unpack(home["private_metadata"])),
        (window["blocks"], ViewState.unpack(window["private_metadata"])),
    ):
        assert sorted(carried.restored(value) for _, value, _ in buttons(blocks)) == sorted(pressed)


# ------------------------------------------------------------------------------------------ the Home


async def test_of_several_presses_the_latest_answer_stays(tmp_path: Any) -> None:
    async with http_rig(tmp_path) as rig:
        home, user = HomeTab(rig.desk.workspace), rig.actor("anna").user  # type: ignore[attr-defined]
        for at, words in (("1.2", "second"), ("1.1", "first"), ("1.3", "third")):
            await home.publish(user, View((Row(Text.plain(words)),)), Surface(SurfaceKind.HOME, at=at), "")
            shown = await rig.home("anna")
            assert shown is not None
            assert shown.words == {"first": "second"}.get(words, words)


async def test_a_home_that_was_drawn_meanwhile_is_drawn_all_the_same(tmp_path: Any) -> None:
    async with http_rig(tmp_path) as rig:
        assert isinstance(rig, SlackRig)
        home, user = HomeTab(rig.desk.workspace), rig.actor("anna").user  # type: ignore[attr-defined]
        for words in ("one", "two"):
            await home.publish(user, View((Row(Text.plain(words)),)), Surface(SurfaceKind.HOME, hash="long gone"), "")
        assert (await rig.home("anna")).words == "two"  # type: ignore[union-attr]
        assert rig.slack.api.calls["views.publish"] == 3


def test_a_button_that_leads_to_an_address_opens_it_and_has_no_value() -> None:
    leads = Button("open", "Open", "", url="https://x.example/7")
    (_, below) = blocks_of(View((Row(Text.plain("#7"), (Button("accept", "Accept", "t"), leads)),)))
    assert [(one.get("url"), one.get("value")) for one in below["elements"]] == [
        (None, "t"),
        ("https://x.example/7", None),
    ]
    inside = Button("open", "Open", "", url="/desk#/dialog/7")  # an address of a hub without a public one
    assert "url" not in str(blocks_of(View((Row(Text.plain("#7"), (inside,)),))))
