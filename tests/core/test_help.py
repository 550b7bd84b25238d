"""Help: the commonest first, the rest in groups, and in a thread only what can be done there."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.actions import ACTIONS
from bot.actions.help import COMMONEST, GROUPS
from bot.domain import Dialog
from bot.domain.account_rules import AccountRules, Grant
from bot.views.values import Answer
from storage import SqlStore
from tests.clock import ManualClock
from tests.core.helpers import accepted_dialog, open_dialog, view_of
from tests.core.world import ANNA, BORIS, World, member
from tests.tools import FolderFiles

BOSS = member("U9", "boss", "Boss")
NAMES = [name for name, _, _ in GROUPS]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def words_of(answer: Answer, prefix: str = "/dialog") -> list[str]:
    (_, *rows) = view_of(answer).rows
    assert all(row.text.characters.startswith(f"{prefix} ") for row in rows)
    return [row.text.characters.split()[1] for row in rows]


async def everything(world: World, dialog: Dialog | None) -> set[str]:
    found: list[str] = []
    for name in NAMES:
        answer = await world.commands(BOSS, f"help {name}", dialog)
        found += words_of(answer, "/dialog" if dialog is None else "@hub")
    assert len(found) == len(set(found))
    return set(found)


async def test_the_ten_commonest_come_first_and_the_rest_in_five_groups(world: World) -> None:
    first = await world.commands(BOSS, "help")
    assert words_of(first) == list(COMMONEST)
    tabs = [one.label for one in view_of(first).tabs]
    assert tabs == ["Most used", "Dialog", "Messages", "Contact", "Tasks", "Workplace"]
    assert await everything(world, None) == set(ACTIONS)
    contact = await world.presses(BOSS, view_of(first).tabs[3])
    assert "merge" in words_of(contact)
    assert words_of(await world.commands(BOSS, "help unblock")) == words_of(contact)
    assert "settings" not in words_of(await world.commands(BORIS, "help workplace"))


async def test_in_a_thread_only_what_can_be_done_there(world: World) -> None:
    dialog = await open_dialog(world)
    new = await everything(world, dialog)
    assert {"accept", "search", "note"} <= new
    assert not {"read", "unblock"} & new
    dialog = await accepted_dialog(world)
    assert "accept" not in await everything(world, dialog)
    assert "reply to the customer" in str(view_of(await world.commands(ANNA, "help", dialog)).rows[0])
    await world.commands(ANNA, "close done", dialog)
    closed = await everything(world, dialog)
    assert not {"close", "redirect", "reply", "no_reply"} & closed
    assert {"files", "contact", "task"} <= closed
    assert "is closed" in str(view_of(await world.commands(ANNA, "help", dialog)).rows[0])


async def test_without_the_right_to_reply_help_says_so(store: SqlStore, clock: ManualClock, tmp_path: Path) -> None:
    rules = AccountRules(grants=(Grant("anna"),), everyone_reads=True)
    world = World(store, clock, FolderFiles(tmp_path), rules)
    answer = await world.commands(BORIS, "help", await open_dialog(world))
    assert "stays internal" in str(view_of(answer).rows[0])
    assert "search" in words_of(answer, "@hub")
    assert not {"accept", "close", "redirect"} & set(words_of(answer, "@hub"))
