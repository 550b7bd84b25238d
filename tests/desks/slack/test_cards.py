"""Cards in a workspace that takes no containers, as Slack's older ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import DialogId, Key
from bot.domain.text import Text
from bot.views.values import Card, Fact
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
