"""A rush of customers, and Slack, which takes a post a second and refuses more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Database
from tests.contracts.rigs.desk_slack import SlackRig
from tests.scenarios.hubs import telegram_hub

RUSH = 5
"""Two posts each: more than the five that Slack takes at once."""


@pytest.mark.slacks_pace
async def test_a_rush_is_never_refused(sqlite_url: str, tmp_path: Path) -> None:
    async with telegram_hub("slack", Database(sqlite_url), tmp_path) as hub:
        assert isinstance(hub.operators, SlackRig)
        slack = hub.operators.slack
        slack.limits = True
        for number in range(RUSH):
            hub.customer(f"Customer {number}").writes("Hello")
        await hub.all_delivered()
        for number in range(1, RUSH + 1):
            await hub.post_appears(await hub.thread_of_dialog(number), "Hello")
        assert slack.faults.log == []
