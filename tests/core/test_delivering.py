"""Failing deliveries: nothing is lost, nothing comes twice, and in doubt people are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import ChatId, Delivery, Dialog, ForeignId, Receipt, ReceiptState
from bot.handlers.desk_events import DeskEventHandler
from bot.ports import Mark, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from bot.senders import drawing
from bot.views.values import PostKind, Silent
from tests.core.helpers import accepted_dialog, open_dialog, posts_of, remedies_of
from tests.core.world import ANNA, BORIS, DESK, World, whisper_text


async def test_long_answers_go_in_parts(world: World) -> None:
    dialog = await accepted_dialog(world)
    words = "word " * 100
    post, _ = await world.posts(ANNA, dialog, words)
    await world.deliver()
    assert len(world.customer_sees()) == 3
    assert "".join(world.customer_sees()) == words
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_what_cannot_be_delivered_says_why_and_can_be_sent_again(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.channel.fail = [Rejected(RejectReason.BLOCKED, "bot was blocked by the user")]
    post, _ = await world.posts(ANNA, dialog, "are you there?")
    await world.deliver()
    assert world.desk.marks[post] == {Mark.FAILED}
    assert (await world.dialog(dialog.id)).blocked
    kind, problem = next((one.kind, one) for one in posts_of(world, dialog) if one.buttons)
    assert kind is PostKind.PROBLEM
    assert "the customer has blocked us" in problem.content.text.characters
    assert [one.word for one in problem.buttons] == ["retry"]
    await world.customer_writes("I am back")
    assert not (await world.dialog(dialog.id)).blocked
    await world.presses(ANNA, problem.buttons[0], dialog)
    await world.deliver()
    assert world.customer_sees() == ["are you there?"]
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_a_passing_fault_is_waited_out_and_marked(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.channel.fail = [Transient("try later", 5)]
    post, _ = await world.posts(ANNA, dialog, "one")
    await world.posts(ANNA, dialog, "two")
    await world.deliver()
    assert world.customer_sees() == []
    await world.deliver_after(3)
    assert world.desk.marks[post] == {Mark.WAITING}
    await world.deliver_after(3)
    assert world.customer_sees() == ["one", "two"]
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_in_doubt_the_operator_is_asked(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.channel.late = [Unconfirmed("reset")]
    post, _ = await world.posts(ANNA, dialog, "one")
    await world.posts(ANNA, dialog, "two")
    await world.deliver()
    assert world.customer_sees() == ["one", "two"]
    assert world.desk.marks[post] == {Mark.DOUBTFUL}
    problem = next(one for one in posts_of(world, dialog) if one.buttons)
    assert [one.word for one in problem.buttons] == ["retry", "arrived"]
    assert await world.presses(BORIS, problem.buttons[1], dialog) == Silent()
    await world.deliver()
    assert world.desk.marks[post] == {Mark.DELIVERED}
    assert world.customer_sees() == ["one", "two"]


async def test_a_crash_while_sending_leaves_a_doubt_not_a_double(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "once")
    await world.crash_while_sending()
    await world.deliver()
    assert world.customer_sees() == ["once"]
    assert await world.delivery(dialog) == [Delivery.UNCONFIRMED]


async def test_a_crash_is_no_doubt_where_the_channel_knows_the_key(world: World) -> None:
    world.channel.limits = replace(world.channel.limits, idempotent=True)
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "once")
    await world.crash_while_sending()
    await world.deliver()
    assert world.customer_sees() == ["once"]
    assert await world.delivery(dialog) == [Delivery.SENT]


@pytest.mark.parametrize("method", ["open", "post"])
async def test_a_post_in_doubt_is_looked_up(world: World, method: str) -> None:
    world.desk.late[method] = [Unconfirmed("reset")]
    accepted = await world.customer_writes("Hello")
    await world.deliver()
    await world.deliver_after(60)
    assert world.thread_texts(await world.dialog(accepted.dialog)) == ["Hello"]
    assert len(world.desk.cards) == 1
    assert "find" in world.desk.calls


async def test_crashes_of_the_desk_s_courier_double_nothing(world: World) -> None:
    accepted = await world.customer_writes("Hello")
    await world.crash_while_sending("desk:main")
    await world.customer_writes("more")
    await world.deliver()
    await world.crash_while_sending("desk:main")
    await world.deliver()
    assert len(world.desk.cards) == 1
    assert world.thread_texts(await world.dialog(accepted.dialog)) == ["Hello", "more"]


async def test_what_a_desk_refuses_goes_plainly(world: World) -> None:
    world.desk.fail["post"] = [Rejected(RejectReason.INVALID, "invalid_blocks")]
    dialog = await open_dialog(world)
    assert world.thread_texts(dialog) == ["Hello"]


@pytest.mark.parametrize("method", ["open", "post"])
async def test_a_channel_that_may_not_be_written_in_is_waited_for(world: World, method: str) -> None:
    world.desk.fail[method] = [Rejected(RejectReason.FORBIDDEN, "not a member")]
    accepted = await world.customer_writes("Hello")
    await world.deliver()
    await world.deliver_after(60)
    assert world.thread_texts(await world.dialog(accepted.dialog)) == ["Hello"]


async def test_a_deleted_thread_goes_on_in_another(world: World) -> None:
    dialog = await open_dialog(world)
    world.desk.fail["post"] = [Rejected(RejectReason.GONE, "thread_not_found")]
    await world.customer_writes("still there?")
    await world.deliver()
    moved = await world.dialog(dialog.id)
    assert moved.thread != dialog.thread
    assert world.thread_texts(moved) == ["still there?"]


async def test_a_broken_account_is_paused_and_goes_on(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.channel.fail = [Unavailable("token refused", "Get a new one.")]
    await world.posts(ANNA, dialog, "hello")
    await world.deliver()
    assert world.paused == ["account:shop"]
    assert world.customer_sees() == []
    await world.deliver_after(60)
    assert world.customer_sees() == ["hello"]


async def two_parts(world: World, first: str = "a", second: str = "b") -> Dialog:
    """A dialog with an answer in two messages that waits to be sent."""
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, first * 150 + " " + second * 150)
    return dialog


async def test_what_stands_behind_a_part_that_arrived_is_sent(world: World) -> None:
    world.channel.late = [Unconfirmed("reset")]
    dialog = await two_parts(world)
    await world.deliver()
    assert [words[0] for words in world.customer_sees()] == ["a"]
    await world.presses(ANNA, remedies_of(world, dialog)["arrived"], dialog)
    await world.deliver()
    assert [words[0] for words in world.customer_sees()] == ["a", "b"]
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_sending_again_while_the_first_attempt_is_still_in_the_lane(world: World) -> None:
    dialog = await two_parts(world)
    world.channel.fail = [Rejected(RejectReason.FORBIDDEN, "muted")]
    courier = next(one for one in world._couriers() if one.destination == "account:shop")
    await world._turn(courier)  # the first part fails; the second one is not tried yet
    message = next(one for one in await world.messages(dialog) if one.delivery is Delivery.FAILED)
    retry = drawing.remedies(world.hub, dialog, message)[0]
    await world.presses(ANNA, retry, dialog)
    await world.deliver()
    assert [words[0] for words in world.customer_sees()] == ["a", "b"]
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_what_the_channel_lost_after_taking_it_can_be_sent_again(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "hello")
    await world.deliver()
    await world.channel_delivers(Receipt(ChatId("7"), ForeignId("m1"), ReceiptState.FAILED, reason=RejectReason.TRIES))
    await world.deliver()
    await world.presses(ANNA, remedies_of(world, dialog)["retry"], dialog)
    await world.deliver()
    assert world.customer_sees() == ["hello", "hello"]
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_an_answer_of_others_is_not_a_stranger_s_to_repeat(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.channel.late = [Unconfirmed("reset")]
    await world.posts(ANNA, dialog, "one")
    await world.deliver()
    assert "is handling this dialog" in whisper_text(
        await world.presses(BORIS, remedies_of(world, dialog)["retry"], dialog)
    )
    await world.deliver()
    assert world.customer_sees() == ["one"]


async def test_a_failure_that_passed_is_unmarked_where_only_failures_are_shown(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.hub = replace(world.hub, marks="failures")
    world.desk_events = DeskEventHandler(world.hub, DESK)
    world.channel.fail = [Rejected(RejectReason.FORBIDDEN, "muted")]
    post, _ = await world.posts(ANNA, dialog, "one")
    await world.deliver()
    assert world.desk.marks[post] == {Mark.FAILED}
    await world.presses(ANNA, remedies_of(world, dialog)["retry"], dialog)
    await world.deliver()
    assert world.customer_sees() == ["one"]
    assert world.desk.marks[post] == set()


async def test_a_pause_that_cannot_be_told_leaves_nothing_in_doubt(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.customer_writes("Good day", chat="8")
    await world.deliver()
    other = await world.dialog(dialog.id + 1)
    courier = next(one for one in world._couriers() if one.destination == "account:shop")

    async def fails(name: str, error: object) -> None:
        raise ConnectionError("the database is away")

    courier.on_pause = fails
    world.channel.fail = [Unavailable("token refused", "Get a new one.")]
    await world.posts(ANNA, dialog, "one")
    for claim in await courier._turn():
        await courier._fly(claim)
    await world.posts(ANNA, other, "two")
    claims = await courier._turn()  # settles the first, claims the second
    assert len(claims) == 1
