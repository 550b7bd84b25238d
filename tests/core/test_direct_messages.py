"""Direct messages about dialogs: who did what, in which dialog, the customer's words, and what to press next."""

from __future__ import annotations

import pytest

from bot.automation.deadlines import DeadlineWatch
from bot.domain import RoleName, Status
from bot.domain.account_rules import AccountRules, Deadlines, Grant
from bot.hub.parcels import THREAD_OPENS_IN
from bot.ports import Availability, Transient
from bot.views.values import Row, Whisper
from tests.core.helpers import accepted_dialog, open_dialog, register_operators
from tests.core.test_automatic import set_rules
from tests.core.test_departures import number_of
from tests.core.world import ANNA, BORIS, CLARA, World, button, member

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ABOUT = "#1 · Vera · Shop bot"


async def told(world: World, user: str) -> list[Row]:
    await world.deliver()
    return [row for who, view in world.desk.direct_messages if who == user for row in view.rows]


def labels(row: Row) -> list[str]:
    return [one.label for one in row.buttons]


async def test_a_redirected_dialog_is_told_with_its_words_and_accepted_from_there(world: World) -> None:
    await register_operators(world, BORIS)
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "Hello, one moment")
    await world.customer_writes("Do you deliver to Kazan?")
    await world.commands(ANNA, "redirect @boris please look", dialog)
    [row] = await told(world, BORIS.user)
    assert row.text.characters == f"↪️ Anna redirected {ABOUT} to you: please look\n“Do you deliver to Kazan?”"
    assert labels(row) == ["Accept", "Open"]
    [link] = {span.link for span in row.text.spans if span.link}
    assert link == row.buttons[-1].url == f"https://desk.test/{dialog.thread}"
    answer = await world.presses(BORIS, row.buttons[0])
    assert isinstance(answer, Whisper), "said where it was pressed"
    assert (await world.dialog(dialog.id)).status is Status.IN_PROGRESS


@pytest.mark.parametrize(
    ("words", "said", "offered"),
    [
        ("add @boris", f"➕ Anna added you as a co-executor to {ABOUT}\n“Hello”", ["Open"]),
        ("redirect sales look", f"↪️ Anna redirected {ABOUT} to your role “sales”: look\n“Hello”", ["Accept", "Open"]),
    ],
)
async def test_other_notices_name_the_dialog_and_its_customer_too(
    world: World, words: str, said: str, offered: list[str]
) -> None:
    await register_operators(world, BORIS)
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris"]}))
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, words, dialog)
    [row] = await told(world, BORIS.user)
    assert (row.text.characters, labels(row)) == (said, offered)


async def test_a_removed_co_executor_is_told_without_the_customers_words(world: World) -> None:
    await register_operators(world, BORIS)
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "add @boris", dialog)
    await world.commands(ANNA, "remove @boris", dialog)
    *_, row = await told(world, BORIS.user)
    assert row.text.characters == f"➖ Anna removed you from the co-executors of {ABOUT}"


async def test_the_button_leads_to_the_thread_once_it_is_open(world: World) -> None:
    await register_operators(world, BORIS)
    await set_rules(world, AccountRules(responsible=await number_of(world, BORIS)))
    dialog = await open_dialog(world)
    await world.deliver_after(THREAD_OPENS_IN)
    [row] = await told(world, BORIS.user)
    assert row.text.characters == f"📌 {ABOUT} is assigned to you as the default owner"
    assert [(one.label, one.url) for one in row.buttons] == [("Open", f"https://desk.test/{dialog.thread}")]


async def test_of_a_role_those_who_may_read_are_told_and_those_who_may_reply_can_accept(world: World) -> None:
    await register_operators(world, ANNA, BORIS, CLARA)
    numbers = [await number_of(world, one) for one in (BORIS, CLARA)]
    await world.store.transact(lambda unit: unit.operators.set_role(RoleName("sales"), [*numbers]))
    anna = await number_of(world, ANNA)
    grants = (Grant(anna), Grant(numbers[0], send=False))
    await set_rules(world, AccountRules(grants=grants, everyone_reads=False))
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "redirect sales", dialog)
    [row] = await told(world, BORIS.user)
    assert labels(row) == ["Open"]
    assert await told(world, CLARA.user) == []


async def test_at_most_ten_of_a_role_are_told(world: World) -> None:
    many = [member(f"M{n}", f"m{n}", f"M {n}") for n in range(12)]
    await register_operators(world, *many)
    numbers = [await number_of(world, one) for one in many]
    await world.store.transact(lambda unit: unit.operators.set_role(RoleName("sales"), numbers))
    await world.commands(ANNA, "redirect sales", await accepted_dialog(world))
    await world.deliver()
    assert len({user for user, _ in world.desk.direct_messages}) == 10


async def test_the_second_of_a_role_who_accepts_learns_who_was_faster(world: World) -> None:
    await register_operators(world, BORIS, CLARA)
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris", "clara"]}))
    await world.commands(ANNA, "redirect sales", await accepted_dialog(world))
    await world.deliver()
    views = dict(world.desk.direct_messages)
    await world.presses(BORIS, button(views[BORIS.user], "accept"))
    late = await world.presses(CLARA, button(views[CLARA.user], "accept"))
    assert isinstance(late, Whisper)
    assert late.view.rows[0].text.characters == "Boris has already accepted this dialog."


AWAY, DISTURBED = Availability.AWAY, Availability.DISTURBED


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ({}, {"U2", "U3"}),
        ({"U2": AWAY}, {"U3"}),
        ({"U3": DISTURBED}, {"U2"}),
        ({"U2": AWAY, "U3": DISTURBED}, {"U2"}),
        ({"U2": DISTURBED, "U3": DISTURBED}, {"U2", "U3"}),
    ],
)
async def test_of_a_role_those_who_are_there_are_told(
    world: World, states: dict[str, Availability], told: set[str]
) -> None:
    await register_operators(world, BORIS, CLARA)
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris", "clara"]}))
    world.desk.states = states
    await world.commands(ANNA, "redirect sales", await accepted_dialog(world))
    await world.deliver()
    assert {user for user, _ in world.desk.direct_messages} == told


async def test_a_deadline_skips_who_does_not_want_to_be_disturbed_and_a_desk_that_cannot_tell_skips_nobody(
    world: World,
) -> None:
    await register_operators(world, BORIS, CLARA)
    await set_rules(world, AccountRules(deadlines=Deadlines(first=30, warning=0, escalate="sales")))
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris", "clara"]}))
    world.desk.states = {CLARA.user: DISTURBED}
    for chat, told in (("7", [BORIS.user]), ("8", [BORIS.user, CLARA.user])):
        world.desk.direct_messages.clear()
        await world.customer_writes("Hello", chat)
        world.clock.advance(1860)
        await DeadlineWatch(world.hub).tick()
        await world.deliver()
        assert sorted(user for user, _ in world.desk.direct_messages) == told
        world.desk.fail["availability"] = [Transient("too many requests")]
