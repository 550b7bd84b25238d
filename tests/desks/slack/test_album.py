"""Customers' pictures in their own message, whatever Slack does with the files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.desks.slack import files
from bot.domain import Content, DialogId, Key, Media, MediaKind, OperatorPosted, ThreadRef
from bot.domain.text import Text
from bot.ports import Transient, Unconfirmed
from bot.views.values import Card, Post, PostAuthor, PostKind
from tests.contracts.rigs.desk_slack import SlackRig, socket_rig
from tests.fakes.faults import Fault
from tests.fakes.slack.state import File, Message

KEY = Key("k")
TEN = tuple(f"{number}.jpg" for number in range(10))
COMPLETE = "files.completeUploadExternal"


@pytest.fixture
async def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackRig]:
    monkeypatch.setattr(files, "LOOKS_AFTER", (0.0, 0.0))
    async with socket_rig(tmp_path) as built:
        yield built


async def opened(rig: SlackRig) -> ThreadRef:
    thread = await rig.desk.open("", Card(DialogId(7), "#7", "#7", (), "New"), Key("card"))
    rig.core.open_threads.append(thread)
    return thread


def album(rig: SlackRig, text: str, *names: str) -> Post:
    media = tuple(Media(MediaKind.PHOTO, rig.file(name.encode(), name, ""), name) for name in names)
    return Post(PostKind.CUSTOMER, Content(Text.plain(text), media), (KEY,), PostAuthor("Maria"))


def replies(rig: SlackRig, thread: ThreadRef) -> list[Message]:
    return rig.slack.thread(thread.thread)[1:]


def names(of: list[File]) -> list[str]:
    return [file.name for file in of]


def left(rig: SlackRig) -> list[File]:
    """Pictures kept for blocks that are still there."""
    return [file for file in rig.slack.state.files.values() if file.kept and not file.deleted]


@pytest.mark.parametrize("text", ["Is it broken?", ""])
async def test_an_album_of_ten_is_one_message_in_the_customers_name(rig: SlackRig, text: str) -> None:
    rig.slack.api.looks_before_processed = 3
    thread = await opened(rig)
    ref = await rig.desk.post(thread, album(rig, text, *TEN))
    (message,) = replies(rig, thread)
    assert (message.ts, message.username, message.words) == (ref.post, "Maria", text)
    assert (names(message.album), message.files) == (list(TEN), [])
    assert message.text == " ".join(filter(None, (text, *(f"🖼 {name}" for name in TEN))))
    assert await rig.desk.find(thread.channel, thread, KEY) == ref


@pytest.mark.parametrize("trouble", ["refused", "slow", "blind"])
async def test_pictures_that_slack_does_not_show_there_are_shared_as_before(rig: SlackRig, trouble: str) -> None:
    if trouble == "blind":
        rig.slack.api.scopes.discard("files:read")
    rig.slack.api.refuses_album = trouble == "refused"
    rig.slack.api.looks_before_processed = 99 if trouble == "slow" else int(trouble == "blind")
    thread = await opened(rig)
    ref = await rig.desk.post(thread, album(rig, "look", "a.jpg", "b.png"))
    said, shared = replies(rig, thread)
    assert (said.words, said.album, names(shared.files)) == ("look", [], ["a.jpg", "b.png"])
    assert left(rig) == []
    assert await rig.desk.find(thread.channel, thread, KEY) == ref


async def test_what_is_no_picture_stands_beside(rig: SlackRig) -> None:
    thread = await opened(rig)
    await rig.desk.post(thread, album(rig, "", "a.gif", "b.webp", "bill.pdf"))
    said, shared = replies(rig, thread)
    assert (names(said.album), names(shared.files)) == (["a.gif"], ["b.webp", "bill.pdf"])
    assert said.words == "🖼 b.webp\n🖼 bill.pdf"


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TOO_MANY])
@pytest.mark.parametrize("step", ["chat.postMessage", COMPLETE])
async def test_an_album_interrupted_anywhere_arrives_once(rig: SlackRig, step: str, fault: Fault) -> None:
    thread = await opened(rig)
    rig.faults.add(step, fault, retry_after=0.01)
    post = album(rig, "look", "a.jpg", "bill.pdf")
    with pytest.raises((Transient, Unconfirmed)):
        await rig.desk.post(thread, post)
    await rig.forget()
    assert await rig.desk.find(thread.channel, thread, KEY) or await rig.desk.post(thread, post)
    said, shared = replies(rig, thread)
    assert (said.words, names(said.album), names(shared.files)) == ("look", ["a.jpg"], ["bill.pdf"])


@pytest.mark.parametrize("forgets", [True, False])
async def test_only_what_is_missing_follows_an_album(rig: SlackRig, forgets: bool) -> None:
    """The message with the picture is there, the document is not."""
    thread = await opened(rig)
    rig.slack.api.refusals[COMPLETE] = (1, "ratelimited")
    post = album(rig, "look", "a.jpg", "bill.pdf")
    with pytest.raises(Transient):
        await rig.desk.post(thread, post)
    if forgets:
        await rig.forget()
        assert await rig.desk.find(thread.channel, thread, KEY) is None
    rig.slack.api.refuses_album = True
    await rig.desk.post(thread, post)
    said, shared = replies(rig, thread)
    assert (names(said.album), names(shared.files)) == (["a.jpg"], ["bill.pdf"])


async def test_an_edited_caption_keeps_its_pictures_below_its_last_words(rig: SlackRig) -> None:
    thread, post = await opened(rig), album(rig, "look", "a.jpg", "b.jpg")
    ref = await rig.desk.post(thread, post)
    for text, pages in (("word " * 1500, 2), ("short", 1), ("", 1)):
        await rig.desk.update(ref, replace(post, content=replace(post.content, text=Text.plain(text))))
        shown = replies(rig, thread)
        assert [names(one.album) for one in shown] == [[]] * (pages - 1) + [["a.jpg", "b.jpg"]]
        assert " ".join(one.words for one in shown).split() == text.split()
    await rig.desk.delete(ref)
    assert replies(rig, thread) == []


async def test_a_shared_album_goes_with_its_pictures(rig: SlackRig) -> None:
    thread = await opened(rig)
    await rig.desk.post(thread, album(rig, "look", "a.jpg"))
    await rig.person("anna").shares(replies(rig, thread)[0], rig.root(thread), "please see")
    (shared,) = (await rig.core.next(OperatorPosted)).content.forwarded
    (media,) = shared.content.attachments
    assert isinstance(media, Media)
    async with rig.desk.download(media.file) as download:
        assert b"".join([chunk async for chunk in download.chunks]) == b"a.jpg"
