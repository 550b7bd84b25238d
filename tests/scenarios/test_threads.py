"""One continuing thread per contact, in every desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import AccountName, Status
from bot.domain.account_rules import AccountRules, Threads
from bot.ports.storage import Unit
from tests.conftest import Database
from tests.scenarios.hubs import TelegramHub, telegram_hub


@pytest.fixture(params=["slack", "mattermost", "web"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    async with telegram_hub(request.param, database, tmp_path) as running:
        yield running


@pytest.mark.shows("threads")
async def test_a_contact_s_dialogs_go_on_in_one_thread(hub: TelegramHub) -> None:
    async def one_thread(unit: Unit) -> None:
        rules = await unit.accounts.rules(AccountName("shop")) or AccountRules()
        await unit.accounts.set_rules(AccountName("shop"), replace(rules, threads=Threads.CONTACT))

    await hub.app.hub.store.transact(one_thread)
    vera = hub.customer("Vera")
    vera.writes("Do you deliver?")
    first = await hub.thread_of_dialog(1)
    await hub.post_appears(first, "Do you deliver?")
    await hub.operators.writes("anna", first, "We do")
    await hub.until(lambda: vera.reads == ["We do"])
    await hub.operators.commands("anna", "close #1 done")
    await hub.post_appears(first, "closed the dialog")
    await hub.all_delivered()

    vera.writes("And on Sundays?")
    second = await hub.thread_of_dialog(2)
    await hub.post_appears(second, "And on Sundays?")
    said = await hub.thread_texts(second)
    order = [next(place for place, words in enumerate(said) if part in words) for part in SAID]
    assert order == sorted(order)
    await hub.all_delivered()
    card = (await hub.operators.thread(second))[0]
    assert "#2" in card.words

    await hub.operators.writes("boris", second, "On Sundays, too")
    await hub.until(lambda: vera.reads == ["We do", "On Sundays, too"])
    assert (await hub.dialog(2)).status is Status.IN_PROGRESS
    assert (await hub.dialog(1)).status is Status.CLOSED


SAID = ("Do you deliver?", "We do", "closed the dialog", "Dialog #2", "And on Sundays?")
