"""Listening over refreshes, lost and silent connections; live words while what was missed is being read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.desks.slack import catching_up, sockets
from bot.desks.slack.desk import SlackDesk
from bot.desks.slack.sockets import ConnectionLine
from bot.domain import DialogId, Key, OperatorDeleted, OperatorEdited, OperatorPosted, PostId, ThreadRef
from bot.ports import Unavailable
from bot.views.values import Card
from tests.contracts.desks import eventually
from tests.contracts.rigs.desk_slack import SlackRig, socket_rig
from tests.fakes.faults import Fault
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, FakeSlack, File, Message
from tests.waiting import FACT

READING = ("conversations.history", "conversations.replies")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[SlackRig]:
    async with socket_rig(tmp_path) as built:
        await eventually(lambda: built.caught_up)
        yield built


async def opened(rig: SlackRig, number: int = 7, channel: str = "") -> ThreadRef:
    card = Card(DialogId(number), f"#{number} · Maria", f"#{number} Maria", (), "New")
    thread = await rig.desk.open(channel, card, Key(f"card-{number}"))
    rig.core.open_threads.append(thread)
    return thread


def words(rig: SlackRig) -> list[str]:
    return [event.content.text.characters for event in rig.core.of(OperatorPosted)]


def heard(rig: SlackRig, *expected: str) -> Callable[[], bool]:
    return lambda: set(words(rig)) >= set(expected)


def reads(rig: SlackRig) -> int:
    return sum(rig.slack.api.calls.get(method, 0) for method in READING)


def line_of(rig: SlackRig) -> ConnectionLine:
    assert isinstance(rig.desk, SlackDesk)
    assert rig.desk._line is not None
    return rig.desk._line


async def refreshed(rig: SlackRig, reason: str = "warning", *named: web.WebSocketResponse) -> None:
    """Announces the end of the connections (or of these), and waits until another has taken their place."""
    present = line_of(rig)._current
    await rig.slack.delivery.announce(reason, *named)
    await eventually(lambda: line_of(rig)._current is not present)


# ------------------------------------------------------------------------------------------- refreshes


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "a reason of the future"])
async def test_the_next_connection_stands_before_the_old_one_ends_and_nothing_is_read(
    rig: SlackRig, reason: str
) -> None:
    thread, delivery = await opened(rig), rig.slack.delivery
    before, [old] = reads(rig), list(delivery.sockets)
    await refreshed(rig, reason)
    assert old in delivery.sockets
    assert len(delivery.sockets) == 2
    for number in range(6):  # over both connections, in turn
        await rig.writes("anna", thread, f"{number}")
    await rig.core.next(OperatorPosted, 6)
    assert words(rig) == [f"{number}" for number in range(6)]
    await old.close()
    await rig.writes("anna", thread, "later")
    await rig.core.until(heard(rig, "later"))
    assert reads(rig) == before
    assert rig.desk.unheard_since() is None  # type: ignore[attr-defined]
    assert len(delivery.sockets) == 1


async def test_ten_refreshes_leave_one_connection(rig: SlackRig) -> None:
    before = reads(rig)
    for _ in range(10):
        [old] = rig.slack.delivery.sockets
        await refreshed(rig)
        await old.close()
        await eventually(lambda: len(rig.slack.delivery.sockets) == 1)
    assert reads(rig) == before


async def test_an_old_connection_that_slack_never_ends_is_closed_at_the_next_refresh(rig: SlackRig) -> None:
    for _ in range(5):
        await refreshed(rig, "warning", rig.slack.delivery.sockets[-1])
        await eventually(lambda: len(rig.slack.delivery.sockets) <= 2)


async def test_a_connection_is_replaced_before_its_time_is_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack does not always warn."""
    monkeypatch.setattr(sockets, "EARLY", 0.1)
    async with socket_rig(tmp_path) as rig:
        await eventually(lambda: rig.caught_up)
        rig.slack.delivery.lasts = 1
        await rig.slack.delivery.announce("warning")
        await eventually(lambda: rig.slack.api.calls["apps.connections.open"] >= 4)
        rig.slack.delivery.lasts = 18060
        assert reads(rig) == 1, "the start alone reads"


async def test_the_old_connection_serves_while_the_next_one_cannot_be_opened(rig: SlackRig) -> None:
    thread, before = await opened(rig), reads(rig)
    rig.faults.add("apps.connections.open", Fault.SERVER_ERROR, times=2)
    await rig.slack.delivery.announce("warning")
    await rig.writes("anna", thread, "meanwhile")
    await rig.core.until(heard(rig, "meanwhile"))
    await eventually(lambda: line_of(rig)._old is not None)
    assert reads(rig) == before


async def test_too_many_connections_are_not_hammered(rig: SlackRig) -> None:
    thread = await opened(rig)
    asked = rig.slack.api.calls["apps.connections.open"]
    with structlog.testing.capture_logs() as logs:
        await rig.slack.delivery.announce("too_many_websockets")
        await rig.writes("anna", thread, "still heard")
        await rig.core.until(heard(rig, "still heard"))
    assert any("ten connections" in line.get("advice", "") for line in logs)
    assert rig.slack.api.calls["apps.connections.open"] <= asked + 2


async def test_a_connection_that_slack_refuses_as_one_too_many_leaves_the_old_one(
    rig: SlackRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = await opened(rig)
    monkeypatch.setattr("tests.fakes.slack.delivery.CONNECTIONS", 1)
    await rig.slack.delivery.announce("warning")
    await eventually(lambda: rig.slack.api.calls["apps.connections.open"] >= 2)
    await rig.writes("anna", thread, "still heard")
    await rig.core.until(heard(rig, "still heard"))
    assert len(rig.slack.delivery.sockets) == 1


async def test_socket_mode_turned_off_is_said(rig: SlackRig) -> None:
    other = rig.build()
    running = asyncio.create_task(other.run(rig.core, rig.tools.clock.now()))
    await eventually(lambda: len(rig.slack.delivery.sockets) == 2)
    await rig.slack.delivery.announce("link_disabled", rig.slack.delivery.sockets[-1])
    with pytest.raises(Unavailable) as caught:
        await asyncio.wait_for(running, FACT)
    assert "Socket Mode" in caught.value.advice
    assert other.unheard_since() is not None


async def test_slacks_own_client_lives_with_the_fake() -> None:
    """The fake is what their client expects: it greets, delivers, takes acknowledgements, and refreshes."""
    async with FakeSlack() as slack:
        web = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)
        client, got = SocketModeClient(app_token=APP_TOKEN, web_client=web), list[str]()

        async def take(own: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            got.append(str(request.payload["event"]["text"]))
            await own.send_socket_mode_response(SocketModeResponse(request.envelope_id))

        client.socket_mode_request_listeners.append(take)
        await client.connect()  # type: ignore[no-untyped-call]
        try:
            await asyncio.wait_for(slack.delivery.connected.wait(), FACT)
            await slack.person("anna").posts(None, "one")
            await slack.delivery.settled()
            await slack.delivery.announce("warning")
            await eventually(lambda: slack.api.calls["apps.connections.open"] == 2)
            await asyncio.wait_for(slack.delivery.connected.wait(), FACT)
            await slack.person("anna").posts(None, "two")
            await slack.delivery.settled()
            assert sorted(set(got)) == ["one", "two"]
            assert not slack.delivery.lost
        finally:
            await client.close()  # type: ignore[no-untyped-call]


# ------------------------------------------------------------------------------- a machine that stood still


def written_ago(rig: SlackRig, thread: ThreadRef, seconds: float, text: str) -> Message:
    """Adds a post that was written so many seconds ago; Slack has given its event up."""
    at = f"{time.time() - seconds:.6f}"
    return rig.slack.state.add(Message(thread.channel, at, rig.actor("anna").user, text=text, thread_ts=thread.thread))


async def test_what_was_posted_while_the_machine_stood_still_is_read(rig: SlackRig) -> None:
    """Its clock says now that the connection ended now; it worked ten minutes ago for the last time."""
    thread = await opened(rig)
    line = line_of(rig)
    assert line._current is not None
    written_ago(rig, thread, 400, "unheard")
    line._current._proved = time.time() - 600
    line._current._answered = lambda asked: None  # type: ignore[method-assign]
    assert isinstance(rig.desk, SlackDesk)
    assert rig.desk.read_until().timestamp() < time.time() - 500
    await rig.slack.delivery.disconnect()
    await rig.core.until(heard(rig, "unheard"))


async def test_what_went_to_a_silent_old_connection_is_read(rig: SlackRig) -> None:
    thread, delivery = await opened(rig), rig.slack.delivery
    line = line_of(rig)
    await refreshed(rig)
    old = line._old
    assert old is not None
    written_ago(rig, thread, 0.1, "unheard")
    old.silent = True
    old.over.set()
    await rig.core.until(heard(rig, "unheard"))
    assert len(delivery.sockets) == 1


# ------------------------------------------------------------------------------------ live words meanwhile


async def test_a_thread_goes_on_as_soon_as_it_has_been_read(rig: SlackRig) -> None:
    """Slack answers no more than a few readings: live words have theirs first, and wait for no other thread."""
    threads = [await opened(rig, number) for number in range(1, 31)]
    async with rig.offline():
        for thread in threads:
            await rig.writes("anna", thread, f"missed {thread.thread}")
    rig.faults.add("conversations.history", Fault.TOO_MANY, times=1000, retry_after=0.05)
    last = threads[-1]
    await rig.writes("boris", last, "live")
    await rig.core.until(heard(rig, "live"))
    assert words(rig) == [f"missed {last.thread}", "live"], "the one that waits is read first, and alone"
    rig.faults.clear()
    await rig.core.next(OperatorPosted, 31)
    assert len(set(words(rig))) == 31
    await eventually(lambda: rig.caught_up)


async def test_a_channel_that_cannot_be_read_holds_up_nothing(rig: SlackRig) -> None:
    here, there = await opened(rig, 1), await opened(rig, 2, "sales")
    sales = rig.slack.state.channel_named("sales")
    async with rig.offline():
        await rig.writes("anna", here, "missed here")
        await rig.writes("anna", there, "missed there")
        sales.members.discard(rig.slack.state.bot)
        before = rig.desk.read_until()  # type: ignore[attr-defined]
    await rig.core.until(heard(rig, "missed here"))
    await rig.writes("anna", here, "live here")
    await rig.core.until(heard(rig, "live here"))
    assert rig.desk.unheard_since() is None  # type: ignore[attr-defined]
    assert rig.desk.read_until() <= before, "what is not read yet is not passed over"  # type: ignore[attr-defined]
    sales.members.add(rig.slack.state.bot)
    await rig.core.until(heard(rig, "missed there"))
    await eventually(lambda: rig.caught_up)


async def test_live_words_go_on_when_their_thread_cannot_be_read(
    rig: SlackRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "PATIENCE", 0.5)
    thread = await opened(rig)
    async with rig.offline():
        await rig.writes("anna", thread, "missed")
    for method in READING:
        rig.faults.add(method, Fault.SERVER_ERROR, times=1000)
    await rig.writes("anna", thread, "live")
    await rig.core.until(heard(rig, "live"))
    await rig.writes("anna", thread, "next")
    await rig.core.until(heard(rig, "next"))
    assert words(rig) == ["live", "next"]
    rig.faults.clear()
    await rig.core.until(heard(rig, "missed"))


async def test_live_words_do_not_go_before_missed_ones_that_could_not_be_stored(
    rig: SlackRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "PATIENCE", 0.5)
    thread = await opened(rig)
    async with rig.offline():
        await rig.writes("anna", thread, "missed")
        rig.core.fail(6)
        rig.core.on_failure = lambda: None
    await rig.writes("anna", thread, "live")
    await rig.core.until(heard(rig, "live"))
    assert words(rig) == ["missed", "live"]


async def test_one_channel_can_be_read_again_on_demand(rig: SlackRig) -> None:
    thread = await opened(rig)
    assert isinstance(rig.desk, SlackDesk)
    since = rig.tools.clock.now()
    rig.slack.delivery.deaf = True
    await rig.writes("anna", thread, "unheard")
    rig.slack.delivery.deaf = False
    await rig.desk.reread(thread.channel, since)
    await rig.core.until(heard(rig, "unheard"))


async def test_another_process_takes_over_what_was_missed(rig: SlackRig) -> None:
    thread = await opened(rig)
    await rig.writes("anna", thread, "heard")
    await rig.core.until(heard(rig, "heard"))
    assert isinstance(rig.desk, SlackDesk)
    since = rig.desk.read_until()
    rig.slack.delivery.deaf = True
    await rig.writes("anna", thread, "unheard")
    rig.slack.delivery.deaf = False
    other = rig.build()
    running = asyncio.create_task(other.run(rig.core, since))
    try:
        await rig.core.until(heard(rig, "unheard"))
        assert words(rig) == ["heard", "unheard"]
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


# ------------------------------------------------------------------------------- what became of known posts


async def told(rig: SlackRig, thread: ThreadRef, *texts: str) -> list[PostId]:
    posts = [await rig.writes("anna", thread, text) for text in texts]
    await rig.core.until(heard(rig, *texts))
    return posts


async def test_what_slack_hides_of_old_threads_was_not_deleted(rig: SlackRig) -> None:
    """A retention policy or a free plan takes a thread's beginning away, its card included; nobody withdrew that."""
    thread = await opened(rig)
    first, _, last = await told(rig, thread, "first", "second", "last")
    async with rig.offline():
        messages = rig.slack.state.channels[thread.channel].messages
        for ts in (thread.thread, first):
            del messages[ts]
        messages[thread.thread] = Message(
            thread.channel, thread.thread, "USLACKBOT", subtype="tombstone", replies=[last]
        )
        await rig.writes("anna", thread, "news")
    await rig.core.until(heard(rig, "news"))
    await eventually(lambda: rig.caught_up)
    assert first not in {event.place.post for event in rig.core.of(OperatorDeleted)}


async def test_a_thread_whose_card_was_deleted_is_read_all_the_same(rig: SlackRig) -> None:
    thread = await opened(rig)
    posts = await told(rig, thread, "first", "second", "last")
    async with rig.offline():
        rig.slack.state.remove(rig.root(thread))
        await rig.deletes("anna", thread, posts[1])
        await rig.writes("anna", thread, "news")
    await rig.core.until(heard(rig, "news"))
    await rig.core.next(OperatorDeleted)
    await eventually(lambda: rig.caught_up)
    assert [event.place.post for event in rig.core.of(OperatorDeleted)] == [posts[1]]


async def test_a_thread_that_slack_does_not_show_tells_nothing(rig: SlackRig) -> None:
    thread = await opened(rig)
    await told(rig, thread, "first")
    async with rig.offline():
        rig.slack.state.channels[thread.channel].messages.clear()
    await eventually(lambda: rig.caught_up)
    assert rig.core.of(OperatorDeleted) == []


async def test_late_repetitions_of_what_was_read_have_no_effect(rig: SlackRig) -> None:
    """Slack repeats what nobody acknowledged, minutes later."""
    thread = await opened(rig)
    [post, gone, _] = await told(rig, thread, "first", "oops", "stays")
    missed: list[dict[str, Any]] = []
    async with rig.offline():
        rig.slack.delivery.deaf = False
        await rig.edits("anna", thread, post, "second")
        await rig.deletes("anna", thread, gone)
        await rig.slack.delivery.settled()
        missed, rig.slack.delivery.lost = rig.slack.delivery.lost, []
    await rig.core.next(OperatorEdited)
    await rig.core.next(OperatorDeleted)
    assert len(missed) == 2
    for body in missed:
        rig.slack.delivery.repeat(body)
    await rig.slack.delivery.settled()
    assert len(rig.core.of(OperatorEdited)) == len(rig.core.of(OperatorDeleted)) == 1


async def test_only_threads_with_recent_posts_are_compared(rig: SlackRig) -> None:
    threads = [await opened(rig, number) for number in range(1, 9)]
    await told(rig, threads[2], "recent")
    async with rig.offline():
        rig.slack.api.calls.clear()
    await eventually(lambda: rig.caught_up)
    assert rig.slack.api.calls.get("conversations.replies") == 1


async def test_a_file_of_another_workspace_is_looked_up_after_a_gap_too(rig: SlackRig) -> None:
    thread = await opened(rig)
    file = File("F0STUB", "a.pdf", 4, b"%PDF", mimetype="application/pdf", stub=True)
    rig.slack.state.files[file.id] = file
    async with rig.offline():
        await rig.slack.person("anna").posts(rig.root(thread), "see", given=[file])
    [media] = (await rig.core.next(OperatorPosted)).content.attachments
    assert getattr(media, "name", "") == "a.pdf"


async def test_what_is_written_while_the_app_is_out_of_a_channel_is_read_when_it_is_back(rig: SlackRig) -> None:
    thread = await opened(rig)
    await rig.writes("anna", thread, "before")
    await rig.core.until(heard(rig, "before"))
    rig.slack.delivery.deaf = True
    await rig.writes("anna", thread, "meanwhile")
    rig.slack.delivery.deaf = False
    event = {"type": "member_joined_channel", "user": rig.slack.state.bot, "channel": thread.channel}
    rig.slack.delivery.emit({**event, "event_ts": rig.slack.state.stamps.next()})
    await rig.core.until(heard(rig, "meanwhile"))
    assert words(rig) == ["before", "meanwhile"]
