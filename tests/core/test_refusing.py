"""Channels that anyone may write to, and that can refuse at once: blocked customers, a pause, too many new dialogs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.automation.new_dialog_limit import AT_ONCE
from bot.domain import ChatId, Content, CustomerWrote, ForeignId, Profile, ProfileChanged, Update
from bot.domain.text import Text
from bot.handlers.channel_updates import ChannelUpdateHandler
from bot.handlers.lone_failures import SET_ASIDE_AFTER
from bot.ports import NotTaken, UpdateOutcome
from storage import SqlStore
from tests.clock import ManualClock
from tests.core.helpers import accepted_dialog, card_of
from tests.core.world import ANNA, MemoryChannel, World, button, form_of, member, whisper_text
from tests.tools import FolderFiles

BOSS = member("U9", "boss", "Boss")


@pytest.fixture
def world(store: SqlStore, clock: ManualClock, tmp_path_factory: pytest.TempPathFactory) -> World:
    channel = MemoryChannel(replace(MemoryChannel().limits, refuses=True))
    return World(store, clock, FolderFiles(tmp_path_factory.mktemp("files")), channel=channel)


async def refused(world: World, chat: str) -> NotTaken:
    with pytest.raises(NotTaken) as error:
        await world.customer_writes("again", chat=chat)
    return error.value


async def test_nothing_more_is_taken_from_who_is_blocked_until_they_are_unblocked(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.presses(ANNA, button(card_of(world, dialog), "block"), dialog)
    await world.deliver()
    assert (await refused(world, "7")).why == "blocked"
    assert "⛔ Anna blocked the customer: their messages are no longer accepted" in world.thread_texts(dialog)
    facts = {fact.label: fact.value.characters for fact in card_of(world, dialog).facts}
    assert facts["Blocked"] == "by us: they cannot write"
    words = len(await world.messages(dialog))
    await world.commands(ANNA, "block", dialog)  # twice is once
    assert len(await world.messages(dialog)) == words
    await world.presses(ANNA, button(card_of(world, dialog), "unblock"), dialog)
    await world.deliver()
    await world.customer_writes("sorry about that")
    await world.deliver()
    assert "sorry about that" in world.thread_texts(dialog)


async def test_who_is_blocked_stays_so_after_closing(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "block", dialog)
    await world.commands(ANNA, "close spam", dialog)
    await world.deliver()
    assert (await refused(world, "7")).why == "blocked"
    await world.presses(ANNA, button(card_of(world, dialog), "unblock"), dialog)
    assert (await world.customer_writes("hello")).dialog != dialog.id


async def test_where_a_channel_cannot_say_so_nobody_can_be_blocked(
    store: SqlStore, clock: ManualClock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = World(store, clock, FolderFiles(tmp_path_factory.mktemp("files")))
    dialog = await accepted_dialog(world)
    assert "block" not in [one.word for one in card_of(world, dialog).menu]
    assert "does not let the hub block" in whisper_text(await world.commands(ANNA, "block", dialog))
    await world.customer_writes("still here")


async def test_new_dialogs_are_paused_from_the_settings_while_open_ones_go_on(world: World) -> None:
    dialog = await accepted_dialog(world)
    form = form_of(await world.commands(BOSS, "settings shop intake"))
    await world.submits(BOSS, form, paused="yes")
    assert (await refused(world, "8")).why == "paused"
    await world.customer_writes("and this")
    await world.deliver()
    assert "and this" in world.thread_texts(dialog)
    form = form_of(await world.commands(BOSS, "settings shop intake"))
    await world.submits(BOSS, form, paused="no")
    await world.customer_writes("hello", chat="8")


async def test_a_flood_of_new_dialogs_waits_and_administrators_are_told_once(world: World) -> None:
    await world.commands(BOSS, "help")
    dialog = await accepted_dialog(world)
    for number in range(AT_ONCE - 1):
        await world.customer_writes("hello", chat=f"flood-{number}")
    for number in range(5):
        error = await refused(world, f"late-{number}")
        assert error.why == "busy"
        assert 0 < error.retry_after <= 1
    await world.customer_writes("open dialogs go on")
    await world.deliver()
    assert "open dialogs go on" in world.thread_texts(dialog)
    assert [view.rows[0].text.characters for user, view in world.desk.direct_messages if user == "U9"] == [
        f"⚠️ Shop bot: more than {AT_ONCE} new dialogs a minute. The rest are waiting in customers' browsers; "
        "nothing is lost. To pause new dialogs: “/dialog settings shop intake”."
    ]
    await world.deliver_after(2)
    await world.customer_writes("hello", chat="late-0")


async def test_the_next_flood_is_told_again(world: World) -> None:
    await world.commands(BOSS, "help")
    for flood in range(2):
        for number in range(AT_ONCE):
            await world.customer_writes("hello", chat=f"flood-{flood}-{number}")
        assert (await refused(world, f"late-{flood}")).why == "busy"
        await world.deliver_after(90)
    assert len([user for user, _ in world.desk.direct_messages if user == "U9"]) == 2


async def test_a_profile_changes_nothing_of_a_block(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "block", dialog)
    await world.channel_delivers(ProfileChanged(ChatId("7"), Profile(name="Another name")))
    assert (await refused(world, "7")).why == "blocked"
    async with world.store.read() as unit:
        assert (await unit.contacts.get(dialog.contact)).name != "Another name"
    await world.commands(ANNA, "unblock", dialog)
    await world.channel_delivers(ProfileChanged(ChatId("7"), Profile(name="Another name")))
    async with world.store.read() as unit:
        assert (await unit.contacts.get(dialog.contact)).name == "Another name"


async def test_who_has_never_written_is_nobodys_contact(world: World) -> None:
    """Also while new dialogs are paused, and however many programs send names."""
    await world.channel_delivers(ProfileChanged(ChatId("8"), Profile(name="Never wrote")))
    async with world.store.read() as unit:
        assert not await unit.archive.contacts("Never wrote", limit=5)


async def test_what_is_refused_is_never_set_aside_as_unreadable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the database fails first, repeatedly: then the message is not at fault."""
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "block", dialog)
    commit, calls = ChannelUpdateHandler._commit, itertools.count()

    async def failing_first(self: ChannelUpdateHandler, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
        if next(calls) % 2 == 0:
            raise ConnectionError
        return await commit(self, updates)

    monkeypatch.setattr(ChannelUpdateHandler, "_commit", failing_first)
    for _ in range(SET_ASIDE_AFTER + 1):
        calls = itertools.count()
        with pytest.raises((ConnectionError, NotTaken)):
            await world.channel_delivers(
                CustomerWrote(ChatId("7"), ForeignId("f"), Content(Text.plain("pills"))), "late"
            )
