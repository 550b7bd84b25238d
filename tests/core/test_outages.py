"""Outages: nothing is given up, administrators are notified once, and once when it is over."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.delivery.outages import NobodyTold, Outages
from bot.domain import ChatId, Content, CustomerWrote, Delivery, Dialog, ForeignId, Key, Update
from bot.domain.text import Text
from bot.handlers.lone_failures import SET_ASIDE_AFTER
from bot.ports import DeliveryError, SourceUnavailable, Transient, Unavailable, Unconfirmed
from bot.ports.storage import Unit
from storage import SqlStore
from tests.core.helpers import posts_of, remedies_of, view_of
from tests.core.world import ANNA, BORIS, DESK, World, member, whisper_text

BOSS = member("U9", "boss", "The boss")
REFUSED = Unavailable("token refused", "Get a new one.")


def direct_messages(world: World) -> list[str]:
    return [row.text.characters for _, view in world.desk.direct_messages for row in view.rows]


async def test_administrators_are_told_as_soon_as_they_are_known_and_once(world: World) -> None:
    outages = Outages(world.hub)
    with pytest.raises(NobodyTold):
        await outages.began_once("account:shop", REFUSED)
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, BOSS))
    await world.pin_names()
    await outages.began_once("account:shop", REFUSED)
    await outages.began("account:shop", REFUSED)
    await world.deliver()
    assert len(direct_messages(world)) == 1
    assert "The account “Shop bot” is down: token refused" in direct_messages(world)[0]
    await outages.ended("account:shop")
    await outages.ended("account:shop")
    await world.deliver()
    assert direct_messages(world)[1:] == ["✅ The account “Shop bot” works again."]


async def test_of_several_processes_one_tells(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, BOSS))
    await world.pin_names()
    processes = [Outages(world.hub) for _ in range(6)]
    await asyncio.gather(*(one.began("account:shop", REFUSED) for one in processes))
    await world.deliver()
    assert len(direct_messages(world)) == 1
    await asyncio.gather(*(one.ended("account:shop") for one in processes))
    await world.deliver()
    assert direct_messages(world)[1:] == ["✅ The account “Shop bot” works again."]


# ------------------------------------------------------------------------------- an outage is not a refusal

DOWN = Transient("the callback answered 503")
MINUTE, HOUR = 60, 3600
LONG_OUTAGE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Minutes and days of an outage are hundreds of commits, in which nothing depends on the database."""


async def answered_dialogs(world: World, chats: int, error: DeliveryError | None = None) -> list[Dialog]:
    """Dialogs with a customer each, and an answer to them that waits for a channel which meets `error`."""
    outages = Outages(world.hub)
    world.on_pause, world.on_resume = outages.began, outages.ended
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, BOSS))
    dialogs = []
    for chat in range(chats):
        opened = await world.customer_writes("Hello", chat=str(chat))
        await world.deliver()
        await world.commands(ANNA, "accept", await world.dialog(opened.dialog))
        await world.deliver()
        dialogs.append(await world.dialog(opened.dialog))
    world.channel.broken = lambda chat: error
    for chat, dialog in enumerate(dialogs):
        await world.posts(ANNA, dialog, f"answer {chat}")
    return dialogs


async def time_passes(world: World, seconds: float, step: float = 5) -> None:
    for _ in range(int(seconds / step)):
        await world.deliver_after(step)


async def paused(world: World) -> list[str]:
    async with world.store.read() as unit:
        return list(await unit.outbox.pauses())


async def state_of(world: World, dialogs: list[Dialog]) -> list[Delivery]:
    return [state for dialog in dialogs for state in await world.delivery(dialog)]


@LONG_OUTAGE
@pytest.mark.parametrize("error", [DOWN, Transient("HTTP 503", retry_after=20), Unconfirmed("HTTP 502")])
async def test_a_channel_that_is_down_for_20_minutes_loses_nothing(world: World, error: DeliveryError) -> None:
    world.channel.limits = replace(world.channel.limits, idempotent=True)
    dialogs = await answered_dialogs(world, 6, error)
    await time_passes(world, 20 * MINUTE)
    assert await state_of(world, dialogs) == [Delivery.PENDING] * 6
    assert await paused(world) == ["account:shop"]
    assert len(direct_messages(world)) == 1
    assert f"The account “Shop bot” is down: {error}. Nothing is lost" in direct_messages(world)[0]
    assert world.channel.calls < 100  # each answer was tried every few seconds before

    world.channel.broken = lambda chat: None
    await time_passes(world, 2 * MINUTE)
    assert [world.customer_sees(str(chat)) for chat in range(6)] == [[f"answer {chat}"] for chat in range(6)]
    assert await paused(world) == []
    assert direct_messages(world)[1:] == ["✅ The account “Shop bot” works again."]


async def test_a_hiccup_is_told_to_nobody(world: World) -> None:
    await answered_dialogs(world, 6, DOWN)
    await time_passes(world, MINUTE / 2)
    world.channel.broken = lambda chat: None
    await time_passes(world, MINUTE)
    assert [world.customer_sees(str(chat)) for chat in range(6)] == [[f"answer {chat}"] for chat in range(6)]
    assert direct_messages(world) == []


@LONG_OUTAGE
async def test_a_platform_that_cannot_be_asked_twice_leaves_few_doubts(world: World) -> None:
    """Each attempt that ends in doubt costs an operator a question: the others wait for the end of the outage."""
    dialogs = await answered_dialogs(world, 60, Unconfirmed("HTTP 502"))
    await world.deliver()  # those under way at once
    for dialog in dialogs:
        await world.posts(ANNA, dialog, "and more")
        await world.deliver_after(5)
    doubts = (await state_of(world, dialogs)).count(Delivery.UNCONFIRMED)
    assert 60 < doubts < 80
    world.channel.broken = lambda chat: None
    await time_passes(world, 2 * MINUTE)
    assert (await state_of(world, dialogs)).count(Delivery.SENT) == 120 - doubts


@LONG_OUTAGE
async def test_what_fails_alone_while_others_pass_is_given_up(world: World) -> None:
    dialogs = await answered_dialogs(world, 2)
    world.channel.broken = lambda chat: DOWN if chat == "0" else None
    for _ in range(60):
        await world.posts(ANNA, dialogs[1], "and more")
        await world.deliver_after(MINUTE)
    assert (await world.delivery(dialogs[0])) == [Delivery.FAILED]
    assert [one.label for one in remedies_of(world, dialogs[0]).values()] == ["Send again"]
    assert await paused(world) == []
    assert direct_messages(world) == []


@LONG_OUTAGE
async def test_one_waiting_conversation_is_the_probe_for_a_day(world: World) -> None:
    [dialog] = await answered_dialogs(world, 1, DOWN)
    await time_passes(world, 23 * HOUR, 5 * MINUTE)
    assert await world.delivery(dialog) == [Delivery.PENDING]
    assert await paused(world) == []
    await time_passes(world, 2 * HOUR, 5 * MINUTE)
    assert await world.delivery(dialog) == [Delivery.FAILED]
    assert "after several attempts (the callback answered 503)" in posts_of(world, dialog)[-1].content.text.characters
    world.channel.broken = lambda chat: None
    await world.presses(ANNA, remedies_of(world, dialog)["retry"], dialog)
    await world.deliver()
    assert world.customer_sees("0") == ["answer 0"]


@LONG_OUTAGE
async def test_two_poisoned_conversations_hold_up_the_others_for_two_minutes_at_most(world: World) -> None:
    dialogs = await answered_dialogs(world, 3)
    world.channel.broken = lambda chat: DOWN if chat in ("0", "1") else None
    for number in range(30):
        await time_passes(world, 2 * MINUTE)
        await world.posts(ANNA, dialogs[2], f"more {number}")
        await time_passes(world, 2 * MINUTE)
        assert world.customer_sees("2")[-1] == f"more {number}"


@LONG_OUTAGE
async def test_a_platform_that_asks_to_wait_is_not_at_fault_and_gives_nothing_up(world: World) -> None:
    dialogs = await answered_dialogs(world, 3, Transient("too many requests", retry_after=3, scope="all"))
    await time_passes(world, 20 * MINUTE)
    assert await state_of(world, dialogs) == [Delivery.PENDING] * 3
    assert await paused(world) == []


@LONG_OUTAGE
async def test_a_file_that_its_source_does_not_give_pauses_nobody(world: World) -> None:
    dialogs = await answered_dialogs(world, 3, SourceUnavailable("HTTP 500 for a file"))
    await time_passes(world, 20 * MINUTE)
    assert await state_of(world, dialogs) == [Delivery.PENDING] * 3
    assert await paused(world) == []


@LONG_OUTAGE
async def test_a_desk_that_is_down_is_paused_and_told_when_it_is_back(world: World) -> None:
    dialogs = await answered_dialogs(world, 3)
    await world.deliver()
    world.desk.broken = lambda method: Transient("HTTP 502")
    for chat in range(3):
        await world.customer_writes("Are you there?", chat=str(chat))
    await time_passes(world, 20 * MINUTE)
    assert await paused(world) == ["desk:main"]
    world.desk.broken = lambda method: None
    await time_passes(world, 2 * MINUTE)
    assert [world.thread_texts(dialog)[-1] for dialog in dialogs] == ["Are you there?"] * 3
    told = [words.partition("”")[2][:3] for words in direct_messages(world)]
    assert told == [" is", " wo"]


# ------------------------------------------------------------------------------- what was given up, all at once


async def outlived(world: World, chats: int = 3) -> list[Dialog]:
    """Dialogs whose answers were given up in an outage that is over, and told to be."""
    dialogs = await answered_dialogs(world, chats, DOWN)
    await world.pin_names()
    await time_passes(world, 3 * MINUTE)
    world.clock.advance(24 * HOUR)
    await time_passes(world, 100 * MINUTE, MINUTE)
    assert await state_of(world, dialogs) == [Delivery.FAILED] * chats
    await world.posts(ANNA, dialogs[0], "and this arrives")
    world.channel.broken = lambda chat: None
    await time_passes(world, 2 * MINUTE)
    return dialogs


async def test_what_was_given_up_is_sent_again_from_where_the_end_is_told(world: World) -> None:
    dialogs = await outlived(world)
    _, over = world.desk.direct_messages[-1]
    assert over.rows[0].text.characters == "✅ The account “Shop bot” works again. Replies given up meanwhile: 3."
    [button] = over.rows[0].buttons
    assert button.label == "Send all again"
    assert whisper_text(await world.presses(BOSS, button)) == "Sending again: 3."
    assert whisper_text(await world.presses(BOSS, button)) == "There is nothing to send again."
    await world.deliver()
    assert [world.customer_sees(str(chat)).count(f"answer {chat}") for chat in range(3)] == [1, 1, 1]
    assert await state_of(world, dialogs) == [Delivery.SENT] * 4
    async with world.store.read() as unit:
        assert not await unit.dead.at("account:shop")


async def test_of_many_who_send_all_again_at_once_each_reply_goes_once(world: World) -> None:
    dialogs = await outlived(world)
    problem = remedies_of(world, dialogs[1])["retry"]
    await asyncio.gather(
        *(world.commands(who, "resend shop") for who in (BOSS, ANNA, BOSS)),
        world.presses(ANNA, problem, dialogs[1]),
    )
    await world.deliver()
    assert [world.customer_sees(str(chat)).count(f"answer {chat}") for chat in range(3)] == [1, 1, 1]


async def test_operators_send_their_own_again_and_no_others(world: World) -> None:
    dialogs = await outlived(world)
    assert whisper_text(await world.commands(BORIS, "resend")) == "There is nothing to send again."
    assert whisper_text(await world.commands(BORIS, "resend nowhere")) == "There is no account “nowhere”."
    await world.commands(BOSS, "redirect boris", dialogs[2])
    await world.commands(BORIS, "accept", dialogs[2])
    assert whisper_text(await world.commands(BORIS, "resend")) == "Sending again: 1."
    assert whisper_text(await world.commands(ANNA, "resend Shop bot")) == "Sending again: 2."


@LONG_OUTAGE
async def test_more_than_one_transaction_bears_go_in_turns(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.actions.resend.MOST", 2)
    await outlived(world)
    answer = await world.commands(BOSS, "resend")
    assert "Sending again: 2. Still given up: 1." in whisper_text(answer)
    assert whisper_text(await world.presses(BOSS, view_of(answer).rows[0].buttons[0])) == "Sending again: 1."
    await world.deliver()
    assert [world.customer_sees(str(chat)).count(f"answer {chat}") for chat in range(3)] == [1, 1, 1]


@LONG_OUTAGE
async def test_what_may_have_arrived_is_asked_about_and_never_sent_again_with_the_others(world: World) -> None:
    """The receiver recognizes a repeated attempt by its key, also when people send it again."""
    world.channel.limits = replace(world.channel.limits, idempotent=True)
    [dialog] = await answered_dialogs(world, 1)
    world.channel.late = [Unconfirmed("reset")]
    await world.deliver()
    assert world.customer_sees("0") == ["answer 0"]
    world.channel.broken = lambda chat: DOWN
    await time_passes(world, 25 * HOUR, 5 * MINUTE)
    assert await world.delivery(dialog) == [Delivery.UNCONFIRMED]
    world.channel.broken = lambda chat: None
    assert whisper_text(await world.commands(BOSS, "resend")) == "There is nothing to send again."
    await world.presses(ANNA, remedies_of(world, dialog)["retry"], dialog)
    await world.deliver()
    assert world.customer_sees("0") == ["answer 0"]
    assert await world.delivery(dialog) == [Delivery.SENT]


# ------------------------------------------------------------------------------ the database's own outage


async def test_an_outage_that_ends_condemns_no_update(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database comes back right after an update failed once more: only what fails while it works is at fault."""
    await world.pin_names()
    wrote = CustomerWrote(ChatId("7"), ForeignId("f"), Content(Text.plain("Hello")))
    update = Update(Key("once"), wrote, world.clock.now())
    transact, calls, broken = type(world.store).transact, itertools.count(), 1000

    async def failing(self: SqlStore, work: Callable[[Unit], Awaitable[None]]) -> None:
        if next(calls) < broken:
            raise ConnectionError
        await transact(self, work)

    with monkeypatch.context() as outage:
        outage.setattr(type(world.store), "transact", failing)
        for _ in range(SET_ASIDE_AFTER):
            with pytest.raises(ConnectionError):
                await world.channel_updates.accept([update])
        calls, broken = itertools.count(), 2  # the transaction of all updates, and that of this one alone
        with pytest.raises(ConnectionError):
            await world.channel_updates.accept([update])
    [opened] = await world.channel_updates.accept([update])
    await world.deliver()
    assert world.thread_texts(await world.dialog(opened.dialog)) == ["Hello"]
