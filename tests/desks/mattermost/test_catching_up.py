"""Live words while what was missed is being read."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.desks.mattermost import catching_up
from bot.desks.mattermost.desk import MattermostDesk
from bot.domain import OperatorPosted, OperatorReacted
from tests.contracts.desks import eventually
from tests.contracts.desks.samples import open_thread
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.desks.mattermost.test_channels import sales
from tests.desks.mattermost.test_event_listener import heard, words
from tests.fakes.faults import Fault


def desk_of(rig: MattermostRig) -> MattermostDesk:
    assert isinstance(rig.desk, MattermostDesk)
    return rig.desk


async def test_a_channel_whose_posts_cannot_be_read_holds_up_no_other(
    rig: MattermostRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "PATIENCE", 0.5)
    there, here = await sales(rig), await open_thread(rig)
    async with rig.offline():
        await rig.writes("anna", there, "missed there")
        await rig.writes("anna", here, "missed here")
        before = desk_of(rig).read_until()
        rig.mm.rest.failing.add(there.channel)
    await rig.core.until(heard(rig, "missed here"))
    await rig.writes("anna", here, "live here")
    await rig.core.until(heard(rig, "missed here", "live here"))
    assert desk_of(rig).unheard_since() is None
    assert desk_of(rig).read_until() <= before, "what is not read yet is not passed over"
    await eventually(lambda: list(desk_of(rig).unreadable()) == [there.channel])
    greeted = rig.mm.sockets.hellos
    rig.mm.rest.failing.clear()
    await desk_of(rig).reread(there.channel, before)
    assert words(rig) == ["missed here", "live here", "missed there"]
    assert not desk_of(rig).unreadable()
    assert rig.mm.sockets.hellos == greeted
    assert desk_of(rig).read_until() > before


async def test_a_live_post_comes_after_the_missed_ones_of_its_own_thread(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    async with rig.offline():
        await rig.writes("anna", thread, "missed")
        rig.faults.hold("channel.posts")
    await rig.writes("boris", thread, "live")
    await rig.writes("boris", thread, "next")
    await rig.core.until(heard(rig, "missed", "live", "next"))
    assert rig.faults.held == 1, "the thread was read alone"
    rig.faults.release("channel.posts")
    await eventually(lambda: desk_of(rig)._listener._gaps.unread_since() is None)  # type: ignore[union-attr]
    assert words(rig) == ["missed", "live", "next"]
    assert rig.core.repeats == []


async def test_sixty_active_threads_hold_no_live_words(rig: MattermostRig) -> None:
    """Neither while they are read, nor while they are stored."""
    threads = [await open_thread(rig, number) for number in range(60)]
    busy, other = threads[:-1], threads[-1]
    async with rig.offline():
        for thread in busy:
            await rig.writes("anna", thread, f"missed {thread.thread}")
        rig.faults.hold("channel.posts")
    await rig.writes("boris", other, "live")
    await rig.core.until(heard(rig, "live"))
    hold = asyncio.Event()
    rig.core.holds.update({str(thread.thread): hold for thread in busy})
    rig.faults.release("channel.posts")
    await rig.core.until(lambda: bool(rig.core.begun[1:]))
    await rig.writes("boris", other, "next")
    await rig.core.until(heard(rig, "live", "next"))
    rig.core.holds.clear()
    hold.set()
    await rig.core.next(OperatorPosted, 61)
    assert sorted(words(rig)[2:]) == sorted(f"missed {thread.thread}" for thread in busy)
    assert rig.core.repeats == []


async def test_a_desk_that_ends_while_a_gap_is_read_reads_it_again(rig: MattermostRig) -> None:
    thread, other = await open_thread(rig, 1), await open_thread(rig, 2)
    async with rig.offline():
        before = datetime.now(UTC)
        await rig.writes("anna", thread, "one")
        await rig.writes("anna", thread, "two")
        await rig.writes("anna", other, "three")
        hold = rig.core.holds[str(thread.thread)] = asyncio.Event()
    await rig.core.until(heard(rig, "three"))
    await rig.writes("boris", other, "live")
    await rig.core.until(heard(rig, "three", "live"))
    assert desk_of(rig).read_until() <= before
    await rig.forget()
    hold.set()
    rig.core.holds.clear()
    await rig.core.until(heard(rig, "three", "live", "one", "two"))


async def test_live_words_go_on_when_their_thread_cannot_be_read(
    rig: MattermostRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GRACE", "PATIENCE", "LEAST"):
        monkeypatch.setattr(catching_up, name, 0.3)
    thread = await open_thread(rig)
    async with rig.offline():
        await rig.writes("anna", thread, "missed")
        rig.faults.add("channel.posts", Fault.SERVER_ERROR, times=1000)
        rig.faults.add("thread", Fault.SERVER_ERROR, times=1000)
    await rig.writes("anna", thread, "live")
    await rig.writes("anna", thread, "next")
    await rig.core.until(heard(rig, "live", "next"))
    rig.faults.clear()
    await rig.core.until(heard(rig, "live", "next", "missed"))


async def test_live_words_do_not_go_before_missed_ones_that_could_not_be_stored(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    async with rig.offline():
        await rig.writes("anna", thread, "missed")
        rig.core.fail(6)
    await rig.writes("anna", thread, "live")
    await rig.core.until(heard(rig, "missed", "live"))


async def test_a_connection_lost_while_words_wait_for_a_gap_loses_and_doubles_nothing(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    for lose in (False, True):
        async with rig.offline():
            await rig.writes("anna", thread, f"missed {lose}")
            rig.faults.hold("channel.posts")
            rig.faults.hold("thread")
        await rig.writes("anna", thread, f"live {lose}")
        await eventually(lambda: rig.faults.held > 1)
        await rig.mm.sockets.drop(lose=lose)
        await rig.writes("anna", thread, f"next {lose}")
        for kind in ("channel.posts", "thread"):
            rig.faults.release(kind)
        await rig.core.until(lambda: f"next {lose}" in words(rig))  # noqa: B023 - awaited in this round
    assert words(rig) == [f"{word} {lose}" for lose in (False, True) for word in ("missed", "live", "next")]


async def test_a_reaction_to_a_missed_post_comes_after_it(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    async with rig.offline():
        post = await rig.writes("anna", thread, "missed")
        rig.faults.hold("channel.posts")
    await rig.reacts("boris", thread, post, "⭐")
    await eventually(lambda: rig.faults.held == 1)
    rig.faults.release("channel.posts")
    await rig.core.next(OperatorReacted)
    assert [type(one) for one in rig.core.events] == [OperatorPosted, OperatorReacted]
