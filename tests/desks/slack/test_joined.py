"""Messages joined in one post of several parts, of which a later one fails: all arrive once when they go alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import Content, Key, Media, MediaKind, ThreadRef
from bot.domain.text import Text
from bot.ports import DeliveryError, Unconfirmed
from bot.views.values import Post, PostAuthor, PostKind
from tests.contracts.desks.samples import open_thread
from tests.contracts.rigs.desk_slack import SlackRig, socket_rig
from tests.fakes.faults import Fault

KEYS = (Key("k1"), Key("k2"), Key("k3"))
DOUBT = [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.SERVER_ERROR, Fault.TOO_MANY]
TEXTS = [f"{number}: " + "привет " * 250 for number in range(3)]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[SlackRig]:
    async with socket_rig(tmp_path) as built:
        yield built


def of_texts(*numbers: int) -> Post:
    words = Text.plain("\n".join(TEXTS[number] for number in numbers))
    return Post(PostKind.CUSTOMER, Content(words), tuple(KEYS[one] for one in numbers), author=PostAuthor("Maria"))


def of_photos(rig: SlackRig, *numbers: int) -> Post:
    """Photos that all have the same name, as messengers call them."""
    files = [rig.file(bytes([65 + number]) * 3, "photo.jpg", "image/jpeg") for number in numbers]
    media = tuple(Media(MediaKind.PHOTO, file, "photo.jpg", "image/jpeg", 3) for file in files)
    keys = tuple(KEYS[one] for one in numbers)
    return Post(PostKind.CUSTOMER, Content(Text(), media), keys, author=PostAuthor("Maria"))


async def alone(rig: SlackRig, thread: ThreadRef, key: Key, post: Post) -> None:
    """Does what the courier does with each parcel of a post in doubt."""
    if await rig.desk.find(thread.channel, thread, key) is None:
        await rig.desk.post(thread, post)


async def shown(rig: SlackRig, thread: ThreadRef) -> str:
    return "\n".join(post.words for post in (await rig.thread(thread))[1:])


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("fault", DOUBT)
async def test_texts_whose_later_part_is_in_doubt_arrive_once(rig: SlackRig, fault: Fault, restarted: bool) -> None:
    thread = await open_thread(rig)
    rig.faults.add("chat.postMessage", fault, after=1, retry_after=0.01)
    with pytest.raises(DeliveryError):
        await rig.desk.post(thread, of_texts(0, 1, 2))
    if restarted:
        await rig.forget()
    for number, key in enumerate(KEYS):
        await alone(rig, thread, key, of_texts(number))
    words = await shown(rig, thread)
    assert [words.count(f"{number}: ") for number in range(3)] == [1, 1, 1]
    assert words.count("привет") == 750


async def test_texts_whose_later_part_is_refused_arrive_once(rig: SlackRig) -> None:
    thread = await open_thread(rig)
    rig.faults.add("chat.postMessage", Fault.REFUSED, after=1)
    with pytest.raises(Unconfirmed):
        await rig.desk.post(thread, of_texts(0, 1, 2))
    for number, key in enumerate(KEYS):
        await alone(rig, thread, key, of_texts(number))
    words = await shown(rig, thread)
    assert [words.count(f"{number}: ") for number in range(3)] == [1, 1, 1]
    assert words.count("привет") == 750


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("fault", DOUBT)
async def test_photos_of_one_name_in_doubt_arrive_once(rig: SlackRig, fault: Fault, restarted: bool) -> None:
    thread = await open_thread(rig)
    rig.faults.add("files.completeUploadExternal", fault, retry_after=0.01)
    with pytest.raises(DeliveryError):
        await rig.desk.post(thread, of_photos(rig, 0, 1, 2))
    if restarted:
        await rig.forget()
    for number, key in enumerate(KEYS):
        await alone(rig, thread, key, of_photos(rig, number))
    files = [data for post in await rig.thread(thread) for _, data in post.files]
    assert files == [b"AAA", b"BBB", b"CCC"]
