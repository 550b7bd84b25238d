"""Edits and withdrawals that come before their message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.automation.early_edits import EarlyEdits
from bot.domain import ChatId, Content, CustomerDeleted, CustomerEdited, CustomerWrote, ForeignId, Profile
from bot.domain.text import Text
from tests.core.helpers import open_dialog
from tests.core.world import SHOP, World

CHAT, REF = ChatId("7"), ForeignId("unknown")
EDIT = CustomerEdited(CHAT, REF, Content(Text.plain("Elm St 5")), Profile(name="Vera"))
MESSAGE = CustomerWrote(CHAT, REF, Content(Text.plain("Elm St 4")), Profile(name="Vera"))


def keeps_order(world: World) -> None:
    world.channel.limits = replace(world.channel.limits, in_order=True)


async def passes(world: World, seconds: float) -> None:
    world.clock.advance(seconds)
    await EarlyEdits(world.hub, {SHOP: world.channel_updates.show_early}).tick()
    await world.deliver()


async def a_minute_passes(world: World) -> None:
    await passes(world, 61)


async def test_where_order_is_kept_an_unknown_edit_is_shown_at_once(world: World) -> None:
    keeps_order(world)
    dialog = await open_dialog(world)
    await world.channel_delivers(EDIT)
    await world.deliver()
    assert world.thread_texts(dialog) == ["Hello", "Elm St 5\n✏️ edited"]


async def test_an_unknown_edit_opens_a_dialog_as_a_message_does(world: World) -> None:
    keeps_order(world)
    outcome = await world.channel_delivers(EDIT)
    await world.deliver()
    assert world.thread_texts(await world.dialog(outcome.dialog)) == ["Elm St 5\n✏️ edited"]


@pytest.mark.parametrize("known", [True, False], ids=["known customer", "new customer"])
async def test_a_message_that_comes_later_takes_the_words_of_its_edit(world: World, known: bool) -> None:
    if known:
        await open_dialog(world)
    await world.channel_delivers(EDIT)
    outcome = await world.channel_delivers(MESSAGE)
    await a_minute_passes(world)
    assert world.thread_texts(await world.dialog(outcome.dialog))[-1] == "Elm St 5\n✏️ edited"
    assert len(await world.messages(await world.dialog(outcome.dialog))) == 1 + known


async def test_an_edit_whose_message_never_comes_is_shown_after_a_minute(world: World) -> None:
    dialog = await open_dialog(world)
    await world.channel_delivers(EDIT)
    await passes(world, 50)
    assert world.thread_texts(dialog) == ["Hello"]
    await a_minute_passes(world)
    await a_minute_passes(world)
    assert world.thread_texts(dialog) == ["Hello", "Elm St 5\n✏️ edited"]


@pytest.mark.parametrize("in_order", [True, False])
async def test_the_message_of_an_edit_that_stands_adds_nothing(world: World, in_order: bool) -> None:
    if in_order:
        keeps_order(world)
    dialog = await open_dialog(world)
    await world.channel_delivers(EDIT)
    await a_minute_passes(world)
    world.clock.advance(timedelta(days=2).total_seconds())
    await world.channel_delivers(MESSAGE)
    await a_minute_passes(world)
    assert world.thread_texts(dialog) == ["Hello", "Elm St 5\n✏️ edited"]


async def test_the_last_of_several_edits_counts_and_later_ones_change_it(world: World) -> None:
    dialog = await open_dialog(world)
    await world.channel_delivers(EDIT)
    await world.channel_delivers(replace(EDIT, content=Content(Text.plain("Elm St 6"))))
    await a_minute_passes(world)
    assert world.thread_texts(dialog) == ["Hello", "Elm St 6\n✏️ edited"]
    await world.channel_delivers(replace(EDIT, content=Content(Text.plain("Elm St 7"))))
    await world.deliver()
    assert world.thread_texts(dialog)[1] == "Elm St 7\n✏️ edited"


@pytest.mark.parametrize("edited", [True, False])
async def test_a_withdrawal_is_remembered_for_a_week(world: World, edited: bool) -> None:
    dialog = await open_dialog(world)
    if edited:
        await world.channel_delivers(EDIT)
    await world.channel_delivers(CustomerDeleted(CHAT, REF))
    await world.channel_delivers(EDIT, "a repeated edit")
    world.clock.advance(timedelta(days=6).total_seconds())
    await a_minute_passes(world)
    assert world.thread_texts(dialog) == ["Hello"]
    await world.channel_delivers(MESSAGE)
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "Elm St 4\n🗑 deleted by the customer"


async def test_after_a_week_it_is_forgotten(world: World) -> None:
    dialog = await open_dialog(world)
    await world.channel_delivers(CustomerDeleted(CHAT, REF))
    world.clock.advance(timedelta(days=8).total_seconds())
    await a_minute_passes(world)
    await world.channel_delivers(MESSAGE)
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "Elm St 4"
