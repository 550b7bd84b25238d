"""Topics: several conversations of one customer on one account."""

from __future__ import annotations

from bot.domain import (
    ChatId,
    Content,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    CustomerWrote,
    Dialog,
    ForeignId,
    Line,
    Profile,
    ServiceNotice,
    Status,
)
from bot.domain.ids import topic_in
from bot.domain.text import Text
from tests.core.helpers import accepted_dialog, open_dialog
from tests.core.world import ANNA, World, whisper_text

HOME = ChatId("7")
ORDER, REFUND = topic_in(HOME, 5), topic_in(HOME, 6)
VERA = Profile(name="Vera", home=HOME)
GONE = "🚫 The customer has blocked us or left the chat. Replies cannot be delivered until they return"


async def writes(world: World, chat: ChatId, words: str, ref: str) -> Dialog:
    outcome = await world.channel_delivers(CustomerWrote(chat, ForeignId(ref), Content(Text.plain(words)), VERA))
    await world.deliver()
    return await world.dialog(outcome.dialog)


async def test_each_topic_is_a_dialog_and_is_answered_there(world: World) -> None:
    order = await writes(world, ORDER, "Where is it?", "1")
    refund = await writes(world, REFUND, "I want it back", "2")
    assert (await writes(world, ORDER, "Hello?", "3")).id == order.id
    await world.posts(ANNA, order, "On its way")
    await world.posts(ANNA, refund, "Of course")
    await world.deliver()
    assert (world.customer_sees(ORDER), world.customer_sees(REFUND)) == (["On its way"], ["Of course"])
    assert world.customer_sees(HOME) == []


async def test_topics_and_their_chat_are_one_contact(world: World) -> None:
    home = await open_dialog(world)
    order, refund = await writes(world, ORDER, "Where is it?", "1"), await writes(world, REFUND, "Back", "2")
    assert home.contact == order.contact == refund.contact
    async with world.store.read() as unit:
        assert (await unit.contacts.get(home.contact)).name == "Vera"


async def test_the_contact_s_card_names_the_account_once(world: World) -> None:
    order = await writes(world, ORDER, "Where is it?", "1")
    await writes(world, REFUND, "Back", "2")
    await world.commands(ANNA, "accept", order)
    card = whisper_text(await world.commands(ANNA, "contact", order))
    assert card.count("• ") == 1
    assert "2 dialogs" in card


async def test_topics_are_one_contact_without_a_word_in_their_chat(world: World) -> None:
    order, refund = await writes(world, ORDER, "Where is it?", "1"), await writes(world, REFUND, "Back", "2")
    assert order.contact == refund.contact


async def test_a_chat_whose_id_begins_alike_is_no_topic(world: World) -> None:
    order = await writes(world, ORDER, "Where is it?", "1")
    other = await world.customer_writes("Hello", chat="77", name="Ada")
    assert (await world.dialog(other.dialog)).contact != order.contact
    async with world.store.read() as unit:
        assert await unit.contacts.topics(order.account, HOME) == [ORDER]


async def test_a_reaction_finds_its_message_in_a_topic(world: World) -> None:
    order = await writes(world, ORDER, "Where is it?", "1")
    await world.channel_delivers(CustomerReacted(HOME, ForeignId("1"), ("👍",)))
    await world.channel_delivers(CustomerReacted(HOME, ForeignId("2"), ("👍",)))
    await world.deliver()
    assert world.thread_texts(order)[1:] == ["👍 Customer reacted to “Where is it?”"]


async def test_who_blocks_us_is_gone_from_all_topics(world: World) -> None:
    order = await writes(world, ORDER, "Where is it?", "1")
    await world.channel_delivers(CustomerLeft(HOME))
    await world.deliver()
    assert world.thread_texts(order)[1:] == [GONE]
    await world.channel_delivers(CustomerReturned(HOME, Profile(name="Vera")))
    await world.deliver()
    assert world.thread_texts(order)[2:] == ["👋 The customer is back"]


# -------------------------------------------------------------------------------- what the platform tells


async def test_what_the_platform_tells_is_a_line_that_waits_for_nobody(world: World) -> None:
    dialog = await open_dialog(world)
    await world.posts(ANNA, dialog, "Good morning")
    await world.channel_delivers(ServiceNotice(HOME, Line("told", {"words": "Pinned message: “rules”"})))
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "ℹ️ The messenger reports: Pinned message: “rules”"
    assert (await world.dialog(dialog.id)).waiting_since is None


async def test_it_opens_no_dialog(world: World) -> None:
    await world.channel_delivers(ServiceNotice(HOME, Line("told", {"words": "Pinned"})))
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "close done", dialog)
    await world.channel_delivers(ServiceNotice(HOME, Line("told", {"words": "Pinned"})))
    await world.deliver()
    assert (await world.dialog(dialog.id)).status is Status.CLOSED
    assert not [words for words in world.thread_texts(dialog) if "Pinned" in words]
    assert (await open_dialog(world, "Again")).id == dialog.id + 1
