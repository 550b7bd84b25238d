"""Changes of known posts while the desk was away: they reach the customer, and nothing comes twice."""

from __future__ import annotations

import asyncio

from bot.domain import OperatorDeleted, OperatorEdited, OperatorPosted, OperatorReacted, PostId, ThreadRef
from tests.contracts.desks import DeskRig
from tests.contracts.desks.samples import customer, needs, open_thread


async def told(rig: DeskRig, thread: ThreadRef, *texts: str) -> list[PostId]:
    """Anna writes, and the core knows it."""
    posts = [await rig.writes("anna", thread, text) for text in texts]
    await rig.core.until(lambda: {one.place.post for one in rig.core.of(OperatorPosted)} >= set(posts))
    return posts


@needs("reconnecting")
async def test_what_was_edited_and_deleted_in_the_absence_is_told(rig: DeskRig) -> None:
    """In a thread in which nothing else happened, too."""
    thread, quiet = await open_thread(rig, 1), await open_thread(rig, 2)
    edited, deleted, kept = await told(rig, thread, "first", "oops", "stays")
    [elsewhere] = await told(rig, quiet, "oops too")
    async with rig.offline():
        await rig.edits("anna", thread, edited, "second")
        await rig.deletes("anna", thread, deleted)
        await rig.writes("anna", thread, "news")
        await rig.deletes("anna", quiet, elsewhere)
    await rig.core.next(OperatorPosted, 5)
    await rig.core.next(OperatorDeleted, 2)
    assert {one.place.post for one in rig.core.of(OperatorDeleted)} == {deleted, elsewhere}
    change = await rig.core.next(OperatorEdited)
    assert len(rig.core.of(OperatorEdited)) == 1
    assert (change.place.post, change.content.text.characters, change.missed) == (edited, "second", True)
    assert change.at is not None
    assert kept not in {one.place.post for one in rig.core.of(OperatorDeleted)}


@needs("reconnecting")
async def test_of_a_post_edited_and_deleted_in_the_absence_the_deletion_alone_is_told(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    post, _ = await told(rig, thread, "first", "stays")
    async with rig.offline():
        await rig.edits("anna", thread, post, "second")
        await rig.deletes("anna", thread, post)
    assert (await rig.core.next(OperatorDeleted)).place.post == post
    assert rig.core.of(OperatorEdited) == []


@needs("reconnecting")
async def test_of_a_post_written_and_edited_in_the_absence_the_last_words_alone_are_told(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    async with rig.offline():
        post = await rig.writes("anna", thread, "first")
        await rig.edits("anna", thread, post, "second")
        await rig.edits("anna", thread, post, "third")
        gone = await rig.writes("anna", thread, "never mind")
        await rig.deletes("anna", thread, gone)
    await rig.writes("anna", thread, "live")
    await rig.core.next(OperatorPosted, 2)
    assert [one.content.text.characters for one in rig.core.of(OperatorPosted)] == ["third", "live"]
    assert {one.content.text.characters for one in rig.core.of(OperatorEdited)} <= {"third"}


@needs("reconnecting")
async def test_reactions_put_and_removed_in_the_absence_are_told(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    ref = await rig.desk.post(thread, customer("one"))
    rig.core.shown[thread.thread] = [ref.post]
    [post] = await told(rig, thread, "mine")
    await rig.reacts("anna", thread, ref.post, "⭐")
    await rig.core.next(OperatorReacted)
    async with rig.offline():
        await rig.reacts("anna", thread, ref.post, "⭐", on=False)
        await rig.reacts("boris", thread, ref.post, "👍🏼")
        await rig.reacts("boris", thread, post, "⭐")
        await rig.reacts("boris", thread, ref.post, "🔖")
        await rig.reacts("boris", thread, ref.post, "🔖", on=False)
    await rig.core.next(OperatorReacted, 4)
    found = {(one.actor.name, one.place.post, one.emoji, one.on) for one in rig.core.of(OperatorReacted)[1:]}
    assert found == {
        ("anna", ref.post, "⭐", False),
        ("boris", ref.post, "👍🏼", True),
        ("boris", post, "⭐", True),
    }


@needs("reconnecting")
async def test_a_second_absence_tells_nothing_of_the_first_again(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    first, second, _ = await told(rig, thread, "first", "second", "stays")
    async with rig.offline():
        await rig.edits("anna", thread, first, "changed")
        await rig.deletes("anna", thread, second)
        await rig.reacts("boris", thread, first, "⭐")
    await rig.core.next(OperatorDeleted)
    await rig.core.next(OperatorReacted)
    before, repeated = len(rig.core.events), len(rig.core.repeats)
    async with rig.offline():
        await rig.writes("anna", thread, "news")
    await rig.core.next(OperatorPosted, 4)
    await asyncio.sleep(0.1)
    assert len(rig.core.events) == before + 1
    assert len(rig.core.repeats) == repeated
