"""Accounts that hub.toml no longer has: their dialogs stay in lists, search and reports, and can be closed and passed
on; nothing can be sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.app import account_names
from bot.domain import Account, AccountName, Dialog, Status
from tests.core.helpers import accepted_dialog, view_of
from tests.core.world import ANNA, BORIS, DESK, SHOP, World

SITE = AccountName("site")


@pytest.fixture
async def dialog(world: World) -> Dialog:
    """A dialog in progress, whose account is then removed."""
    dialog = await accepted_dialog(world)
    site = Account(SITE, "memory", "Our site", DESK, "support")
    world.hub = replace(world.hub, accounts={SITE: site}, bridges={}, removed=[])
    world.desk_events._hub, world.web_desk._hub = world.hub, world.hub
    async with world.store.read() as unit:
        assert await unit.accounts.with_chats() == [SHOP]
    world.hub.removed.append(SHOP)
    return dialog


async def said(world: World, words: str) -> str:
    shown = view_of(await world.commands(ANNA, words))
    return "\n".join([shown.title, *(row.text.characters for row in shown.rows)])


@pytest.mark.parametrize("words", ["all", "work", "mine", "search Hello", "contact Vera"])
async def test_lists_and_search_still_have_it_marked(world: World, dialog: Dialog, words: str) -> None:
    shown = await said(world, words)
    assert f"#{dialog.id}" in shown or "Vera" in shown
    assert "shop (no longer configured)" in shown


async def test_the_account_can_still_be_filtered_by_and_reported_on(world: World, dialog: Dialog) -> None:
    shown = view_of(await world.commands(ANNA, "all"))
    assert [one.label for one in shown.menus[0].options] == ["All accounts", "Our site", "shop (no longer configured)"]
    assert f"#{dialog.id}" in await said(world, "all shop")
    assert await world.web_desk.accounts(DESK, ANNA) == {SITE: "Our site", SHOP: "shop (no longer configured)"}


async def test_nothing_is_sent_and_the_author_is_told(world: World, dialog: Dialog) -> None:
    await world.posts(ANNA, dialog, "Good morning")
    await world.deliver()
    assert not world.channel.sent
    [(_, view)] = world.desk.whispers
    assert "no longer connected" in view.rows[0].text.characters


async def test_it_can_be_closed_and_passed_on(world: World, dialog: Dialog) -> None:
    await world.commands(BORIS, "help")
    await world.commands(ANNA, "redirect @boris", dialog)
    assert (await world.dialog(dialog.id)).status is Status.RETURNED
    await world.commands(BORIS, "accept", dialog)
    await world.commands(BORIS, "close Done", dialog)
    assert (await world.dialog(dialog.id)).status is Status.CLOSED


async def test_check_says_how_much_is_left(world: World, dialog: Dialog) -> None:
    [(section, finding)] = await account_names.findings(world.hub)
    assert section == "accounts.shop"
    assert finding.warning
    assert "1 open dialog" in finding.what
    assert 'former = ["shop"]' in finding.advice
    await world.commands(ANNA, "close Done", dialog)
    assert not await account_names.findings(world.hub)
