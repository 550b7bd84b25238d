"""Answers of colleagues outside the hub: they stand in the thread, end the customer's wait and are never sent."""

from __future__ import annotations

from datetime import timedelta

from bot.domain import (
    Author,
    ChatId,
    ChatMoved,
    ColleagueDeleted,
    ColleagueEdited,
    ColleagueWrote,
    Content,
    CustomerEvent,
    CustomerWrote,
    Dialog,
    FileRef,
    ForeignId,
    Key,
    Line,
    Media,
    MediaKind,
    Quote,
    Receipt,
    ReceiptState,
    ServiceNotice,
    Status,
    Update,
)
from bot.domain.text import Text
from tests.core.helpers import accepted_dialog, open_dialog, posts_of
from tests.core.world import ANNA, SHOP, World

CHAT, REF = ChatId("7"), ForeignId("echo")
ANSWERED = "Answered outside the hub"


def said(words: str, *, ref: str = REF, chat: str = CHAT, **more: object) -> ColleagueWrote:
    return ColleagueWrote(ChatId(chat), ForeignId(ref), Content(Text.plain(words), **more))  # type: ignore[arg-type]


async def delivers(world: World, *events: CustomerEvent) -> None:
    for event in events:
        await world.channel_delivers(event)
        await world.deliver()


async def now(world: World, dialog: Dialog) -> Dialog:
    return await world.dialog(dialog.id)


async def test_an_answer_stands_in_the_thread_and_ends_the_wait(world: World) -> None:
    dialog = await open_dialog(world)
    assert dialog.waiting_since is not None
    await delivers(world, said("Answered on the phone"))
    post = posts_of(world, dialog)[-1]
    assert (post.content.text.characters, post.author and post.author.name) == ("Answered on the phone", ANSWERED)
    after = await now(world, dialog)
    assert (after.status, after.responsible, after.waiting_since) == (Status.NEW, None, None)
    assert (after.last_words, after.answered_at) == ("Answered on the phone", world.clock.now())
    assert world.customer_sees() == []


async def test_a_file_goes_along(world: World) -> None:
    dialog = await open_dialog(world)
    price = Media(MediaKind.FILE, FileRef("account:shop", "F"), "price.pdf")
    await delivers(world, said("", attachments=(price,)))
    assert posts_of(world, dialog)[-1].content.attachments == (price,)


async def test_the_owner_keeps_the_dialog(world: World) -> None:
    dialog = await accepted_dialog(world)
    await delivers(world, said("From the phone"))
    after = await now(world, dialog)
    assert (after.status, after.responsible, after.waiting_since) == (Status.IN_PROGRESS, dialog.responsible, None)


async def test_an_answer_that_comes_late_leaves_a_newer_question_waiting(world: World) -> None:
    dialog = await open_dialog(world, "First")
    asked = world.clock.now()
    world.clock.advance(600)
    await world.customer_writes("Second")
    await world.channel_updates.accept([Update(Key("e"), said("To the first"), asked + timedelta(seconds=30))])
    await world.deliver()
    after = await now(world, dialog)
    assert (after.waiting_since, after.last_words) == (world.clock.now(), "Second")
    assert world.thread_texts(dialog)[-1].startswith("To the first\n🕓 written ")


async def test_repeated_it_stands_once(world: World) -> None:
    dialog = await open_dialog(world)
    await delivers(world, said("Once"), said("Once"))
    assert world.thread_texts(dialog) == ["Hello", "Once"]


async def test_what_the_hub_itself_sent_is_no_answer_outside(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "From the hub")
    await world.deliver()
    [message] = [one for one in await world.messages(dialog) if one.author is Author.OPERATOR]
    async with world.store.read() as unit:
        [ref] = await unit.messages.foreign(message.id)
    before = world.thread_texts(dialog)
    await delivers(world, said("From the hub", ref=ref))
    assert world.thread_texts(dialog) == before


async def test_after_closing_it_goes_to_the_closed_thread(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "close done", dialog)
    await world.deliver()
    await delivers(world, said("And one more thing"))
    assert world.thread_texts(dialog)[-1] == "And one more thing"
    assert (await now(world, dialog)).status is Status.CLOSED


async def test_to_someone_who_never_wrote_it_opens_nothing(world: World) -> None:
    await delivers(world, said("Happy birthday!", chat="mother"), ServiceNotice(ChatId("mother"), Line("told", {})))
    assert not world.desk.cards
    async with world.store.read() as unit:
        assert not await unit.contacts.lock_known(SHOP, ChatId("mother"))


async def test_the_customers_answer_quotes_it(world: World) -> None:
    dialog = await open_dialog(world)
    await delivers(world, said("Red or blue?"))
    reply = Content(Text.plain("Blue"), quote=Quote(REF))
    await delivers(world, CustomerWrote(CHAT, ForeignId("m2"), reply))
    quoted = posts_of(world, dialog)[-1].quoted
    assert quoted is not None
    assert (quoted.words, quoted.author) == ("Red or blue?", ANSWERED)
    assert (await now(world, dialog)).waiting_since is not None


async def test_edits_and_withdrawals(world: World) -> None:
    dialog = await open_dialog(world)
    await delivers(world, said("At five"), ColleagueEdited(CHAT, REF, Content(Text.plain("At six"))))
    assert world.thread_texts(dialog) == [
        "Hello",
        "At six\n✏️ edited",
        "✏️ A message was edited outside the hub: “At six”. Before: “At five”",
    ]
    await delivers(world, ColleagueDeleted(CHAT, REF))
    assert world.thread_texts(dialog)[1] == "At six\n✏️ edited · 🗑 deleted"
    assert world.thread_texts(dialog)[-1] == "🗑 A message was deleted outside the hub: “At six”"


async def test_an_edit_or_a_withdrawal_may_come_first(world: World) -> None:
    dialog = await open_dialog(world)
    await delivers(world, ColleagueEdited(CHAT, REF, Content(Text.plain("At six"))), said("At five"))
    await delivers(world, ColleagueDeleted(CHAT, ForeignId("e2")), said("Oops", ref="e2"))
    assert world.thread_texts(dialog) == ["Hello", "At six", "Oops\n🗑 deleted"]


async def test_a_failure_elsewhere_offers_nothing_to_send(world: World) -> None:
    dialog = await open_dialog(world)
    await delivers(world, said("From the phone"), Receipt(CHAT, REF, ReceiptState.FAILED, reason="gone"))
    assert world.thread_texts(dialog) == ["Hello", "From the phone"]
    assert not [button for post in posts_of(world, dialog) for button in post.buttons]
    assert world.customer_sees() == []


async def test_a_conversation_that_has_just_got_another_id_is_the_same(world: World) -> None:
    dialog, other = await open_dialog(world), ChatId("US.7")
    notice = ServiceNotice(other, Line("told", {"words": "Vera changed from 7 to US.7"}))
    events: tuple[CustomerEvent, ...] = (ChatMoved(CHAT, other), notice, said("Hi again", chat=other))
    await world.channel_updates.accept([Update(Key(f"{one}"), one, world.clock.now()) for one in events])
    await world.deliver()
    told = "ℹ️ The messenger reports: Vera changed from 7 to US.7"
    assert world.thread_texts(dialog) == ["Hello", told, "Hi again"]
    assert (await now(world, dialog)).waiting_since is None


async def test_a_notice_of_the_messenger_is_a_line_in_the_open_dialog(world: World) -> None:
    dialog = await open_dialog(world)
    await delivers(world, ServiceNotice(CHAT, Line("told", {"words": "Vera changed from 1 to 2"})))
    assert world.thread_texts(dialog)[-1] == "ℹ️ The messenger reports: Vera changed from 1 to 2"
    await delivers(world, ServiceNotice(CHAT, Line("called", {"length": "2:05"})))
    assert world.thread_texts(dialog)[-1] == "📞 The customer called; the call lasted 2:05"
    assert (await now(world, dialog)).waiting_since == dialog.waiting_since
