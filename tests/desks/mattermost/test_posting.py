"""Posts, cards and files against the measured quirks of real servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.desks.mattermost.features import Features
from bot.domain import Belonging, Content, FileRef, Key, Media, MediaKind, Pressed, ThreadRef
from bot.domain.text import Span, Style, Text, line
from bot.ports import Download, Rejected, RejectReason, Transient, Unconfirmed
from bot.views.values import Button, Fact, Post, PostAuthor, PostKind, Row, View
from tests.contracts.desks import eventually
from tests.contracts.desks.samples import card, customer, open_thread, root_of
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.desks.mattermost.conftest import Working
from tests.fakes.faults import Fault
from tests.fakes.mattermost import rules
from tests.tools import folder


def media(rig: MattermostRig, data: bytes, name: str, *, with_size: bool = True) -> Media:
    return Media(
        MediaKind.FILE, rig.file(data, name, "text/plain"), name, "text/plain", len(data) if with_size else None
    )


def with_files(*files: Media, text: str = "look") -> Post:
    return Post(PostKind.CUSTOMER, Content(Text.plain(text), files), (Key("f"),), PostAuthor("Maria"))


async def test_first_replies_side_by_side_all_arrive(rig: MattermostRig) -> None:
    """Older servers respond 500 to the second of two concurrent ones, so the desk sends one at a time."""
    thread = await open_thread(rig)
    await asyncio.gather(*(rig.desk.post(thread, customer(f"m{n}", f"k{n}")) for n in range(8)))
    assert len(await rig.thread(thread)) == 9


async def test_another_process_may_break_a_first_reply(rig: MattermostRig) -> None:
    """A 500 leaves doubt: the courier looks the key up, finds nothing, and sends again with the same key."""
    thread = await open_thread(rig)
    rig.mm.state.starting.add(thread.thread)
    with pytest.raises(Unconfirmed):
        await rig.desk.post(thread, customer("one"))
    rig.mm.state.starting.clear()
    assert await rig.desk.find(thread.channel, thread, Key("k1")) is None
    await rig.desk.post(thread, customer("one"))
    assert len(await rig.thread(thread)) == 2


async def test_the_servers_own_memory_dedupes_a_repetition(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    first = await rig.desk.post(thread, customer("one"))
    assert await rig.desk.post(thread, customer("one")) == first
    assert len(await rig.thread(thread)) == 2


async def test_a_vanished_thread_is_gone(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.mm.person("anna").id = rig.mm.state.id_of("root")
    rig.mm.person("anna").deletes(thread.thread)
    with pytest.raises(Rejected) as caught:
        await rig.desk.post(thread, customer("late"))
    assert caught.value.reason is RejectReason.GONE


async def test_somebody_who_cannot_be_written_to_is_one_rejection(rig: MattermostRig) -> None:
    view = View((Row(Text.plain("x")),))
    await rig.desk.tell(rig.actor("anna").user, view)
    direct = rig.mm.direct("anna")[0]["channel_id"]
    rig.mm.state.members[direct].discard(rig.mm.state.id_of("hub"))
    with pytest.raises(Rejected):
        await rig.desk.tell(rig.actor("anna").user, view)


async def test_a_server_that_is_down_has_taken_nothing(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    await rig.mm._stack.aclose()
    with pytest.raises(Transient):
        await rig.desk.post(thread, customer("x"))


# ----------------------------------------------------------------------------------------------- long ones


async def test_a_text_of_signs_that_grow_when_escaped_is_never_cut(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    text = "*_`~[] @all :smile: " * 1500
    await rig.desk.post(thread, customer(text))
    posts = rig.mm.thread(thread.thread)[1:]
    assert all(len(post["message"]) <= rules.MESSAGE_RUNES for post in posts)
    shown = "".join(seen.words for seen in (await rig.thread(thread))[1:])
    assert "".join(shown.split()) == "".join(text.split())
    assert not rig.mm.notified


async def test_a_long_block_of_code_stays_code_in_all_its_parts(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    code = "\n".join(f"line_{number} = *{number}*" for number in range(1500))
    await rig.desk.post(thread, customer(Text.of([Span(code, Style.PRE, language="py")])))
    seen = (await rig.thread(thread))[1:]
    assert len(seen) > 1
    assert all(span.style == Style.PRE for shown in seen for span in shown.text.spans)
    assert "".join("".join(one.words.split()) for one in seen) == "".join(code.split())


async def test_a_long_technical_line_is_shown_whole(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    text = "because " * 3000
    await rig.desk.post(thread, Post(PostKind.LINE, Content(Text.plain(text)), (Key("l"),)))
    shown = " ".join(seen.words for seen in (await rig.thread(thread))[1:])
    assert shown.split() == text.split()


async def test_a_line_of_an_older_hub_is_redrawn_where_its_words_are(rig: MattermostRig) -> None:
    """Its message is empty, and after `PostEditTimeLimit` none can be added."""
    thread = await open_thread(rig)
    said = Post(PostKind.LINE, Content(Text.plain("Due soon")), (Key("l"),), buttons=(Button("a", "No need", "t"),))
    ref = await rig.desk.post(thread, said)
    standing = rig.mm.state.posts[ref.post]
    standing["props"]["attachments"] = [{**standing["props"]["attachments"][0], "text": standing["message"]}]
    standing["message"], rig.mm.state.edit_limit, rig.mm.state.version = "", 0, "11.0.2"
    await rig.desk.update(ref, replace(said, buttons=()))
    (shown,) = (await rig.thread(thread))[1:]
    assert (shown.words, shown.buttons) == ("Due soon", ())


async def test_an_edit_may_make_a_post_longer_and_shorter(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    ref = await rig.desk.post(thread, customer("short", "k"))
    long = " ".join(f"word{number:05}" for number in range(3000))
    await rig.desk.update(ref, customer(long, "k"))
    parts = (await rig.thread(thread))[1:]
    assert len(parts) > 2
    assert " ".join(seen.words for seen in parts).split() == long.split()
    await rig.desk.update(ref, customer("short again", "other"))
    assert [seen.words for seen in (await rig.thread(thread))[1:]] == ["short again"]
    assert await rig.desk.find(thread.channel, thread, Key("k")) == ref


async def test_a_card_with_everything_fits_into_the_props(rig: MattermostRig) -> None:
    buttons = tuple(Button(f"do_{n}", f"Button number {n}", f"token{n}" + "x" * 120) for n in range(5))
    menu = tuple(Button(f"more_{n}", f"Entry number {n}", f"token{n}" + "x" * 120) for n in range(60))
    facts = tuple(Fact(f"Fact {n}", Text.plain("*" * 2000)) for n in range(4))
    thread = await rig.desk.open("", card(facts=facts, buttons=buttons, menu=menu), Key("big"))
    seen = (await rig.thread(thread))[0]
    assert seen.buttons[:5] == tuple(button.label for button in buttons)
    assert len(seen.buttons) > 10
    await rig.presses("anna", thread, (await root_of(rig, thread)).post, "Button number 3")


async def test_a_card_kept_current_is_never_called_edited(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    root = await root_of(rig, thread)
    await rig.desk.update(root, card(status="Closed", heading="#7 · Renamed", open=False))
    assert rig.mm.state.posts[root.post]["edit_at"] == 0
    assert "Renamed" in (await rig.thread(thread))[0].words


async def test_buttons_still_work_after_an_update(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    root = await root_of(rig, thread)
    await rig.desk.update(root, card(status="In progress"))
    await rig.presses("anna", thread, root.post, "Rename")
    pressed = await rig.core.next(Pressed)
    assert (pressed.place.thread, pressed.place.post) == (thread.thread, root.post)


async def test_action_ids_hold_letters_and_digits_alone(rig: MattermostRig) -> None:
    odd = (Button("send_and-take.over", "Send", "t1"), Button("отправить", "Да", "t2"))
    view = View((Row(Text.plain("held"), odd),))
    thread = await open_thread(rig)
    await rig.desk.whisper(rig.actor("anna").user, thread, view)
    for label in ("Send", "Да"):
        await rig.presses_in_whisper("anna", thread, label)
    assert [one.token for one in rig.core.of(Pressed)] == ["t1", "t2"]


async def test_a_customers_card_and_lines_notify_nobody(rig: MattermostRig) -> None:
    facts = (Fact("Customer", Text.plain("@all @anna")),)
    thread = await rig.desk.open("", card(heading="#1 @channel", summary="@here", facts=facts), Key("c"))
    await rig.desk.post(thread, Post(PostKind.LINE, Content(Text.plain("@anna renamed it to @all")), (Key("l"),)))
    await rig.desk.tell(rig.actor("anna").user, View((Row(line("@anna @boris")),), "@all"))
    assert rig.mm.notified == []


# --------------------------------------------------------------------------------------------- pictures


async def test_customers_wear_their_names_and_pictures(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    author = PostAuthor("Maria\nPetrova", rig.file(b"jpeg", "me.jpg", "image/jpeg"))
    await rig.desk.post(thread, Post(PostKind.CUSTOMER, Content(Text.plain("hi")), (Key("a"),), author))
    props = rig.mm.thread(thread.thread)[1]["props"]
    assert (props["from_webhook"], props["override_username"]) == ("true", "Maria Petrova")
    assert props["override_icon_url"].startswith("http://files.test/")


async def test_where_names_are_not_allowed_they_stand_in_the_text(working: Working) -> None:
    async with working(overrides=False) as rig:
        thread = await open_thread(rig)
        await rig.desk.post(
            thread, Post(PostKind.CUSTOMER, Content(Text.plain("hi")), (Key("a"),), PostAuthor("*@all*"))
        )
        post = rig.mm.thread(thread.thread)[1]
        assert "override_username" not in post["props"]
        assert (await rig.thread(thread))[1].words == "*@all*:\nhi"
        assert rig.mm.notified == []


# ------------------------------------------------------------------------------------------------- files


async def test_more_files_than_a_post_holds_go_into_several(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    await rig.desk.post(thread, with_files(*(media(rig, b"x%d" % n, f"{n}.txt") for n in range(12))))
    seen = (await rig.thread(thread))[1:]
    assert [len(one.files) for one in seen] == [5, 5, 2]
    assert [name for one in seen for name, _ in one.files] == [f"{n}.txt" for n in range(12)]


@pytest.mark.parametrize("with_size", [True, False])
async def test_a_file_larger_than_the_server_takes_is_said_with_a_link(working: Working, with_size: bool) -> None:
    async with working(max_file=100_000) as rig:
        thread = await open_thread(rig)
        small, large = media(rig, b"ok", "ok.txt"), media(rig, b"x" * 300_000, "huge.bin", with_size=with_size)
        await rig.desk.post(thread, with_files(small, large))
        seen = (await rig.thread(thread))[1]
        assert [name for name, _ in seen.files] == ["ok.txt"]
        assert "huge.bin" in seen.words
        assert any(span.link.startswith("http://files.test/") for span in seen.text.spans)


async def test_a_file_whose_size_is_unknown_is_stopped_at_the_limit(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(max_file=100_000) as rig:
        thread = await open_thread(rig)
        given = 0

        @asynccontextmanager
        async def endless(file: FileRef) -> AsyncIterator[Download]:
            async def chunks() -> AsyncIterator[bytes]:
                nonlocal given
                while given < 50_000_000:
                    given += 10_000
                    yield b"x" * 10_000

            yield Download(chunks())

        monkeypatch.setattr(folder(rig._tools), "open", endless)
        await rig.desk.post(thread, with_files(Media(MediaKind.VIDEO, FileRef("hub", "1"), "film.mp4")))
        assert "film.mp4" in (await rig.thread(thread))[1].words
        assert given < 1_000_000


async def test_a_file_whose_source_breaks_off_is_tried_again(
    rig: MattermostRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = await open_thread(rig)

    @asynccontextmanager
    async def breaking(file: FileRef) -> AsyncIterator[Download]:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"x" * 10_000
            raise Transient("the channel is away", 5)

        yield Download(chunks())

    with monkeypatch.context() as patch:
        patch.setattr(folder(rig._tools), "open", breaking)
        with pytest.raises(Transient) as caught:
            await rig.desk.post(thread, with_files(media(rig, b"abc", "a.txt")))
        assert caught.value.retry_after == 5
    assert len(await rig.thread(thread)) == 1


async def test_a_long_text_with_files_ends_with_the_files(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    await rig.desk.post(thread, with_files(media(rig, b"abc", "a.txt"), text="words " * 5000))
    seen = (await rig.thread(thread))[1:]
    assert [len(one.files) for one in seen] == [0, 0, 1]


async def test_an_edited_caption_keeps_its_files(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    here = media(rig, b"abc", "a.txt")
    gone = Media(MediaKind.FILE, FileRef("hub", "nowhere"), "lost.pdf")
    ref = await rig.desk.post(thread, with_files(here, gone))
    await rig.desk.update(ref, with_files(here, gone, text="corrected"))
    seen = (await rig.thread(thread))[1]
    assert [name for name, _ in seen.files] == ["a.txt"]
    assert "corrected" in seen.words
    assert "lost.pdf" in seen.words


# --------------------------------------------------------------------------------------------- whispers


async def test_where_whispers_are_not_allowed_they_come_as_direct_messages(working: Working) -> None:
    async with working(ephemerals=False) as rig:
        thread = await open_thread(rig)
        view = View((Row(Text.plain("held"), (Button("a", "Take", "t"),)),))
        for _ in range(2):
            await rig.desk.whisper(rig.actor("anna").user, thread, view)
        assert [method for method, path in rig.mm.rest.log if path.endswith("/ephemeral")] == ["POST"]
        messages = rig.mm.direct("anna")
        assert len(messages) == 2
        assert rig.desk.link(thread) in json.dumps(messages[0])
        assert rig.mm.direct("boris") == []


async def test_staff_are_the_people_of_the_channel(rig: MattermostRig) -> None:
    gone = rig.mm.state.add_user("carl", delete_at="1")
    rig.mm.state.members[rig.mm.channel].add(gone["id"])
    staff = await rig.desk.staff()  # type: ignore[attr-defined]
    assert [one.name for one in staff] == ["anna", "boris"]


async def test_whoever_bears_a_name_or_has_an_id(rig: MattermostRig) -> None:
    gone = rig.mm.state.add_user("carl", delete_at="1")
    anna = rig.actor("anna").user
    found = await rig.desk.bearers(["Anna", "carl", "nobody", gone["id"], "x" * 26])  # type: ignore[attr-defined]
    assert {one.user: one.belongs for one in found} == {anna: Belonging.OUTSIDER, gone["id"]: Belonging.GONE}
    assert [one.name for one in await rig.desk.bearers([anna])] == ["anna"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.SERVER_ERROR, Fault.TOO_MANY, Fault.REFUSED])
async def test_photos_joined_in_a_post_whose_later_piece_fails_arrive_once(rig: MattermostRig, fault: Fault) -> None:
    thread = await open_thread(rig)
    photos = [media(rig, f"photo {number}".encode(), "photo.jpg") for number in range(7)]
    keys = tuple(Key(f"k{number}") for number in range(7))
    rig.faults.add("posts", fault, after=1, retry_after=0.01)
    with pytest.raises(Unconfirmed):
        await rig.desk.post(thread, Post(PostKind.CUSTOMER, Content(Text(), tuple(photos)), keys))
    for key, photo in zip(keys, photos, strict=True):
        if await rig.desk.find(thread.channel, thread, key) is None:
            await rig.desk.post(thread, Post(PostKind.CUSTOMER, Content(Text(), (photo,)), (key,)))
    files = [data for post in await rig.thread(thread) for _, data in post.files]
    assert sorted(files) == [f"photo {number}".encode() for number in range(7)]


async def test_a_doubtful_request_says_so_whatever_was_lost(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    rig.faults.add("posts", Fault.RESET_AFTER)
    with pytest.raises(Unconfirmed):
        await rig.desk.post(thread, customer("x"))


# ---------------------------------------------------------------------------------- Mattermost 12, late changes


def names(rig: MattermostRig, thread: ThreadRef) -> list[tuple[str, str]]:
    """The author above each of a thread's posts, "" for the bot itself, and its text."""
    posts = rig.mm.thread(thread.thread)[1:]
    return [(post["props"].get("override_username", ""), post["message"]) for post in posts]


async def test_a_server_that_drops_authors_shows_them_in_the_text(working: Working) -> None:
    """From 12 on, the setting says that names are allowed, but bots' posts lose them without an error."""
    async with working(version="12.0.0") as rig:
        thread = await open_thread(rig)
        for key in ("k1", "k2"):
            await rig.desk.post(thread, customer("hi", key))
        assert names(rig, thread) == [("", "**Maria:**\nhi")] * 2
        sent = [post["edit_at"] for post in rig.mm.thread(thread.thread)]
        assert not any(sent), "said at once, not by an edit"


async def test_a_server_that_drops_authors_unannounced_is_found_out(rig: MattermostRig) -> None:
    """The answer to the first post tells, whatever the version seems to be, and that post gets its name as well."""
    features = (Features(names=True, pictures=True, file_bytes=None), datetime.max.replace(tzinfo=UTC))
    rig.desk.server._features = features  # type: ignore[attr-defined]
    rig.mm.state.version = "12.0.0"
    thread = await open_thread(rig)
    await rig.desk.post(thread, with_files(media(rig, b"x", "a.txt"), text=""))
    await rig.desk.post(thread, customer("more", "k2"))
    assert names(rig, thread) == [("", "**Maria:**"), ("", "**Maria:**\nmore")]


async def test_an_upgrade_is_noticed_after_the_next_connection(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    await rig.desk.post(thread, customer("before", "k1"))
    for number, version in enumerate(("12.0.0", "11.9.0"), 2):
        rig.mm.state.version = version
        await rig.mm.sockets.drop(lose=True)
        await eventually(lambda number=number: rig.mm.sockets.hellos == number)  # type: ignore[misc]
        await eventually(lambda: rig.desk.unheard_since() is None)  # type: ignore[attr-defined]
        await rig.desk.post(thread, customer("after", f"k{number}"))
    assert names(rig, thread) == [("Maria", "before"), ("", "**Maria:**\nafter"), ("Maria", "after")]


async def test_a_changed_post_keeps_the_author_where_it_stands(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    old = await rig.desk.post(thread, customer("old", "k1"))
    rig.mm.state.version = "12.0.0"
    rig.desk.server.reconnected()  # type: ignore[attr-defined]
    new = await rig.desk.post(thread, customer("new", "k2"))
    await rig.desk.update(old, customer("old one", "k1"))
    await rig.desk.update(new, customer("new one", "k2"))
    assert names(rig, thread) == [("Maria", "old one"), ("", "**Maria:**\nnew one")]


@pytest.mark.parametrize("version", ["10.11.0", "11.6.0"])
async def test_cards_are_redrawn_long_after_they_were_posted(working: Working, version: str) -> None:
    async with working(version=version) as rig:
        thread = await open_thread(rig)
        ref = await rig.desk.post(thread, customer("hi"))
        rig.mm.state.edit_limit = 0
        await rig.desk.update(await root_of(rig, thread), card(heading="#7 · Renamed"))
        await rig.desk.update(ref, replace(customer("hi"), buttons=(Button("a", "Take", "t"),)))
        assert "Renamed" in (await rig.thread(thread))[0].words
        assert (await rig.thread(thread))[1].buttons == ("Take",)
        with pytest.raises(Rejected) as caught:
            await rig.desk.update(ref, customer("changed"))
        assert caught.value.reason is RejectReason.TOO_LATE


async def test_from_11_7_on_nothing_of_an_old_post_can_be_changed(working: Working) -> None:
    async with working(version="11.7.0") as rig:
        thread = await open_thread(rig)
        rig.mm.state.edit_limit = 0
        with pytest.raises(Rejected) as caught:
            await rig.desk.update(await root_of(rig, thread), card(heading="#7 · Renamed"))
        assert caught.value.reason is RejectReason.TOO_LATE


async def test_a_file_that_the_server_does_not_attach_is_said_in_words(rig: MattermostRig) -> None:
    """It creates the post all the same."""
    thread = await open_thread(rig)
    rig.mm.state.attaches = 1
    await rig.desk.post(thread, with_files(media(rig, b"abc", "a.txt"), media(rig, b"def", "b.txt")))
    [post] = (await rig.thread(thread))[1:]
    assert [name for name, _ in post.files] == ["a.txt"]
    assert "look" in post.words
    assert "b.txt: rejected by Mattermost" in post.words
    assert "a.txt: " not in post.words


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"licensed": True}, {"priority": "urgent", "requested_ack": True}),
        ({}, {"priority": "urgent", "requested_ack": False}),
        ({"priorities": False}, None),
    ],
)
async def test_urgent_messages_ask_for_an_acknowledgement_where_the_licence_lets_them(
    rig: MattermostRig, settings: dict[str, bool], expected: dict[str, object] | None
) -> None:
    for name, on in settings.items():
        setattr(rig.mm.state, name, on)
    rig.desk.server.reconnected()  # type: ignore[attr-defined]
    urgent = View((Row(Text.plain("overdue")), *(Row(Text.plain("x" * 9000)) for _ in range(2))), urgent=True)
    await rig.desk.tell(rig.actor("anna").user, urgent)
    first, *more = rig.mm.direct("anna")
    assert more
    assert (first.get("priority"), [one.get("priority") for one in more]) == (expected, [None] * len(more))
    rig.mm.state.priorities = rig.mm.state.licensed = False  # and the desk does not know it yet
    await rig.desk.tell(rig.actor("anna").user, View((Row(Text.plain("again")),), urgent=True))
    assert [(one["message"], one.get("priority")) for one in rig.mm.direct("anna")[-1:]] == [("again", None)]
