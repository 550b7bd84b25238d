"""One continuing thread per contact: a dialog goes on where an earlier one ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import Dialog, Status
from bot.domain.account_rules import AccountRules, Threads
from bot.hub import parcels
from bot.ports import Rejected, RejectReason
from bot.ports.storage import Unit
from storage import SqlStore
from tests.clock import ManualClock
from tests.core.world import ANNA, BORIS, World
from tests.tools import FolderFiles

DIVIDER = "──  Dialog #2 · "


@pytest.fixture
def world(store: SqlStore, clock: ManualClock, tmp_path: Path) -> World:
    return World(store, clock, FolderFiles(tmp_path), AccountRules(threads=Threads.CONTACT))


async def two_dialogs(world: World) -> tuple[Dialog, Dialog]:
    """Two dialogs: Anna has closed the first, the second is new."""
    first = await world.dialog((await world.customer_writes("Hello")).dialog)
    await world.deliver()
    first = await world.dialog(first.id)
    await world.posts(ANNA, first, "Good morning")
    await world.commands(ANNA, "close done", first)
    await world.deliver()
    second = await world.dialog((await world.customer_writes("It is me again")).dialog)
    await world.deliver()
    return await world.dialog(first.id), await world.dialog(second.id)


async def test_a_new_dialog_goes_on_in_the_thread_of_the_last(world: World) -> None:
    first, second = await two_dialogs(world)
    assert (second.thread, second.channel, second.continues) == (first.thread, first.channel, first.id)
    assert world.desk.calls.count("open") == 1
    *_, closed, divider, words = world.thread_texts(second)
    assert "Anna closed the dialog" in closed
    assert divider.startswith(DIVIDER)
    assert words == "It is me again"


async def test_what_is_written_in_the_thread_is_about_the_latest_dialog(world: World) -> None:
    first, second = await two_dialogs(world)
    await world.posts(BORIS, first, "Good evening")
    await world.deliver()
    assert world.customer_sees() == ["Good morning", "Good evening"]
    second = await world.dialog(second.id)
    assert second.status is Status.IN_PROGRESS
    assert (await world.dialog(first.id)).responsible != second.responsible


async def test_the_card_is_the_latest_dialog_s(world: World) -> None:
    first, second = await two_dialogs(world)
    assert second.thread is not None
    await world.store.transact(lambda unit: _refresh(unit, first, world))
    await world.deliver()
    card = world.desk.cards[second.thread]
    assert (card.dialog, card.open) == (second.id, True)


async def _refresh(unit: Unit, dialog: Dialog, world: World) -> None:
    """Changes an ended dialog."""
    await parcels.refresh_card(unit, dialog, world.clock.now())


async def test_a_star_on_an_earlier_dialog_s_words_is_that_one_s(world: World) -> None:
    first, second = await two_dialogs(world)
    assert first.thread is not None
    post = next(post for post, shown in world.desk.posts[first.thread] if shown.content.text.characters == "Hello")
    await world.reacts(ANNA, second, post, "⭐")
    [hello, *_] = await world.messages(first)
    assert hello.important


async def test_words_of_an_earlier_dialog_are_chosen_with_those_of_the_present_one(world: World) -> None:
    first, second = await two_dialogs(world)
    assert first.thread is not None
    await world.commands(BORIS, "help")
    posts = {shown.content.text.characters: post for post, shown in world.desk.posts[first.thread]}
    for words in ("Hello", "It is me again"):
        await world.reacts(ANNA, second, posts[words], "🔖")
    await world.commands(ANNA, "forward @boris", second)
    await world.deliver()
    review = await world.dialog(3)
    assert review.source == second.id
    assert review.thread is not None
    copies = [copy for _, post in world.desk.posts[review.thread] for copy in post.content.forwarded]
    assert [one.content.text.characters for one in copies] == ["Hello", "It is me again"]


async def test_the_order_holds_while_the_desk_is_away(world: World) -> None:
    """Everything of the first dialog comes before the second one's divider, even when no thread is open yet."""
    first = await world.dialog((await world.customer_writes("Hello")).dialog)
    await world.commands(ANNA, f"close #{first.id} done")
    await world.customer_writes("Again")
    assert (await world.dialog(2)).thread is None
    await world.deliver()
    await world.deliver_after(2)  # cards wait for the thread
    first, second = await world.dialog(first.id), await world.dialog(2)
    assert first.thread == second.thread is not None
    hello, closed, divider, again = world.thread_texts(first)
    assert (hello, again) == ("Hello", "Again")
    assert "closed the dialog" in closed
    assert divider.startswith(DIVIDER)
    assert world.desk.cards[second.thread].dialog == second.id


async def test_a_thread_that_was_deleted_goes_on_in_another(world: World) -> None:
    first, second = await two_dialogs(world)
    world.desk.fail["post"] = [Rejected(RejectReason.GONE, "thread_not_found")]
    await world.customer_writes("still there?")
    await world.deliver()
    moved = await world.dialog(second.id)
    assert moved.thread not in (None, first.thread)
    await world.commands(ANNA, "close done", moved)
    await world.customer_writes("and again")
    await world.deliver()
    assert (await world.dialog(3)).thread == moved.thread


async def test_another_contact_has_another_thread(world: World) -> None:
    first, _ = await two_dialogs(world)
    other = await world.dialog((await world.customer_writes("Hi", chat="8", name="Oleg")).dialog)
    await world.deliver()
    other = await world.dialog(other.id)
    assert other.continues is None
    assert other.thread != first.thread


async def test_the_board_shows_the_whole_thread(world: World) -> None:
    first, second = await two_dialogs(world)
    page = await world.web_desk.page(second.desk, ANNA, second.id)
    assert page is not None
    words = [shown.message.content.text.characters or shown.words.characters for shown in page.shown]
    assert (words[0], words[-1]) == ("Hello", "It is me again")
    assert any(one.startswith(DIVIDER) for one in words)
    earlier = await world.web_desk.page(first.desk, ANNA, first.id)
    assert earlier is not None
    assert {shown.message.dialog for shown in earlier.shown} == {first.id}


async def test_a_thread_per_dialog_is_the_default(store: SqlStore, clock: ManualClock, tmp_path: Path) -> None:
    first, second = await two_dialogs(World(store, clock, FolderFiles(tmp_path)))
    assert second.continues is None
    assert second.thread != first.thread


async def test_people_who_were_parted_do_not_share_a_thread(world: World) -> None:
    """Otherwise an answer to one would reach the other."""
    vera = await world.dialog((await world.customer_writes("Hello", "1")).dialog)
    twin = await world.dialog((await world.customer_writes("Hi", "2")).dialog)
    await world.commands(ANNA, f"close #{twin.id} done")
    await world.commands(ANNA, f"merge #{vera.id} #{twin.id}")
    await world.commands(ANNA, f"close #{vera.id} done")
    await world.customer_writes("It is me on my other phone", "1")
    shared = await world.dialog(3)
    assert shared.continues == twin.id
    await world.store.transact(lambda unit: unit.merges.undo(1, world.clock.now()))
    again = await world.dialog((await world.customer_writes("And I am the other one", "2")).dialog)
    assert (again.contact, again.continues) == (twin.contact, None)
