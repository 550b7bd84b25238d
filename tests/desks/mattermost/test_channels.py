"""A channel that is lost: archived, or the bot put out of it. It is no fault of what was to be written there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.desks.mattermost.desk import MattermostDesk
from bot.desks.mattermost.errors import of_answer
from bot.domain import Key, PostId, PostRef, ThreadRef
from bot.ports import Mark, Rejected, RejectReason, Unavailable, Unexplained, returned_topic
from tests.contracts.desks import eventually
from tests.contracts.desks.samples import card, customer, open_thread
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.desks.mattermost.test_event_listener import heard


def put_out(rig: MattermostRig, thread: ThreadRef) -> None:
    rig.mm.state.members[thread.channel].discard(rig.mm.state.id_of("hub"))


def archived(rig: MattermostRig, thread: ThreadRef) -> None:
    rig.mm.person("anna").archives(thread.channel)


async def do_open(rig: MattermostRig, thread: ThreadRef, post: PostRef) -> None:
    await rig.desk.open(thread.channel, card(), Key("another"))


async def do_post(rig: MattermostRig, thread: ThreadRef, post: PostRef) -> None:
    await rig.desk.post(thread, customer("x", "later"))


async def do_redraw(rig: MattermostRig, thread: ThreadRef, post: PostRef) -> None:
    await rig.desk.update(post, customer("y", "k1"))


async def do_card(rig: MattermostRig, thread: ThreadRef, post: PostRef) -> None:
    await rig.desk.update(PostRef(thread.desk, thread.channel, PostId(thread.thread)), card())


async def do_delete(rig: MattermostRig, thread: ThreadRef, post: PostRef) -> None:
    await rig.desk.delete(post)


async def do_mark(rig: MattermostRig, thread: ThreadRef, post: PostRef) -> None:
    await rig.desk.mark(post, Mark.DELIVERED, True)


async def do_unmark(rig: MattermostRig, thread: ThreadRef, post: PostRef) -> None:
    await rig.desk.mark(post, Mark.WAITING, False)


@pytest.mark.parametrize("deed", [do_open, do_post, do_redraw, do_card, do_delete, do_mark, do_unmark])
@pytest.mark.parametrize("lost", [put_out, archived])
async def test_what_is_wrong_with_a_channel_is_no_fault_of_the_post(rig: MattermostRig, lost: Any, deed: Any) -> None:
    thread = await open_thread(rig)
    post = await rig.desk.post(thread, customer("x", "k1"))
    await rig.desk.mark(post, Mark.WAITING, True)
    lost(rig, thread)
    with pytest.raises(Unavailable) as caught:
        await deed(rig, thread, post)
    assert caught.value.channel == thread.channel
    assert caught.value.advice


async def test_a_card_that_was_deleted_is_gone_although_the_server_says_forbidden(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.mm.person("anna").id = rig.mm.state.id_of("root")
    rig.mm.state.members[thread.channel].add(rig.mm.state.id_of("root"))
    rig.mm.person("anna").deletes(thread.thread)
    with pytest.raises(Rejected) as caught:
        await rig.desk.update(PostRef(thread.desk, thread.channel, PostId(thread.thread)), card())
    assert caught.value.reason is RejectReason.GONE


# status, error id, words → the channel's fault
ANSWERS = [
    (400, "api.post.create_post.can_not_post_to_deleted.error", "", True),
    (400, "api.post.update_post.can_not_update_post_in_deleted.error", "", True),
    (400, "api.post.patch_post.can_not_update_post_in_deleted.error", "", True),
    (400, "api.post.delete_post.can_not_delete_post_in_deleted.error", "", True),
    (403, "api.reaction.save.archived_channel.app_error", "", True),
    (403, "api.reaction.delete.archived_channel.app_error", "", True),
    (403, "api.context.permissions.app_error", "", True),
    (400, "api.context.invalid_param.app_error", "Invalid or missing post.channel_id in request body.", True),
    (404, "app.channel.get.existing.app_error", "", True),
    (404, "store.sql_channel.get.existing.app_error", "", True),
    (400, "api.context.invalid_param.app_error", "Invalid or missing post in request body.", False),
    (400, "model.post.is_valid.props.app_error", "", False),
    (400, "api.post.create_post.root_id.app_error", "", False),
    (404, "app.post.get.app_error", "", False),
    (413, "", "", False),
]


@pytest.mark.parametrize(("status", "error", "words", "of_the_channel"), ANSWERS)
def test_a_table_says_which_refusals_are_the_channel_s(
    status: int, error: str, words: str, of_the_channel: bool
) -> None:
    found = of_answer(status, error, words, channel="c1")
    assert getattr(found, "channel", "") == ("c1" if of_the_channel else "")
    assert isinstance(of_answer(status, error, words), Rejected | Unexplained)


# ---------------------------------------------------------------------------- what operators write meanwhile


def joined(rig: MattermostRig, channel: str) -> None:
    """The bot is added to the channel again."""
    rig.mm.person("hub").joins(channel)


async def sales(rig: MattermostRig) -> ThreadRef:
    """A thread in a second channel, `#sales`."""
    rig.mm.add_channel("sales")
    thread = await rig.desk.open("sales", card(9), Key("sales"))
    rig.core.open_threads.append(thread)
    return thread


@pytest.mark.parametrize("told", [True, False])
async def test_what_is_written_while_the_bot_is_out_of_a_channel_is_read_when_it_is_back(
    rig: MattermostRig, told: bool
) -> None:
    """Told or not that it is out."""
    thread, other = await sales(rig), await open_thread(rig)
    await rig.writes("anna", thread, "before")
    await rig.core.until(heard(rig, "before"))
    if told:
        rig.mm.person("hub").leaves(thread.channel)
    else:
        rig.mm.state.members[thread.channel].discard(rig.mm.state.id_of("hub"))
    await rig.writes("anna", thread, "meanwhile")
    await rig.writes("anna", other, "elsewhere")
    await rig.core.until(heard(rig, "before", "elsewhere"))
    joined(rig, thread.channel)
    await rig.core.until(heard(rig, "before", "elsewhere", "meanwhile"))


async def test_a_channel_that_is_lost_in_a_gap_is_told_and_read_when_it_is_back(rig: MattermostRig) -> None:
    thread, other = await sales(rig), await open_thread(rig)
    desk = rig.desk
    assert isinstance(desk, MattermostDesk)
    rig.mm.state.members[thread.channel].discard(rig.mm.state.id_of("hub"))
    async with rig.offline():
        await rig.writes("anna", thread, "meanwhile")
        await rig.writes("anna", other, "elsewhere")
    await rig.core.until(heard(rig, "elsewhere"))
    assert list(desk.unreadable()) == [thread.channel]
    lost_at = desk.read_until()
    with pytest.raises(Unavailable):
        await desk.reread(thread.channel, datetime.now(UTC))
    assert desk.read_until() <= lost_at  # another process would read from there
    rig.mm.state.members[thread.channel].add(rig.mm.state.id_of("hub"))
    await desk.reread(thread.channel, datetime.now(UTC))
    await rig.core.until(heard(rig, "elsewhere", "meanwhile"))
    assert not desk.unreadable()


async def test_a_bot_that_is_put_out_of_a_channel_tells_it(rig: MattermostRig) -> None:
    thread = await sales(rig)
    desk = rig.desk
    assert isinstance(desk, MattermostDesk)
    rig.mm.person("hub").leaves(thread.channel)
    await eventually(lambda: thread.channel in desk.unreadable())
    joined(rig, thread.channel)
    await eventually(lambda: not desk.unreadable())


@pytest.mark.parametrize("how", ["restored", "joined"])
async def test_what_waits_for_a_channel_is_tried_when_the_server_tells_of_its_return(
    rig: MattermostRig, how: str
) -> None:
    thread = await sales(rig)
    listening = rig._tools.wake.listen(returned_topic(f"desk:{rig.name}"))
    if how == "joined":
        rig.mm.person("hub").leaves(thread.channel)
        joined(rig, thread.channel)
    else:
        rig.mm.person("anna").archives(thread.channel)
        rig.mm.person("anna").archives(thread.channel, on=False)
    assert await listening.wait(10)
