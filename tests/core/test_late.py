"""Messages that come after newer ones, as a channel that repeats for days brings them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import ChatId, Content, CustomerEdited, CustomerWrote, ForeignId, Key, Profile, Update
from bot.domain.text import Text
from bot.ports import UpdateOutcome
from tests.core.helpers import open_dialog
from tests.core.world import World


async def writes_at(world: World, words: str, at: datetime, ref: str = "late", chat: str = "7") -> UpdateOutcome:
    event = CustomerWrote(ChatId(chat), ForeignId(ref), Content(Text.plain(words)), Profile(name="Vera"))
    await world.pin_names()
    return (await world.channel_updates.accept([Update(Key(ref), event, at)]))[0]


async def test_a_late_message_says_when_it_was_written_and_leaves_the_list_alone(world: World) -> None:
    dialog = await open_dialog(world, "Now")
    await writes_at(world, "Five hours ago", world.clock.now() - timedelta(hours=5))
    await world.deliver()
    assert world.thread_texts(dialog)[-1].startswith("Five hours ago\n🕓 written ")
    after = await world.dialog(dialog.id)
    assert (after.last_at, after.last_words, after.waiting_since) == (dialog.last_at, "Now", dialog.waiting_since)


async def test_a_message_below_newer_ones_says_so_even_of_a_few_minutes(world: World) -> None:
    dialog = await open_dialog(world, "Now")
    await writes_at(world, "Five minutes ago", world.clock.now() - timedelta(minutes=5))
    await world.deliver()
    assert world.thread_texts(dialog)[-1].startswith("Five minutes ago\n🕓 written ")
    assert (await world.dialog(dialog.id)).last_words == "Now"


async def test_a_late_message_that_is_edited_still_says_when_it_was_written(world: World) -> None:
    dialog = await open_dialog(world, "Now")
    await writes_at(world, "Five hours ago", world.clock.now() - timedelta(hours=5))
    await world.deliver()
    await world.channel_delivers(CustomerEdited(ChatId("7"), ForeignId("late"), Content(Text.plain("Edited"))))
    await world.deliver()
    assert any(one.startswith("Edited\n🕓 written ") and one.endswith("✏️ edited") for one in world.thread_texts(dialog))


async def test_a_first_message_that_was_written_long_ago_says_so(world: World) -> None:
    accepted = await writes_at(world, "Yesterday", world.clock.now() - timedelta(days=1))
    await world.deliver()
    dialog = await world.dialog(accepted.dialog)
    assert "🕓 written " in world.thread_texts(dialog)[0]


async def test_a_message_of_the_same_moment_says_nothing(world: World) -> None:
    dialog = await open_dialog(world, "Now")
    await writes_at(world, "Rounded to seconds", world.clock.now() - timedelta(milliseconds=900))
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "Rounded to seconds"
    assert (await world.dialog(dialog.id)).last_words == "Rounded to seconds"
