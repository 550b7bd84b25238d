"""Operators' choices of what they are notified of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.automation.deadlines import DeadlineWatch
from bot.domain import Actor, RoleName
from bot.domain.account_rules import AccountRules, Deadlines
from bot.domain.notifications import DEFAULT_CHOICES, NotificationChoices
from bot.tasks.reminders import Reminders
from tests.core.helpers import accepted_dialog, register_operators, thread_of
from tests.core.test_automatic import set_rules
from tests.core.world import ANNA, BORIS, DESK, World, form_of, whisper_text
from tests.tools import called

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def chosen(world: World, who: Actor) -> NotificationChoices:
    async with world.store.read() as unit:
        known = await called(unit, DESK, who.user)
        assert known is not None
        return (await unit.preferences.of([known.id])).get(known.id, DEFAULT_CHOICES)


@pytest.mark.parametrize(
    ("off", "command"),
    [
        ("dialogs", "redirect @boris"),
        ("roles", "redirect sales"),
        ("added", "add @boris"),
        ("review", "forward @boris"),
        ("tasks", "assign @boris call tomorrow 15:00"),
    ],
)
async def test_what_is_turned_off_is_not_told(world: World, off: str, command: str) -> None:
    await register_operators(world, BORIS)
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris"]}))
    dialog = await accepted_dialog(world)
    await world.commands(BORIS, f"notifications {off} off")
    post, _ = world.desk.posts[thread_of(dialog)][0]
    await world.reacts(ANNA, dialog, post, "🔖")
    assert await world.commands(ANNA, command, dialog)
    await world.deliver()
    await world.deliver_after(1)
    assert [user for user, _ in world.desk.direct_messages if user == BORIS.user] == []


@pytest.mark.parametrize("off", ["held", ""])
async def test_an_owner_chooses_whether_to_be_told_of_held_messages(world: World, off: str) -> None:
    dialog = await accepted_dialog(world)
    if off:
        await world.commands(ANNA, f"notifications {off} off")
    await world.posts(BORIS, dialog, "We give you 20% off")
    await world.deliver()
    assert [user for user, _ in world.desk.direct_messages] == ([] if off else [ANNA.user])


async def test_deadlines_and_reminders_are_turned_off_too(world: World) -> None:
    await set_rules(world, AccountRules(deadlines=Deadlines(first=30, warning=5, escalate="bosses")))
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("bosses"): ["anna"]}))
    await world.commands(ANNA, "notifications deadlines off")
    await world.commands(ANNA, "notifications reminders off")
    await accepted_dialog(world)
    await world.commands(ANNA, "task call in 20 minutes")
    for _ in range(2):
        world.clock.advance(timedelta(minutes=26).total_seconds())
        await DeadlineWatch(world.hub).tick()
        await world.store.transact(Reminders(world.hub).tick)
    await world.deliver()
    assert [user for user, _ in world.desk.direct_messages if user == ANNA.user] == []


async def test_a_form_shows_the_choices_and_keeps_them(world: World) -> None:
    form = form_of(await world.commands(ANNA, "notifications"))
    on, way, morning = form.fields
    assert on.value == ",".join(option.value for option in on.options), "everything, until something is turned off"
    assert (way.value, morning.value) == ("thread", "off")
    said = whisper_text(await world.submits(ANNA, form, on="dialogs,added", way="direct", morning="09:00"))
    assert said == (
        "Notifications\nOn: dialogs redirected or assigned to you, being added to a dialog or removed from it\n"
        "Always by direct message\nMorning list at 09:00 (UTC)"
    )
    has = await chosen(world, ANNA)
    assert (has.direct, has.morning and has.morning.hour) == (True, 9)
    again = form_of(await world.commands(ANNA, "notifications"))
    assert [one.value for one in again.fields] == ["dialogs,added", "direct", "09:00"]


@pytest.mark.parametrize("words", ["deadlines", "morning 25:00", "morning noon", "everything off", "direct 1", "a b c"])
async def test_what_cannot_be_read_changes_nothing_and_is_explained(world: World, words: str) -> None:
    assert "Write for example" in whisper_text(await world.commands(ANNA, f"notifications {words}"))
    assert await chosen(world, ANNA) == DEFAULT_CHOICES


async def test_a_command_changes_one_thing(world: World) -> None:
    await world.commands(ANNA, "notifications direct on")
    await world.commands(ANNA, "notifications morning 7:30")
    await world.commands(ANNA, "notifications roles off")
    await world.commands(ANNA, "notifications Direct OFF")
    has = await chosen(world, ANNA)
    assert (has.direct, str(has.morning), set(has.off)) == (False, "07:30:00", {"roles"})
