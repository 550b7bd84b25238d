"""Administrators hear of a database that stands still while it does, past it, in their team chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import fault_watch, readiness
from bot.delivery import database_outage
from tests.conftest import Database
from tests.scenarios.hubs import TelegramHub, telegram_hub
from tests.torture.freezing import Freezer, freezer


@pytest.fixture
async def ice(postgres_url: str) -> AsyncIterator[Freezer]:
    async with freezer(postgres_url) as ice:
        yield ice


@pytest.fixture(params=["slack", "mattermost"])
async def hub(
    request: pytest.FixtureRequest,
    postgres_url: str,
    redis_url: str,
    tmp_path: Path,
    ice: Freezer,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[TelegramHub]:
    """A hub that notices and tells sooner, with Anna as its administrator."""
    for module, name in (
        (readiness, "EVERY"),
        (readiness, "OLDEST"),
        (fault_watch, "EVERY"),
        (database_outage, "LONG"),
    ):
        monkeypatch.setattr(module, name, 0.5)
    database = Database(postgres_url, redis_url)
    async with telegram_hub(request.param, database, tmp_path, hub={"admins": ["main:anna"]}) as hub:
        yield hub
        ice.thaw()


async def test_an_administrator_hears_of_it(hub: TelegramHub, ice: Freezer) -> None:
    vera = hub.customer("Vera")
    vera.writes("Hello")
    await hub.thread_of_dialog(1)
    await hub.until(lambda: hub.app.hub.admins.ids)
    ice.freeze()
    await hub.direct_message_appears("anna", "The hub’s database has not accepted anything since")
    ice.thaw()
    await hub.direct_message_appears("anna", "The hub’s database works again")
