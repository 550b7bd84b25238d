"""A rush of customers, and Slack, which takes a post a second and refuses more. Time runs twice as fast for both."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.desks.slack.desk import SlackDesk
from bot.domain import PostId
from tests.conftest import Database
from tests.contracts.rigs.desk_slack import SlackRig
from tests.scenarios.hubs import TelegramHub, telegram_hub

RUSH = 5
FASTER = 2


@pytest.mark.slacks_pace
async def test_a_rush_is_never_refused(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = tuple(replace(rate, seconds=rate.seconds / FASTER) for rate in SlackDesk.limits.rates)
    monkeypatch.setattr(SlackDesk, "limits", replace(SlackDesk.limits, rates=rates))
    async with telegram_hub("slack", Database(sqlite_url), tmp_path) as hub:
        assert isinstance(hub.operators, SlackRig)
        slack = hub.operators.slack
        slack.limits.enforce(faster=FASTER)
        for number in range(1, RUSH + 1):
            hub.customer(f"Customer {number}").writes("Hello")
            hub.customer(f"Customer {number}").writes("is anybody there?")
        await asyncio.gather(*(served(hub, number) for number in range(1, RUSH + 1)))
        await hub.all_delivered()
        assert slack.faults.log == []
        assert slack.api.calls["chat.update"] == 2 * RUSH, "one for each Accept, one for each answer"


async def served(hub: TelegramHub, number: int) -> None:
    """Accepts a dialog as soon as its card stands, and answers once the card says so."""
    thread = await hub.thread_of_dialog(number)
    await hub.operators.presses("anna", thread, PostId(thread.thread), "Accept")

    async def accepted() -> bool:
        return "Anna" in (await hub.operators.thread(thread))[0].words

    await hub.until(accepted)
    await hub.operators.writes("anna", thread, f"Good morning, {number}")
    await hub.until(lambda: any(f"Good morning, {number}" in one for one in everything_read(hub)))


def everything_read(hub: TelegramHub) -> list[str]:
    return [words for number in range(1, RUSH + 1) for words in hub.customer(f"Customer {number}").reads]
