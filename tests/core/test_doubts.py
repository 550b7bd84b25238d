"""Replies in doubt that a receipt settles: it carries the key with which the reply was sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import ChatId, Delivery, Dialog, ForeignId, Key, PostId, Receipt, ReceiptState
from bot.ports import Capability, Mark, Outgoing, Rejected, RejectReason, Sent, Unconfirmed
from tests.core.helpers import accepted_dialog, posts_of, remedies_of
from tests.core.world import ANNA, World

CHAT, REF = ChatId("7"), ForeignId("wamid.1")


@pytest.fixture(autouse=True)
def _receipts(world: World) -> None:
    world.channel.limits = replace(world.channel.limits, receives=frozenset({Capability.DELIVERED, Capability.READ}))


async def tells(world: World, state: ReceiptState, key: str | None = None, *, ref: str = REF, reason: str = "") -> None:
    known = world.channel.keys[-1] if key is None else key
    receipt = Receipt(CHAT, ForeignId(ref), state, reason=reason, key=known)
    await world.channel_delivers(receipt, f"{ref}:{state}:{known}")
    await world.deliver()


async def in_doubt(world: World, *words: str) -> tuple[Dialog, PostId]:
    """A dialog with a reply that was sent and never answered, and its post."""
    dialog = await accepted_dialog(world)
    world.channel.late = [Unconfirmed("reset")]
    post, _ = await world.posts(ANNA, dialog, " ".join(words) or "once")
    await world.deliver()
    assert world.desk.marks[post] == {Mark.DOUBTFUL}
    return dialog, post


@pytest.mark.parametrize(
    ("state", "delivery", "mark"),
    [
        (ReceiptState.SENT, Delivery.SENT, Mark.DELIVERED),
        (ReceiptState.DELIVERED, Delivery.DELIVERED, Mark.DELIVERED),
        (ReceiptState.READ, Delivery.READ, Mark.READ),
    ],
)
async def test_a_receipt_with_the_key_settles_the_doubt(
    world: World, state: ReceiptState, delivery: Delivery, mark: Mark
) -> None:
    dialog, post = await in_doubt(world)
    await tells(world, state)
    assert await world.delivery(dialog) == [delivery]
    assert world.desk.marks[post] == {mark}
    assert world.thread_texts(dialog)[-1] == "✅ The messenger confirms: the message in doubt was sent"
    await tells(world, ReceiptState.READ, "")
    assert await world.delivery(dialog) == [Delivery.READ]
    assert world.customer_sees() == ["once"]


async def test_the_receipt_may_name_the_customer_otherwise(world: World) -> None:
    """WhatsApp names people by their numbers or their user ids, whichever it likes."""
    dialog, _ = await in_doubt(world)
    known = world.channel.keys[-1]
    await world.channel_delivers(Receipt(ChatId("US.7"), REF, ReceiptState.SENT, key=known), "other")
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_that_it_failed_is_known_then_too(world: World) -> None:
    dialog, post = await in_doubt(world)
    await tells(world, ReceiptState.FAILED, reason=RejectReason.GONE)
    assert await world.delivery(dialog) == [Delivery.FAILED]
    assert world.desk.marks[post] == {Mark.FAILED}


async def test_the_receipt_may_come_before_the_doubt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = await accepted_dialog(world)
    send = world.channel.send

    async def unanswered(chat: ChatId, message: Outgoing, key: Key) -> Sent:
        await send(chat, message, key)
        await world.channel_delivers(Receipt(CHAT, REF, ReceiptState.SENT, key=key), "sent")
        await world.channel_delivers(Receipt(CHAT, REF, ReceiptState.DELIVERED, key=key), "delivered")
        raise Unconfirmed("no answer")

    monkeypatch.setattr(world.channel, "send", unanswered)
    await world.posts(ANNA, dialog, "once")
    await world.deliver()
    assert await world.delivery(dialog) == [Delivery.DELIVERED]
    assert not remedies_of(world, dialog)
    await tells(world, ReceiptState.READ, "")
    assert await world.delivery(dialog) == [Delivery.READ]
    assert world.customer_sees() == ["once"]


async def test_a_process_that_died_while_sending_leaves_no_doubt_then(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "once")
    await world.crash_while_sending()
    await tells(world, ReceiptState.SENT)
    await world.deliver()
    assert await world.delivery(dialog) == [Delivery.SENT]
    assert world.customer_sees() == ["once"]


async def test_the_parts_behind_it_are_sent(world: World) -> None:
    dialog, post = await in_doubt(world, "a" * 150, "b" * 150)
    assert [len(one) for one in world.customer_sees()] == [151]
    await tells(world, ReceiptState.SENT)
    assert [len(one) for one in world.customer_sees()] == [151, 150]
    assert await world.delivery(dialog) == [Delivery.SENT]
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_a_first_attempt_that_arrived_is_known_by_both_ids(world: World) -> None:
    dialog, _ = await in_doubt(world)
    await world.presses(ANNA, remedies_of(world, dialog)["retry"], dialog)
    await world.channel_delivers(Receipt(CHAT, REF, ReceiptState.DELIVERED, key=world.channel.keys[-1]), "late")
    await world.deliver()
    assert await world.delivery(dialog) == [Delivery.DELIVERED]
    await tells(world, ReceiptState.READ, "")
    assert await world.delivery(dialog) == [Delivery.READ]


async def test_keys_that_are_nobodys_change_nothing(world: World) -> None:
    dialog, post = await in_doubt(world)
    before = len(posts_of(world, dialog))
    await tells(world, ReceiptState.DELIVERED, "another program's")
    await tells(world, ReceiptState.SENT, "", ref="wamid.unknown")
    assert await world.delivery(dialog) == [Delivery.UNCONFIRMED]
    assert (world.desk.marks[post], len(posts_of(world, dialog))) == ({Mark.DOUBTFUL}, before)


async def test_what_people_have_decided_stands(world: World) -> None:
    dialog, post = await in_doubt(world)
    await world.presses(ANNA, remedies_of(world, dialog)["arrived"], dialog)
    await world.deliver()
    said = world.thread_texts(dialog)
    await tells(world, ReceiptState.SENT)
    assert (world.thread_texts(dialog), world.desk.marks[post]) == (said, {Mark.DELIVERED})


async def test_a_refused_reply_is_not_taken_for_one_in_doubt(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.channel.fail = [Rejected(RejectReason.FORBIDDEN, "no")]
    await world.posts(ANNA, dialog, "once")
    await world.deliver()
    await tells(world, ReceiptState.SENT, "")
    assert await world.delivery(dialog) == [Delivery.FAILED]
