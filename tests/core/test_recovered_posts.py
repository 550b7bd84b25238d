"""Operators' posts from the time that a restored database does not know, and whatever waited when it was backed up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.automation.recovery import MARGIN, Recovery
from bot.domain import AccountName, ChatId, Delivery, DialogId, ThreadId, ThreadRef
from bot.domain.traces import Reached, Trace
from bot.ports import Desks, FoundCard, Mark
from bot.views.values import Silent
from storage import NotesFile
from tests.core.helpers import accepted_dialog, open_dialog, register_operators, remedies_of
from tests.core.world import ANNA, BORIS, DESK, SHOP, MemoryDesk, World, whisper_text


def restored(world: World) -> None:
    """From now on, everything before counts as forgotten."""
    world.clock.advance(10)
    world.hub.past.restored_at = world.clock.now()
    world.clock.advance(-5)


async def test_a_reply_without_a_mark_is_asked_about(world: World) -> None:
    dialog = await open_dialog(world)
    restored(world)
    post, answer = await world.posts(ANNA, dialog, "ten roubles", missed=True)
    await world.deliver()
    assert answer == Silent()
    assert world.customer_sees() == []
    assert world.desk.marks[post] == {Mark.DOUBTFUL}
    assert world.thread_texts(dialog)[-1] == (
        "Anna: ❔ Perhaps sent already: “ten roubles”. The hub was restored from a backup made before."
    )
    assert (await world.dialog(dialog.id)).responsible is not None
    assert (await world.dialog(dialog.id)).waiting_since is None
    await world.presses(ANNA, remedies_of(world, dialog)["retry"], dialog)
    await world.deliver()
    assert world.customer_sees() == ["ten roubles"]
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_it_was_sent(world: World) -> None:
    dialog = await open_dialog(world)
    restored(world)
    post, _ = await world.posts(ANNA, dialog, "ten roubles", missed=True)
    await world.deliver()
    assert {one.label for one in remedies_of(world, dialog).values()} >= {"Send", "It was sent"}
    await world.presses(ANNA, remedies_of(world, dialog)["arrived"], dialog)
    await world.deliver()
    assert world.customer_sees() == []
    assert world.desk.marks[post] == {Mark.DELIVERED}


@pytest.mark.parametrize(
    ("mark", "kept"),
    [
        (Mark.DELIVERED, Delivery.SENT),
        (Mark.READ, Delivery.READ),
        (Mark.WAITING, Delivery.UNCONFIRMED),
        (Mark.FAILED, Delivery.UNCONFIRMED),
        (Mark.DOUBTFUL, Delivery.UNCONFIRMED),
        (Mark.INTERNAL, Delivery.INTERNAL),
        (Mark.HELD, Delivery.HELD),
    ],
)
async def test_the_hubs_own_mark_says_what_became_of_it(world: World, mark: Mark, kept: Delivery) -> None:
    dialog = await open_dialog(world)
    restored(world)
    await world.posts(ANNA, dialog, "ten roubles", missed=True, mark=mark.value)
    await world.deliver()
    assert await world.delivery(dialog) == [kept]
    assert world.customer_sees() == []
    assert ("retry" in remedies_of(world, dialog)) == (kept is Delivery.UNCONFIRMED)
    assert bool(world.desk.whispers) == (kept is Delivery.HELD)  # its author is asked anew


async def test_notes_notify_nobody_again_and_commands_are_not_repeated(world: World) -> None:
    dialog = await accepted_dialog(world)
    await register_operators(world, BORIS)
    restored(world)
    told, lines = len(world.desk.direct_messages), world.thread_texts(dialog)
    await world.posts(ANNA, dialog, "@boris look", missed=True)
    _, answer = await world.posts(ANNA, dialog, "@hub close", missed=True)
    await world.deliver()
    assert "was not repeated: “close”" in whisper_text(answer)
    assert (await world.dialog(dialog.id)).open
    assert len(world.desk.direct_messages) == told
    assert world.thread_texts(dialog) == lines
    assert world.customer_sees() == []


async def test_an_edit_in_the_gap_changes_nothing_twice(world: World) -> None:
    dialog = await open_dialog(world)
    restored(world)
    post, _ = await world.posts(ANNA, dialog, "ten roubles", missed=True, mark=Mark.DELIVERED.value)
    answer = await world.edits(ANNA, dialog, post, "ten roubles", missed=True)
    await world.deliver()
    assert answer == Silent()
    assert world.channel.edits == []


async def test_what_is_written_after_the_restore_is_sent(world: World) -> None:
    dialog = await open_dialog(world)
    restored(world)
    world.clock.advance(6)
    await world.posts(ANNA, dialog, "good morning")
    await world.deliver()
    assert world.customer_sees() == ["good morning"]


@pytest.mark.parametrize("idempotent", [True, False])
async def test_a_reply_that_waited_in_the_backup_is_asked_about(world: World, tmp_path: Path, idempotent: bool) -> None:
    world.channel.limits = replace(world.channel.limits, idempotent=idempotent)
    dialog = await open_dialog(world)
    await world.posts(ANNA, dialog, "perhaps sent since")
    world.clock.advance(60)
    await recovery(world, tmp_path, Reached(dialogs=5, messages=50)).begin()
    await world.deliver()
    assert world.customer_sees() == []
    assert await world.delivery(dialog) == [Delivery.UNCONFIRMED]
    assert {"retry", "arrived"} <= set(remedies_of(world, dialog))


def recovery(world: World, folder: Path, noted: Reached) -> Recovery:
    notes = NotesFile(folder / "reached")
    notes.write(noted)
    return Recovery(world.hub, notes)


async def test_numbers_leap_once(world: World, tmp_path: Path) -> None:
    dialog = await open_dialog(world)
    await recovery(world, tmp_path, Reached(dialogs=40, messages=400)).begin()
    later = await world.dialog((await world.customer_writes("Hello", chat="8")).dialog)
    assert (dialog.id, later.id > 40) == (1, True)
    [message] = await world.messages(later)
    assert message.id > 400
    world.clock.advance(3600)
    await recovery(world, tmp_path, Reached()).begin()
    next_one = await world.dialog((await world.customer_writes("Hello", chat="9")).dialog)
    assert next_one.id == later.id + 1


async def test_a_new_database_and_a_lost_note_are_no_restore(world: World, tmp_path: Path) -> None:
    await open_dialog(world)
    await Recovery(world.hub, NotesFile(tmp_path / "none" / "reached")).begin()
    assert world.hub.past.restored_at is None
    assert NotesFile(tmp_path / "none" / "reached").read() == world.hub.past.reached != Reached()


class TracedDesk(MemoryDesk):
    """A desk that shows these cards."""

    found: tuple[FoundCard, ...] = ()

    async def traces(self, since: object) -> tuple[FoundCard, ...]:
        return self.found


def card(world: World, number: int, chat: str, *, open_: bool = True) -> FoundCard:
    trace = Trace(DialogId(number), SHOP, ChatId(chat), f"Customer {chat}", 100 + number, open_)
    return FoundCard(trace, ThreadRef(DESK, "C1", ThreadId(f"lost{number}")), world.clock.now() + MARGIN)


async def test_lost_dialogs_come_back_from_their_cards(world: World, tmp_path: Path) -> None:
    known = await open_dialog(world)
    desk = TracedDesk()
    other = replace(card(world, 14, "12"), trace=replace(card(world, 14, "12").trace, account=AccountName("gone")))
    desk.found = (card(world, 12, "8"), card(world, 11, "9", open_=False), card(world, 13, str(known.chat)), other)
    world.hub = replace(world.hub, desks=Desks({DESK: desk}))
    await Recovery(world.hub, NotesFile(tmp_path / "reached")).begin()
    back = await world.dialog(12)
    assert (back.thread, back.chat, back.open, back.waiting_since is not None) == ("lost12", "8", True, True)
    async with world.store.read() as unit:
        contact = await unit.contacts.get(back.contact)
        assert [await unit.dialogs.get(DialogId(number)) for number in (11, 13, 14)] == [None, None, None]
    assert contact.name == "Customer 8"
    again = await world.customer_writes("Are you there?", chat="8")
    assert again.dialog == 12
    assert (await world.dialog((await world.customer_writes("Hello", chat="10")).dialog)).id > 14


async def test_administrators_are_told_once(world: World, tmp_path: Path) -> None:
    await open_dialog(world)
    await register_operators(world, ANNA)
    async with world.store.read() as unit:
        anna = (await unit.operators.of_desk(DESK))[0]
    world.hub.admins.ids = frozenset({anna.id})
    found = recovery(world, tmp_path, Reached(dialogs=40, messages=400))
    await found.begin()
    for _ in range(2):
        await found._tell()
        await world.deliver()
    told = [view.rows[0].text.characters for _, view in world.desk.direct_messages]
    assert len(told) == 1
    assert "restored from a backup" in told[0]
    assert "#1040" in told[0]


async def test_a_desk_that_does_not_answer_does_not_stop_the_start(world: World, tmp_path: Path) -> None:
    class Silence(TracedDesk):
        async def traces(self, since: object) -> tuple[FoundCard, ...]:
            raise TimeoutError

    world.hub = replace(world.hub, desks=Desks({DESK: Silence()}))
    await Recovery(world.hub, NotesFile(tmp_path / "reached")).begin()
    assert world.hub.past.restored_at is None
