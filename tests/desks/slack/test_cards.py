"""Cards within what Slack takes: in a workspace without containers, as its older ones, and with long lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.desks.slack import cards
from bot.domain import DialogId, Key
from bot.domain.text import Text
from bot.views.values import Button, Card, Fact, Option, Picker
from tests.contracts.rigs.desk_slack import http_rig
from tests.fakes.slack import rules

FACTS = tuple(Fact(label, Text.plain(f"{label} 1"), folded=True) for label in ("Customer", "Deal"))
CARD = Card(DialogId(7), "#7 · Maria", "#7 Maria", FACTS, "New")


async def test_facts_stand_in_the_open_where_slack_refuses_the_fold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with http_rig(tmp_path) as rig:
        folded = await rig.desk.open("", CARD, Key("one"))
        monkeypatch.delitem(rules._MESSAGE, "container")
        thread = await rig.desk.open("", CARD, Key("two"))
        tried = rig.slack.api.calls["chat.postMessage"]
        await rig.desk.open("", CARD, Key("three"))
        assert rig.slack.api.calls["chat.postMessage"] == tried + 1, "what it refuses is remembered"
        kinds = [[block["type"] for block in rig.slack.thread(one.thread)[0].blocks] for one in (folded, thread)]
        assert kinds == [["header", "container"], ["header", "section"]]
        assert "Deal 1" in (await rig.thread(thread))[0].words


def pickers(count: int, length: int) -> tuple[Button, ...]:
    """Lists of closing reasons and of roles, and that of colleagues, which the team chat fills."""
    reasons = tuple(Option(f"={number:03}".ljust(length, "я"), "я" * length) for number in range(count))
    few = (Option("role:sales", "sales"), Option("role:support", "support"))
    lists = {"close": Picker(reasons), "redirect": Picker(few), "people": Picker(people=True)}
    return tuple(Button(word, word, f"token-{word}", picker=picker) for word, picker in lists.items())


@pytest.mark.parametrize(
    ("count", "length", "kinds"),
    [(10, 20, ("static_select",) * 2), (100, 3, ("static_select",) * 2), (60, 75, ("button", "static_select"))],
)
def test_a_card_with_a_list_too_long_for_a_message_asks_for_the_choice(
    count: int, length: int, kinds: tuple[str, ...]
) -> None:
    menu = tuple(Button(f"w{number}", "A menu entry", f"{number}".ljust(140, "t")) for number in range(10))
    card = Card(CARD.dialog, CARD.heading, CARD.summary, FACTS, "New", buttons=pickers(count, length), menu=menu)
    drawn = cards.card(card, cards.CardLook())
    rules.check_message(drawn.text, drawn.blocks)
    elements = [one for block in drawn.blocks for one in block.get("elements", ()) if block["type"] == "actions"]
    assert [one["type"] for one in elements] == [*kinds, "users_select", "static_select"]
