"""Changes of posts that come late or twice, and what the core knows of a thread's posts after an absence."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import Content, Dialog, Key, OperatorEdited, OperatorReacted, PostId
from bot.domain.text import Text
from tests.core.helpers import accepted_dialog, thread_of
from tests.core.world import ANNA, World, whisper_text


async def edits(world: World, dialog: Dialog, post: PostId, words: str, at: datetime, *, missed: bool = False) -> None:
    content = Content(Text.plain(words))
    key = Key(f"edit:{post}:{at.isoformat()}")
    await world.desk_events.accept(OperatorEdited(key, ANNA, world.place(dialog, post), content, missed=missed, at=at))
    await world.deliver()


def edited_for_customer(world: World) -> list[str]:
    return [one.content.text.characters for _, one in world.channel.edits]


async def test_an_older_edit_that_comes_late_changes_nothing(world: World) -> None:
    """After a gap the newest words were read; Slack then repeats the edits that nobody had acknowledged."""
    dialog, now = await accepted_dialog(world), world.clock.now()
    post, _ = await world.posts(ANNA, dialog, "first")
    await world.deliver()
    await edits(world, dialog, post, "third", now + timedelta(seconds=3), missed=True)
    await edits(world, dialog, post, "second", now + timedelta(seconds=2))
    await edits(world, dialog, post, "third", now + timedelta(seconds=3))
    assert edited_for_customer(world) == ["third"]
    await edits(world, dialog, post, "fourth", now + timedelta(seconds=4))
    assert edited_for_customer(world) == ["third", "fourth"]


async def test_an_older_edit_of_a_post_that_was_read_after_it_changes_nothing(world: World) -> None:
    dialog, now = await accepted_dialog(world), world.clock.now()
    post, _ = await world.posts(ANNA, dialog, "third", missed=True)
    await world.deliver()
    await edits(world, dialog, post, "third", now + timedelta(seconds=3), missed=True)
    await edits(world, dialog, post, "second", now + timedelta(seconds=2))
    assert world.customer_sees() == ["third"]
    assert edited_for_customer(world) == []


async def test_a_reaction_that_comes_twice_counts_once_until_it_is_removed(world: World) -> None:
    dialog = await accepted_dialog(world)
    post = world.desk.posts[thread_of(dialog)][0][0]
    for on in (True, True, False, True):
        await world.reacts(ANNA, dialog, post, "👍", on=on)
    await world.deliver()
    assert [emoji for _, emoji in world.channel.reacted] == ["👍", None, "👍"]


async def test_a_message_is_selected_again_in_a_page_after_an_action_used_it(world: World) -> None:
    """A page shows the selection, not reactions: nobody removes the sign there before pressing it again."""
    dialog = await accepted_dialog(world)
    place = world.place(dialog, world.desk.posts[thread_of(dialog)][0][0])
    for number in range(2):
        await world.desk_events.accept(OperatorReacted(Key(f"r{number}"), ANNA, place, "🔖", True, pressed=True))
        assert "1 message of this dialog is selected" in whisper_text(await world.commands(ANNA, "chosen", dialog))
        assert "No messages selected" in whisper_text(await world.commands(ANNA, "chosen none", dialog))


async def test_the_core_knows_a_thread_s_posts_and_reactions(world: World) -> None:
    dialog = await accepted_dialog(world)
    assert dialog.ref is not None
    since = world.clock.now() - timedelta(minutes=1)
    customers = world.desk.posts[thread_of(dialog)][0][0]
    reply, _ = await world.posts(ANNA, dialog, "a reply")
    note, _ = await world.posts(ANNA, dialog, "// a note")
    gone, _ = await world.posts(ANNA, dialog, "oops")
    await world.deletes(ANNA, dialog, gone)
    await world.reacts(ANNA, dialog, customers, "⭐")
    await world.reacts(ANNA, dialog, reply, "👍")
    await world.reacts(ANNA, dialog, reply, "👍", on=False)
    found = {one.post: one for one in await world.desk_events.known_posts(dialog.ref, since)}
    assert {post: one.written for post, one in found.items() if post in (customers, reply, note, gone)} == {
        customers: False,
        reply: True,
        note: True,
        gone: False,
    }
    assert found[customers].reactions == {(ANNA.user, "⭐")}
    assert found[reply].reactions == frozenset()
    assert not await world.desk_events.known_posts(dialog.ref, world.clock.now() + timedelta(hours=1))


async def test_a_star_removed_in_an_absence_is_no_star(world: World) -> None:
    dialog = await accepted_dialog(world)
    post = world.desk.posts[thread_of(dialog)][0][0]
    place = world.place(dialog, post)
    await world.reacts(ANNA, dialog, post, "⭐")
    await world.desk_events.accept(OperatorReacted(Key("found"), ANNA, place, "⭐", False, missed=True))
    assert not any(one.important for one in await world.messages(dialog))
