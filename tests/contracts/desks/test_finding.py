"""Posts and cards are found by their keys: one that got through in a doubtful attempt is not made again."""

from __future__ import annotations

import pytest

from bot.domain import Content, Key, ThreadRef
from bot.domain.text import Text
from bot.ports import DeliveryError, Unconfirmed
from bot.views.values import Post, PostAuthor, PostKind
from tests.contracts.desks import DeskRig
from tests.contracts.desks.samples import card, customer, needs, open_thread
from tests.fakes.faults import Fault


@needs("keeps posts")
async def test_posts_are_found_by_any_of_their_keys(rig: DeskRig) -> None:
    thread, other = await open_thread(rig, 1), await open_thread(rig, 2)
    for number in range(12):
        await rig.desk.post(thread, customer("same words", f"k{number}"))
    both = await rig.desk.post(
        thread, Post(PostKind.CUSTOMER, Content(Text.plain("two at once")), (Key("x"), Key("y")), PostAuthor("Maria"))
    )
    await rig.forget()
    assert await rig.desk.find(thread.channel, thread, Key("x")) == both
    assert await rig.desk.find(thread.channel, thread, Key("y")) == both
    assert await rig.desk.find(thread.channel, thread, Key("k")) is None
    assert await rig.desk.find(other.channel, other, Key("x")) is None
    first = await rig.desk.find(thread.channel, thread, Key("k0"))
    assert first is not None
    assert first.post == (await rig.thread(thread))[1].post


@needs("keeps posts")
async def test_a_card_is_found_by_its_key(rig: DeskRig) -> None:
    first, second = await open_thread(rig, 1), await open_thread(rig, 2)
    await rig.forget()
    for thread, number in ((first, 1), (second, 2)):
        found = await rig.desk.find("", None, Key(f"card-{number}"))
        assert found is not None
        assert found.post == (await rig.thread(thread))[0].post
    assert await rig.desk.find("", None, Key("card-3")) is None


@needs("keeps posts")
async def test_what_got_through_in_a_doubtful_attempt_is_found(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    rig.faults.add(rig.methods["post"], Fault.RESET_AFTER)
    with pytest.raises(Unconfirmed):
        await rig.desk.post(thread, customer("once"))
    await rig.forget()
    found = await rig.desk.find(thread.channel, thread, Key("k1"))
    assert found is not None
    assert [post.post for post in (await rig.thread(thread))[1:]] == [found.post]


@needs("keeps posts")
async def test_a_card_that_got_through_in_a_doubtful_attempt_is_found(rig: DeskRig) -> None:
    rig.faults.add(rig.methods["open"], Fault.RESET_AFTER)
    with pytest.raises(Unconfirmed):
        await rig.desk.open("", card(), Key("card-7"))
    await rig.forget()
    found = await rig.desk.find("", None, Key("card-7"))
    assert found is not None


@needs("keeps posts")
@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TOO_MANY])
async def test_a_long_post_interrupted_anywhere_arrives_once(rig: DeskRig, fault: Fault) -> None:
    thread = await open_thread(rig)
    words = [f"word{number:05}" for number in range(rig.desk.limits.post * 3 // 10)]
    post = customer(" ".join(words))
    for _ in range(2):
        await interrupted(rig, thread, post, fault)
    assert await rig.desk.find(thread.channel, thread, Key("k1")) or await rig.desk.post(thread, post)
    shown = " ".join(post.words for post in (await rig.thread(thread))[1:]).split()
    assert [word for word in shown if word.startswith("word")] == words


async def interrupted(rig: DeskRig, thread: ThreadRef, post: Post, fault: Fault) -> None:
    """One attempt as a courier makes it, by a fresh process, failing on its way."""
    await rig.forget()
    if await rig.desk.find(thread.channel, thread, post.keys[0]) is not None:
        return
    rig.faults.add(rig.methods["post"], fault, times=1, retry_after=0.01)
    try:
        await rig.desk.post(thread, post)
    except DeliveryError:
        return
