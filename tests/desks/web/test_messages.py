"""Operators' messages, edits and presses become facts, over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain import (
    Commanded,
    Content,
    Delivery,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Place,
    PostId,
    Pressed,
    Status,
    Submitted,
)
from bot.domain.text import Span, Style, Text
from tests.desks.web.asking import ID, form, post, posted
from tests.desks.web.serving import DESK, Served
from tests.tools import command_of, kind_of

# ------------------------------------------------------------------------------------- messages


async def test_an_answer_is_a_fact(hub: Served, talk: int) -> None:
    status, answer = await post(await hub.sign_in(), text="It **is** sent", reply_to="p1")
    event = posted(hub)
    assert (status, answer["answer"]) == (200, {"kind": "silent"})
    assert [event.key, event.place.post, answer["post"]] == [f"anna:{ID}"] * 3
    assert event.actor.user == "anna"
    assert event.place == Place(DESK, "web", hub.backend.talks[7].dialog.thread, event.place.post)
    assert event.content.text == Text((Span("It "), Span("is", Style.BOLD), Span(" sent")))
    assert event.quoted == PostId("p1")
    assert kind_of(event) == "answer"


async def test_asking_again_is_the_same_fact(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    hub.core.fail = 1
    assert (await post(anna, text="once"))[0] == 500
    assert (await post(anna, text="once"))[0] == 200
    assert (await post(anna, text="once"))[0] == 200
    assert [event.key for event in hub.core.events] == [f"anna:{ID}"]


async def test_the_same_id_of_another_is_another_fact(hub: Served, talk: int) -> None:
    await post(await hub.sign_in("anna"), text="// mine")
    await post(await hub.sign_in("boris"), text="// mine")
    assert [event.key for event in hub.core.events] == [f"anna:{ID}", f"boris:{ID}"]


@pytest.mark.parametrize(
    ("draft", "kind", "command"),
    [
        ({"text": "internal", "note": True}, "note", None),
        ({"text": "// internal", "note": True}, "note", None),
        ({"text": "@boris look"}, "note", None),
        ({"text": "mail me@boris.com or call"}, "answer", None),
        ({"text": "ask @nobody"}, "question", None),
        ({"text": "@hub close Spam & more"}, "command", "close Spam & more"),
        ({"text": "/close Spam"}, "command", "close Spam"),
        ({"text": "@Hub: help"}, "command", "help"),
        ({"text": "@hubert hi"}, "question", None),
        ({"text": "@hub close", "note": True}, "note", None),
        ({"text": "/close", "note": True}, "note", None),
    ],
)
async def test_the_core_is_told_all_that_it_needs_to_know_what_a_text_is(
    hub: Served, talk: int, draft: dict[str, Any], kind: str, command: str | None
) -> None:
    assert (await post(await hub.sign_in(), **draft))[0] == 200
    event = posted(hub)
    assert event.content.text.characters == draft["text"]
    assert (kind_of(event), command_of(event)) == (kind, command)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": ID, "text": "  "}, 422),
        ({"id": "short", "text": "x"}, 422),
        ({"id": "with space and more", "text": "x"}, 422),
        ({"text": "x"}, 422),
        ({"id": ID, "text": "x" * 40_001}, 422),
        ({"id": ID, "text": "x", "author": "boris"}, 422),
        ({"id": ID, "text": "x" * 300_000}, 413),
        ([], 422),
    ],
)
async def test_drafts_that_cannot_be(hub: Served, talk: int, body: Any, status: int) -> None:
    assert (await (await hub.sign_in()).ask("POST", "dialogs/7/posts", json=body))[0] == status
    assert hub.core.events == []


async def test_nothing_is_written_where_it_would_be_lost(hub: Served, talk: int) -> None:
    """In a closed dialog, in one whose thread is still being opened, in one of another team chat."""
    anna, board = await hub.sign_in(), hub.backend
    for changes, code in (
        ({"status": Status.CLOSED}, "read_only"),
        ({"status": Status.NEW, "thread": None}, "opening"),
        ({"desk": "slack"}, "elsewhere"),
    ):
        board.replace(7, **changes)
        status, answer = await post(anna, text="x")
        assert answer["detail"]["code"] == code
        assert status in (403, 409)
    assert (await anna.ask("POST", "dialogs/99/posts", json={"id": ID, "text": "x"}))[0] == 404
    assert hub.core.events == []


# ------------------------------------------------------------------------------ changing messages


async def own(hub: Served) -> str:
    """Anna's message with a file; returns its path."""
    await (await hub.sign_in()).ask("POST", "dialogs/7/posts", data=form(("a.txt", b"x", "text/plain"), text="first"))
    kept = hub.backend.talks[7].messages[-1]
    return f"dialogs/7/posts/{kept.post}?message={kept.message.id}"


async def test_an_edit_changes_words_and_keeps_files(hub: Served, talk: int) -> None:
    path = await own(hub)
    status, _ = await (await hub.sign_in()).ask("PATCH", path, json={"id": ID + "2", "text": "*second*"})
    event = hub.core.events[-1]
    assert status == 200
    assert isinstance(event, OperatorEdited)
    assert event.content == Content(Text((Span("second", Style.ITALIC),)), posted_media(hub))
    assert event.place.post == f"anna:{ID}"


def posted_media(hub: Served) -> Any:
    return next(event for event in hub.core.events if isinstance(event, OperatorPosted)).content.attachments


async def test_a_deletion_is_one_fact(hub: Served, talk: int) -> None:
    path, anna = await own(hub), await hub.sign_in()
    assert (await anna.ask("DELETE", path))[0] == 200
    assert (await anna.ask("DELETE", path))[0] == 403
    assert len([one for one in hub.core.events if isinstance(one, OperatorDeleted)]) == 1


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_nobody_changes_what_others_wrote(hub: Served, talk: int, method: str) -> None:
    path, boris = await own(hub), await hub.sign_in("boris")
    assert (await boris.ask(method, path, json={"id": ID, "text": "forged"}))[0] == 403
    assert (await boris.ask(method, "dialogs/7/posts/p1?message=1", json={"id": ID, "text": "x"}))[0] == 403
    assert (await boris.ask(method, "dialogs/7/posts/p9?message=99", json={"id": ID, "text": "x"}))[0] == 404
    assert [type(event) for event in hub.core.events] == [OperatorPosted]


async def test_a_star_is_a_reaction(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    assert (await anna.ask("POST", "dialogs/7/posts/p1/reactions", json={"id": ID, "emoji": "⭐", "on": True}))[
        0
    ] == 200
    event = hub.core.events[-1]
    assert isinstance(event, OperatorReacted)
    assert (event.emoji, event.on, event.pressed, event.place.post) == ("⭐", True, True, "p1")
    assert hub.backend.talks[7].messages[0].message.important


# --------------------------------------------------------------------- buttons, forms, commands


async def test_a_button_is_pressed_in_its_dialog(hub: Served, talk: int) -> None:
    status, answer = await (await hub.sign_in()).ask("POST", "press", json={"id": ID, "token": "close.7", "dialog": 7})
    event = hub.core.events[-1]
    assert isinstance(event, Pressed)
    assert (event.token, event.place.thread, event.actor.user) == ("close.7", "7", "anna")
    assert status == 200
    assert answer["answer"]["form"]["fields"][0]["options"][0] == {"value": "Purchased", "label": "Purchased"}


async def test_a_button_that_the_hub_did_not_make_does_nothing(hub: Served, talk: int) -> None:
    status, answer = await (await hub.sign_in()).ask("POST", "press", json={"id": ID, "token": "forged", "dialog": 7})
    assert (status, answer["detail"]["code"]) == (403, "forged")


async def test_a_form_comes_back_with_what_is_wrong(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    body = {"id": ID, "token": "close.7", "values": {"reason": ""}, "dialog": 7}
    assert (await anna.ask("POST", "submit", json=body))[1]["answer"]["errors"].keys() == {"reason"}
    right = {**body, "id": ID + "2", "values": {"reason": "Spam", "comment": "two\nlines"}}
    assert (await anna.ask("POST", "submit", json=right))[1]["answer"] == {"kind": "silent"}
    event = hub.core.events[-1]
    assert isinstance(event, Submitted)
    assert event.values == {"reason": "Spam", "comment": "two\nlines"}
    assert hub.backend.talks[7].dialog.status is Status.CLOSED


async def test_a_command_is_answered_to_its_author(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    status, answer = await anna.ask("POST", "command", json={"id": ID, "words": " help me "})
    event = hub.core.events[-1]
    assert isinstance(event, Commanded)
    assert (event.words, event.place) == ("help me", Place(DESK, "web"))
    assert (status, answer["answer"]["kind"], answer["answer"]["view"]["title"]) == (200, "whisper", "What you can do")
    await anna.ask("POST", "command", json={"id": ID + "2", "words": "accept", "dialog": 7})
    assert hub.backend.talks[7].people == ["anna"]


async def test_a_stranger_to_the_dialog_may_choose(hub: Served, talk: int) -> None:
    await post(await hub.sign_in("anna"), text="mine")
    boris = await hub.sign_in("boris")
    assert (await post(boris, text="me too"))[1]["answer"]["kind"] == "whisper"
    assert hub.backend.talks[7].messages[-1].message.delivery is Delivery.HELD
    held = (await boris.ask("GET", "dialogs/7"))[1]["messages"][-1]
    assert [button["word"] for button in held["buttons"]] == ["take", "join", "internal"]
    seen_by_anna = (await (await hub.sign_in("anna")).ask("GET", "dialogs/7"))[1]["messages"][-1]
    assert seen_by_anna["buttons"] == []
