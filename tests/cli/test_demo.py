"""The demo's people, at a hundred times their speed, in a real hub."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bot.app.assembly import running
from bot.cli import demo
from bot.cli.demo.stories import STORIES, Who
from bot.domain import Author, Dialog, DialogId, Status
from bot.ports.storage import Store
from tests.waiting import FACT


async def dialogs(store: Store) -> list[Dialog]:
    """All dialogs, from number 1."""
    async with store.read() as unit:
        found: list[Dialog] = []
        while (one := await unit.dialogs.get(DialogId(len(found) + 1))) is not None:
            found.append(one)
        return found


async def authors(store: Store, dialog: Dialog) -> Counter[Author]:
    async with store.read() as unit:
        return Counter(message.author for message in await unit.messages.latest(dialog.id))


async def test_customers_write_a_colleague_answers_and_the_rest_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB__HUB__LISTEN", "127.0.0.1:0")
    monkeypatch.setattr(demo, "PACE", (0.0, 1.0))
    settings = demo.settings_in(tmp_path)
    waiting = sum(any(turn.who is Who.YOU for turn in story.turns) for story in STORIES)
    closing = sum(any(turn.verb == "close" for turn in story.turns) for story in STORIES)
    async with running(settings) as app:
        people = asyncio.create_task(demo.perform(settings, app.url, haste=100))
        try:
            async with asyncio.timeout(FACT):
                while True:
                    there = await dialogs(app.hub.store)
                    states = Counter(one.status for one in there)
                    if states[Status.NEW] >= waiting and states[Status.CLOSED] >= closing:
                        break
                    assert not people.done(), people.exception()
                    await asyncio.sleep(0.05)
            closed = next(one for one in there if one.status is Status.CLOSED)
            assert closed.reason
            writers = await authors(app.hub.store, closed)
            assert writers[Author.CUSTOMER] >= 1
            assert writers[Author.OPERATOR] >= 1
        finally:
            people.cancel()
            await asyncio.gather(people, return_exceptions=True)
