"""Threads go side by side, each in its order, whatever is slow, fails or ends in the middle; nothing is passed over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from bot.domain import (
    Belonging,
    Commanded,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    ThreadRef,
)
from bot.ports import ReadTracking
from tests.contracts.desks import DeskRig, eventually
from tests.contracts.desks.samples import needs, open_thread


def said(rig: DeskRig) -> list[str]:
    return [event.content.text.characters for event in rig.core.of(OperatorPosted)]


def heard(rig: DeskRig, *expected: str) -> Callable[[], bool]:
    return lambda: set(expected) <= set(said(rig))


def begun(rig: DeskRig, thread: ThreadRef) -> Callable[[], bool]:
    """Tells whether the first fact of a thread has come to the core."""
    return lambda: any(one.place.thread == thread.thread for one in rig.core.begun)


@asynccontextmanager
async def held(rig: DeskRig, thread: ThreadRef) -> AsyncIterator[None]:
    """Holds the transactions of a thread within the block."""
    hold = rig.core.holds[str(thread.thread)] = asyncio.Event()
    try:
        yield
    finally:
        hold.set()
        del rig.core.holds[str(thread.thread)]


async def test_a_slow_thread_holds_up_no_other(rig: DeskRig) -> None:
    slow, other = await open_thread(rig, 1), await open_thread(rig, 2)
    async with held(rig, slow):
        writing = asyncio.create_task(rig.writes("anna", slow, "slow"))
        await rig.core.until(begun(rig, slow))
        await rig.writes("boris", other, "one")
        await rig.writes("boris", other, "two")
        await rig.core.until(heard(rig, "one", "two"))
        assert "slow" not in said(rig)
    await rig.core.until(heard(rig, "slow"))
    await writing


@needs("reconnecting")
async def test_a_dozen_slow_threads_hold_up_no_other(rig: DeskRig) -> None:
    """A slow disk makes every thread slow: those on the way do not fill the road."""
    slow, other = [await open_thread(rig, number) for number in range(12)], await open_thread(rig, 12)
    async with AsyncExitStack() as holds:
        for thread in slow:
            await holds.enter_async_context(held(rig, thread))
        writing = [asyncio.create_task(rig.writes("anna", thread, f"slow {thread.thread}")) for thread in slow]
        for thread in slow:
            await rig.core.until(begun(rig, thread))
        await rig.writes("boris", other, "quick")
        await rig.core.until(heard(rig, "quick"))
        assert said(rig) == ["quick"]
    await rig.core.until(heard(rig, *(f"slow {thread.thread}" for thread in slow)))
    await asyncio.gather(*writing)


@needs("reconnecting")
async def test_a_slow_thread_keeps_its_order(rig: DeskRig) -> None:
    thread, other = await open_thread(rig, 1), await open_thread(rig, 2)
    async with held(rig, thread):
        first = await rig.writes("anna", thread, "first")
        await rig.core.until(begun(rig, thread))
        await rig.edits("anna", thread, first, "corrected")
        await rig.reacts("boris", thread, first, "⭐")
        await rig.mentions_hub("anna", thread, "accept")
        second = await rig.writes("boris", thread, "second")
        await rig.deletes("boris", thread, second)
        await rig.writes("boris", other, "meanwhile")
        await rig.core.until(heard(rig, "meanwhile"))
        assert len([one for one in rig.core.begun if one.place.post == first]) == 1, "the rest waits for the post"
    await rig.core.next(OperatorDeleted)
    facts = [type(one) for one in rig.core.events if one.place.thread == thread.thread or one.place.post == first]
    assert facts == [
        OperatorPosted,
        OperatorEdited,
        OperatorReacted,
        OperatorPosted,
        OperatorPosted,
        OperatorDeleted,
    ]


@needs("reconnecting")
async def test_what_fails_is_repeated_before_what_follows_it_in_its_thread(rig: DeskRig) -> None:
    threads = [await open_thread(rig, number) for number in range(3)]
    rig.core.fail(3)
    for number in range(4):
        for thread in threads:
            await rig.writes("anna", thread, f"{thread.thread} {number}")
    await rig.core.next(OperatorPosted, 12)
    for thread in threads:
        mine = [words for words in said(rig) if words.startswith(f"{thread.thread} ")]
        assert mine == [f"{thread.thread} {number}" for number in range(4)]


@needs("reconnecting")
async def test_new_posts_do_not_wait_for_the_missed_ones_of_other_threads(rig: DeskRig) -> None:
    behind, other = await open_thread(rig, 1), await open_thread(rig, 2)
    async with held(rig, behind):
        async with rig.offline():
            await rig.writes("anna", behind, "missed")
        await rig.core.until(begun(rig, behind))
        await rig.writes("boris", behind, "after it")
        await rig.writes("boris", other, "new")
        await rig.core.until(heard(rig, "new"))
        assert said(rig) == ["new"]
    await rig.core.until(heard(rig, "after it"))
    assert said(rig) == ["new", "missed", "after it"]


@needs("reconnecting")
async def test_a_desk_that_ends_in_the_middle_reads_what_was_not_committed_again(rig: DeskRig) -> None:
    slow, other = await open_thread(rig, 1), await open_thread(rig, 2)
    async with held(rig, slow):
        await rig.writes("anna", slow, "one")
        await rig.core.until(begun(rig, slow))
        await rig.writes("anna", slow, "two")
        await rig.writes("boris", other, "other")
        await rig.core.until(heard(rig, "other"))
        assert isinstance(rig.desk, ReadTracking)
        until = rig.desk.read_until()
        await rig.forget()
    await rig.core.until(heard(rig, "one", "two"))
    assert sorted(said(rig)) == ["one", "other", "two"]
    assert said(rig).index("one") < said(rig).index("two")
    [first] = [one for one in rig.core.of(OperatorPosted) if one.content.text.characters == "one"]
    assert until <= first.at, "the position moves only over what is committed"


@needs("reconnecting")
@pytest.mark.parametrize("belonging", [Belonging.OUTSIDER, Belonging.GONE])
async def test_who_loses_access_loses_it_at_once_whatever_waits(rig: DeskRig, belonging: Belonging) -> None:
    """Words of theirs from before are told as of someone who was there then."""
    slow = await open_thread(rig, 1)
    async with held(rig, slow):
        await rig.writes("anna", slow, "slow")
        await rig.core.until(begun(rig, slow))
        await rig.writes("boris", slow, "before")
        await asyncio.sleep(1.1 if belonging is Belonging.GONE else 0)  # Slack tells whole seconds
        rig.becomes("boris", belonging)

        async def known() -> bool:
            await rig.commands("boris", "mine")
            return rig.core.of(Commanded)[-1].actor.belongs is belonging

        await eventually(known)
    await rig.core.until(heard(rig, "before"))
    [told] = [one for one in rig.core.of(OperatorPosted) if one.content.text.characters == "before"]
    assert told.actor.belongs in (Belonging.LEFT, Belonging.MEMBER)
