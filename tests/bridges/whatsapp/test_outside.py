"""Events beside the conversation with the hub: colleagues' own answers, calls, groups, keys in statuses."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain import (
    ChatId,
    ChatMoved,
    ColleagueDeleted,
    ColleagueEdited,
    ColleagueWrote,
    Content,
    CustomerWrote,
    FileRef,
    ForeignId,
    Key,
    Line,
    Media,
    MediaKind,
    Occurrence,
    Profile,
    Receipt,
    ReceiptState,
    ServiceNotice,
    UnreadableUpdate,
    Unshowable,
)
from bot.domain.text import Text
from tests.bridges.whatsapp.test_wire import BOTH, CONTACT, PHONE, THEN, USER, message, read, status

NICK = Profile("Nick", phone=f"+{PHONE}", proven=True)
OURS = "15550783881"


def echo(**parts: Any) -> dict[str, Any]:
    return message(**{"from": OURS, "to": PHONE, "id": "wamid.E1", **parts})


def echoed(*echoes: dict[str, Any], contacts: Any = (CONTACT,)) -> list[Any]:
    found = read({"contacts": list(contacts), "message_echoes": list(echoes)}, "smb_message_echoes")
    return [one.event for one in found]


def test_what_a_colleague_answers_in_the_app() -> None:
    [found] = read({"contacts": [CONTACT], "message_echoes": [echo(type="text", text={"body": "*yes*"})]}, "x")
    assert (found.key, found.at) == (Key("echo:wamid.E1"), THEN)
    assert isinstance(found.event, ColleagueWrote)
    assert (found.event.chat, found.event.ref, found.event.profile) == (PHONE, "wamid.E1", NICK)
    assert found.event.content.text.characters == "yes"


@pytest.mark.parametrize(
    ("parts", "event"),
    [
        (
            {"type": "image", "image": {"id": "F", "mime_type": "image/jpeg", "caption": "here"}},
            ColleagueWrote(
                ChatId(PHONE),
                ForeignId("wamid.E1"),
                Content(Text.plain("here"), (Media(MediaKind.PHOTO, FileRef("account:shop", "F"), "", "image/jpeg"),)),
                NICK,
            ),
        ),
        (
            {"type": "hologram", "hologram": {"caption": "boo"}},
            ColleagueWrote(
                ChatId(PHONE), ForeignId("wamid.E1"), Content(Text.plain("boo"), (Unshowable("hologram"),)), NICK
            ),
        ),
        (
            {
                "type": "edit",
                "edit": {"original_message_id": "wamid.E0", "message": {"type": "text", "text": {"body": "no"}}},
            },
            ColleagueEdited(ChatId(PHONE), ForeignId("wamid.E0"), Content(Text.plain("no"))),
        ),
        (
            {"type": "revoke", "revoke": {"original_message_id": "wamid.E0"}},
            ColleagueDeleted(ChatId(PHONE), ForeignId("wamid.E0")),
        ),
    ],
)
def test_kinds_of_echoes(parts: dict[str, Any], event: Any) -> None:
    assert echoed(echo(**parts)) == [event]


def test_an_echo_names_the_customer_by_the_user_id_too() -> None:
    moved, found = echoed(echo(type="text", text={"body": "yes"}, to_user_id=USER), contacts=[BOTH])
    assert moved == ChatMoved(ChatId(PHONE), ChatId(USER))
    assert found.chat == USER
    [nobody] = echoed(echo(type="text", text={"body": "yes"}, to=None), contacts=())
    assert isinstance(nobody, UnreadableUpdate)
    assert nobody.chat is None


def test_echoes_that_say_nothing() -> None:
    reaction = {"emoji": "👍", "message_id": "wamid.1"}
    assert echoed(echo(type="reaction", reaction=reaction)) == []
    assert echoed(echo(type="text", text={"body": "hi all"}, group_id="G1")) == []


# --------------------------------------------------------------------------------------------- calls


def call(**parts: Any) -> list[Any]:
    ended = {
        "id": "wacid.1",
        "from": PHONE,
        "to": OURS,
        "event": "terminate",
        "direction": "USER_INITIATED",
        "timestamp": "1700000000",
        "status": "FAILED",
        **parts,
    }
    found = read({"contacts": [CONTACT], "calls": [{k: v for k, v in ended.items() if v is not None}]}, "calls")
    return [one.event for one in found]


MISSED = CustomerWrote(ChatId(PHONE), ForeignId("wacid.1"), Content(attachments=(Occurrence("call_missed"),)), NICK)


@pytest.mark.parametrize(
    ("parts", "events"),
    [
        ({}, [MISSED]),
        ({"direction": None}, [MISSED]),
        ({"duration": 0, "status": "COMPLETED"}, [MISSED]),
        ({"from": OURS, "to": PHONE}, [MISSED]),  # as Meta's own example has it
        ({"duration": 125}, [ServiceNotice(ChatId(PHONE), Line("called", {"length": "2:05"}))]),
        ({"event": "connect"}, []),
        ({"direction": "BUSINESS_INITIATED", "from": OURS, "to": PHONE}, []),
        ({"direction": None, "from": OURS, "to": PHONE}, []),
    ],
)
def test_a_missed_call_is_something_the_customer_did(parts: dict[str, Any], events: list[Any]) -> None:
    assert call(**parts) == events


def test_how_our_calls_go_concerns_nobody() -> None:
    assert read({"statuses": [status("RINGING", type="call")]}, "calls") == []


# -------------------------------------------------------------------------------------------- groups


@pytest.mark.parametrize("parts", [{"type": "text", "text": {"body": "in group"}}, {"type": "hologram"}])
def test_a_group_post_is_kept_and_opens_nobodys_dialog(parts: dict[str, Any]) -> None:
    [found] = read({"contacts": [BOTH], "messages": [message(group_id="G1", from_user_id=USER, **parts)]})
    assert isinstance(found.event, UnreadableUpdate)
    assert found.event.chat is None


def test_statuses_of_groups_are_other_programs() -> None:
    assert read({"statuses": [status("read", recipient_id="Y2FwaV9ncm91", recipient_type="group")]}) == []


# ------------------------------------------------------------------------------- keys in statuses


@pytest.mark.parametrize("word", ["sent", "delivered", "read", "failed"])
def test_a_status_gives_our_key_back(word: str) -> None:
    [found] = read({"statuses": [status(word, biz_opaque_callback_data="a1b2")]})
    assert isinstance(found.event, Receipt)
    assert (found.event.key, found.event.state) == ("a1b2", ReceiptState(word))
