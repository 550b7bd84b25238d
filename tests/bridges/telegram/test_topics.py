"""Answers into topics: of private chats, and of the direct messages of channels."""

from __future__ import annotations

import pytest

from bot.domain import ChatId, Content, CustomerWrote, ForeignId, Key, MediaKind
from bot.domain.text import Text
from bot.ports import Outgoing, Rejected, RejectReason
from tests.bridges.telegram.conftest import Shop
from tests.bridges.telegram.test_receiving import running
from tests.contracts.bridges import Accepts
from tests.fakes.telegram import FakeCustomer

DIRECT = -10088
PNG = b"\x89PNG picture"


def says(words: str, **more: ForeignId) -> Outgoing:
    return Outgoing(Content(Text.plain(words)), **more)


@pytest.fixture
def ada(shop: Shop) -> FakeCustomer:
    return shop.telegram.writer_to(DIRECT, "Shop", 77, "Ada")


async def test_every_customer_of_a_channel_is_answered_in_their_own_topic(shop: Shop, ada: FakeCustomer) -> None:
    ben = shop.telegram.writer_to(DIRECT, "Shop", 5, "Ben")
    asked = ada.writes("how much?")
    await shop.polled.send(ChatId("-10088:77"), says("ten", reply_to=ForeignId(str(asked))), Key("a"))
    await shop.polled.send(ChatId("-10088:5"), says("hello"), Key("b"))
    assert [(one.text, one.reply_to) for one in ada.sees] == [("ten", asked)]
    assert ben.reads == ["hello"]


async def test_what_they_write_is_answered_where_it_came_from(shop: Shop, ada: FakeCustomer) -> None:
    ben = shop.telegram.writer_to(DIRECT, "Shop", 5, "Ben")
    topic = shop.nick.opens_topic()
    ada.writes("from Ada")
    ben.writes("from Ben")
    shop.nick.writes_in(topic, "from Nick")
    accepts = Accepts()
    async with running(shop, accepts):
        await accepts.wait(lambda updates: len(updates) == 3)
    for one in accepts.taken:
        assert isinstance(one.event, CustomerWrote)
        await shop.polled.send(one.event.chat, Outgoing(one.event.content), one.key)
    assert (ada.reads, ben.reads, shop.nick.reads) == (["from Ada"], ["from Ben"], ["from Nick"])
    assert shop.nick.sees[0].thread == topic


async def test_files_go_there_too(shop: Shop, ada: FakeCustomer) -> None:
    pictures = tuple(shop.media(MediaKind.PHOTO, PNG, f"{n}.png") for n in range(2))
    await shop.polled.send(ChatId("-10088:77"), Outgoing(Content(Text.plain("look"), pictures)), Key("a"))
    await shop.polled.send(ChatId("-10088:77"), Outgoing(Content(attachments=(shop.media(),))), Key("b"))
    assert [one.kind for one in ada.sees] == ["photo", "photo", "document"]


async def test_they_are_edited_deleted_and_reacted_to_by_number_alone(shop: Shop, ada: FakeCustomer) -> None:
    chat, theirs = ChatId("-10088:77"), ada.writes("how much?")
    [ref] = (await shop.polled.send(chat, says("ten"), Key("a"))).refs
    await shop.polled.edit(chat, ref, says("eleven"))
    await shop.polled.react(chat, ForeignId(str(theirs)), "👍")
    assert (ada.reads, ada.reactions) == (["eleven"], {theirs: ["👍"]})
    await shop.polled.delete(chat, [ref])
    assert not ada.sees


@pytest.mark.parametrize("chat", ["-10088", "-10088/77", "-10088:6"])
async def test_without_the_right_topic_nothing_is_sent(shop: Shop, ada: FakeCustomer, chat: str) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.polled.send(ChatId(chat), says("ten"), Key("a"))
    assert refused.value.reason is RejectReason.INVALID
    assert not ada.sees


async def test_a_topic_of_a_private_chat_is_answered_there(shop: Shop) -> None:
    topic = shop.nick.opens_topic()
    await shop.polled.send(ChatId(f"{shop.chat}/{topic}"), says("here"), Key("a"))
    await shop.polled.send(shop.chat, says("above"), Key("b"))
    assert [(one.text, one.thread) for one in shop.nick.sees] == [("here", topic), ("above", None)]


async def test_of_a_deleted_topic_the_customer_is_answered_all_the_same(shop: Shop) -> None:
    await shop.polled.send(ChatId(f"{shop.chat}/999"), Outgoing(Content(attachments=(shop.media(),))), Key("a"))
    assert [(one.kind, one.thread) for one in shop.nick.sees] == [("document", None)]


async def test_other_refusals_are_not_answered_elsewhere(shop: Shop) -> None:
    topic = shop.nick.opens_topic()
    shop.nick.blocked = True
    with pytest.raises(Rejected) as refused:
        await shop.polled.send(ChatId(f"{shop.chat}/{topic}"), says("here"), Key("a"))
    assert refused.value.reason is RejectReason.BLOCKED
    assert shop.telegram.calls == {"sendMessage": 1}
