"""Previews of links to dialogs: for whoever may read them, and with nothing about the customer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import Belonging, DialogId
from bot.domain.account_rules import AccountRules, Grant
from storage import SqlStore
from tests.clock import ManualClock
from tests.core.helpers import open_dialog
from tests.core.world import ANNA, BORIS, CLARA, World
from tests.tools import FolderFiles


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_a_preview_names_no_customer_and_only_readers_get_one(
    store: SqlStore, clock: ManualClock, tmp_path: Path
) -> None:
    rules = AccountRules(grants=(Grant("anna"), Grant("clara")), everyone_reads=False)
    world = World(store, clock, FolderFiles(tmp_path), rules)
    for person in (ANNA, BORIS, CLARA):
        await world.commands(person, "help")
    dialog = await open_dialog(world, "my card is 4111")
    await world.commands(ANNA, "rename Vera's card", dialog)
    known = await world.desk_events.previews(ANNA, [dialog.id, DialogId(999)])
    assert list(known) == [dialog.id]
    (row,) = known[dialog.id].rows
    assert row.text.characters == "🆕 #1 · Shop bot · New"
    assert [(one.label, one.url, one.token) for one in row.buttons] == [("Open", "https://desk.test/t1", "")]
    assert "Vera" not in repr(known)
    assert await world.desk_events.previews(BORIS, [dialog.id]) == {}
    assert await world.desk_events.previews(replace(CLARA, belongs=Belonging.BOT), [dialog.id]) == {}
    assert await world.desk_events.previews(replace(CLARA, user="U77"), [dialog.id]) == {}


@pytest.mark.parametrize("now", [Belonging.OUTSIDER, Belonging.GUEST, Belonging.FOREIGN])
async def test_who_no_longer_belongs_to_the_desk_gets_no_preview(world: World, now: Belonging) -> None:
    dialog = await open_dialog(world)
    await world.commands(ANNA, "help")
    assert list(await world.desk_events.previews(replace(ANNA, belongs=Belonging.UNKNOWN), [dialog.id])) == [dialog.id]
    assert await world.desk_events.previews(replace(ANNA, belongs=now), [dialog.id]) == {}
