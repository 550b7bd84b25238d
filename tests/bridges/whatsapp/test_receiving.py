"""The webhook against the real `receive`: verification, signatures, batches, repetitions and disorder."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain import (
    ChatId,
    ChatMoved,
    ColleagueDeleted,
    ColleagueEdited,
    ColleagueWrote,
    CustomerWrote,
    Receipt,
    ReceiptState,
    ServiceNotice,
    UnreadableUpdate,
    Update,
)
from bot.ports import Forged, Hook, Unconfirmed
from tests.bridges.whatsapp.conftest import Shop
from tests.contracts.bridges import Accepts, hooked
from tests.fakes.faults import Fault
from tests.fakes.whatsapp.webhook import envelope, signature

USER = "US.13491208655302741918"


def hook(shop: Shop, body: Any, secret: str = "") -> Hook:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    signed = {"x-hub-signature-256": signature(secret or shop.whatsapp.app_secret, raw)}
    return Hook("POST", "/hooks/shop", signed, {}, raw)


def text(shop: Shop, words: str, number: int = 1) -> dict[str, Any]:
    """A change with one message of Nick's."""
    ref = f"wamid.{number}"
    message = {"from": shop.nick.phone, "id": ref, "timestamp": "1700000000", "type": "text", "text": {"body": words}}
    return shop.nick.value(messages=[message])


def enveloped(*values: dict[str, Any]) -> dict[str, Any]:
    return envelope("1", [("messages", value) for value in values])


def words(updates: list[Update]) -> list[str]:
    return [one.event.content.text.characters for one in updates if isinstance(one.event, CustomerWrote)]


async def test_the_greeting_is_answered_with_its_challenge(shop: Shop) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": shop.whatsapp.verify_token}
    reply = await shop.bridge.receive(Hook("GET", "/hooks/shop", {}, query, b""), Accepts())
    assert (reply.status, reply.body, reply.mime) == (200, b"1158201444", "text/plain")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub.mode": "subscribe", "hub.challenge": "1"},
        {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "другое"},
        {"hub.mode": "unsubscribe", "hub.challenge": "1", "hub.verify_token": "a-word-of-ours"},
    ],
)
async def test_a_greeting_without_the_word_is_not(shop: Shop, query: dict[str, str]) -> None:
    with pytest.raises(Forged):
        await shop.bridge.receive(Hook("GET", "/hooks/shop", {}, query, b""), Accepts())


async def test_an_altered_body_is_forged_before_it_is_read(shop: Shop) -> None:
    accepts, right = Accepts(), hook(shop, enveloped(text(shop, "hi")))
    altered = Hook(right.method, right.path, right.headers, right.query, right.body.replace(b"hi", b"ho"))
    for forged in (altered, hook(shop, right.body, "another secret"), hook(shop, b"{", "another secret")):
        with pytest.raises(Forged):
            await shop.bridge.receive(forged, accepts)
    await shop.bridge.receive(right, accepts)
    assert words(accepts.tried) == ["hi"]


async def test_all_of_a_batch_is_accepted_at_once_and_in_order(shop: Shop) -> None:
    kim = shop.whatsapp.customer("Kim", user_id=USER)
    accepts, sent = Accepts(), await shop.send("hello")
    async with hooked(shop.bridge, accepts) as url:
        await shop.whatsapp.use_webhook(url)
        with shop.whatsapp.batched():
            shop.nick.writes("one")
            kim.writes("two")
            shop.nick.gets(sent.refs[0])
            shop.nick.sends({"type": "hologram"})
            shop.nick.writes("three")
        found = await accepts.wait(lambda updates: len(updates) >= 5)
    assert [type(one.event) for one in found] == [
        CustomerWrote,
        CustomerWrote,
        Receipt,
        UnreadableUpdate,
        CustomerWrote,
    ]
    assert words(found) == ["one", "two", "three"]
    assert len({one.key for one in found}) == 5


async def test_a_batch_that_could_not_be_committed_comes_again_whole(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next(1)
    body = enveloped(text(shop, "one", 1), text(shop, "two", 2))
    with pytest.raises(RuntimeError):
        await shop.bridge.receive(hook(shop, body), accepts)
    await shop.bridge.receive(hook(shop, body), accepts)
    assert words(accepts.taken) == ["one", "two"]
    assert [one.key for one in accepts.tried] == ["wamid.1", "wamid.2", "wamid.1", "wamid.2"]


async def test_what_comes_again_and_out_of_order_keeps_its_keys(shop: Shop) -> None:
    accepts = Accepts()
    first, second = (hook(shop, enveloped(text(shop, f"{n}", n))) for n in (1, 2))
    unknown = hook(shop, {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "new"}]}]})
    for one in (second, first, second, unknown, first, unknown):
        reply = await shop.bridge.receive(one, accepts)
        assert (reply.status, reply.body) == (200, b"")
    keys = [one.key for one in accepts.taken]
    assert (keys[0], keys[1], keys[3]) == (keys[2], keys[4], keys[5])
    assert len(set(keys)) == 3


async def test_what_colleagues_do_in_the_app_and_calls(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.whatsapp.use_webhook(url)
        ref = shop.nick.is_answered_by_a_colleague("At five")
        shop.nick.is_answered_by_a_colleague("At six", edited=ref)
        shop.nick.is_answered_by_a_colleague(revoked=ref)
        shop.nick.calls()
        shop.nick.calls(seconds=65)
        found = await accepts.wait(lambda updates: len(updates) >= 5)
    kinds = [ColleagueWrote, ColleagueEdited, ColleagueDeleted, CustomerWrote, ServiceNotice]
    assert [type(one.event) for one in found] == kinds
    wrote, edited = found[0].event, found[1].event
    assert isinstance(wrote, ColleagueWrote)
    assert isinstance(edited, ColleagueEdited)
    assert (wrote.chat, wrote.ref, edited.ref) == (shop.chat, ref, ref)


async def test_that_a_message_was_sent_is_news_only_where_its_answer_was_lost(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.whatsapp.use_webhook(url)
        shop.whatsapp.faults.add("messages", Fault.RESET_AFTER)
        with pytest.raises(Unconfirmed):
            await shop.send("lost")
        [receipt] = await accepts.events(Receipt, 1)
        assert (receipt.state, receipt.key) == (ReceiptState.SENT, "k")
    answered, later = await shop.send("answered"), Accepts()
    status = {"id": answered.refs[0], "status": "sent", "recipient_id": shop.chat, "biz_opaque_callback_data": "k"}
    await shop.bridge.receive(hook(shop, enveloped(shop.nick.value(statuses=[status]))), later)
    assert not later.tried


async def test_statuses_that_mean_nothing_are_confirmed_without_a_commit(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next()
    status = {"id": "wamid.1", "status": "sent", "timestamp": "1", "recipient_id": shop.nick.phone}
    reply = await shop.bridge.receive(hook(shop, enveloped(shop.nick.value(statuses=[status]))), accepts)
    assert reply.status == 200
    assert not accepts.tried


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[" * 10_000, b"\xff"])
async def test_a_signed_body_that_is_nothing_is_kept(shop: Shop, body: bytes) -> None:
    accepts = Accepts()
    await shop.bridge.receive(hook(shop, body), accepts)
    [update] = accepts.taken
    assert isinstance(update.event, UnreadableUpdate)


# ------------------------------------------------------------------------------------ ids that change


async def test_the_number_that_was_known_moves_to_the_user_id_once_it_is_told(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.whatsapp.use_webhook(url)
        shop.nick.writes("by number")
        shop.nick.user_id = USER
        shop.nick.writes("by both")
        shop.nick.phone = ""
        shop.nick.writes("by id")
        found = await accepts.wait(lambda updates: len(updates) >= 4)
    assert [one.event for one in found if isinstance(one.event, ChatMoved)] == [
        ChatMoved(ChatId("79990001122"), ChatId(USER))
    ]
    assert isinstance(found[1].event, ChatMoved)
    chats = [one.event.chat for one in found if isinstance(one.event, CustomerWrote)]
    assert chats == ["79990001122", USER, USER]


async def test_who_changes_their_number_moves_to_the_new_one(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.whatsapp.use_webhook(url)
        shop.nick.changes_number("15550002222")
        shop.nick.changes_number("15550003333", USER)
        shop.nick.changes_number("15550004444", "US.2")
        moved = await accepts.events(ChatMoved, 3)
    assert moved == [
        ChatMoved(ChatId("79990001122"), ChatId("15550002222")),
        ChatMoved(ChatId("15550002222"), ChatId(USER)),
        ChatMoved(ChatId(USER), ChatId("US.2")),
    ]
