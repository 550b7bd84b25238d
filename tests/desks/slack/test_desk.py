"""The Slack desk at work, beyond the contract of all desks."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.desks.slack import connection, files, http
from bot.desks.slack.desk import SlackDesk
from bot.domain import (
    Actor,
    Belonging,
    Commanded,
    Content,
    DialogId,
    FileRef,
    HomeOpened,
    Key,
    Media,
    MediaKind,
    OperatorEdited,
    OperatorPosted,
    PostRef,
    Pressed,
    Submitted,
    ThreadRef,
    Unshowable,
)
from bot.domain.text import Text
from bot.ports import (
    Download,
    Forged,
    Mark,
    Naming,
    Rejected,
    RejectReason,
    Staffed,
    Transient,
    Unavailable,
    Unconfirmed,
)
from bot.runtime.outbound import Guard, GuardedConnector
from bot.views.values import Ask, Button, Card, Field, Form, Post, PostAuthor, PostKind, Row, View, Whisper
from tests.contracts.desks import eventually
from tests.contracts.rigs.desk_slack import SlackRig, http_rig, socket_rig
from tests.fakes.faults import Fault
from tests.fakes.slack import api
from tests.fakes.slack.state import File as FileOfSlack
from tests.fakes.slack.state import User
from tests.networks import network_to
from tests.tools import command_of, folder

ACCEPT = Button("accept", "Accept", "token-accept")
CARD = Card(DialogId(7), "#7 · Maria", "#7 Maria", (), "New", buttons=(ACCEPT,))
FORM = Form("Close", "token-form", (Field("reason", "Reason", required=True),), "Close it")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[SlackRig]:
    async with socket_rig(tmp_path) as built:
        yield built


@pytest.fixture
async def by_http(tmp_path: Path) -> AsyncIterator[SlackRig]:
    async with http_rig(tmp_path) as built:
        yield built


def says(text: str, key: str = "k", *files: Media, author: PostAuthor | None = None) -> Post:
    return Post(PostKind.CUSTOMER, Content(Text.plain(text), files), (Key(key),), author or PostAuthor("Maria"))


async def opened(rig: SlackRig, number: int = 7) -> ThreadRef:
    thread = await rig.desk.open("", replace(CARD, dialog=DialogId(number)), Key(f"card-{number}"))
    rig.core.open_threads.append(thread)
    return thread


# --------------------------------------------------------------------------------------------- looks


async def test_a_websocket_whose_network_fell_silent_is_replaced(
    rig: SlackRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is closed; pings are not answered."""
    monkeypatch.setattr(connection, "PING_EVERY", 0.5)
    thread = await opened(rig)
    server = urlsplit(rig.slack.api.url)
    async with network_to(server.hostname or "", server.port or 0) as network:
        rig.slack.api.url = f"http://127.0.0.1:{network.own_port}"
        await rig.slack.delivery.disconnect()
        await rig.writes("anna", thread, "one")
        await rig.core.until(lambda: _words(rig) >= {"one"})
        assert network.connections
        network.silence_connections()
        await rig.writes("anna", thread, "two")
        await rig.core.until(lambda: _words(rig) >= {"one", "two"})


def _words(rig: SlackRig) -> set[str]:
    return {event.content.text.characters for event in rig.core.of(OperatorPosted)}


async def test_customers_are_shown_under_their_name_and_picture(rig: SlackRig) -> None:
    thread = await opened(rig)
    picture = rig.file(b"jpg", "maria.jpg", "image/jpeg")
    folder(rig.tools).base = "https://hub.example.com"
    await rig.desk.post(thread, says("hello", author=PostAuthor("Maria", picture)))
    shown = rig.slack.thread(thread.thread)[1]
    assert (shown.username, shown.words) == ("Maria", "hello")
    assert shown.icon_url.startswith("https://hub.example.com/")


async def test_without_the_scope_the_name_stands_in_the_text(rig: SlackRig) -> None:
    rig.slack.api.scopes.discard("chat:write.customize")
    await rig.forget()
    thread = await opened(rig)
    await rig.desk.post(thread, says("hello"))
    shown = rig.slack.thread(thread.thread)[1]
    assert (shown.username, shown.words) == ("", "Maria:\nhello")


async def test_channels_are_found_by_name(rig: SlackRig) -> None:
    thread = await rig.desk.open("#sales", CARD, Key("c"))
    assert thread.channel == rig.slack.channel("sales")
    assert rig.slack.messages("sales")[0].ts == thread.thread
    assert rig.build().link(thread) == ""


async def test_a_long_post_shrinks_and_grows(rig: SlackRig) -> None:
    thread = await opened(rig)
    first = await rig.desk.post(thread, says("a" * 9000, "k1"))
    await rig.desk.post(thread, says("next", "k2"))
    await rig.desk.update(first, says("short", "k3"))
    assert [one.words for one in rig.slack.thread(thread.thread)[1:]] == ["short", "next"]
    await rig.desk.update(first, says("b" * 5000, "k4"))
    words = [one.words for one in rig.slack.thread(thread.thread)[1:]]
    assert (words[0] + words[2], words[1]) == ("b" * 5000, "next")
    assert await rig.desk.find(thread.channel, thread, Key("k1")) == first
    await rig.desk.delete(first)
    assert [one.words for one in rig.slack.thread(thread.thread)[1:]] == ["next"]


async def test_a_post_to_a_vanished_thread_is_taken_back(rig: SlackRig) -> None:
    thread = await opened(rig)
    rig.slack.state.remove(rig.root(thread))
    with pytest.raises(Rejected) as caught:
        await rig.desk.post(thread, says("hello"))
    assert caught.value.reason is RejectReason.GONE
    assert rig.slack.messages() == []


# --------------------------------------------------------------------------------------------- files


class Untold:
    """Opens a file without a known size."""

    @asynccontextmanager
    async def _open(self, data: bytes) -> AsyncIterator[Download]:
        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, len(data), 1000):
                yield data[start : start + 1000]

        yield Download(chunks(), None, "untold.bin")

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        return self._open(file.id.encode() * 1000)


async def test_a_file_of_unknown_size_arrives(rig: SlackRig) -> None:
    thread = await opened(rig)
    folder(rig.tools).sources["account:shop"] = Untold()
    await rig.desk.post(thread, says("look", "k", Media(MediaKind.FILE, FileRef("account:shop", "abc"))))
    shared = rig.slack.thread(thread.thread)[2].files[0]
    assert (shared.title, shared.data) == ("untold.bin", b"abc" * 1000)


@pytest.mark.parametrize(
    ("method", "error", "says_so"),
    [
        ("files.getUploadURLExternal", "file_upload_size_restricted", "too large for Slack"),
        ("files.completeUploadExternal", "slack_connect_file_upload_sharing_blocked", "Slack does not accept the file"),
    ],
)
async def test_a_file_that_slack_refuses_is_said_in_words(rig: SlackRig, method: str, error: str, says_so: str) -> None:
    thread = await opened(rig)
    rig.slack.api.refusals[method] = (0, error)
    media = Media(MediaKind.FILE, rig.file(b"abc", "a.txt", "text/plain"), "a.txt")
    await rig.desk.post(thread, says("look", "k", media))
    words = "\n".join(one.words for one in rig.slack.thread(thread.thread)[1:])
    assert "look" in words
    assert f"⚠️ a.txt: {'the file is ' if 'large' in says_so else ''}{says_so}" in words
    assert await rig.desk.find(thread.channel, thread, Key("k")) is None or "size" in error


BILL = "a.txt"


def shown(rig: SlackRig, thread: ThreadRef) -> list[str]:
    return [file.title for one in rig.slack.thread(thread.thread) for file in one.files]


async def test_a_file_that_slack_shares_late_is_waited_for(rig: SlackRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOOKS_AFTER", (0.0, 0.0, 0.0))
    thread = await opened(rig)
    rig.slack.api.looks_before_shared = 3
    await rig.desk.post(thread, says("look", "k", Media(MediaKind.FILE, rig.file(b"abc", BILL, "text/plain"), BILL)))
    assert shown(rig, thread) == [BILL]


async def test_a_file_that_slack_shares_nowhere_is_sent_again(rig: SlackRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack answers ok."""
    monkeypatch.setattr(files, "LOOKS_AFTER", (0.0,))
    thread, rig.slack.api.unshared = await opened(rig), 1
    message = says("look", "k", Media(MediaKind.FILE, rig.file(b"abc", BILL, "text/plain"), BILL))
    with pytest.raises(Unconfirmed):
        await rig.desk.post(thread, message)
    assert await rig.desk.find(thread.channel, thread, Key("k")) is None
    await rig.desk.post(thread, message)
    assert shown(rig, thread) == [BILL]
    assert [one.words for one in rig.slack.thread(thread.thread)[1:]].count("look") == 1


async def test_a_file_that_slack_never_shares_is_said_in_words(rig: SlackRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOOKS_AFTER", (0.0,))
    thread, rig.slack.api.unshared = await opened(rig), 2
    message = says("look", "k", Media(MediaKind.FILE, rig.file(b"abc", BILL, "text/plain"), BILL))
    with pytest.raises(Unconfirmed):
        await rig.desk.post(thread, message)
    await rig.desk.post(thread, message)
    words = "\n".join(one.words for one in rig.slack.thread(thread.thread)[1:])
    assert f"⚠️ {BILL}: Slack accepted the file but does not show it" in words


async def test_without_the_right_to_look_slack_is_believed(rig: SlackRig) -> None:
    rig.slack.api.scopes.discard("files:read")
    thread = await opened(rig)
    await rig.desk.post(thread, says("look", "k", Media(MediaKind.FILE, rig.file(b"abc", BILL, "text/plain"), BILL)))
    assert shown(rig, thread) == [BILL]


async def test_a_file_told_and_shared_nowhere_is_sent_again(rig: SlackRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOOKS_AFTER", (0.0,))
    report = Media(MediaKind.FILE, rig.file(b"abc", BILL, "text/plain"), BILL)
    view, rig.slack.api.unshared = View((Row(Text.plain("done")),), keys=(Key("report"),), files=(report,)), 1
    with pytest.raises(Unconfirmed):
        await rig.desk.tell(rig.actor("anna").user, view)
    await rig.desk.tell(rig.actor("anna").user, view)
    assert [name for one in await rig.direct_messages("anna") for name, _ in one.files] == [BILL]


async def test_a_channel_that_takes_nothing_is_no_fault_of_the_file(rig: SlackRig) -> None:
    thread = await opened(rig)
    rig.slack.api.refusals["files.completeUploadExternal"] = (0, "posting_to_channel_denied")
    message = says("look", "k", Media(MediaKind.FILE, rig.file(b"abc", "a.txt", "text/plain"), "a.txt"))
    with pytest.raises(Unavailable) as lost:
        await rig.desk.post(thread, message)
    assert lost.value.channel == thread.channel
    await rig.desk.post(thread, message)
    assert [file.title for one in rig.slack.thread(thread.thread) for file in one.files] == ["a.txt"]


async def test_many_files_go_on_where_they_stopped(rig: SlackRig) -> None:
    """Ten files at a time: the second batch fails at first."""
    thread = await opened(rig)
    names = [f"{number}.txt" for number in range(12)]
    media = [Media(MediaKind.FILE, rig.file(name.encode(), name, "text/plain"), name) for name in names]
    rig.slack.api.refusals["files.completeUploadExternal"] = (1, "ratelimited")
    with pytest.raises(Transient):
        await rig.desk.post(thread, says("look", "k", *media))
    await rig.desk.post(thread, says("look", "k", *media))
    assert [file.title for one in rig.slack.thread(thread.thread) for file in one.files] == names


async def test_a_deleted_file_is_gone(rig: SlackRig) -> None:
    thread = await opened(rig)
    await rig.writes("anna", thread, "see", files=[("a.txt", b"abc")])
    media = (await rig.core.next(OperatorPosted)).content.attachments[0]
    assert isinstance(media, Media)
    rig.slack.state.files[media.file.id].deleted = True
    with pytest.raises(Rejected) as caught:
        async with rig.desk.download(media.file):
            pass
    assert caught.value.reason is RejectReason.FILE_GONE


async def test_the_page_to_sign_in_is_no_file(rig: SlackRig, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = await opened(rig)
    await rig.writes("anna", thread, "see", files=[("a.txt", b"abc")])
    media = (await rig.core.next(OperatorPosted)).content.attachments[0]
    assert isinstance(media, Media)
    assert isinstance(rig.desk, SlackDesk)
    monkeypatch.setattr(rig.desk.workspace, "token", "xoxb-other")
    with pytest.raises(Rejected) as caught:
        async with rig.desk.download(media.file):
            pass
    assert caught.value.reason is RejectReason.FILE_GONE


async def test_nobody_but_the_courier_repeats_a_request(rig: SlackRig) -> None:
    thread = await opened(rig)
    assert isinstance(rig.desk, SlackDesk)
    rig.slack.log.clear()
    rig.faults.add("chat.postMessage", Fault.RESET_AFTER)
    with pytest.raises(Unconfirmed):
        await rig.desk.post(thread, says("once"))
    assert rig.slack.log.count("chat.postMessage") == 1


# -------------------------------------------------------------------------------- whispers and messages


async def test_who_is_not_in_the_channel_is_told_directly(rig: SlackRig) -> None:
    thread = await opened(rig)
    boris = rig.actor("boris").user
    rig.slack.state.channels[thread.channel].members.discard(boris)
    await rig.desk.whisper(boris, thread, View((Row(Text.plain("yours?")),)))
    assert [one.words for one in rig.slack.direct("boris")] == ["yours?"]


async def test_a_direct_message_in_doubt_is_not_repeated(rig: SlackRig) -> None:
    view = View(tuple(Row(Text.plain(f"No. {number} " + "x" * 1500)) for number in range(12)), keys=(Key("t"),))
    for _ in range(2):
        await rig.forget()
        await rig.desk.tell(rig.actor("anna").user, view)
    words = "".join(one.words for one in rig.slack.direct("anna"))
    assert [words.count(f"No. {number} x") for number in (0, 11)] == [1, 1]


async def test_a_direct_message_that_stopped_halfway_comes_whole(rig: SlackRig) -> None:
    view = View(tuple(Row(Text.plain(f"No. {number} " + "x" * 1500)) for number in range(12)), keys=(Key("t"),))
    rig.slack.api.refusals["chat.postMessage"] = (1, "ratelimited")
    with pytest.raises(Transient):
        await rig.desk.tell(rig.actor("anna").user, view)
    await rig.desk.tell(rig.actor("anna").user, view)
    words = "".join(one.words for one in rig.slack.direct("anna"))
    assert all(f"No. {number} x" in words for number in range(12))


async def test_the_answer_to_a_button_in_a_direct_message_comes_there(rig: SlackRig) -> None:
    await rig.desk.tell(rig.actor("anna").user, View((Row(Text.plain("a task"), (ACCEPT,)),)))
    rig.core.answers[Pressed] = Whisper(View((Row(Text.plain("done")),)))
    await rig.person("anna").presses("Accept", rig.slack.direct("anna")[0])
    assert (await rig.core.next(Pressed)).place.thread is None
    await eventually(lambda: [one.words for one in rig.slack.direct("anna")][1:] == ["done"])


async def test_a_long_answer_to_a_command_comes_whole(rig: SlackRig) -> None:
    rows = tuple(Row(Text.plain(f"dialog #{number} " + "x" * 900)) for number in range(40))
    rig.core.answers[Commanded] = Whisper(View(rows))
    await rig.commands("anna", "all")

    def whole() -> bool:
        words = "".join(one.words for one in rig.slack.ephemerals("anna"))
        return all(f"#{number} " in words for number in range(40))

    await eventually(whole)
    assert rig.slack.failures == []


async def test_a_form_whose_trigger_is_over_is_offered_by_a_button(
    rig: SlackRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = await opened(rig)
    rig.core.answers[Pressed] = Ask(FORM)
    monkeypatch.setattr(api, "TRIGGER_LIVES", -1.0)
    await rig.person("anna").presses("Accept", rig.root(thread))
    await eventually(lambda: rig.slack.ephemerals("anna"))
    monkeypatch.undo()
    assert rig.slack.ephemerals("anna")[-1].thread_ts == thread.thread
    await rig.person("anna").presses("Close it", rig.slack.ephemerals("anna")[-1])
    await eventually(lambda: rig.slack.views("anna"))


async def test_a_form_may_be_followed_by_another(rig: SlackRig) -> None:
    rig.core.answers[Commanded] = Ask(FORM)
    rig.core.answers[Submitted] = Ask(replace(FORM, title="Sure?", token="token-2"))
    await rig.commands("anna", "close #7")
    await eventually(lambda: rig.slack.views("anna"))
    await rig.submits("anna", {"reason": "Spam"})
    form = await rig.form("anna")
    assert form is not None
    assert form.title == "Sure?"


async def test_an_answer_that_cannot_be_shown_fails_nothing(rig: SlackRig) -> None:
    thread = await opened(rig)
    rig.core.answers[Pressed] = Whisper(View((Row(Text.plain("done")),)))
    rig.faults.add("chat.postEphemeral", Fault.SERVER_ERROR)
    await rig.person("anna").presses("Accept", rig.root(thread))
    assert rig.slack.failures == []
    assert len(rig.core.of(Pressed)) == 1


async def test_what_could_not_be_stored_is_shown_as_a_failure(rig: SlackRig) -> None:
    thread = await opened(rig)
    rig.core.fail(1)
    await rig.person("anna").presses("Accept", rig.root(thread))
    assert rig.slack.failures == [("anna", "block_actions")]


# ----------------------------------------------------------------------------------------- receiving


async def test_posts_of_a_thread_keep_their_order(rig: SlackRig) -> None:
    thread = await opened(rig)
    accept = rig.core.accept
    slow = iter([0.05, 0.02, 0, 0.01])

    async def slowly(event: object) -> object:
        await asyncio.sleep(next(slow, 0))
        return await accept(event)  # type: ignore[arg-type]

    rig.core.accept = slowly  # type: ignore[method-assign, assignment]
    posts = [await rig.writes("anna" if number % 2 else "boris", thread, str(number)) for number in range(8)]
    await rig.core.next(OperatorPosted, 8)
    assert [event.place.post for event in rig.core.of(OperatorPosted)] == posts


async def test_what_was_missed_comes_before_what_is_posted_now(rig: SlackRig) -> None:
    thread = await opened(rig)
    async with rig.offline():
        missed = [await rig.writes("anna", thread, f"missed {number}") for number in range(3)]
        rig.faults.latency = 0.05
    now = await rig.writes("anna", thread, "now")
    await rig.core.next(OperatorPosted, 4)
    assert [event.place.post for event in rig.core.of(OperatorPosted)] == [*missed, now]


async def test_a_shared_message_comes_whole_live_and_later(rig: SlackRig) -> None:
    thread = await opened(rig)
    root = rig.slack.thread(thread.thread)[0]
    boris, anna = rig.slack.person("boris"), rig.slack.person("anna")
    price = await boris.posts(None, "the price is 500", channel="general", files=[("a.png", b"png")])
    await anna.shares(price, root)
    live = await rig.core.next(OperatorPosted)
    async with rig.offline():
        await anna.shares(price, root, "please see")
    later = await rig.core.next(OperatorPosted, 2)
    for event, words in ((live, ""), (later, "please see")):
        [forwarded] = event.content.forwarded
        assert event.content.text.characters == words
        assert (forwarded.author, forwarded.content.text.characters) == (boris.user.title, "the price is 500")
        [photo] = forwarded.content.attachments
        assert isinstance(photo, Media)
        assert (photo.name, photo.size, photo.kind) == ("a.png", 3, MediaKind.PHOTO)


async def test_a_stub_of_a_file_is_looked_up_before_it_is_told(rig: SlackRig) -> None:
    thread = await opened(rig)
    root, anna = rig.slack.thread(thread.thread)[0], rig.slack.person("anna")
    file, unknown = (
        FileOfSlack("F0STUB", "a.pdf", 4, b"%PDF", mimetype="application/pdf", stub=True),
        FileOfSlack("F0NO", "", 1, stub=True),
    )
    rig.slack.state.files[file.id] = file
    await anna.posts(root, "see", given=[file, unknown])
    posted = await rig.core.next(OperatorPosted)
    known, closed = posted.content.attachments
    assert known == Media(MediaKind.FILE, FileRef("desk:main", file.id), "a.pdf", "application/pdf", 4)
    assert closed == Unshowable("closed")


async def test_a_stub_is_not_told_while_slack_does_not_say_what_it_is(rig: SlackRig) -> None:
    thread = await opened(rig)
    root, anna = rig.slack.thread(thread.thread)[0], rig.slack.person("anna")
    file = FileOfSlack("F0STUB", "a.pdf", 4, b"%PDF", stub=True)
    rig.slack.state.files[file.id] = file
    rig.faults.add("files.info", Fault.SERVER_ERROR)
    await anna.posts(root, "see", given=[file])
    posted = await rig.core.next(OperatorPosted)
    assert [getattr(one, "name", "") for one in posted.content.attachments] == ["a.pdf"]


async def test_a_file_that_its_author_deletes_is_a_change(rig: SlackRig) -> None:
    thread = await opened(rig)
    root, anna = rig.slack.thread(thread.thread)[0], rig.slack.person("anna")
    message = await anna.posts(root, "see", files=[("a.png", b"png")])
    await rig.core.next(OperatorPosted)
    await anna.removes_file(message, message.files[0])
    edited = await rig.core.next(OperatorEdited)
    assert edited.content == Content(Text.plain("see"), (Unshowable("deleted"),))


async def test_only_threads_with_news_are_read(rig: SlackRig) -> None:
    threads = [await opened(rig, number) for number in range(1, 9)]
    rig.slack.api.page_limit = 3
    async with rig.offline():
        rig.slack.api.calls.clear()
        missed = await rig.writes("anna", threads[2], "meanwhile")
    await rig.core.next(OperatorPosted)
    assert rig.core.of(OperatorPosted)[0].place.post == missed
    assert rig.slack.api.calls["conversations.replies"] == 1


async def test_a_command_at_top_level_is_found_later_too(rig: SlackRig) -> None:
    async with rig.offline():
        await rig.person("anna").posts(None, f"{rig.slack.hub} mine")
        await rig.person("anna").posts(None, "just talking")
    event = await rig.core.next(OperatorPosted)
    assert (command_of(event), event.place.thread) == ("mine", None)
    assert rig.core.events == [event]


async def test_reading_what_was_missed_waits_as_long_as_it_is_told(rig: SlackRig) -> None:
    thread = await opened(rig)
    async with rig.offline():
        await rig.writes("anna", thread, "meanwhile")
    rig.faults.add("conversations.history", Fault.TOO_MANY, times=2, retry_after=0.01)
    rig.faults.add("conversations.replies", Fault.TOO_MANY, times=2, retry_after=0.01)
    assert (await rig.core.next(OperatorPosted)).content.text.characters == "meanwhile"


async def test_a_gap_outlives_a_failed_reading(rig: SlackRig) -> None:
    thread = await opened(rig)
    rig.core.fail(2)
    async with rig.offline():
        await rig.writes("anna", thread, "meanwhile")
    assert (await rig.core.next(OperatorPosted)).content.text.characters == "meanwhile"


async def test_a_connection_is_replaced_when_slack_asks(rig: SlackRig) -> None:
    thread = await opened(rig)
    before = rig.slack.api.calls["apps.connections.open"]
    await rig.slack.delivery.announce("refresh_requested")
    await eventually(lambda: rig.slack.api.calls["apps.connections.open"] > before)
    await rig.slack.delivery.connected.wait()
    await rig.writes("anna", thread, "still here")
    assert (await rig.core.next(OperatorPosted)).content.text.characters == "still here"


def at_work() -> Counter[str]:
    """Running tasks, except for the fake's own connections."""
    coroutines = [task.get_coro() for task in asyncio.all_tasks() if not task.done()]
    names = [getattr(one, "__qualname__", "") for one in coroutines]
    return Counter(name for name in names if not name.startswith(("RequestHandler", "Delivery")))


async def test_nothing_is_left_running(rig: SlackRig) -> None:
    await eventually(lambda: rig.caught_up)
    before = at_work()
    running = asyncio.create_task(rig.build().run(rig.core, rig.tools.clock.now()))
    await eventually(lambda: len(rig.slack.delivery.sockets) == 2)
    assert at_work() > before
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert at_work() == before


# ------------------------------------------------------------------------------------------ by HTTP


async def send(rig: SlackRig, body: dict[str, object]) -> tuple[int, str]:
    text = json.dumps(body)
    return await rig.slack.delivery.send(text, rig.slack.delivery.signed(text) | {"Content-Type": "application/json"})


async def test_slack_proves_the_address(by_http: SlackRig) -> None:
    status, words = await send(by_http, {"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"})
    assert status == 200
    assert "3eZbrw1a" in words


@pytest.mark.parametrize("body", [{"type": "brand_new"}, {"type": "event_callback", "event": {"type": "brand_new"}}])
async def test_what_nobody_listens_to_is_answered(by_http: SlackRig, body: dict[str, object]) -> None:
    assert (await send(by_http, body))[0] == 200
    assert by_http.core.events == []


async def test_a_body_has_bounds(by_http: SlackRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BODY_LIMIT", 1000)
    assert (await send(by_http, {"type": "brand_new", "padding": "x" * 900}))[0] == 200
    assert (await send(by_http, {"type": "brand_new", "padding": "x" * 1000}))[0] == 413


async def test_a_button_that_the_hub_did_not_make_is_forbidden(by_http: SlackRig) -> None:
    async def refuse(event: object) -> object:
        raise Forged("not ours")

    by_http.core.accept = refuse  # type: ignore[method-assign, assignment]
    action = {"action_id": "accept:0", "value": "forged", "type": "button", "action_ts": "1.1", "block_id": "b"}
    user = {"id": by_http.actor("anna").user}
    assert (await send(by_http, {"type": "block_actions", "user": user, "actions": [action]}))[0] == 403


# ------------------------------------------------------------------------------------------ checks


async def test_staff_are_the_channels_people(rig: SlackRig) -> None:
    assert isinstance(rig.desk, Staffed)
    assert {actor.name for actor in await rig.desk.staff()} == {"anna", "boris"}
    assert all(isinstance(actor, Actor) and actor.title for actor in await rig.desk.staff())


async def test_whoever_bears_a_name_is_told_with_whose_team_they_are_of(rig: SlackRig) -> None:
    """A user name is unique within a team alone: a partner's may equal one of ours."""
    state, anna = rig.slack.state, rig.actor("anna").user
    state.users["UEXT"] = User("UEXT", "anna", "Somebody else", team="T0OTHER", flags={"is_stranger": True})
    state.users["UOLD"] = User("UOLD", "carl", "anna", flags={"deleted": True})
    assert isinstance(rig.desk, Naming)
    found = {one.user: one.belongs for one in await rig.desk.bearers(["Anna", "carl", "nobody"])}
    assert found == {anna: Belonging.OUTSIDER, "UEXT": Belonging.FOREIGN, "UOLD": Belonging.GONE}
    assert [one.name for one in await rig.desk.bearers([anna])] == ["anna"]
    assert await rig.desk.bearers([anna.lower()]) == []  # ids are as they are


async def test_check_names_missing_scopes_and_channels(rig: SlackRig) -> None:
    desk = rig.build()
    rig.slack.api.scopes -= {"reactions:write", "chat:write.customize"}
    findings = await desk.check()
    assert [(finding.ok, "reactions:write" in finding.what) for finding in findings if not finding.ok] == [
        (False, True)
    ]
    rig.slack.api.scopes |= {"reactions:write"}
    assert all(finding.ok for finding in await desk.check())
    rig.slack.state.channel_named("support").members.discard(rig.slack.state.bot)
    assert any(not finding.ok and "/invite" in finding.advice for finding in await desk.check())


async def test_check_names_a_missing_home_tab_and_leaves_homes_alone(rig: SlackRig) -> None:
    rig.slack.api.home_enabled = False
    (found,) = [finding for finding in await rig.desk.check() if not finding.ok]  # type: ignore[attr-defined]
    assert "Home tab" in found.what
    assert "App Home" in found.advice
    rig.slack.api.home_enabled = True
    rig.core.answers[HomeOpened] = Whisper(View((Row(Text.plain("Mine")),)), replaces=True)
    for who in ("anna", "boris"):
        await rig.opens_home(who)
    await eventually(lambda: rig.slack.home("anna") and rig.slack.home("boris"))
    assert all(finding.ok for finding in await rig.desk.check())  # type: ignore[attr-defined]
    assert [home.seen.characters for who in ("anna", "boris") if (home := rig.slack.home(who))] == ["Mine", "Mine"]


async def test_a_home_that_cannot_be_shown_fails_nothing(rig: SlackRig) -> None:
    rig.slack.api.home_enabled = False
    rig.core.answers[HomeOpened] = Whisper(View((Row(Text.plain("Mine")),)), replaces=True)
    with structlog.testing.capture_logs() as logs:
        await rig.opens_home("anna")
        await eventually(lambda: any(line["event"] == "failed to show an answer" for line in logs))
    (said,) = [line for line in logs if line["event"] == "failed to show an answer"]
    assert "App Home" in said["advice"]
    await rig.slack.delivery.settled()
    assert not rig.slack.delivery.lost


async def test_check_says_that_slack_cannot_be_reached(rig: SlackRig) -> None:
    rig.faults.add("auth.test", Fault.NOTHING, times=9)
    findings = await rig.build().check()
    assert [finding.ok for finding in findings] == [False]
    assert findings[0].advice


async def test_a_lost_channel_pauses_the_desk_with_advice(rig: SlackRig) -> None:
    thread = await opened(rig)
    rig.slack.state.channels[thread.channel].is_archived = True
    with pytest.raises(Unavailable, match="is_archived") as caught:
        await rig.desk.post(thread, says("hello"))
    assert "unarchive" in caught.value.advice


async def test_a_mark_on_a_vanished_post_is_a_rejection(rig: SlackRig) -> None:
    thread = await opened(rig)
    with pytest.raises(Rejected):
        await rig.desk.mark(PostRef(thread.desk, thread.channel, "1.1"), Mark.READ, True)  # type: ignore[arg-type]


async def test_words_in_the_apps_own_tab_are_a_command(rig: SlackRig) -> None:
    anna = rig.slack.person("anna")
    own = rig.slack.state.direct(anna.id).id
    rig.core.answers[Commanded] = Whisper(View((Row(Text.plain("Nothing is waiting.")),)))
    for words in ("mine", f"<@{rig.slack.state.bot}> mine"):
        await anna.posts(None, words, channel=own)
    await eventually(lambda: len(rig.core.of(Commanded)) == 1 and len(rig.core.of(OperatorPosted)) == 1)
    command = rig.core.of(Commanded)[0]
    assert (command.words, command.place.channel, command.place.post) == ("mine", own, None)
    await eventually(lambda: any("Nothing is waiting." in one.text for one in rig.slack.direct("anna")))


async def test_nothing_that_is_posted_is_fetched_for_a_preview(rig: SlackRig) -> None:
    thread = await rig.desk.open("", CARD, Key("card"))
    await rig.desk.post(thread, says("https://evil.example/pixel.png"))
    await rig.desk.tell(rig.actor("anna").user, View((Row(Text.plain("https://evil.example/pixel.png")),)))
    assert rig.slack.state.unfurled == []


@pytest.mark.parametrize(
    ("kind", "said"), [("image/gif", b"GIF89a moving"), ("text/html", None), ("private", None), ("too large", None)]
)
async def test_a_gif_from_the_composer_is_fetched_where_outsiders_may_send_us(
    rig: SlackRig, monkeypatch: pytest.MonkeyPatch, kind: str, said: bytes | None
) -> None:
    monkeypatch.setattr(files, "LARGEST_PICTURE", 100)

    async def serve(request: web.Request) -> web.Response:
        body = b"x" * 200 if kind == "too large" else b"GIF89a moving"
        return web.Response(body=body, content_type="text/html" if kind == "text/html" else "image/gif")

    app = web.Application()
    app.router.add_get("/v1/cat.gif", serve)
    async with TestServer(app) as server, guarded(["" if kind == "private" else "127.0.0.1"]) as http:
        rig.desk._slack_files._guarded_http = http  # type: ignore[attr-defined]
        address = str(server.make_url("/v1/cat.gif"))
        thread = await rig.desk.open("", CARD, Key("card"))
        root = rig.slack.state.find(thread.channel, thread.thread)
        await rig.slack.person("anna").posts(root, "", pictures=[{"image_url": address, "alt_text": "cat"}])
        (picture,) = (await rig.core.next(OperatorPosted)).content.attachments
        assert isinstance(picture, Media)
        if said is None:
            with pytest.raises(Rejected) as refused:
                await read(rig, picture.file)
            assert refused.value.reason in (RejectReason.FILE_GONE, RejectReason.TOO_LARGE)
        else:
            assert (picture.name, await read(rig, picture.file)) == ("cat.gif", said)


async def read(rig: SlackRig, file: FileRef) -> bytes:
    async with rig.desk.download(file) as download:
        return b"".join([chunk async for chunk in download.chunks])


@asynccontextmanager
async def guarded(private: list[str]) -> AsyncIterator[aiohttp.ClientSession]:
    guard = Guard([one for one in private if one])
    async with aiohttp.ClientSession(connector=GuardedConnector(guard)) as http:
        yield http
