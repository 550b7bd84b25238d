"""One account floods a desk that takes few posts: a customer of a quiet account is shown in its turn, not at the end.

FLOOD=400 .venv/bin/pytest tests/scenarios/test_flood.py      with as many conversations as one likes
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.contracts.desks import DeskRig
from tests.fakes.telegram import FakeTelegram
from tests.scenarios.desks import DESKS, Table
from tests.scenarios.hubs import RunningHub, running_hub

FLOOD = int(os.environ.get("FLOOD", "60"))
MEANWHILE = 8
"""Conversations of the flood that may open while the quiet account's one does: those whose posts were under way, and
one in turn for each of its own two posts."""
RATE = 4
"""Requests a second that Mattermost takes here: the whole flood takes minutes, as at Slack's own pace."""


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = DESKS["mattermost"]

    @asynccontextmanager
    async def mattermost(folder: Path, url: str) -> AsyncIterator[tuple[DeskRig, Table]]:
        async with fast(folder, url) as (operators, table):
            yield operators, {**table, "rate": RATE}

    monkeypatch.setitem(DESKS, "mattermost", mattermost)


async def _opened(hub: RunningHub) -> int:
    """Number of the flood's conversations that have a thread."""
    found = [await hub.find_dialog(number) for number in range(1, FLOOD + 1)]
    return sum(dialog is not None and dialog.thread is not None for dialog in found)


@pytest.mark.slacks_pace
@pytest.mark.parametrize("desk", ["slack", "mattermost"])
async def test_a_quiet_accounts_new_customer_is_shown_in_its_turn(
    desk: str, database: Database, tmp_path: Path, slow: None
) -> None:
    async with AsyncExitStack() as stack:
        fakes = {name: await stack.enter_async_context(FakeTelegram(f"1:{name}")) for name in ("busy", "quiet")}
        accounts = {name: {"kind": "telegram", "token": one.token, "api_url": one.url} for name, one in fakes.items()}
        hub = await stack.enter_async_context(running_hub(desk, database, tmp_path, accounts))
        for number in range(FLOOD):
            fakes["busy"].customer(1000 + number, f"Nick {number}").writes("Where is my order?")
        await hub.until(lambda: hub.find_dialog(FLOOD))
        fakes["quiet"].customer(1, "Vera").writes("Good morning")
        await hub.until(lambda: hub.find_dialog(FLOOD + 1))
        before = await _opened(hub)
        await hub.post_appears(await hub.thread_of_dialog(FLOOD + 1), "Good morning")
        assert before < FLOOD / 2, "the flood is still waiting"
        assert await _opened(hub) - before <= MEANWHILE
