"""What the hub answers by itself: greeting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import (
    Author,
    ChatId,
    Content,
    CustomerEdited,
    CustomerReacted,
    CustomerWrote,
    Delivery,
    ForeignId,
    Key,
    Profile,
    Unreadable,
    Update,
)
from bot.ports import Mark, Rejected, RejectReason
from bot.rules import AccountRules
from bot.text import Text
from bot.views.values import PostKind
from tests.core.test_stories import opened, posts_of
from tests.core.world import ANNA, SHOP, World


async def set_rules(world: World, rules: AccountRules) -> None:
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))


GREETING = AccountRules(greeting="Hello, {name}! What can we do for you?")
GREETED = "Hello, Vera! What can we do for you?"


async def test_a_greeting_goes_out_and_stands_in_the_thread(world: World) -> None:
    await set_rules(world, GREETING)
    dialog = await opened(world)
    assert world.seen() == [GREETED]
    assert world.thread(dialog) == ["Hello", GREETED]
    post = posts_of(world, dialog)[-1]
    assert (post.kind, post.author.name if post.author else "") == (PostKind.OPERATOR, "Auto-answer")
    assert dialog.thread is not None
    assert world.desk.marks[world.desk.posts[dialog.thread][-1][0]] == {Mark.DELIVERED}
    assert await world.delivery(dialog) == [Delivery.SENT]
    assert [one.author for one in await world.messages(dialog)] == [Author.CUSTOMER, Author.BOT]


async def test_a_greeting_is_nobody_s_answer(world: World) -> None:
    await set_rules(world, GREETING)
    dialog = await opened(world)
    assert dialog.waiting_since == world.clock.now()
    assert (dialog.answered_at, dialog.responsible, dialog.last_words) == (None, None, "Hello")
    await world.posts(ANNA, dialog, "Good morning")
    assert (await world.dialog(dialog.id)).answered_at == world.clock.now()


async def test_each_dialog_is_greeted_once(world: World) -> None:
    await set_rules(world, GREETING)
    dialog = await opened(world)
    await opened(world, "And another thing")
    assert world.seen() == [GREETED]
    await world.commands(ANNA, "close", dialog)
    await world.deliver()


async def test_an_unknown_name_is_left_out(world: World) -> None:
    await set_rules(world, GREETING)
    await world.writes("Hello", name="")
    await world.deliver()
    assert world.seen() == ["Hello! What can we do for you?"]


async def test_what_came_late_is_not_greeted(world: World) -> None:
    await set_rules(world, GREETING)
    event = CustomerWrote(ChatId("7"), ForeignId("f1"), Content(Text.plain("Hello")), Profile(name="Vera"))
    await world.intake.accept([Update(Key("u1"), event, world.clock.now() - timedelta(minutes=61))])
    await world.deliver()
    assert world.seen() == []


async def test_only_messages_are_answered(world: World) -> None:
    await set_rules(world, GREETING)
    await world.tells(Unreadable("?", "unknown", ChatId("8"), Profile(name="Vera")))
    await opened(world)
    await world.tells(CustomerEdited(ChatId("7"), ForeignId("f1"), Content(Text.plain("Hallo"))))
    await world.tells(CustomerReacted(ChatId("7"), ForeignId("f1"), ("👍",)))
    await world.deliver()
    assert (world.seen("7"), world.seen("8")) == ([GREETED], [])


async def test_a_repeated_message_is_greeted_once(world: World) -> None:
    await set_rules(world, GREETING)
    event = CustomerWrote(ChatId("7"), ForeignId("f1"), Content(Text.plain("Hello")), Profile(name="Vera"))
    await world.tells(event, "u1")
    await world.tells(event, "u1")
    await world.deliver()
    assert world.seen() == [GREETED]


async def test_a_greeting_that_failed_is_told_in_the_thread(world: World) -> None:
    await set_rules(world, GREETING)
    world.channel.fail.append(Rejected(RejectReason.INVALID, "no"))
    dialog = await opened(world)
    assert world.thread(dialog)[-1].startswith("Auto-answer: ❌ Not delivered: “Hello, Vera!")
    assert [one.word for one in posts_of(world, dialog)[-1].buttons] == ["retry"]
    assert await world.delivery(dialog) == [Delivery.FAILED]


async def test_a_long_greeting_goes_in_parts(world: World) -> None:
    world.channel.limits = replace(world.channel.limits, text=30)
    await set_rules(world, AccountRules(greeting="Good day to you. " * 4))
    await opened(world)
    assert len(world.seen()) > 1


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
    from bot.automatic.speaking import filled

    assert filled(words, name=name, opens="3 Mar, 09:00") == said
