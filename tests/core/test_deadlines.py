"""The reply deadline: the warning, the role that is notified, and the card."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.automation.deadlines import DeadlineWatch, answer_by
from bot.automation.pinned_names import Pins
from bot.domain import (
    Actor,
    ChatId,
    ContactId,
    Content,
    CustomerLeft,
    CustomerWrote,
    Dialog,
    DialogId,
    ForeignId,
    Key,
    RoleName,
    Update,
)
from bot.domain.account_rules import FIRST_DEADLINES, AccountRules, DaySpan, Deadlines, FirstLine, Hours
from bot.domain.text import Style, Text
from tests.core.helpers import card_of, open_dialog
from tests.core.test_automatic import hour, set_rules
from tests.core.world import ANNA, BORIS, DESK, SHOP, World, member
from tests.waiting import FACT

LIMITS = AccountRules(deadlines=Deadlines(first=30, following=10, warning=5, escalate="bosses"))
OFFICE = Hours(days=((DaySpan(time(9), time(13)), DaySpan(time(14), time(18))),) * 5 + ((), ()))
BOSS = member("U9", "carla", "Carla")
WAITING = Dialog(DialogId(1), SHOP, ChatId("7"), ContactId(1), DESK, "support", datetime(2026, 3, 1, tzinfo=UTC))


@pytest.fixture
async def timed(world: World) -> World:
    await set_rules(world, LIMITS)
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("bosses"): ["carla"]}))
    await world.commands(BOSS, "help")
    return world


async def passes(world: World, minutes: float) -> None:
    """Moves the clock, then runs the timer twice: nothing may be sent twice."""
    world.clock.advance(minutes * 60)
    for _ in range(2):
        await DeadlineWatch(world.hub).tick()
    await world.deliver()


def alarms(world: World, dialog: Dialog) -> list[str]:
    return [words for words in world.thread_texts(dialog) if words[0] in "⏰⌛"]


def direct_messages(world: World, actor: Actor) -> list[str]:
    views = [view for user, view in world.desk.direct_messages if user == actor.user]
    return ["\n".join([view.title, *(row.text.characters for row in view.rows)]).strip() for view in views]


def fact(world: World, dialog: Dialog) -> tuple[str, bool]:
    """The reply deadline on the card, and whether it is highlighted."""
    found = next((fact.value for fact in card_of(world, dialog).facts if fact.label == "Reply by"), None)
    if found is None:
        return "", False
    return found.characters, any(span.style & Style.BOLD for span in found.spans)


NEARS = "⏰ The customer is waiting: reply by 2 Mar, 09:30"
OVER = "⌛ Reply overdue since 2 Mar, 09:30; the customer is still waiting"


async def test_a_warning_and_then_the_role(timed: World) -> None:
    dialog = await open_dialog(timed)
    assert fact(timed, dialog) == ("2 Mar, 09:30", False)
    await passes(timed, 24.9)
    assert alarms(timed, dialog) == []
    await passes(timed, 0.1)
    assert alarms(timed, dialog) == [NEARS]
    await passes(timed, 4.9)
    assert direct_messages(timed, BOSS) == []
    await passes(timed, 0.1)
    assert alarms(timed, dialog) == [NEARS, OVER]
    assert fact(timed, dialog) == ("2 Mar, 09:30 · overdue", True)
    assert [view.urgent for user, view in timed.desk.direct_messages if user == BOSS.user] == [True]
    assert direct_messages(timed, BOSS) == [
        "⌛ Reply overdue in 1 dialog\n#1 · Vera · Shop bot · waiting since 2 Mar, 09:00"
    ]
    await passes(timed, 600)
    assert len(alarms(timed, dialog)) == 2
    assert len(direct_messages(timed, BOSS)) == 1


async def test_an_answer_in_time_is_the_end_of_it(timed: World) -> None:
    dialog = await open_dialog(timed)
    await passes(timed, 20)
    await timed.posts(ANNA, dialog, "Good morning")
    await passes(timed, 60)
    assert alarms(timed, dialog) == []
    assert fact(timed, dialog) == ("", False)


async def test_the_following_answers_have_a_time_of_their_own(timed: World) -> None:
    dialog = await open_dialog(timed)
    await timed.posts(ANNA, dialog, "Good morning")
    await passes(timed, 60)
    await open_dialog(timed, "And?")
    assert fact(timed, dialog) == ("2 Mar, 10:10", False)
    await passes(timed, 5)
    assert alarms(timed, dialog) == ["⏰ The customer is waiting: reply by 2 Mar, 10:10"]
    assert direct_messages(timed, ANNA) == ["⏰ Reply by 2 Mar, 10:10: #1 · Vera · Shop bot\n“And?”"]
    await timed.posts(ANNA, dialog, "So")
    await open_dialog(timed, "And then?")  # another wait, with a deadline of its own
    await passes(timed, 5)
    assert len(alarms(timed, dialog)) == 2


async def test_the_role_that_the_dialog_waits_for_is_warned(timed: World) -> None:
    await timed.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris"]}))
    await timed.commands(BORIS, "help")
    dialog = await open_dialog(timed)
    await timed.commands(ANNA, "redirect sales", dialog)
    await timed.deliver()
    timed.desk.direct_messages.clear()
    await passes(timed, 25)
    assert direct_messages(timed, BORIS) == ["⏰ Reply by 2 Mar, 09:30: #1 · Vera · Shop bot\n“Hello”"]


async def test_only_business_hours_count(timed: World) -> None:
    await set_rules(timed, replace(LIMITS, hours=OFFICE))
    timed.clock.advance(hour(17.75))
    dialog = await open_dialog(timed)
    assert fact(timed, dialog) == ("3 Mar, 09:15", False)
    await passes(timed, 14 * 60)
    assert alarms(timed, dialog) == []
    await passes(timed, 85)  # ten past nine
    assert alarms(timed, dialog) == ["⏰ The customer is waiting: reply by 3 Mar, 09:15"]
    await passes(timed, 5)
    assert len(alarms(timed, dialog)) == 2


async def test_what_came_while_the_hub_was_away_is_told_once_when_it_is_back(timed: World) -> None:
    dialog = await open_dialog(timed)
    await passes(timed, 300)
    assert alarms(timed, dialog) == [OVER]  # a warning now would be too late


async def test_many_at_once_are_one_message(timed: World) -> None:
    for number in range(120):
        await timed.customer_writes("Hello", f"c{number}", f"Nick {number}")
    await timed.deliver(400)
    timed.clock.advance(1800)
    await DeadlineWatch(timed.hub).tick()
    await timed.deliver(400)
    assert [len(view.rows) for user, view in timed.desk.direct_messages if user == BOSS.user] == [50, 50, 20]


async def test_new_rules_hold_for_those_who_wait_already(timed: World) -> None:
    await set_rules(timed, AccountRules())
    dialog = await open_dialog(timed)
    assert fact(timed, dialog) == ("", False)
    await passes(timed, 60)
    assert alarms(timed, dialog) == []
    await set_rules(timed, LIMITS)
    await passes(timed, 0)
    assert alarms(timed, dialog) == [OVER]


async def test_no_warning_where_none_is_wanted(timed: World) -> None:
    await set_rules(timed, replace(LIMITS, deadlines=Deadlines(first=30, warning=0)))
    dialog = await open_dialog(timed)
    await passes(timed, 29)
    assert alarms(timed, dialog) == []
    await passes(timed, 1)
    assert alarms(timed, dialog) == [OVER]
    assert direct_messages(timed, BOSS) == []


@pytest.mark.parametrize("boss", [False, True])
async def test_an_owner_who_got_no_warning_is_told_once_when_it_is_overdue(timed: World, boss: bool) -> None:
    """Without a warning, or when the hub was down at its time; `boss`: she is of the role that is told, too."""
    await set_rules(timed, replace(LIMITS, deadlines=Deadlines(following=5, warning=5, escalate="bosses")))
    if boss:
        await timed.store.transact(lambda unit: unit.operators.set_role(RoleName("bosses"), ["anna"]))
        timed.names_pinned = False
    dialog = await open_dialog(timed)
    await timed.posts(ANNA, dialog, "Good morning")
    await open_dialog(timed, "And?")
    await passes(timed, 5)
    assert alarms(timed, dialog) == ["⌛ Reply overdue since 2 Mar, 09:05; the customer is still waiting"]
    assert direct_messages(timed, ANNA) == ["⌛ Reply overdue since 2 Mar, 09:05: #1 · Vera · Shop bot\n“And?”"]
    assert len(direct_messages(timed, BOSS)) == (not boss)
    await passes(timed, 60)
    assert len(direct_messages(timed, ANNA)) == 1


async def test_who_blocked_us_cannot_be_answered(timed: World) -> None:
    dialog = await open_dialog(timed)
    await timed.channel_delivers(CustomerLeft(ChatId("7")))
    await passes(timed, 60)
    assert alarms(timed, dialog) == []


async def test_while_the_bot_answers_no_time_runs(timed: World) -> None:
    await set_rules(timed, replace(LIMITS, bot=FirstLine("http://bot.test/")))
    timed.bot.answers += [{"reply": "Yes?"}, {"hand_over": True}]
    dialog = await open_dialog(timed)
    await passes(timed, 60)
    assert alarms(timed, dialog) == []
    await open_dialog(timed, "A person!")
    assert fact(timed, dialog) == ("2 Mar, 10:30", False)
    await passes(timed, 30)
    assert len(alarms(timed, dialog)) == 1


async def test_an_automatic_answer_is_no_answer(timed: World) -> None:
    await set_rules(timed, replace(LIMITS, greeting="Hello!"))
    dialog = await open_dialog(timed)
    await passes(timed, 30)
    assert alarms(timed, dialog) == [OVER]


async def test_the_timer_ticks(timed: World) -> None:
    dialog = await open_dialog(timed)
    running = asyncio.ensure_future(DeadlineWatch(timed.hub).run())
    async with asyncio.timeout(FACT):
        while NEARS not in timed.thread_texts(dialog):
            timed.clock.advance(60)
            await asyncio.sleep(0.01)
            await timed.deliver()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def rules_after_start(world: World) -> AccountRules | None:
    """The account's rules once a hub has started with the world's database."""
    await Pins(world.hub, {}).begin()
    async with world.store.read() as unit:
        return await unit.accounts.rules(SHOP)


async def test_an_account_new_to_the_hub_has_half_an_hour(world: World) -> None:
    assert await rules_after_start(world) == AccountRules(deadlines=FIRST_DEADLINES)
    await set_rules(world, AccountRules())  # an administrator's choice stays
    assert await rules_after_start(world) == AccountRules()


async def test_an_account_that_customers_have_written_to_keeps_what_it_has(world: World) -> None:
    """A hub of before may have stored no rules for it."""
    event = CustomerWrote(ChatId("7"), ForeignId("f"), Content(Text.plain("Hello")))
    await world.channel_updates.accept([Update(Key("u"), event, world.clock.now())])
    assert await rules_after_start(world) == AccountRules()


@pytest.mark.parametrize(
    ("wrote", "hours", "zone", "until"),
    [
        ("2026-03-02 17:45", (), "UTC", "2026-03-03 09:15"),  # Monday
        ("2026-03-06 20:00", (), "UTC", "2026-03-09 09:30"),  # Friday evening
        ("2026-03-02 05:00", (), "Europe/Moscow", "2026-03-02 06:30"),
        ("2026-03-07 10:00", ((),) * 5 + ((DaySpan(time(10), time(12)),), ()), "UTC", "2026-03-07 10:30"),
    ],
)
def test_without_business_hours_those_of_an_office_count(
    wrote: str, hours: tuple[tuple[DaySpan, ...], ...], zone: str, until: str
) -> None:
    at = datetime.fromisoformat(wrote).replace(tzinfo=UTC)
    waits = replace(WAITING, waiting_since=at)
    given = Hours(zone, hours) if hours else Hours(zone)
    found = answer_by(AccountRules(hours=given, deadlines=FIRST_DEADLINES), waits)
    assert found == datetime.fromisoformat(until).replace(tzinfo=UTC)
    always = answer_by(AccountRules(hours=Hours(zone), deadlines=Deadlines(first=30)), waits)
    assert always == at + timedelta(minutes=30)  # as accounts of before count
