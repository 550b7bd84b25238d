"""The hub's own messages: greeting, out-of-hours answer, answers to keywords."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.automation.early_edits import EarlyEdits
from bot.domain import (
    Addressee,
    Author,
    ChatId,
    Content,
    CustomerEdited,
    CustomerLeft,
    CustomerReacted,
    CustomerWrote,
    Delivery,
    Dialog,
    ForeignId,
    Key,
    Profile,
    RoleName,
    Status,
    UnreadableUpdate,
    Update,
)
from bot.domain.account_rules import AccountRules, DaySpan, Grant, Hours, Keyword
from bot.domain.text import Text
from bot.ports import Mark, Rejected, RejectReason
from bot.views.values import PostKind
from tests.core.helpers import open_dialog, posts_of
from tests.core.world import ANNA, BORIS, SHOP, World, member

BOSS = member("U9", "boss", "The Boss")


async def set_rules(world: World, rules: AccountRules) -> None:
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))


GREETING = AccountRules(greeting="Hello, {name}! What can we do for you?")
PRICE = Keyword(("price",), "On our site.")
GREETED = "Hello, Vera! What can we do for you?"


async def test_a_greeting_goes_out_and_stands_in_the_thread(world: World) -> None:
    await set_rules(world, GREETING)
    dialog = await open_dialog(world)
    assert world.customer_sees() == [GREETED]
    assert world.thread_texts(dialog) == ["Hello", GREETED]
    post = posts_of(world, dialog)[-1]
    assert (post.kind, post.author.name if post.author else "") == (PostKind.OPERATOR, "Automatic reply")
    assert dialog.thread is not None
    assert world.desk.marks[world.desk.posts[dialog.thread][-1][0]] == {Mark.DELIVERED}
    assert await world.delivery(dialog) == [Delivery.SENT]
    assert [one.author for one in await world.messages(dialog)] == [Author.CUSTOMER, Author.BOT]


async def test_a_greeting_is_nobody_s_answer(world: World) -> None:
    await set_rules(world, GREETING)
    dialog = await open_dialog(world)
    assert dialog.waiting_since == world.clock.now()
    assert (dialog.answered_at, dialog.responsible, dialog.last_words) == (None, None, "Hello")
    await world.posts(ANNA, dialog, "Good morning")
    assert (await world.dialog(dialog.id)).answered_at == world.clock.now()


async def test_each_dialog_is_greeted_once(world: World) -> None:
    await set_rules(world, GREETING)
    dialog = await open_dialog(world)
    await open_dialog(world, "And another thing")
    assert world.customer_sees() == [GREETED]
    await world.commands(ANNA, "close", dialog)
    await world.deliver()


async def test_an_unknown_name_is_left_out(world: World) -> None:
    await set_rules(world, GREETING)
    await world.customer_writes("Hello", name="")
    await world.deliver()
    assert world.customer_sees() == ["Hello! What can we do for you?"]


async def test_what_came_late_is_not_greeted(world: World) -> None:
    await set_rules(world, GREETING)
    event = CustomerWrote(ChatId("7"), ForeignId("f1"), Content(Text.plain("Hello")), Profile(name="Vera"))
    await world.channel_updates.accept([Update(Key("u1"), event, world.clock.now() - timedelta(minutes=61))])
    await world.deliver()
    assert world.customer_sees() == []


async def test_only_messages_are_answered(world: World) -> None:
    await set_rules(world, GREETING)
    await world.channel_delivers(UnreadableUpdate("?", "unknown", ChatId("8"), Profile(name="Vera")))
    await open_dialog(world)
    await world.channel_delivers(CustomerEdited(ChatId("7"), ForeignId("f1"), Content(Text.plain("Hallo"))))
    await world.channel_delivers(CustomerReacted(ChatId("7"), ForeignId("f1"), ("👍",)))
    await world.deliver()
    assert (world.customer_sees("7"), world.customer_sees("8")) == ([GREETED], [])


ROBOT = Profile(name="Another bot", automatic=True)


async def robot_writes(world: World, words: str = "Your price?", ref: str = "r1") -> Dialog:
    outcome = await world.channel_delivers(
        CustomerWrote(ChatId("9"), ForeignId(ref), Content(Text.plain(words)), ROBOT)
    )
    await world.deliver()
    return await world.dialog(outcome.dialog)


async def test_a_program_is_never_answered_automatically(world: World) -> None:
    """Otherwise two machines would greet each other for ever."""
    closed = Hours(days=tuple(() for _ in range(7)))
    for rules in (GREETING, replace(GREETING, greeting="", keywords=(PRICE,)), replace(GREETING, hours=closed)):
        await set_rules(world, replace(rules, out_of_hours="We are closed."))
        dialog = await robot_writes(world, ref=rules.greeting)
    assert world.customer_sees("9") == []
    assert dialog.waiting_since is not None
    await world.posts(ANNA, dialog, "People answer it as anyone")
    await world.deliver()
    assert world.customer_sees("9") == ["People answer it as anyone"]


@pytest.mark.parametrize("in_order", [True, False])
async def test_an_early_edit_by_a_program_is_not_answered_either(world: World, in_order: bool) -> None:
    await set_rules(world, GREETING)
    world.channel.limits = replace(world.channel.limits, in_order=in_order)
    await world.channel_delivers(CustomerEdited(ChatId("9"), ForeignId("r1"), Content(Text.plain("new")), ROBOT))
    world.clock.advance(61)
    await EarlyEdits(world.hub, {SHOP: world.channel_updates.show_early}).tick()
    await world.deliver()
    assert world.customer_sees("9") == []


async def test_a_repeated_message_is_greeted_once(world: World) -> None:
    await set_rules(world, GREETING)
    event = CustomerWrote(ChatId("7"), ForeignId("f1"), Content(Text.plain("Hello")), Profile(name="Vera"))
    await world.channel_delivers(event, "u1")
    await world.channel_delivers(event, "u1")
    await world.deliver()
    assert world.customer_sees() == [GREETED]


async def test_a_greeting_that_failed_is_told_in_the_thread(world: World) -> None:
    await set_rules(world, GREETING)
    world.channel.fail.append(Rejected(RejectReason.INVALID, "no"))
    dialog = await open_dialog(world)
    assert world.thread_texts(dialog)[-1].startswith("Automatic reply: ❌ Not delivered: “Hello, Vera!")
    assert [one.word for one in posts_of(world, dialog)[-1].buttons] == ["retry"]
    assert await world.delivery(dialog) == [Delivery.FAILED]


async def test_a_long_greeting_goes_in_parts(world: World) -> None:
    world.channel.limits = replace(world.channel.limits, text=30)
    await set_rules(world, AccountRules(greeting="Good day to you. " * 4))
    await open_dialog(world)
    assert len(world.customer_sees()) > 1


@pytest.mark.parametrize(
    ("words", "name", "said"),
    [
        ("Hello, {name}!", "Vera", "Hello, Vera!"),
        ("Hello, {name}!", "", "Hello!"),
        ("{name}, hello", "", "hello"),
        ("Back {opens}.", "", "Back 3 Mar, 09:00."),
    ],
)
def test_what_is_filled_in(words: str, name: str, said: str) -> None:
    from bot.automation.auto_answers import filled

    assert filled(words, name=name, opens="3 Mar, 09:00") == said


# ------------------------------------------------------------------------------------- out of hours

OFFICE = ((DaySpan(time(9), time(13)), DaySpan(time(14), time(18))),) * 5 + ((), ())
CLOSED = AccountRules(
    greeting="Hello!", hours=Hours(days=OFFICE), out_of_hours="We are closed. Back {opens}.", keywords=(PRICE,)
)
BACK = "We are closed. Back 3 Mar, 09:00."


def hour(number: float) -> float:
    """Seconds from the clock's start, Monday at nine, to an hour of that day."""
    return (number - 9) * 3600


async def test_out_of_hours_there_is_another_answer_than_the_greeting(world: World) -> None:
    await set_rules(world, CLOSED)
    await open_dialog(world)
    assert world.customer_sees() == ["Hello!"]
    await world.deliver_after(hour(18))
    await world.customer_writes("Anybody?", "8", "Nick")
    await world.deliver()
    assert world.customer_sees("8") == [BACK]


async def test_in_the_break_too(world: World) -> None:
    await set_rules(world, CLOSED)
    await world.deliver_after(hour(13.5))
    await open_dialog(world)
    assert world.customer_sees() == ["We are closed. Back 2 Mar, 14:00."]


async def test_once_in_each_closed_time(world: World) -> None:
    await set_rules(world, CLOSED)
    await world.deliver_after(hour(18))
    for words in ("One", "Two", "Three"):
        await open_dialog(world, words)
    await world.deliver_after(5 * 3600)
    await open_dialog(world, "Four")  # past midnight
    assert world.customer_sees() == [BACK]
    await world.deliver_after(11 * 3600)
    await open_dialog(world, "Good morning")  # ten on Tuesday: people may still be busy
    assert world.customer_sees() == [BACK]
    await world.deliver_after(9 * 3600)
    await open_dialog(world, "Evening")
    assert world.customer_sees() == [BACK, "We are closed. Back 4 Mar, 09:00."]


async def test_never_in_the_middle_of_a_conversation(world: World) -> None:
    await set_rules(world, CLOSED)
    dialog = await open_dialog(world)
    await world.deliver_after(hour(17.5))
    await world.posts(ANNA, dialog, "One moment")
    await world.deliver()
    before = world.customer_sees()
    await world.deliver_after(2 * 3600)
    await open_dialog(world, "And the price?")
    assert world.customer_sees() == before
    await world.deliver_after(3 * 3600)
    await open_dialog(world, "Hello?")
    assert world.customer_sees() == [*before, BACK]


async def test_thanks_after_closing_is_still_the_same_conversation(world: World) -> None:
    """It opens a dialog without a greeting, since the conversation goes on; hours later a dialog gets one."""
    await set_rules(world, replace(GREETING, keywords=(Keyword(("thanks",), "You are welcome"),)))
    dialog = await open_dialog(world)
    await world.posts(ANNA, dialog, "It is on its way")
    await world.commands(ANNA, "close done", dialog)
    await world.deliver()
    before = world.customer_sees()
    await world.deliver_after(60)
    second = await open_dialog(world, "Thanks!")
    assert second.id != dialog.id
    assert world.customer_sees() == before
    await world.customer_writes("I am somebody else", chat="8")
    await world.deliver()
    assert len(world.customer_sees("8")) == 1
    await world.commands(ANNA, "accept", second)
    await world.commands(ANNA, "close done", second)
    await world.deliver_after(5 * 3600)
    await open_dialog(world, "Hello again")
    assert world.customer_sees() == [*before, GREETED]


async def test_what_a_stranger_wrote_and_was_held_is_no_conversation(world: World) -> None:
    await set_rules(world, CLOSED)
    dialog = await open_dialog(world)
    await world.commands(ANNA, "accept", dialog)
    await world.deliver_after(hour(17.5))
    await world.posts(BORIS, dialog, "Let me")
    await world.deliver_after(3600)
    await open_dialog(world, "Hello?")
    assert world.customer_sees()[-1] == BACK


async def test_without_an_out_of_hours_answer_the_greeting_serves(world: World) -> None:
    await set_rules(world, replace(CLOSED, out_of_hours=""))
    await world.deliver_after(hour(20))
    await open_dialog(world)
    assert world.customer_sees() == ["Hello!"]


# ----------------------------------------------------------------------------------------- keywords


async def test_a_keyword_is_answered(world: World) -> None:
    await set_rules(world, AccountRules(keywords=(PRICE,)))
    dialog = await open_dialog(world, "What is the PRICE?")
    assert world.customer_sees() == ["On our site."]
    assert dialog.waiting_since is not None
    await open_dialog(world, "the price!")
    assert world.customer_sees() == ["On our site."]  # said a moment ago
    await world.deliver_after(3601)
    await open_dialog(world, "price")
    assert world.customer_sees() == ["On our site."] * 2


async def test_a_first_message_is_greeted_before_its_keyword_is_answered(world: World) -> None:
    await set_rules(world, replace(GREETING, keywords=(PRICE,)))
    await open_dialog(world, "What is the price?")
    assert world.customer_sees() == [GREETED, "On our site."]


async def test_keywords_do_not_interrupt_people(world: World) -> None:
    await set_rules(world, AccountRules(keywords=(PRICE,)))
    dialog = await open_dialog(world)
    await world.posts(ANNA, dialog, "Good morning")
    await world.deliver()
    await open_dialog(world, "What is the price?")
    assert world.customer_sees() == ["Good morning"]


async def test_a_customer_who_is_a_machine_is_not_answered_for_ever(world: World) -> None:
    answers = tuple(Keyword((f"word{number}",), f"answer {number}") for number in range(40))
    await set_rules(world, AccountRules(keywords=answers))
    for number in range(40):
        await open_dialog(world, f"word{number}")
    assert len(world.customer_sees()) == 10


async def test_nothing_is_said_to_who_blocked_us(world: World) -> None:
    """They can be answered again only after they have written."""
    await set_rules(world, GREETING)
    await world.channel_delivers(CustomerLeft(ChatId("7")))
    assert world.customer_sees() == []
    await open_dialog(world)
    assert world.customer_sees() == [GREETED]


# -------------------------------------------------------------------------- responsible by default


async def test_a_responsible_whom_nobody_knows_is_said_in_the_thread(world: World) -> None:
    await set_rules(world, AccountRules(responsible="@annna"))
    dialog = await open_dialog(world)
    assert world.thread_texts(dialog) == [
        "📌 Default owner @annna not found: check the account's settings",
        "Hello",
    ]
    assert (dialog.status, dialog.addressee) == (Status.NEW, None)
    assert world.desk.direct_messages == []


async def test_a_responsible_who_may_not_answer_is_none(world: World) -> None:
    """Otherwise the dialog would belong to someone who cannot answer it."""
    await world.commands(ANNA, "help")
    await set_rules(world, AccountRules(responsible="anna", grants=(Grant("anna", send=False),), everyone_sends=True))
    dialog = await open_dialog(world)
    assert world.thread_texts(dialog)[0] == "📌 Default owner anna has no permission to reply in this account"
    assert (dialog.status, dialog.responsible) == (Status.NEW, None)


async def test_administrators_are_told_once_of_a_role_that_nobody_works_in(world: World) -> None:
    await world.commands(BOSS, "help")
    await world.commands(BORIS, "help")
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): []}))
    await set_rules(world, AccountRules(responsible="Sales"))
    for chat in ("7", "8"):
        await world.customer_writes("Hello", chat=chat)
        await world.deliver()
    [(user, view)] = [(user, view) for user, view in world.desk.direct_messages if "no active member" in str(view)]
    assert user == BOSS.user
    assert "New dialogs of Shop bot go to the role “sales”" in view.rows[0].text.characters
    await world.commands(BOSS, "role sales add @boris")
    await world.customer_writes("Hello", chat="9")
    await world.commands(BOSS, "role sales remove @boris")
    await world.customer_writes("Hello", chat="10")
    await world.deliver()
    assert [user for user, view in world.desk.direct_messages if "no active member" in str(view)] == [BOSS.user] * 2


async def test_a_role_is_told_through_those_of_it_who_are_known(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris", "nobody"]}))
    await world.commands(BORIS, "help")
    await set_rules(world, AccountRules(responsible="Sales"))
    dialog = await open_dialog(world)
    assert dialog.addressee == Addressee(role=RoleName("sales"))
    await world.deliver_after(2)  # they are notified with a link, once the thread is open
    assert [user for user, _ in world.desk.direct_messages] == [BORIS.user]
