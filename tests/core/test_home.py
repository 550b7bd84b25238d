"""The workplace as a page of one's own: what it opens on, what its rows offer, accepting the next, searching there."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.app.home_refresh import HomeRefresh
from bot.domain import Actor, Belonging, HomeLeft, HomeOpened, Key, OperatorId, Place, Pressed, Status, Submitted
from bot.domain.access import person
from bot.domain.account_rules import AccountRules, Grant
from bot.handlers.homes import CURRENT_FOR
from bot.ports import Forged, Rejected, RejectReason, Transient
from bot.views.values import Answer, Ask, Button, Invalid, View
from storage import waker
from tests.core.helpers import open_dialog, register_operators, view_of
from tests.core.world import ANNA, BORIS, CLARA, DESK, SHOP, World, member, whisper_text

numbers = iter(range(10**6))


async def opens(world: World, who: Actor = ANNA) -> View:
    return view_of(await world.desk_events.accept(HomeOpened(Key(f"home {next(numbers)}"), who, Place(DESK))))


async def turns(world: World, to: Button, who: Actor = ANNA) -> View:
    """Presses a button on the page itself."""
    return view_of(await world.desk_events.accept(Pressed(Key(f"turn {next(numbers)}"), who, Place(DESK), to.token)))


async def enters(world: World, shown: View, words: str, who: Actor = ANNA) -> Answer:
    assert shown.entry is not None
    key = Key(f"entry {next(numbers)}")
    return await world.desk_events.accept(Submitted(key, who, Place(DESK), shown.entry.token, {"text": words}))


async def customers(world: World, *names: str) -> None:
    for name in names:
        await world.customer_writes(f"It is {name}", chat=name, name=name)
        world.clock.advance(60)
    await world.deliver()


def offered(view: View, number: int) -> list[str]:
    [row] = [row for row in view.rows if f"#{number} " in row.text.characters]
    return [one.word for one in row.beside]


def button(view: View, word: str, number: int = 0) -> Button:
    rows = [one for row in view.rows if f"#{number} " in row.text.characters for one in row.beside]
    return next(one for one in (*rows, *view.begun) if one.word == word)


async def test_it_opens_on_ones_own_dialogs_or_else_on_new_ones(world: World) -> None:
    await customers(world, "Vera", "Ivan")
    first = await opens(world)
    assert first.title == "New · 2 customers are waiting"
    await world.presses(ANNA, button(first, "accept", 1))
    assert (await opens(world)).title == "Mine · 1 customer is waiting"
    assert (await opens(world, BORIS)).title == "New · 1 customer is waiting"
    again = view_of(await world.presses(ANNA, Button("new", "", first.again)))
    assert again.title == "New · 1 customer is waiting", "the page that was drawn first is drawn anew"


async def test_rows_offer_accept_or_a_menu_of_what_can_be_done(world: World) -> None:
    await customers(world, "Vera", "Ivan", "Olga")
    await world.commands(ANNA, "accept #1")
    await world.commands(ANNA, "accept #2")
    await world.commands(ANNA, "close #2 Spam")
    shown = view_of(await world.presses(ANNA, next(one for one in (await opens(world)).tabs if one.word == "all")))
    assert offered(shown, 3) == ["accept"]
    assert offered(shown, 1) == ["close", "redirect", "no_reply", "add", "task"]
    closed = view_of(await world.presses(ANNA, next(one for one in shown.tabs if one.word == "closed")))
    assert offered(closed, 2)
    assert "close" not in offered(closed, 2)
    assert isinstance(await world.presses(ANNA, button(shown, "close", 1)), Ask)
    listed = view_of(await world.commands(ANNA, "all"))
    assert not any(row.beside for row in listed.rows), "other lists are short"
    assert not listed.again
    long = [one for row in shown.rows for one in row.beside if len(one.token) > 150]
    assert not long, "each fits into a menu"


async def test_a_row_that_is_out_of_date_says_who_was_quicker(world: World) -> None:
    await customers(world, "Vera")
    shown = await opens(world)
    await world.commands(BORIS, "accept #1")
    assert "Boris" in whisper_text(await world.presses(ANNA, button(shown, "accept", 1)))
    assert (await world.dialog(1)).responsible == 1 or (await opens(world, BORIS)).title.startswith("Mine")
    with pytest.raises(Forged):
        await world.presses(BORIS, button(shown, "accept", 1))


async def test_accept_next_takes_the_longest_waiting_that_one_may_accept(world: World) -> None:
    await customers(world, "Vera", "Ivan", "Olga")
    await register_operators(world, ANNA, BORIS, CLARA)
    await world.commands(ANNA, "redirect #1 @clara")
    shown = await opens(world)
    mine = view_of(await world.presses(ANNA, button(shown, "next")))
    assert mine.title == "Mine · 1 customer is waiting"
    assert mine.rows[0].text.characters == "✅ You have accepted #2 · Ivan."
    assert (await world.dialog(2)).status is Status.IN_PROGRESS
    said = whisper_text(await world.commands(BORIS, "next"))
    assert said == "✅ You have accepted #3 · Olga.", "the first one waits for Clara"
    assert whisper_text(await world.commands(BORIS, "next")) == "No dialog is waiting to be accepted."
    assert "#1 " in whisper_text(await world.commands(CLARA, "next"))


async def test_who_may_not_reply_is_offered_no_accept(world: World) -> None:
    await customers(world, "Vera")
    await register_operators(world, ANNA, BORIS)
    rules = AccountRules(grants=(Grant(person(OperatorId(2)), send=True),), everyone_reads=True)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    shown = await opens(world)
    assert "accept" not in offered(shown, 1)
    assert "No dialog" in whisper_text(await world.presses(ANNA, button(shown, "next")))
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, replace(rules, everyone_reads=False)))
    assert "Vera" not in whisper_text(await world.presses(ANNA, Button("new", "", shown.again)))


async def test_an_outsiders_page_says_why_and_shows_nothing(world: World) -> None:
    await customers(world, "Vera")
    shown = await opens(world)
    outsider = replace(ANNA, belongs=Belonging.OUTSIDER)
    answer = await world.presses(outsider, Button("new", "", shown.again))
    assert view_of(answer) == await opens(world, outsider)
    assert "Vera" not in whisper_text(answer)
    assert getattr(answer, "replaces", False), "it takes the place of what they saw"


@pytest.mark.parametrize(
    ("words", "found"),
    [("vera", True), ("“is Vera”", True), ("#1", True), ("<@U1> *x* `", False), ("x" * 300, False), ("", None)],
)
async def test_what_is_entered_is_searched_for(world: World, words: str, found: bool | None) -> None:
    await open_dialog(world, "It is Vera")
    answer = await enters(world, await opens(world), words)
    if found is None:
        assert answer == Invalid({"text": "Enter at least two letters."})
        return
    assert ("#1" in whisper_text(answer)) is found, whisper_text(answer)
    with pytest.raises(Forged):
        await enters(world, await opens(world), words, BORIS)


async def test_new_task_asks_in_a_form_and_needs_no_dialog(world: World) -> None:
    asked = await world.presses(ANNA, button(await opens(world), "task"))
    assert isinstance(asked, Ask)


# ---------------------------------------------------------------------------------- keeping it current


def watch(world: World) -> HomeRefresh:
    return HomeRefresh(world.hub, DESK, world.desk, waker(""))


def drawn(world: World) -> list[tuple[str, str]]:
    """Pages drawn unasked since the last call: the person and the title."""
    found = [(user, view.title) for user, view in world.desk.homes]
    world.desk.homes.clear()
    return found


async def test_an_open_page_is_redrawn_when_what_it_shows_has_changed(world: World) -> None:
    await customers(world, "Vera")
    await opens(world)
    await watch(world).look()
    assert drawn(world) == [], "it shows what there is"
    await customers(world, "Ivan")
    await watch(world).look()
    assert drawn(world) == [(ANNA.user, "New · 2 customers are waiting")]
    world.clock.advance(300)
    await watch(world).look()
    assert drawn(world) == [], "times are told by the reader's client; and another process knows what is drawn"


async def test_a_page_that_nobody_looks_at_costs_nothing(world: World) -> None:
    for leaving in (True, False):
        await opens(world)
        if leaving:
            await world.desk_events.accept(HomeLeft(Key("left"), ANNA, Place(DESK)))
        else:
            world.clock.advance(CURRENT_FOR.total_seconds())
        await customers(world, "Vera")
        await watch(world).look()
        assert drawn(world) == [], leaving
    async with world.store.read() as unit:
        assert [one.page for one in await unit.homes.of(DESK)] == [""], "its filters are forgotten"


async def test_who_loses_the_right_loses_what_their_page_shows(world: World) -> None:
    """Also on a page that nobody looks at: Slack would show it again at once, before it asks."""
    await customers(world, "Vera")
    await register_operators(world, ANNA, BORIS)
    await opens(world)
    world.clock.advance(CURRENT_FOR.total_seconds() * 2)
    only_boris = AccountRules(grants=(Grant(person(OperatorId(2)), send=True),), everyone_reads=False)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, only_boris))
    watching = watch(world)
    await watching.look()
    [(user, view)] = world.desk.homes
    assert user == ANNA.user
    assert "Vera" not in repr(view)
    await watching.look()
    assert len(world.desk.homes) == 1, "once"
    left = replace(ANNA, belongs=Belonging.OUTSIDER)
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, left))
    world.clock.advance(60)
    await watching.look()
    await watching.look()
    assert len(world.desk.homes) == 2, "and once more that they may no longer use the hub"


async def test_a_page_turned_to_meanwhile_is_not_lost(world: World) -> None:
    await customers(world, "Vera")
    shown = await opens(world)
    await customers(world, "Ivan")
    show, everything = world.desk.show_home, next(one for one in shown.tabs if one.word == "all")

    async def slowly(user: str, view: View) -> bool:
        if not world.desk.homes:
            await turns(world, everything)  # drawn by the press, then overwritten by what comes late
        return await show(user, view)

    world.desk.show_home = slowly  # type: ignore[method-assign]
    watching = watch(world)
    await watching.look()
    world.clock.advance(1)
    await watching.look()
    assert [title.partition(" ")[0] for _, title in drawn(world)] == ["New", "All"]
    world.clock.advance(1)
    await watching.look()
    assert drawn(world) == []


async def test_many_open_pages_under_load_take_turns_within_what_slack_allows(world: World) -> None:
    people = [member(f"U{number}", f"operator{number}", f"Operator {number}") for number in range(1, 21)]
    for one in people:
        await opens(world, one)
    watching = watch(world)
    refreshing = asyncio.create_task(watching.look())
    for number in range(30):
        await world.customer_writes(f"Hello {number}", chat=str(number), name=f"Vera {number}")
        if refreshing.done():
            refreshing = asyncio.create_task(watching.look())
        before = len(world.desk.homes)
        while world.clock.waiting == 0 and not refreshing.done():  # noqa: ASYNC110 - the clock says nothing
            await asyncio.sleep(0.001)
        world.clock.advance(1)
        assert len(world.desk.homes) - before <= 1, "at most one page a second"
    refreshing.cancel()
    users = [user for user, _ in world.desk.homes]
    assert len(users) >= 15
    assert all(users.count(one) <= users.count(other) + 1 for one in set(users) for other in set(users)), "in turn"


async def test_a_desk_that_asks_to_wait_is_not_asked_meanwhile(world: World) -> None:
    await customers(world, "Vera")
    for one in (ANNA, BORIS):
        await opens(world, one)
    await customers(world, "Ivan")
    world.desk.fail["show_home"] = [Transient("busy", 30.0)]
    looking = asyncio.create_task(watch(world).look())
    while world.clock.waiting == 0:  # noqa: ASYNC110 - the clock says nothing
        await asyncio.sleep(0.001)
    assert world.desk.calls.count("show_home") == 1
    world.clock.advance(30)
    await looking
    world.desk.fail["show_home"] = [Rejected(RejectReason.GONE, "no such user")]
    looking = asyncio.create_task(watch(world).look())
    while not looking.done():
        await asyncio.sleep(0.001)
        world.clock.advance(1)
    async with world.store.read() as unit:
        assert [one.operator.user for one in await unit.homes.of(DESK)] == [BORIS.user], "whom Slack no longer knows"
