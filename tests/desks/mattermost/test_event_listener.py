"""A failing websocket: resumed, restarted, with gaps of any size; nothing is missed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from bot.desks.mattermost import event_listener, history, missed, socket
from bot.desks.mattermost.desk import MattermostDesk
from bot.domain import (
    Commanded,
    Content,
    Forwarded,
    Key,
    Media,
    MediaKind,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Unshowable,
)
from bot.domain.text import Text
from bot.ports import Unavailable
from bot.views.values import Ask, Button, Form, Row, View, Whisper
from tests.contracts.desks import eventually
from tests.contracts.desks.samples import card, open_thread
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.desks.mattermost.conftest import Working
from tests.fakes.faults import Fault
from tests.fakes.mattermost import rest, sockets
from tests.networks import network_to
from tests.tools import kind_of
from tests.waiting import FACT


def words(rig: MattermostRig) -> list[str]:
    return [event.content.text.characters for event in rig.core.of(OperatorPosted)]


def heard(rig: MattermostRig, *expected: str) -> Callable[[], bool]:
    return lambda: words(rig) == list(expected)


async def test_a_lost_connection_is_resumed_without_reading_the_gap(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    await rig.writes("anna", thread, "one")
    await rig.core.next(OperatorPosted)
    await eventually(lambda: rig.reads_live)
    asked, greeted, repeated = len(rig.mm.rest.log), rig.mm.sockets.hellos, len(rig.core.repeats)
    await rig.mm.sockets.drop()
    await rig.writes("anna", thread, "two")
    await rig.writes("boris", thread, "three")
    await rig.core.until(heard(rig, "one", "two", "three"))
    assert rig.mm.sockets.hellos == greeted
    assert not [path for _, path in rig.mm.rest.log[asked:] if path.endswith("/posts")]
    assert len(rig.core.repeats) == repeated


async def test_a_connection_that_cannot_be_resumed_reads_the_gap(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    await rig.writes("anna", thread, "one")
    await rig.core.next(OperatorPosted)
    greeted = rig.mm.sockets.hellos
    await rig.mm.sockets.drop(lose=True)
    await rig.writes("anna", thread, "two")
    await rig.core.until(heard(rig, "one", "two"))
    assert rig.mm.sockets.hellos > greeted


async def test_a_gap_tells_edits_deletions_and_reactions_too(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    edited = await rig.writes("anna", thread, "first")
    deleted = await rig.writes("anna", thread, "oops")
    await rig.core.next(OperatorPosted, 2)
    async with rig.offline():
        await rig.edits("anna", thread, edited, "second")
        await rig.deletes("anna", thread, deleted)
        await rig.reacts("boris", thread, edited, "⭐")
        late = await rig.writes("boris", thread, "late")
        await rig.deletes("boris", thread, late)
    await rig.core.until(lambda: len(rig.core.of(OperatorDeleted)) == 2)
    assert [one.content.text.characters for one in rig.core.of(OperatorEdited)] == ["second"]
    assert [(one.emoji, one.on) for one in rig.core.of(OperatorReacted)] == [("⭐", True)]
    assert {one.place.post for one in rig.core.of(OperatorDeleted)} == {deleted, late}
    assert words(rig) == ["first", "oops"], "what was deleted meanwhile is never posted"


async def test_a_thread_removed_in_a_gap_withdraws_no_reply(rig: MattermostRig) -> None:
    """As when it is removed while the hub listens: the server tells of the card alone."""
    thread = await open_thread(rig)
    await rig.writes("anna", thread, "a reply")
    other = await open_thread(rig, 2)
    await rig.core.next(OperatorPosted)
    async with rig.offline():
        rig.mm._operations.delete_post(rig.mm.state.id_of("hub"), thread.thread)
        await rig.writes("anna", other, "news")
    await rig.core.until(heard(rig, "a reply", "news"))
    assert rig.core.of(OperatorDeleted) == []


async def test_a_gap_larger_than_since_can_hold_tells_of_older_posts_too(
    rig: MattermostRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (missed, history):
        monkeypatch.setattr(module, "SINCE_HOLDS", 10)
    monkeypatch.setattr(rest, "SINCE_ROWS", 10)
    thread = await open_thread(rig)
    posts = [await rig.writes("anna", thread, text) for text in ("first", "oops", "stays")]
    await rig.core.next(OperatorPosted, 3)
    await rig.reacts("boris", thread, posts[2], "⭐")
    await rig.core.next(OperatorReacted)
    async with rig.offline():
        await rig.edits("anna", thread, posts[0], "second")
        await rig.deletes("anna", thread, posts[1])
        await rig.reacts("boris", thread, posts[2], "⭐", on=False)
        for post in posts:  # the rows that the server returns hold others
            rig.mm.state.posts[post]["update_at"] = 1
        for number in range(12):
            rig.mm.state.posts[await rig.writes("anna", thread, f"{number}")]["user_id"] = rig.mm.state.id_of("hub")
    await rig.core.next(OperatorReacted, 2)
    await rig.core.next(OperatorDeleted)
    assert [one.content.text.characters for one in rig.core.of(OperatorEdited)] == ["second"]
    assert [one.place.post for one in rig.core.of(OperatorDeleted)] == [posts[1]]
    assert [one.on for one in rig.core.of(OperatorReacted)] == [True, False]


async def test_a_gap_larger_than_since_can_hold_is_paged_through(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    async with rig.offline():
        for number in range(1300):
            await rig.writes("anna", thread, f"message {number}")
    await rig.core.until(lambda: len(words(rig)) == 1300)
    assert words(rig) == [f"message {number}" for number in range(1300)]


async def test_gaps_of_other_channels_with_open_dialogs_are_read(rig: MattermostRig) -> None:
    channel = rig.mm.add_channel("sales")
    thread = await rig.desk.open("sales", card(9), Key("other"))
    assert thread.channel == channel
    rig.core.open_threads.append(thread)
    async with rig.offline():
        await rig.writes("anna", thread, "in sales")
    await rig.core.until(heard(rig, "in sales"))


async def test_a_channel_that_the_bot_was_put_out_of_does_not_silence_the_others(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    channel = rig.mm.add_channel("sales")
    rig.core.open_threads.append(await rig.desk.open("sales", card(9), Key("other")))
    rig.mm.state.members[channel].discard(rig.mm.state.id_of("hub"))
    rig.mm.state.users[rig.mm.state.id_of("hub")]["roles"] = "system_user"
    async with rig.offline():
        await rig.writes("anna", thread, "still heard")
    await rig.core.until(heard(rig, "still heard"))


async def test_what_cannot_be_stored_is_not_passed_over(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.core.fail(3)
    for text in ("one", "two", "three"):
        await rig.writes("anna", thread, text)
    await rig.core.until(heard(rig, "one", "two", "three"))
    assert {event.key for event in rig.core.failed} == {rig.core.events[0].key}


async def test_what_cannot_be_stored_is_read_from_the_gap_when_the_server_has_forgotten_it(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.core.fail(1)
    await rig.writes("anna", thread, "one")
    await rig.core.until(lambda: bool(rig.core.failed))
    await rig.mm.sockets.drop(lose=True)
    await rig.writes("anna", thread, "two")
    await rig.core.until(heard(rig, "one", "two"))


async def test_a_missing_number_starts_anew(rig: MattermostRig) -> None:
    thread, greeted = await open_thread(rig), rig.mm.sockets.hellos
    rig.mm.sockets.skip(5)
    await rig.writes("anna", thread, "after the hole")
    await rig.core.until(heard(rig, "after the hole"))
    await eventually(lambda: rig.mm.sockets.hellos > greeted)


async def test_a_failing_gap_is_read_again(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.faults.add("channel.posts", Fault.SERVER_ERROR, times=2)
    async with rig.offline():
        await rig.writes("anna", thread, "meanwhile")
    await rig.core.until(heard(rig, "meanwhile"))


@pytest.mark.parametrize("resumed", [True, False])
async def test_a_token_refused_while_connected_ends_the_hearing(
    rig: MattermostRig, monkeypatch: pytest.MonkeyPatch, resumed: bool
) -> None:
    """The server accepts the connection, says nothing, and closes it after a while."""
    monkeypatch.setattr(sockets, "BUSY", 0.04)
    rig.mm.state.tokens.clear()
    if resumed:
        await rig.mm.sockets.drop()
    else:
        rig.mm.sockets.skip(1)
        rig.mm.sockets.repeat()
    assert rig._run is not None
    with pytest.raises(Unavailable):
        async with asyncio.timeout(FACT):
            await rig._run
    rig._run = None


async def test_the_websocket_may_be_down_for_a_while(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.faults.add("websocket", Fault.SERVER_ERROR, times=3)
    await rig.mm.sockets.drop()
    await rig.writes("anna", thread, "still here")
    await rig.core.until(heard(rig, "still here"))


async def test_a_websocket_whose_network_fell_silent_is_replaced(
    rig: MattermostRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is closed; pings are not answered."""
    monkeypatch.setattr(socket, "HEARTBEAT", 0.5)
    thread = await open_thread(rig)
    server = urlsplit(rig.mm.url)
    assert isinstance(rig.desk, MattermostDesk)
    async with network_to(server.hostname or "", server.port or 0) as network:
        rig.desk.api.url = f"http://127.0.0.1:{network.own_port}"
        await rig.mm.sockets.drop()
        await rig.writes("anna", thread, "one")
        await rig.core.until(heard(rig, "one"))
        assert network.connections
        network.silence_connections()
        await rig.writes("anna", thread, "two")
        await rig.core.until(heard(rig, "one", "two"))


async def test_names_that_nobody_has_are_nobody_s(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    for text in ("our shop is @shop_official", "write to a@boris.com", "@boris look", "@all hands", "@hub2"):
        await rig.writes("anna", thread, text)
    await rig.core.next(OperatorPosted, 5)
    kinds = [kind_of(event) for event in rig.core.of(OperatorPosted)]
    assert kinds == ["question", "answer", "note", "note", "question"]


async def test_groups_of_the_server_are_names_too(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.mm.state.groups = [*(f"group-{number}" for number in range(200)), "lawyers"]  # more than one page
    for text in ("@Lawyers: look", "@lawyer look"):
        await rig.writes("anna", thread, text)
    await rig.core.next(OperatorPosted, 2)
    assert [kind_of(event) for event in rig.core.of(OperatorPosted)] == ["note", "question"]


async def test_a_person_is_looked_up_once(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    for number in range(5):
        await rig.writes("anna", thread, f"{number}")
    await rig.core.next(OperatorPosted, 5)
    asked = [path for _, path in rig.mm.rest.log if path.endswith(rig.actor("anna").user)]
    user = rig.actor("anna").user
    assert asked == [f"/api/v4/users/{user}", f"/api/v4/channels/{rig.mm.channel}/members/{user}"]


async def test_a_slow_whisper_does_not_hold_up_the_next_post(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.core.answers[OperatorPosted] = Whisper(View((Row(Text.plain("held"), (Button("x", "Take", "t"),)),)))
    rig.faults.add("ephemeral", Fault.NOTHING, times=1)
    await rig.writes("anna", thread, "one")
    await rig.writes("anna", thread, "two")
    await rig.core.until(heard(rig, "one", "two"))
    await eventually(lambda: len(rig.mm.ephemerals("anna")) == 1)


async def test_without_an_address_a_form_is_said_to_be_impossible(working: Working) -> None:
    async with working(public=False) as rig:
        thread = await open_thread(rig)
        rig.core.answers[OperatorPosted] = Ask(Form("Close", "token", (), "Close it"))
        await rig.mentions_hub("anna", thread, "close")
        await eventually(lambda: bool(rig.mm.ephemerals("anna")))
        assert "needs a form" in rig.mm.ephemerals("anna")[0]["message"]
        assert (await rig.thread(thread))[0].buttons == ()


async def test_the_margin_of_a_gap_brings_nothing_twice(rig: MattermostRig) -> None:
    """The gap is read from before the position: what the core knows does not come again."""
    thread = await open_thread(rig)
    await rig.writes("anna", thread, "one")
    await rig.core.next(OperatorPosted)
    async with rig.offline():
        await rig.writes("anna", thread, "two")
    await rig.core.until(heard(rig, "one", "two"))
    assert rig.core.repeats == []
    assert event_listener.MARGIN > 1000


# ------------------------------------------------------------------------------- what posts only name


async def test_a_post_that_is_passed_on_comes_with_its_words_and_files(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    boris = rig.mm.person("boris")
    price = await boris.posts("", "the price is 500", [("a.png", b"png")])
    address = f"{rig.mm.url}/acme/pl/{price}"
    await rig.writes("anna", thread, address)
    await rig.writes("anna", thread, f"please see\n{address}")
    await rig.writes("anna", thread, f"{rig.mm.url}/acme/pl/{'x' * 26}")
    alone, below = await rig.core.next(OperatorPosted), await rig.core.next(OperatorPosted, 2)
    for event, words in ((alone, ""), (below, "please see")):
        assert (event.content.text.characters, event.quoted) == (words, None)
        [forwarded] = event.content.forwarded
        assert (forwarded.author, forwarded.content.text.characters) == ("Boris Petrova", "the price is 500")
        [photo] = forwarded.content.attachments
        assert isinstance(photo, Media)
        assert (photo.name, photo.size, photo.kind) == ("a.png", 3, MediaKind.PHOTO)
    gone = await rig.core.next(OperatorPosted, 3)
    assert gone.content == Content(forwarded=(Forwarded("", Content(attachments=(Unshowable("message"),))),))


async def test_who_is_named_in_a_post_that_is_passed_on_is_named(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    post = await rig.mm.person("boris").posts("", "ask @anna first")
    await rig.writes("boris", thread, f"{rig.mm.url}/acme/pl/{post}")
    posted = await rig.core.next(OperatorPosted)
    assert posted.names.others == {"anna"}


async def test_files_that_a_post_only_names_are_looked_up(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.mm.state.tells_files = False
    anna = rig.mm.person("anna")
    await anna.posts(thread.thread, "see", [("a.pdf", b"%PDF")])
    posted = await rig.core.next(OperatorPosted)
    [media] = posted.content.attachments
    assert isinstance(media, Media)
    assert (media.name, media.mime, media.size) == ("a.pdf", "application/pdf", 4)


async def test_files_that_cannot_be_had_are_named(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.mm.state.tells_files = False
    async with rig.offline():
        post = await rig.mm.person("anna").posts(thread.thread, "see", [("old.pdf", b"%PDF"), ("b.pdf", b"%PDF")])
        old, gone = rig.mm.state.posts[post]["file_ids"]
        rig.mm.state.files[old].archived = True
        del rig.mm.state.files[gone]
    posted = await rig.core.next(OperatorPosted)
    assert posted.content.attachments == (Unshowable("hidden", "old.pdf"), Unshowable("deleted"))


async def test_words_written_to_the_bot_itself_are_a_command(rig: MattermostRig) -> None:
    anna = rig.mm.person("anna")
    own = str(rig.mm.state.direct(rig.mm.state.id_of("hub"), anna.id)["id"])
    rig.core.answers[Commanded] = Whisper(View((Row(Text.plain("Nothing is waiting.")),)))
    await anna.posts("", "mine", channel=own)
    command = await rig.core.next(Commanded)
    assert (command.words, command.place.channel, command.place.post) == ("mine", own, None)
    await eventually(lambda: any("Nothing is waiting." in post["message"] for post in rig.mm.direct("anna")))
    assert rig.mm.ephemerals("anna") == []
    await anna.posts("", "@hub mine", channel=own)
    assert (await rig.core.next(OperatorPosted)).content.text.characters == "@hub mine"
