"""Slack's payloads and the facts made of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desks.slack import surfaces, wire
from bot.desks.slack.context import Context, Us
from bot.desks.slack.view_state import ViewState
from bot.domain import (
    Actor,
    Commanded,
    DeskName,
    FileRef,
    HomeLeft,
    HomeOpened,
    Key,
    Media,
    MediaKind,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Place,
    Pressed,
    Submitted,
    ThreadId,
)
from bot.views.values import Ask, Form, Invalid, Silent, View, Whisper
from tests.tools import command_of

US = Us(DeskName("main"), "U0HUB", "B0HUB")
ANNA = Actor("U1", "anna", "Anna Petrova")
CONTEXT = Context(US, {"U1": ANNA, "U2": Actor("U2", "boris", "Boris")})

MESSAGE = {
    "type": "message",
    "user": "U1",
    "text": "Good &amp; fine",
    "ts": "1700000002.000200",
    "thread_ts": "1700000001.000100",
    "channel": "C1",
    "event_ts": "1700000002.000200",
}


def event(**fields: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event": {**MESSAGE, **fields}}


def fact(body: dict[str, Any]) -> Any:
    return wire.fact(body, CONTEXT)


def test_a_reply_is_a_post() -> None:
    found = fact(event())
    assert isinstance(found, OperatorPosted)
    assert (found.key, found.actor) == ("C1:1700000002.000200", ANNA)
    assert found.content.text.characters == "Good & fine"
    assert (found.place.channel, found.place.thread, found.place.post) == ("C1", MESSAGE["thread_ts"], MESSAGE["ts"])
    assert found.at == datetime(2023, 11, 14, 22, 13, 22, 200, UTC)


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_what_people_write_counts(subtype: str) -> None:
    assert isinstance(fact(event(subtype=subtype)), OperatorPosted)


@pytest.mark.parametrize(
    "fields",
    [
        {"user": "U0HUB", "bot_id": "B0HUB"},
        {"user": "U0HUB"},
        {"user": None, "bot_id": "B0HUB", "subtype": "bot_message"},
        {"bot_id": "B0OTHER"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "brand_new"},
        {"thread_ts": None},
        {"user": None},
        {"type": "message_metadata_posted"},
        {"type": "channel_rename", "channel": {"id": "C1"}},
    ],
)
def test_what_is_nobodys_fact(fields: dict[str, Any]) -> None:
    assert fact(event(**fields)) is None


def test_a_mention_arrives_twice_as_one_fact() -> None:
    said = {"text": "<@U0HUB> close Spam"}
    first, second = fact(event(**said)), fact(event(type="app_mention", **said))
    assert first == second
    assert command_of(first) == "close Spam"


def test_the_hub_is_called_from_anywhere() -> None:
    found = fact(event(type="app_mention", text="<@U0HUB> new", thread_ts=None))
    assert (command_of(found), found.place.thread, found.place.post) == ("new", None, MESSAGE["ts"])


def changed(after: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "event": {
            "type": "message",
            "subtype": "message_changed",
            "channel": "C1",
            "message": {**MESSAGE, "edited": {"user": "U1", "ts": "1700000009.000000"}, **after},
            "previous_message": {**MESSAGE, **before},
        },
    }


def test_an_edit_is_a_fact_when_the_words_changed() -> None:
    found = fact(changed({"text": "now *this*"}, {}))
    assert isinstance(found, OperatorEdited)
    assert found.key == "edit:C1:1700000002.000200:1700000009.000000"
    assert found.content.text.characters == "now this"
    assert found.place.post == MESSAGE["ts"]


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ({"attachments": [{"from_url": "https://a.b"}]}, {}),
        ({"text": "Good &amp; fine"}, {}),
        ({"text": "x", "edited": None}, {}),
        ({"text": "x", "user": "U0HUB", "bot_id": "B0HUB"}, {}),
        ({"text": "x", "subtype": "tombstone", "user": "USLACKBOT"}, {}),
        ({"text": "x", "thread_ts": None}, {}),
    ],
)
def test_what_is_no_edit(after: dict[str, Any], before: dict[str, Any]) -> None:
    assert fact(changed(after, before)) is None


def test_a_deletion_is_a_fact() -> None:
    found = fact(
        {
            "type": "event_callback",
            "event": {
                "type": "message",
                "subtype": "message_deleted",
                "channel": "C1",
                "deleted_ts": MESSAGE["ts"],
                "previous_message": MESSAGE,
            },
        }
    )
    assert isinstance(found, OperatorDeleted)
    assert (found.actor, found.place.post, found.place.thread) == (None, MESSAGE["ts"], MESSAGE["thread_ts"])


def reaction(**fields: Any) -> dict[str, Any]:
    item = {"type": "message", "channel": "C1", "ts": "1.1"}
    given = {"type": "reaction_added", "user": "U1", "reaction": "star", "item": item, "event_ts": "9.9"}
    return {"type": "event_callback", "event": {**given, **fields}}


def test_reactions_speak_unicode() -> None:
    added = fact(reaction(reaction="+1::skin-tone-3"))
    removed = fact(reaction(type="reaction_removed"))
    assert isinstance(added, OperatorReacted)
    assert (added.emoji, added.on, added.place.post) == ("👍🏼", True, "1.1")
    assert (removed.emoji, removed.on) == ("⭐", False)
    assert added.key != removed.key


@pytest.mark.parametrize(
    "fields", [{"user": "U0HUB"}, {"reaction": "our-logo"}, {"item": {"type": "file", "file": "F1"}}, {"item": None}]
)
def test_reactions_that_are_nobodys_fact(fields: dict[str, Any]) -> None:
    assert fact(reaction(**fields)) is None


def test_a_command() -> None:
    found = fact(
        {
            "command": "/dialog",
            "text": " close #7 R&amp;D ",
            "user_id": "U1",
            "user_name": "anna",
            "channel_id": "C9",
            "trigger_id": "t1",
        }
    )
    assert found == Commanded("command:t1", ANNA, CONTEXT.place("C9"), "close #7 R&D")  # type: ignore[arg-type]


def test_a_message_shortcut_names_its_message() -> None:
    body = {
        "type": "message_action",
        "callback_id": "star",
        "trigger_id": "t1",
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "message": {"ts": "2.2", "thread_ts": "1.1"},
    }
    found = fact(body)
    assert (found.words, found.place.post, found.place.thread) == ("star", "2.2", "1.1")
    assert fact({**body, "message": {"ts": "1.1"}}).place.thread == "1.1"
    assert fact({**body, "type": "shortcut", "message": None, "channel": None}).place.post is None


def pressed(action: dict[str, Any], container: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U7", "username": "zed"},
        "actions": [{"action_id": "accept:0", "action_ts": "5.5", **action}],
        "container": {"type": "message", "channel_id": "C1", "message_ts": "2.2", **container},
        "trigger_id": "t1",
        **more,
    }


@pytest.mark.parametrize(
    ("action", "token"),
    [
        ({"type": "button", "value": "T"}, "T"),
        ({"type": "overflow", "selected_option": {"value": "T2"}}, "T2"),
        ({"type": "static_select", "selected_option": {"value": "T3"}}, "T3"),
    ],
)
def test_buttons_and_menus(action: dict[str, Any], token: str) -> None:
    found = fact(pressed(action, {"thread_ts": "1.1"}))
    assert isinstance(found, Pressed)
    assert (found.token, found.actor) == (token, Actor("U7", "zed"))
    assert (found.place.thread, found.place.post) == ("1.1", "2.2")


@pytest.mark.parametrize(
    ("container", "thread", "post"),
    [
        ({}, "2.2", "2.2"),
        ({"is_ephemeral": True, "thread_ts": "1.1"}, "1.1", None),
        ({"is_ephemeral": True}, None, None),
        ({"channel_id": "D1"}, None, "2.2"),
    ],
)
def test_where_a_button_stands(container: dict[str, Any], thread: str | None, post: str | None) -> None:
    found = fact(pressed({"value": "T"}, container))
    assert (found.place.thread, found.place.post) == (thread, post)


def test_a_button_without_a_token_is_nobodys_fact() -> None:
    assert fact(pressed({"type": "button", "url": "https://a.b"}, {})) is None
    assert fact({"type": "block_actions", "actions": []}) is None


def test_two_submissions_of_one_window_are_two_facts() -> None:
    view = {"id": "V1", "private_metadata": '{"t": "T", "c": "C1", "h": "1.1"}', "state": {"values": {}}}
    first, second = (
        fact({"type": "view_submission", "user": {"id": "U1"}, "view": view, "trigger_id": trigger})
        for trigger in ("t1", "t2")
    )
    assert isinstance(first, Submitted)
    assert (first.token, first.place.channel, first.place.thread) == ("T", "C1", "1.1")
    assert first.key != second.key


def test_files_are_media() -> None:
    files = [
        {"id": "F1", "name": "a.pdf", "mimetype": "application/pdf", "size": 7, "mode": "hosted"},
        {"id": "F2", "name": "b.png", "mimetype": "image/png", "size": 8},
        {"id": "F3", "mimetype": "audio/webm", "subtype": "slack_audio", "duration_ms": 2500},
        {"id": "F4", "mimetype": "image/svg+xml", "name": "c.svg"},
        {"id": "F5", "mode": "tombstone"},
        {"id": "F6", "mode": "external", "title": "Table", "url_private": "https://docs.example/t"},
    ]
    found = fact(event(subtype="file_share", text="see", files=files))
    media = [one for one in found.content.attachments if isinstance(one, Media)]
    assert [(one.kind, one.file.id) for one in media] == [
        (MediaKind.FILE, "F1"),
        (MediaKind.PHOTO, "F2"),
        (MediaKind.VOICE, "F3"),
        (MediaKind.FILE, "F4"),
    ]
    assert media[0].file == FileRef("desk:main", "F1")
    assert (media[0].size, media[2].seconds) == (7, 2)
    assert found.content.text.characters == "see\nTable"
    assert found.content.text.spans[-1].link == "https://docs.example/t"


def test_posts_of_a_thread_share_a_lane() -> None:
    reply, root = event(), event(ts="1700000001.000100", thread_ts=None)
    assert wire.lane(reply)[1] == wire.lane(root)[1] == wire.lane(changed({"text": "x"}, {}))[1]
    assert wire.lane(reaction()) == ("C1:1.1", ""), "only the post is known"
    assert wire.lane({"type": "block_actions"}) == ("", "")


def test_echoes_are_told_apart() -> None:
    assert wire.echo(event(bot_id="B0HUB"))
    assert wire.echo(changed({"bot_id": "B0HUB"}, {}))
    assert not wire.echo(event())
    assert not wire.echo(changed({}, {}))
    assert not wire.echo(reaction())


def test_known_and_unknown_payloads() -> None:
    assert wire.known(event(subtype="channel_join"))
    assert wire.known({"command": "/dialog"})
    assert not wire.known(event(type="brand_new"))
    assert not wire.known({"type": "block_suggestion"})


anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["type", "event", "user", "id", "message", "previous_message", "files", "actions", "view", "item"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(
    st.sampled_from(["event_callback", "block_actions", "message_action", "view_submission", "brand_new"]),
    st.sampled_from(["message", "app_mention", "reaction_added", "reaction_removed"]),
    st.dictionaries(st.sampled_from(["event", "user", "view", "actions", "container", "message", "channel"]), anything),
)
def test_no_payload_is_too_strange(kind: str, of: str, fields: dict[str, Any]) -> None:
    body: dict[str, Any] = {"type": kind, **fields}
    if isinstance(body.get("event"), dict):
        body["event"] = {**body["event"], "type": of}
    wire.fact(body, CONTEXT)
    wire.people(body)
    wire.lane(body)
    wire.kind(body)


# --------------------------------------------------------------------------------- the Home, windows


def opened(tab: str = "home", event_id: str = "Ev1") -> Any:
    body = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": tab, "event_ts": "1700000000.000100"}
    return fact({"type": "event_callback", "event_id": event_id, "event": body})


def test_looking_at_the_home_is_a_fact_each_time() -> None:
    assert opened() == HomeOpened(Key("home:Ev1"), ANNA, Place(DeskName("main")))
    assert opened("messages") == HomeLeft(Key("home:Ev1"), ANNA, Place(DeskName("main")))
    assert opened("about") is None
    assert opened(event_id="Ev2").key != opened().key
    assert wire.people({"event": {"type": "app_home_opened", "user": "U1"}}) == {"U1"}


def test_a_press_in_a_window_belongs_where_the_window_was_asked_for() -> None:
    """A token too long for an option has a stand-in."""
    long = "x" * 400
    view_state = ViewState("", "C1", "1.1", home="")
    kept = view_state.stand_in(long, "0#0")
    view = {"id": "V1", "type": "modal", "private_metadata": view_state.pack(), "hash": "1.2"}
    action = {"action_id": "new:menu0", "action_ts": "1.3", "selected_option": {"value": kept}}
    body = {"type": "block_actions", "user": {"id": "U1"}, "view": view, "actions": [action], "trigger_id": "T"}
    event = fact({**body, "container": {"type": "view", "view_id": "V1"}})
    assert isinstance(event, Pressed)
    assert (event.token, event.place.channel, event.place.thread, event.place.post) == (long, "C1", "1.1", None)


@pytest.mark.parametrize(
    ("answer", "home", "expected"),
    [
        (Silent(), None, None),
        (Silent(), "", HomeOpened),
        (Silent(), "t-mine", Pressed),
        (Whisper(View(())), "t-mine", Pressed),
        (Whisper(View((), again="t-new"), replaces=True), "t-mine", None),
        (Whisper(View(()), replaces=True), "t-mine", Pressed),
        (Ask(Form("T", "t", (), "OK")), "t-mine", None),
        (Invalid({"a": "b"}), "t-mine", None),
    ],
)
def test_the_home_is_asked_for_again_when_something_was_done_there(
    answer: Any, home: str | None, expected: type[Any] | None
) -> None:
    place = Place(DeskName("main"), "C1", ThreadId("1.1"))
    done = Pressed(Key("press:1"), ANNA, place, "t-accept")
    asked = surfaces.again(done, answer, surfaces.Surface(surfaces.SurfaceKind.HOME, ViewState(home=home)))
    assert type(asked) is (expected or type(None))
    if asked is not None:
        assert (asked.key, asked.place) == (Key("again:press:1"), Place(DeskName("main")))
        assert not isinstance(asked, Pressed) or asked.token == "t-mine"
