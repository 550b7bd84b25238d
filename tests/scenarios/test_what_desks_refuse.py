"""A message that Slack or Mattermost does not accept: the thread says so, and it can be read and shown again there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import PostId
from tests.conftest import Database
from tests.fakes.faults import Fault
from tests.scenarios.hubs import TelegramHub, telegram_hub

MISSING = "A message is missing here"


@pytest.fixture(params=["slack", "mattermost"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    async with telegram_hub(request.param, database, tmp_path, hub={"admins": ["anna"]}) as running:
        yield running


async def test_a_refused_message_is_read_and_shown_again(hub: TelegramHub) -> None:
    vera, people = hub.customer("Vera"), hub.operators
    vera.writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello")
    await people.writes("anna", thread, "Good day")
    await hub.all_delivered()

    people.faults.add(people.methods["post"], Fault.REFUSED, times=2)  # as it is, and plainly
    vera.writes("Where is order 17?")
    line = await hub.post_appears(thread, MISSING)
    assert not any("order 17" in words for words in await hub.thread_texts(thread))
    await hub.direct_message_appears("anna", "did not accept something from the hub")
    vera.writes("Are you there?")
    await hub.post_appears(thread, "Are you there?")

    assert line.post is not None
    await people.presses("boris", thread, PostId(line.post), "Read it")
    await hub.whisper_appears("boris", "Vera: Where is order 17?")
    await people.press_at_once(("anna", "boris"), thread, PostId(line.post), "Show again")
    await hub.post_appears(thread, "Where is order 17?")
    await hub.all_delivered()
    texts = await hub.thread_texts(thread)
    assert sum("order 17" in words for words in texts) == 1
    assert not (await hub.post_appears(thread, MISSING)).buttons
