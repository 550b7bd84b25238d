"""Messages from clients: taken exactly and once, or refused with an error that helps."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from bot.domain import (
    CustomerDeleted,
    CustomerEdited,
    CustomerWrote,
    FileRef,
    ForeignId,
    Media,
    MediaKind,
    Profile,
    Quote,
    Receipt,
    ReceiptState,
)
from bot.ports import Rejected
from bridges.shared.http_channel.endpoints import MAX_BODY
from tests.bridges.api.conftest import QUIET, Channel

MESSAGE: dict[str, Any] = {"id": "m-1", "conversation": "c 1/ы", "text": "hello"}


async def test_all_that_a_message_can_say(channel: Channel) -> None:
    status, answer = await channel.ask(
        "POST",
        "messages",
        {
            "id": "m-1",
            "conversation": "c-1",
            "sender": {"name": "Ada", "phone": "+1", "email": "a@b.c"},
            "text": "  <b>hi</b>\n👍🏽 ",
            "attachments": [{"url": "https://example.com/a.png", "name": "a.png", "mime": "image/png"}],
            "reply_to": "out-1",
            "sent_at": "2026-01-31T12:00:00+03:00",
        },
    )
    assert (status, answer) == (202, {"dialog": 1, "message": 1})
    [update] = channel.updates.taken
    event = update.event
    assert isinstance(event, CustomerWrote)
    assert update.at == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert (event.chat, event.ref) == ("c-1", "m-1")
    assert event.profile == Profile(name="Ada", phone="+1", email="a@b.c")
    assert event.content.text.characters == "  <b>hi</b>\n👍🏽 "
    assert event.content.quote == Quote(ForeignId("out-1"))
    assert event.content.attachments == (
        Media(MediaKind.PHOTO, FileRef("account:shop", "https://example.com/a.png"), "a.png", "image/png"),
    )


async def test_a_repeated_id_gives_the_same_answer_and_no_second_message(channel: Channel) -> None:
    await channel.ask("POST", "messages", {**MESSAGE, "id": "m-0"})
    channel.updates.lose_answers = 1
    assert (await channel.ask("POST", "messages", MESSAGE))[0] == 503
    answers = [await channel.ask("POST", "messages", MESSAGE) for _ in range(2)]
    assert answers == [(202, {"dialog": 1, "message": 2})] * 2
    assert len(channel.updates.taken) == 2


async def test_a_byte_order_mark_is_read_over(channel: Channel) -> None:
    """As 1C and PowerShell write JSON."""
    body = ("\ufeff" + json.dumps(MESSAGE)).encode()
    assert (await channel.ask("POST", "messages", data=body))[0] == 202
    edit = ("\ufeff" + json.dumps({"conversation": MESSAGE["conversation"], "text": "Edited"})).encode()
    assert (await channel.ask("PUT", f"messages/{MESSAGE['id']}", data=edit))[0] == 202
    assert len(channel.updates.taken) == 2


async def test_ids_belong_to_their_conversation(channel: Channel) -> None:
    for conversation, ref in (("a", 'b","c'), ('a","b', "c"), ("a", "c"), ("b", "c")):
        await channel.ask("POST", "messages", {**MESSAGE, "conversation": conversation, "id": ref})
    assert len(channel.updates.taken) == 4


async def test_a_clock_ahead_of_ours_writes_nothing_in_the_future(channel: Channel) -> None:
    for n, sent_at in enumerate(("2999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00")):
        await channel.ask("POST", "messages", {**MESSAGE, "id": f"{n}", "sent_at": sent_at})
    future, past = (update.at for update in channel.updates.taken)
    assert future <= channel.tools.clock.now()
    assert past.year == 1970


async def test_nothing_stored_says_try_again(channel: Channel) -> None:
    channel.updates.broken = True
    status, answer = await channel.ask("POST", "messages", MESSAGE)
    assert (status, answer["error"]) == (503, "unavailable")


@pytest.mark.parametrize("token", ["", "wrong", "the token of the quiet one", "ünïcode"])
async def test_a_wrong_token_is_refused_before_the_body_is_read(channel: Channel, token: str) -> None:
    status, answer = await channel.ask("POST", "messages", data=b"{", token=token)
    assert (status, answer["error"]) == (401, "unauthorized")
    assert channel.updates.calls == 0


async def test_an_unknown_account_looks_like_a_wrong_token(channel: Channel) -> None:
    url = f"{channel.url}/api/v1/accounts/nobody/messages"
    async with channel.http.post(url, headers={"Authorization": "Bearer x"}) as response:
        unknown = response.status, await response.json()
    assert unknown == await channel.ask("POST", "messages", token="x")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "id"),
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"id": "a\n"}, "id"),
        ({"id": "x" * 129}, "id"),
        ({"conversation": ""}, "conversation"),
        ({"text": ""}, ""),
        ({"text": "a\x00b"}, "text"),
        ({"text": "x" * 50_001}, "text"),
        ({"attachments": [{"url": "file:///etc/passwd"}]}, "attachments.0.url"),
        ({"attachments": [{"url": "https://a b"}]}, "attachments.0.url"),
        ({"attachments": [{"url": "https://a.b", "mime": "png"}]}, "attachments.0.mime"),
        ({"attachments": [{"url": "https://a.b"}] * 21}, "attachments"),
        ({"sender": {"name": "x" * 201}}, "sender.name"),
        ({"sent_at": "2026-01-31T12:00:00"}, "sent_at"),
        ({"sent_at": 1}, "sent_at"),
        ({"txt": "hello"}, "txt"),
    ],
)
async def test_a_wrong_field_is_named(channel: Channel, change: dict[str, Any], field: str) -> None:
    status, answer = await channel.ask("POST", "messages", {**MESSAGE, **change})
    assert (status, answer["error"]) == (422, "invalid")
    assert field in [one["field"] for one in answer["fields"]]
    assert channel.updates.calls == 0


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"id": "\\ud800"}'])
async def test_what_is_no_json_is_said(channel: Channel, body: bytes) -> None:
    status, answer = await channel.ask("POST", "messages", data=body)
    assert (status, answer["error"]) == (400, "not_json")


async def test_a_body_too_large_is_not_read_to_its_end(channel: Channel) -> None:
    status, answer = await channel.ask("POST", "messages", data=BytesIO(b"x" * (MAX_BODY + 1)))
    assert (status, answer["error"]) == (413, "too_large")


async def test_edits_deletions_and_receipts(channel: Channel) -> None:
    assert (await channel.ask("PUT", "messages/a%2Fb", {"conversation": "c", "text": "better"}))[0] == 202
    assert (await channel.ask("DELETE", "messages/a%2Fb?conversation=c"))[0] == 202
    body = {"conversation": "c", "message": "out-1", "state": "failed", "detail": "not a phone"}
    assert (await channel.ask("POST", "receipts", body))[0] == 202
    edited, deleted, receipt = channel.updates.events
    assert isinstance(edited, CustomerEdited)
    assert (edited.chat, edited.ref, edited.content.text.characters) == ("c", "a/b", "better")
    assert deleted == CustomerDeleted(edited.chat, ForeignId("a/b"))
    assert receipt == Receipt(edited.chat, ForeignId("out-1"), ReceiptState.FAILED, detail="not a phone")


async def test_each_edit_counts_also_one_back_to_an_earlier_state(channel: Channel) -> None:
    for text in ("a", "b", "a", "b"):
        await channel.ask("PUT", "messages/1", {"conversation": "c", "text": text})
    assert len(channel.updates.taken) == 4


async def test_a_deletion_names_its_conversation(channel: Channel) -> None:
    status, answer = await channel.ask("DELETE", "messages/1")
    assert (status, answer["fields"][0]["field"]) == (422, "conversation")


async def test_attachments_are_fetched_with_care(channel: Channel) -> None:
    """The attachment's address is the hub's own: it would respond."""
    with pytest.raises(Rejected, match="may not be fetched"):
        async with channel.bridges[QUIET].download(FileRef("account:quiet", f"{channel.url}/api/docs")):
            pass
