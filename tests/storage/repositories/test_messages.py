"""Messages: content, revisions, and their ids elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import (
    Author,
    Content,
    Delivery,
    DeskName,
    Dialog,
    FileRef,
    ForeignId,
    Forwarded,
    Line,
    Location,
    Media,
    MediaKind,
    Message,
    MessageId,
    Poll,
    PostId,
    PostRef,
    Quote,
    SharedContact,
    Unshowable,
)
from bot.domain.text import Span, Style, Text
from bot.ports.storage import NewMessage, Postable, Unit
from storage import SqlStore
from tests.clock import ManualClock
from tests.storage.parts import ANN, BOB, SHOP, dialog_of, read, say

POST = PostRef(DeskName("main"), "C1", PostId("1.2"))


async def get(store: SqlStore, message: MessageId) -> Message:
    found = await read(store, lambda unit: unit.messages.get(message))
    assert found is not None
    return found


async def test_every_kind_of_content_comes_back_as_it_was(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    content = Content(
        Text(
            (Span("so ", Style.BOLD | Style.ITALIC), Span("here", link="https://a.b/"), Span("x", Style.PRE, "", "py"))
        ),
        (
            Media(MediaKind.VOICE, FileRef("account:shop", "f"), "v.ogg", "audio/ogg", 5, 3),
            Location(1.5, 2.5, "Home"),
            SharedContact("Bob", ("+1",)),
            Poll("Which?", ("a", "b")),
            Unshowable("dice"),
        ),
        Quote(ForeignId("7"), "words", "Ann"),
        (Forwarded("Bob", Content(Text.plain("inner")), clock.now()),),
    )
    new = NewMessage(dialog.id, Author.CUSTOMER, clock.now(), content, line=Line("accepted", {"who": "7"}))
    added = await store.transact(lambda unit: unit.messages.add(new))
    assert await get(store, added.id) == added
    assert added.content == content


async def test_characters_that_no_database_takes_stop_nobody(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now(), name="Ann\0\ud800")
    message = await say(store, dialog, "a\0b\ud83dc 😀", clock.now())
    words = (await get(store, message.id)).content.text.characters
    assert words.startswith("a")
    assert words.endswith("c 😀")
    touch = lambda unit: unit.dialogs.touch(dialog.id, waiting_since=None, last_at=None, last_words="\0\udfff!")  # noqa: E731
    await store.transact(touch)
    found = await read(store, lambda unit: unit.dialogs.get(dialog.id))
    assert found is not None
    assert found.last_words == "\ufffd\ufffd!"


async def test_what_can_change_is_saved(store: SqlStore, clock: ManualClock) -> None:
    message = await say(store, await dialog_of(store, ANN, clock.now()), "hi", clock.now(), Author.OPERATOR)
    changed = replace(
        message,
        content=Content(Text.plain("hello")),
        author=Author.NOTE,
        delivery=Delivery.FAILED,
        failure="gone",
        detail="no such chat",
        important=True,
        edited_at=clock.now(),
        deleted_at=clock.now() + timedelta(seconds=1),
        reactions=("👍", "❤️"),
    )
    await store.transact(lambda unit: unit.messages.save(changed))
    assert await get(store, message.id) == changed


async def test_latest_pages_backwards_in_order(store: SqlStore, clock: ManualClock) -> None:
    dialog, other = await dialog_of(store, ANN, clock.now()), await dialog_of(store, BOB, clock.now())
    said = [(await say(store, dialog, str(number), clock.now())).id for number in range(5)]
    await say(store, other, "not here", clock.now())
    latest = await read(store, lambda unit: unit.messages.latest(dialog.id, limit=2))
    assert [one.id for one in latest] == said[3:]
    before = await read(store, lambda unit: unit.messages.latest(dialog.id, before=said[3], limit=2))
    assert [one.id for one in before] == said[1:3]


async def changes(store: SqlStore, dialog: Dialog, since: int, limit: int = 200) -> tuple[list[str], int]:
    found, newest = await read(store, lambda unit: unit.messages.changed(dialog.id, since, limit))
    return [one.content.text.characters for one in found], newest


async def test_a_live_page_hears_of_everything_added_or_saved(store: SqlStore, clock: ManualClock) -> None:
    dialog, other = await dialog_of(store, ANN, clock.now()), await dialog_of(store, BOB, clock.now())
    first = await say(store, dialog, "first", clock.now())
    await say(store, other, "elsewhere", clock.now())
    await say(store, dialog, "second", clock.now())
    words, revision = await changes(store, dialog, 0)
    assert words == ["first", "second"]
    assert (await changes(store, dialog, revision))[0] == []

    await store.transact(lambda unit: unit.messages.save(replace(first, content=Content(Text.plain("first, edited")))))
    words, later = await changes(store, dialog, revision)
    assert words == ["first, edited"]
    assert later > revision
    assert (await changes(store, dialog, later))[0] == []

    await store.transact(lambda unit: unit.messages.touch([first.id]))
    assert (await changes(store, dialog, later))[0] == ["first, edited"]


async def test_a_page_misses_nothing_that_is_committed_late(store: SqlStore, clock: ManualClock) -> None:
    """A transaction that began first commits last: its rows must still be new to a reader in between."""
    dialog = await dialog_of(store, ANN, clock.now())
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def slow(unit: Unit) -> None:
        await unit.messages.add(NewMessage(dialog.id, Author.HUB, clock.now(), Content(Text.plain("slow"))))
        written.set()
        await may_commit.wait()

    writing = asyncio.create_task(store.transact(slow))
    await written.wait()
    if store.embedded:  # there, the others wait
        may_commit.set()
    await say(store, dialog, "quick", clock.now())
    seen, revision = await changes(store, dialog, 0)
    may_commit.set()
    await writing
    seen += (await changes(store, dialog, revision))[0]
    assert set(seen) == {"slow", "quick"}


async def test_many_changes_come_in_pieces(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    for number in range(7):
        await say(store, dialog, str(number), clock.now())
    seen: list[str] = []
    revision = 0
    for _ in range(10):
        words, revision = await changes(store, dialog, revision, limit=3)
        seen += [word for word in words if word not in seen]
    assert seen == list("0123456")


async def test_important_ones_with_where_they_stand(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    message = await say(store, dialog, "remember", clock.now())
    await say(store, dialog, "forget", clock.now())

    async def star(unit: Unit) -> None:
        await unit.messages.save(replace(message, important=True))
        await unit.messages.link_post([message.id], POST)

    await store.transact(star)
    [row] = await read(store, lambda unit: unit.messages.important(accounts=[SHOP.name]))
    assert (row.message.id, row.dialog, row.contact.name, row.post) == (message.id, dialog, "Ann", POST)
    assert await read(store, lambda unit: unit.messages.important(dialog=dialog.id)) == [row]
    assert await read(store, lambda unit: unit.messages.important(accounts=[])) == []


async def test_a_message_is_found_by_its_ids_on_the_channel(store: SqlStore, clock: ManualClock) -> None:
    message = await say(store, await dialog_of(store, ANN, clock.now()), "hi", clock.now())
    refs = [ForeignId("z"), ForeignId("a"), ForeignId("m")]

    async def link(some: list[ForeignId]) -> None:
        await store.transact(lambda unit: unit.messages.link_foreign(message.id, SHOP.name, ANN, some))

    await link(refs[:2])
    await link(refs)  # repeating a link is no error
    assert await read(store, lambda unit: unit.messages.foreign(message.id)) == refs
    assert await read(store, lambda unit: unit.messages.by_foreign(SHOP.name, ANN, refs[2])) == message
    assert await read(store, lambda unit: unit.messages.by_foreign(SHOP.name, BOB, refs[2])) is None


async def test_read_through_means_everything_sent_before(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    sent = []
    for number, state in enumerate([Delivery.SENT, Delivery.READ, Delivery.FAILED, Delivery.DELIVERED, Delivery.SENT]):
        message = replace(await say(store, dialog, str(number), clock.now(), Author.OPERATOR), delivery=state)

        async def work(unit: Unit, message: Message = message) -> None:
            await unit.messages.save(message)
            await unit.messages.link_foreign(message.id, SHOP.name, ANN, [ForeignId(f"f{message.id}")])

        await store.transact(work)
        sent.append(message.id)
    through = await read(store, lambda unit: unit.messages.sent_through(SHOP.name, ANN, ForeignId(f"f{sent[3]}")))
    assert through == [sent[0], sent[3]]
    assert await read(store, lambda unit: unit.messages.sent_through(SHOP.name, ANN, ForeignId("?"))) == []


async def test_several_messages_in_one_post(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    both = [await say(store, dialog, words, clock.now()) for words in ("one", "two")]
    for _ in range(2):
        await store.transact(lambda unit: unit.messages.link_post([one.id for one in both], POST))
    assert await read(store, lambda unit: unit.messages.by_post(POST)) == both
    assert await read(store, lambda unit: unit.messages.post(both[1].id)) == POST
    assert await read(store, lambda unit: unit.messages.by_post(replace(POST, channel="C2"))) == []


async def test_the_last_missing_part_is_told_once(store: SqlStore, clock: ManualClock) -> None:
    said = NewMessage(
        (await dialog_of(store, ANN, clock.now())).id,
        Author.OPERATOR,
        clock.now(),
        Content(Text.plain("long")),
        delivery=Delivery.PENDING,
    )
    message = await store.transact(lambda unit: unit.messages.add(said))
    await store.transact(lambda unit: unit.messages.set_parts(message.id, 3))
    assert await read(store, lambda unit: unit.messages.parts_left(message.id)) == [0, 1, 2]

    async def part_done(part: int) -> Message | None:
        return await store.transact(lambda unit: unit.messages.part_done(message.id, part, Delivery.SENT))

    last = await asyncio.gather(*(part_done(part) for part in (2, 0, 1)))
    sent = replace(message, delivery=Delivery.SENT)
    assert [one for one in last if one is not None] == [sent]
    assert await read(store, lambda unit: unit.messages.parts_left(message.id)) == []
    assert not await part_done(1)
    await store.transact(lambda unit: unit.messages.save(replace(message, delivery=Delivery.READ)))
    await store.transact(lambda unit: unit.messages.set_parts(message.id, 1))
    assert await part_done(0) == replace(message, delivery=Delivery.READ), "a receipt was faster"


async def test_the_mark_that_stands_on_a_post(store: SqlStore, clock: ManualClock) -> None:
    message = await say(store, await dialog_of(store, ANN, clock.now()), "hi", clock.now())
    assert await read(store, lambda unit: unit.messages.mark_shown(message.id)) == ""
    await store.transact(lambda unit: unit.messages.set_mark_shown(message.id, "✅"))
    assert await read(store, lambda unit: unit.messages.mark_shown(message.id)) == "✅"


@pytest.mark.parametrize("same_ids", [True, False])
async def test_messages_of_a_chat_that_moves(store: SqlStore, clock: ManualClock, same_ids: bool) -> None:
    """They keep their ids in the new chat where the platform does; otherwise they are known only in the old one."""
    dialog = await dialog_of(store, ANN, clock.now())
    message, other = await say(store, dialog, "one", clock.now()), await say(store, dialog, "two", clock.now())

    async def work(unit: Unit) -> None:
        await unit.messages.link_foreign(message.id, SHOP.name, ANN, [ForeignId("5"), ForeignId("6")])
        await unit.messages.link_foreign(other.id, SHOP.name, BOB, [ForeignId("6")])
        await unit.contacts.move(SHOP.name, ANN, BOB, same_ids=same_ids)

    await store.transact(work)
    found = {}
    for chat in (ANN, BOB):
        for ref in ("5", "6"):
            known = await read(store, lambda unit, c=chat, r=ref: unit.messages.by_foreign(SHOP.name, c, ForeignId(r)))  # type: ignore[misc]
            found[chat, ref] = known.id if known else None
    assert found[BOB, "6"] == other.id
    assert found[BOB, "5"] == (message.id if same_ids else None)
    assert found[ANN, "5"] == (None if same_ids else message.id)
    assert found[ANN, "6"] == message.id


async def test_the_latest_of_one_kind_of_author(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    for number in range(3):
        await say(store, dialog, f"answer {number}", clock.now(), Author.OPERATOR)
        await say(store, dialog, f"by itself {number}", clock.now(), Author.BOT)
    held = replace(await say(store, dialog, "held", clock.now(), Author.OPERATOR), delivery=Delivery.HELD)
    await store.transact(lambda unit: unit.messages.save(held))
    async with store.read() as unit:
        found = await unit.messages.written_by(dialog.id, Author.OPERATOR, 2)
    assert [one.content.text.characters for one in found] == ["answer 2", "answer 1"]


async def test_a_message_comes_with_its_dialog_and_its_contact(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    message = await say(store, dialog, "hi", clock.now())
    contact = await read(store, lambda unit: unit.contacts.get(dialog.contact))
    assert await read(store, lambda unit: unit.messages.postable(message.id)) == Postable(message, dialog, contact)
    assert await read(store, lambda unit: unit.messages.postable(MessageId(999))) is None
