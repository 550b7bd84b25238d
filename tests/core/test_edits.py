"""Edits, deletions, reactions and receipts, on both sides."""

from __future__ import annotations

import pytest

from bot.domain import (
    ChatId,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerReacted,
    Delivery,
    FileRef,
    ForeignId,
    Media,
    MediaKind,
    Receipt,
    ReceiptState,
)
from bot.domain.account_rules import AccountRules, Grant
from bot.domain.text import Text
from bot.ports import Mark, Rejected, RejectReason
from bot.views.values import PostKind
from tests.core.helpers import accepted_dialog, open_dialog, posts_of, thread_of
from tests.core.world import ANNA, SHOP, World, whisper_text


async def test_edits_and_deletions_reach_the_customer(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "helo")
    await world.deliver()
    await world.edits(ANNA, dialog, post, "hello")
    await world.deliver()
    assert [one.content.text.characters for _, one in world.channel.edits] == ["hello"]
    await world.deletes(ANNA, dialog, post)
    await world.deliver()
    assert len(world.channel.deleted) == 1


async def test_an_edit_neither_sends_a_note_nor_hides_an_answer(world: World) -> None:
    dialog = await accepted_dialog(world)
    note, _ = await world.posts(ANNA, dialog, "// secret")
    await world.edits(ANNA, dialog, note, "// more secret")
    answer, _ = await world.posts(ANNA, dialog, "sent")
    await world.deliver()
    assert "cannot become an internal note" in whisper_text(await world.edits(ANNA, dialog, answer, "// hide it"))
    await world.deliver()
    assert world.customer_sees() == ["sent"]
    assert world.channel.edits == []
    assert "more secret" in [one.content.text.characters for one in await world.messages(dialog)]


async def test_a_reaction_on_a_customer_s_words_reaches_them(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.reacts(ANNA, dialog, world.desk.posts[thread_of(dialog)][0][0], "👍")
    await world.deliver()
    assert [emoji for _, emoji in world.channel.reacted] == ["👍"]


async def test_customers_change_what_they_said(world: World) -> None:
    dialog = await open_dialog(world, "I want 5")
    ref = ForeignId("f1")
    await world.channel_delivers(CustomerEdited(ChatId("7"), ref, Content(Text.plain("I want 6"))))
    await world.deliver()
    assert world.thread_texts(dialog) == [
        "I want 6\n✏️ edited",
        "✏️ The customer edited a message: “I want 6”. Before: “I want 5”",
    ]
    await world.channel_delivers(CustomerReacted(ChatId("7"), ref, ("👍",)))
    await world.channel_delivers(CustomerDeleted(ChatId("7"), ref))
    await world.deliver()
    assert world.thread_texts(dialog)[-2:] == [
        "👍 Customer reacted to “I want 6”",
        "🗑 The customer deleted a message: “I want 6”",
    ]
    assert world.thread_texts(dialog)[0] == "I want 6\n✏️ edited · 🗑 deleted by the customer"


async def test_receipts_only_go_forward(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "one")
    await world.posts(ANNA, dialog, "two")
    await world.deliver()
    await world.channel_delivers(Receipt(ChatId("7"), ForeignId("m2"), ReceiptState.READ, through=True))
    await world.channel_delivers(Receipt(ChatId("7"), ForeignId("m1"), ReceiptState.DELIVERED))
    await world.deliver()
    assert await world.delivery(dialog) == [Delivery.READ, Delivery.READ]
    assert world.desk.marks[post] == {Mark.READ}
    await world.channel_delivers(Receipt(ChatId("7"), ForeignId("m1"), ReceiptState.FAILED, reason="window_closed"))
    await world.deliver()
    assert (await world.delivery(dialog))[0] is Delivery.FAILED


async def test_an_edit_during_the_sending_follows_it(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "five")
    courier = next(one for one in world._couriers() if one.destination == "account:shop")
    [claim] = await courier._turn()
    await courier._fly(claim)
    await world.edits(ANNA, dialog, post, "six")
    await courier._turn(claiming=False)
    await world.deliver()
    assert world.customer_sees() == ["five"]
    assert [one.content.text.characters for _, one in world.channel.edits] == ["six"]


async def test_an_edit_of_half_an_answer_changes_nothing(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "a" * 150 + " " + "b" * 150)
    courier = next(one for one in world._couriers() if one.destination == "account:shop")
    await world._turn(courier)
    assert "several messages" in whisper_text(await world.edits(ANNA, dialog, post, "c"))
    await world.deliver()
    assert [words[0] for words in world.customer_sees()] == ["a", "b"]
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_who_may_send_no_more_cannot_edit_either(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "five")
    await world.deliver()
    rules = AccountRules(grants=(Grant("boris"),))
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    assert "no permission" in whisper_text(await world.edits(ANNA, dialog, post, "six"))
    await world.deliver()
    assert world.channel.edits == []


GONE = Rejected(RejectReason.GONE, "message_not_found")
NEW_PHOTO = Media(MediaKind.PHOTO, FileRef("account:shop", "P"), "new.jpg", "image/jpeg", 5)
MORE_THAN_A_LINE = [Content(Text.plain("six of them " * 100)), Content(Text.plain("this one"), (NEW_PHOTO,))]


@pytest.mark.parametrize("thread_gone", [False, True])
@pytest.mark.parametrize("content", MORE_THAN_A_LINE, ids=["long", "photo"])
async def test_an_edit_whose_post_is_gone_is_shown_whole(world: World, content: Content, thread_gone: bool) -> None:
    """The line about it holds a thousand characters, and no file."""
    dialog = await open_dialog(world, "I want 5")
    world.desk.fail["update"] = [GONE] * (2 if thread_gone else 1)
    world.desk.fail["post"] = [GONE] if thread_gone else []
    await world.channel_delivers(CustomerEdited(ChatId("7"), ForeignId("f1"), content))
    await world.deliver()
    dialog = await world.dialog(dialog.id)
    shown = [post.content for post in posts_of(world, dialog) if post.kind is PostKind.CUSTOMER]
    assert shown[-1].attachments == content.attachments
    assert shown[-1].text.characters == f"{content.text.characters}\n✏️ edited"
    assert any(words.startswith("✏️ The customer edited") for words in world.thread_texts(dialog))


async def test_a_short_edit_whose_post_is_gone_stands_in_the_line_alone(world: World) -> None:
    dialog = await open_dialog(world, "I want 5")
    world.desk.fail["update"] = [GONE]
    await world.channel_delivers(CustomerEdited(ChatId("7"), ForeignId("f1"), Content(Text.plain("I want 6"))))
    await world.deliver()
    assert world.thread_texts(dialog)[1:] == ["✏️ The customer edited a message: “I want 6”. Before: “I want 5”"]
