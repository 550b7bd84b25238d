"""Events of the websocket and of a gap, by tables; and arbitrary input, which must not raise."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desks.mattermost import wire
from bot.desks.mattermost.wire import Me
from bot.domain import (
    DeskName,
    FileRef,
    Media,
    MediaKind,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Unshowable,
)
from tests.tools import command_of

Json = dict[str, Any]

ME = Me(DeskName("office"), "botid", "helper", "https://chat.example.com")
LINKED = "a" * 26


def post(message: str = "hello", **changes: Any) -> Json:
    body = {"id": "p1", "user_id": "u1", "channel_id": "c1", "root_id": "r1", "message": message, "type": ""}
    return {**body, "create_at": 1_700_000_000_123, "update_at": 1_700_000_000_123, "props": {}, **changes}


def event(name: str, of: Json, **data: Any) -> Json:
    inside = {"reaction" if name.startswith("reaction") else "post": json.dumps(of), **data}
    return {"event": name, "data": inside, "broadcast": {"channel_id": "c1"}, "seq": 4, "connection": "conn"}


def posted(message: str = "hello", **changes: Any) -> OperatorPosted:
    heard = wire.from_event(ME, event("posted", post(message, **changes), sender_name="@anna"))
    assert heard is not None
    assert isinstance(heard.fact, OperatorPosted)
    return heard.fact


def names(message: str) -> frozenset[str]:
    heard = wire.from_event(ME, event("posted", post(message)))
    assert heard is not None
    return heard.words


def test_a_post_in_a_thread() -> None:
    fact = posted("**Good** morning")
    assert (fact.key, fact.actor.user, fact.actor.name) == ("post:p1", "u1", "anna")
    assert (fact.place.desk, fact.place.channel, fact.place.thread, fact.place.post) == ("office", "c1", "r1", "p1")
    assert fact.content.text.characters == "Good morning"
    assert fact.at.isoformat() == "2023-11-14T22:13:20.123000+00:00"


@pytest.mark.parametrize(
    "changes",
    [
        {"user_id": "botid"},
        {"props": {"from_hub": True}},
        {"props": {"from_bot": "true"}},
        {"props": {"from_webhook": "true"}},
        {"type": "system_join_channel"},
        {"type": "custom_zoom"},
        {"root_id": ""},
    ],
)
def test_posts_that_are_no_facts(changes: Json) -> None:
    heard = wire.from_event(ME, event("posted", post(**changes)))
    assert heard is not None
    assert (heard.fact, heard.at) == (None, 1_700_000_000_123)


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("@hub close Spam & more", "close Spam & more"),
        ("@helper accept", "accept"),
        ("  @HUB,  mine", "mine"),
        ("@hub", ""),
        ("@hub: note two\nlines", "note two\nlines"),
        ("@hubert hello", None),
        ("@hub.team hello", None),
        ("@hub-2 x", None),
        ("please @hub close", None),
        ("hub close", None),
    ],
)
def test_words_to_the_hub(message: str, command: str | None) -> None:
    assert command_of(posted(message)) == command


def test_a_command_may_be_given_outside_of_threads() -> None:
    fact = posted("@hub mine", root_id="")
    assert (command_of(fact), fact.place.thread) == ("mine", None)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("ask @boris, please", {"boris"}),
        ("ask @Boris.", {"boris.", "boris"}),
        ("@a.b-c_d: look", {"a.b-c_d"}),
        ("@all @here", {"all", "here"}),
        ("mail me at anna@example.com", {"example.com"}),  # a possible user name
        ("see https://medium.com/@boris", set()),
        ("see rev.no/@carl and him@boris.Never", {"carl", "boris", "boris.never"}),
        ("`@boris` and\n```\n@carl\n```", {"boris", "carl"}),
        ("dear @helper and @hub", {"helper", "hub"}),
        ("**@boris**", {"boris"}),
    ],
)
def test_who_may_be_mentioned(message: str, expected: set[str]) -> None:
    assert names(message) == expected


def test_a_link_to_a_post_at_the_beginning_is_what_is_answered() -> None:
    fact = posted(f"https://chat.example.com/acme/pl/{LINKED} Yes, of course")
    assert (fact.quoted, fact.content.text.characters) == (LINKED, "Yes, of course")
    later = posted(f"See https://chat.example.com/acme/pl/{LINKED}")
    assert later.quoted is None
    foreign = posted(f"https://other.example.com/acme/pl/{LINKED} Yes")
    assert foreign.quoted is None


def test_files() -> None:
    about = [
        {"id": "f1", "name": "bill.pdf", "mime_type": "application/pdf", "size": 12},
        {"id": "f2", "name": "cat.png", "mime_type": "image/png", "size": 0},
        {"id": "f3", "name": "song.mp3", "mime_type": "audio/mpeg; charset=x"},
        {"id": "f4", "name": "a.mp4", "mime_type": "video/mp4"},
        {"id": "f5", "name": "x.svg", "mime_type": "image/svg+xml"},
    ]
    fact = posted("", file_ids=["f1", "f2", "f3", "f4", "f5", "f6"], metadata={"files": about})
    media = [one for one in fact.content.attachments if isinstance(one, Media)]
    kinds = [MediaKind.FILE, MediaKind.PHOTO, MediaKind.AUDIO, MediaKind.VIDEO, MediaKind.FILE, MediaKind.FILE]
    assert [one.kind for one in media] == kinds
    assert media[0] == Media(MediaKind.FILE, FileRef("desk:office", "f1"), "bill.pdf", "application/pdf", 12)
    assert (media[1].size, media[2].mime, media[5].file.id) == (0, "audio/mpeg", "f6")


def test_an_edit_is_known_by_its_time() -> None:
    heard = wire.from_event(ME, event("post_edited", post("new", edit_at=5, update_at=5)))
    assert heard is not None
    assert isinstance(heard.fact, OperatorEdited)
    assert (heard.fact.key, heard.fact.content.text.characters) == ("edit:p1:5", "new")


@pytest.mark.parametrize(
    "changes", [{"edit_at": 0}, {}, {"edit_at": 5, "user_id": "botid"}, {"edit_at": 5, "root_id": ""}]
)
def test_changes_that_are_no_edits(changes: Json) -> None:
    assert wire.from_event(ME, event("post_edited", post(**changes))) is None


def test_a_deletion() -> None:
    heard = wire.from_event(ME, event("post_deleted", post(delete_at=9), delete_by="u2"))
    assert heard is not None
    assert isinstance(heard.fact, OperatorDeleted)
    assert heard.fact.actor is not None
    assert (heard.fact.key, heard.fact.actor.user) == ("delete:p1", "u2")
    unknown = wire.from_event(ME, event("post_deleted", post()))
    assert unknown is not None
    assert isinstance(unknown.fact, OperatorDeleted)
    assert unknown.fact.actor is None


def reaction(**changes: Any) -> Json:
    return {"user_id": "u1", "post_id": "p1", "emoji_name": "star", "create_at": 7, **changes}


def test_reactions_on_new_and_old_servers() -> None:
    on = wire.from_event(ME, event("reaction_added", reaction(update_at=8)))
    old = wire.from_event(ME, event("reaction_added", reaction()))
    off = wire.from_event(ME, event("reaction_removed", reaction(update_at=9, delete_at=9)))
    old_off = wire.from_event(ME, event("reaction_removed", reaction(create_at=0)))
    facts = [heard.fact for heard in (on, old, off, old_off) if heard is not None]
    assert [one.emoji for one in facts if isinstance(one, OperatorReacted)] == ["⭐"] * 4
    assert [one.on for one in facts if isinstance(one, OperatorReacted)] == [True, True, False, False]
    assert len({one.key for one in facts if one is not None}) == 4
    assert facts[0] is not None
    assert (facts[0].place.channel, facts[0].place.post, facts[0].place.thread) == ("c1", "p1", None)


@pytest.mark.parametrize("changes", [{"user_id": "botid"}, {"emoji_name": "our_own_logo"}])
def test_reactions_that_are_no_facts(changes: Json) -> None:
    assert wire.from_event(ME, event("reaction_added", reaction(**changes))) is None


def test_a_gap_tells_all_that_became_of_a_post_with_the_keys_it_would_have_had_live() -> None:
    changed = post("now", edit_at=5, metadata={"reactions": [reaction(update_at=8)]})
    facts = [heard.fact for heard in wire.from_gap(ME, changed)]
    assert [fact.key for fact in facts if fact] == ["post:p1", "edit:p1:5", "react:p1:u1:star:8:on"]
    gone = wire.from_gap(ME, {**changed, "delete_at": 9})
    assert [heard.fact.key for heard in gone if heard.fact] == ["delete:p1"], "its words go to nobody any more"


def test_reactions_that_do_not_stand_any_more_were_removed() -> None:
    changed = post("now", update_at=8, metadata={"reactions": [reaction()]})
    [removed] = wire.unreacted(ME, changed, {("u1", "⭐"), ("u2", "👍")})
    assert removed.fact is not None
    assert removed.fact.key == "react:p1:u2:👍:8:off"


def test_a_time_beyond_all_calendars_is_no_fact() -> None:
    assert wire.from_event(ME, event("posted", post(create_at=10**30))) is None


def test_a_gap_tells_the_reactions_on_our_own_posts() -> None:
    ours = post(user_id="botid", metadata={"reactions": [reaction(), reaction(user_id="botid")]})
    assert [heard.fact.key for heard in wire.from_gap(ME, ours) if heard.fact] == ["react:p1:u1:star:7:on"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*post(), "data"]), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(["posted", "post_edited", "post_deleted", "reaction_added", "typing"]), ANYTHING)
def test_anything_else_is_no_fact(name: str, inside: Any) -> None:
    wire.from_event(ME, {"event": name, "data": {"post": json.dumps(inside), "reaction": json.dumps(inside)}})
    wire.from_event(ME, {"event": name, "data": inside})
    wire.from_gap(ME, {**post(), "metadata": inside})
    wire.unreacted(ME, {**post(), "metadata": inside}, {("u1", "⭐")})
    wire.from_gap(ME, {**post(), "props": inside})


@pytest.mark.parametrize(
    ("message", "words", "shared", "quoted"),
    [
        ("{link}", "", 1, False),
        (" {link}\n", "", 1, False),
        ("look:\n\n{link}", "look:", 1, False),
        ("see {link} there", "see {link} there", 0, False),
        ("see {link}", "see {link}", 0, False),
        ("{link} yes", "yes", 0, True),
        ("https://other.example.com/acme/pl/" + LINKED, "https://other.example.com/acme/pl/" + LINKED, 0, False),
    ],
)
def test_posts_are_passed_on_by_their_address(message: str, words: str, shared: int, quoted: bool) -> None:
    address = f"https://chat.example.com/acme/pl/{LINKED}"
    heard = wire.from_event(ME, event("posted", post(message.format(link=address))))
    assert heard is not None
    assert isinstance(heard.fact, OperatorPosted)
    assert heard.shared == (LINKED,) * shared
    assert heard.fact.content.text.characters == words.format(link=address)
    assert heard.fact.quoted == (LINKED if quoted else None)


def test_a_file_answers_where_an_address_stands_before_it() -> None:
    file = {"id": "f1", "name": "a.pdf", "size": 1, "mime_type": "application/pdf"}
    address = f"https://chat.example.com/acme/pl/{LINKED}"
    fact = posted(address, file_ids=["f1"], metadata={"files": [file]})
    assert (fact.quoted, len(fact.content.attachments)) == (LINKED, 1)


def test_attachments_of_a_person_s_post_are_words() -> None:
    card = {
        "title": "Order 17",
        "title_link": "https://shop.example/17",
        "text": "**paid**",
        "fields": [3, {"title": "Sum", "value": 5}],
    }
    fact = posted("", props={"attachments": [card, "odd", {"fallback": "only this"}]})
    assert fact.content.text.characters == "Order 17\npaid\nSum: 5\nonly this"


def test_hidden_and_deleted_files_are_named() -> None:
    files = [{"id": "f1", "name": "a.pdf", "archived": True}, {"id": "f2", "name": "b.pdf", "delete_at": 5}]
    fact = posted("", file_ids=["f1", "f2"], metadata={"files": files})
    assert fact.content.attachments == (Unshowable("hidden", "a.pdf"), Unshowable("deleted", "b.pdf"))
