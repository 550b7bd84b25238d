"""Reactions to a card: they accept and close, and no customer is shown them."""

from __future__ import annotations

import pytest

from bot.domain import Actor, Belonging, Dialog, PostId, Status
from bot.domain.account_rules import AccountRules
from bot.views.values import Ask, Silent
from tests.core.helpers import open_dialog, thread_of, view_of
from tests.core.test_interests import rules
from tests.core.world import ANNA, BORIS, World

REASONS = AccountRules(reasons=("Purchased", "Spam"), reason_required=True)
STRANGER = Actor("U9", "eve", belongs=Belonging.FOREIGN)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def react(world: World, who: Actor, dialog: Dialog, emoji: str, *, on: bool = True) -> object:
    answer = await world.reacts(who, dialog, PostId(thread_of(dialog)), emoji, on=on)
    await world.deliver()
    return answer


@pytest.mark.parametrize("hand", ["✋", "✋🏽", "🖐️"])
async def test_a_hand_accepts(world: World, hand: str) -> None:
    dialog = await open_dialog(world)
    await react(world, ANNA, dialog, hand)
    assert (await world.dialog(dialog.id)).status is Status.IN_PROGRESS
    assert "✋ Anna accepted the dialog" in world.thread_texts(dialog)
    assert "already accepted" in str(await react(world, BORIS, dialog, hand)), "the first one has it"
    await react(world, ANNA, dialog, hand, on=False)
    assert (await world.dialog(dialog.id)).responsible is not None, "what is done stays"


async def test_a_flag_closes_where_no_reason_is_needed(world: World) -> None:
    dialog = await open_dialog(world)
    assert await react(world, ANNA, dialog, "🏁", on=False) == Silent()
    assert (await world.dialog(dialog.id)).open
    await react(world, ANNA, dialog, "🏁")
    assert (await world.dialog(dialog.id)).status is Status.CLOSED


async def test_a_flag_asks_for_the_reason_in_buttons(world: World) -> None:
    await rules(world, REASONS)
    dialog = await open_dialog(world)
    asked = view_of(await react(world, ANNA, dialog, "🏁"))  # type: ignore[arg-type]
    assert (await world.dialog(dialog.id)).open
    spam = next(one for row in asked.rows for one in row.buttons if one.label == "Spam")
    form = next(one for row in asked.rows for one in row.buttons if "comment" in one.label)
    assert isinstance(await world.presses(ANNA, form), Ask)
    assert "Spam" in str(await world.presses(ANNA, spam)), "in the place of the buttons"
    closed = await world.dialog(dialog.id)
    assert (closed.status, closed.reason) == (Status.CLOSED, "Spam")


async def test_many_reasons_are_in_one_picker(world: World) -> None:
    await rules(world, AccountRules(reasons=tuple(f"Reason {number}" for number in range(40)), reason_required=True))
    asked = view_of(await react(world, ANNA, await open_dialog(world), "🏁"))  # type: ignore[arg-type]
    assert len([one for row in asked.rows for one in row.buttons]) == 2


async def test_who_may_not_is_told_so_before_anything_is_asked(world: World) -> None:
    await rules(world, REASONS)
    dialog = await open_dialog(world)
    await world.commands(ANNA, "accept", dialog)
    assert "Anna is handling this dialog" in str(await react(world, BORIS, dialog, "🏁"))
    assert await react(world, STRANGER, dialog, "🏁") == Silent()
    assert (await world.dialog(dialog.id)).open


@pytest.mark.parametrize("emoji", ["✋", "🏁"])
async def test_on_a_customers_message_they_do_nothing_and_go_nowhere(world: World, emoji: str) -> None:
    dialog = await open_dialog(world)
    [(post, _)] = world.desk.posts[thread_of(dialog)]
    assert "card" in str(await world.reacts(ANNA, dialog, post, emoji))
    await world.deliver()
    assert (await world.dialog(dialog.id)).status is Status.NEW
    assert world.channel.reacted == []
