"""Receiving callbacks: each is verified first, and confirmed only after the commit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from bot.domain import (
    Content,
    CustomerLeft,
    CustomerReturned,
    CustomerWrote,
    Profile,
    Receipt,
    ReceiptState,
    UnreadableUpdate,
    Unshowable,
    Update,
)
from bot.domain.text import Text
from bot.ports import Forged, Hook, HookReply, Transient, Unavailable, UpdateOutcome
from tests.bridges.viber.callbacks import CALLBACKS
from tests.bridges.viber.conftest import PNG, Shop
from tests.contracts.bridges import Accepts, hooked
from tests.fakes.faults import Fault
from tests.fakes.viber.callbacks import sign


def hook(shop: Shop, callback: Any) -> Hook:
    body = callback if isinstance(callback, bytes) else json.dumps(callback).encode()
    return Hook("POST", "/hooks/shop", {"x-viber-content-signature": sign(body, shop.viber.token)}, {}, body)


def words(updates: Sequence[Update]) -> list[str]:
    return [one.event.content.text.characters for one in updates if isinstance(one.event, CustomerWrote)]


# ---------------------------------------------------------------------------------------- registering


async def test_viber_is_told_the_address_and_what_to_tell(shop: Shop) -> None:
    async with hooked(shop.bridge, Accepts()) as url:
        await shop.bridge.register(url)
        await shop.bridge.register(url)
    asked = {
        "url": url,
        "event_types": ["delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"],
        "send_name": True,
        "send_photo": True,
    }
    assert shop.viber.requests == [("set_webhook", asked)] * 2


async def test_an_address_where_nobody_answers_is_refused(shop: Shop) -> None:
    with pytest.raises(Unavailable) as failed:
        await shop.bridge.register("http://127.0.0.1:9/hooks/shop")
    assert "public_url" in failed.value.advice


async def test_a_doubt_while_registering_is_no_matter(shop: Shop) -> None:
    shop.viber.faults.add("set_webhook", Fault.RESET_AFTER)
    async with hooked(shop.bridge, Accepts()) as url:
        with pytest.raises(Transient):
            await shop.bridge.register(url)


# ------------------------------------------------------------------------------------------ receiving


async def test_the_answer_is_empty_or_it_would_be_a_message(shop: Shop) -> None:
    for callback in CALLBACKS.values():
        assert await shop.bridge.receive(hook(shop, callback), Accepts()) == HookReply(200, b"")


@pytest.mark.parametrize("signature", [None, "", "0" * 64, "ё", "\udce9"])
async def test_a_forged_callback_is_not_even_read(shop: Shop, signature: str | None) -> None:
    accepts = Accepts()
    headers = {} if signature is None else {"x-viber-content-signature": signature}
    for body in (json.dumps(CALLBACKS["seen"]).encode(), b"", b"{", b"[" * 100_000):
        with pytest.raises(Forged):
            await shop.bridge.receive(Hook("POST", "/hooks/shop", headers, {}, body), accepts)
    assert not accepts.tried


async def test_the_proof_is_of_this_body_and_of_this_bot(shop: Shop) -> None:
    given = hook(shop, CALLBACKS["seen"])
    body = given.body.replace(b"01234567890A", b"01234567890B")
    with pytest.raises(Forged):
        await shop.bridge.receive(Hook("POST", "/hooks/shop", given.headers, {}, body), Accepts())
    headers = {"x-viber-content-signature": sign(given.body, "another-token")}
    with pytest.raises(Forged):
        await shop.bridge.receive(Hook("POST", "/hooks/shop", headers, {}, given.body), Accepts())


async def test_a_replayed_callback_has_the_key_of_the_first(shop: Shop) -> None:
    accepts = Accepts()
    for _ in range(2):
        await shop.bridge.receive(hook(shop, CALLBACKS["seen"]), accepts)
    first, again = accepts.taken
    assert first == again


async def test_receipts_in_the_wrong_order_and_doubled_are_told_as_they_come(shop: Shop) -> None:
    accepts = Accepts()
    for name in ("seen", "delivered", "delivered"):
        await shop.bridge.receive(hook(shop, CALLBACKS[name]), accepts)
    states = [one.event.state for one in accepts.taken if isinstance(one.event, Receipt)]
    assert states == [ReceiptState.READ, ReceiptState.DELIVERED, ReceiptState.DELIVERED]
    assert accepts.taken[0].key != accepts.taken[1].key == accepts.taken[2].key


async def test_several_at_once_is_nothing_that_viber_sends_and_is_kept_whole(shop: Shop) -> None:
    accepts = Accepts()
    await shop.bridge.receive(hook(shop, [CALLBACKS["seen"], CALLBACKS["delivered"]]), accepts)
    [update] = accepts.taken
    assert json.loads(getattr(update.event, "raw", "")) == [CALLBACKS["seen"], CALLBACKS["delivered"]]


async def test_nothing_is_confirmed_that_was_not_committed(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next()
    with pytest.raises(RuntimeError, match="database"):
        await shop.bridge.receive(hook(shop, CALLBACKS["unsubscribed"]), accepts)
    assert not accepts.taken


async def test_what_concerns_nobody_makes_no_transaction(shop: Shop) -> None:
    accepts = Accepts()
    await shop.bridge.receive(hook(shop, CALLBACKS["test call"]), accepts)
    await shop.bridge.receive(hook(shop, CALLBACKS["opened by a stranger"]), accepts)
    assert not accepts.tried


async def test_viber_waits_for_the_commit(shop: Shop) -> None:
    committing, committed = asyncio.Event(), asyncio.Event()

    class Slow(Accepts):
        async def __call__(self, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
            committing.set()
            await committed.wait()
            return await super().__call__(updates)

    accepts = Slow()
    async with hooked(shop.bridge, accepts) as url:
        await shop.bridge.register(url)
        shop.nick.writes("hello")
        await committing.wait()
        assert shop.viber.webhook.pending == 1
        committed.set()
        await shop.viber.settled()
    assert words(accepts.taken) == ["hello"]
    assert shop.viber.webhook.answers == []


# ------------------------------------------------------------------------------- a customer's own story


async def test_a_customer_comes_writes_leaves_and_returns(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.bridge.register(url)
        anna = shop.viber.customer("Anna", subscribed=False, avatar=PNG)
        anna.opens()
        anna.subscribes()
        anna.writes("hello")
        anna.unsubscribes()
        await shop.viber.settled()
    returned, wrote, left = [update.event for update in accepts.taken]
    assert isinstance(returned, CustomerReturned)
    assert isinstance(wrote, CustomerWrote)
    assert isinstance(left, CustomerLeft)
    assert returned.profile == wrote.profile
    assert isinstance(wrote.profile, Profile)
    assert wrote.profile.name == "Anna"
    assert wrote.profile.picture is not None
    async with shop.bridge.download(wrote.profile.picture) as download:
        assert b"".join([chunk async for chunk in download.chunks]) == PNG


async def test_a_forwarded_picture_is_not_lost_with_its_caption(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.bridge.register(url)
        shop.nick.forwards_picture("look at this")
        shop.nick.forwards_picture()
        await shop.viber.settled()
    captioned, bare = [update.event for update in accepts.taken]
    assert isinstance(captioned, CustomerWrote)
    assert captioned.content == Content(Text.plain("look at this"), (Unshowable("photo"),))
    assert isinstance(bare, UnreadableUpdate)
    assert bare.content == Content(attachments=(Unshowable("photo"),))


async def test_an_old_subscriber_who_looks_in_shows_the_name_of_today(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.bridge.register(url)
        shop.nick.name = "Nick Jones"
        shop.nick.opens()
        await shop.viber.settled()
    [update] = accepts.taken
    assert update.event.profile.name == "Nick Jones"  # type: ignore[union-attr]


async def test_what_the_app_could_not_show_comes_back(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.bridge.register(url)
        sent = await shop.send("hello")
        shop.nick.gets(int(sent.refs[0]))
        shop.nick.sees_it(int(sent.refs[0]))
        shop.nick.cannot_show(int(sent.refs[0]), "the device is too old")
        receipts = await accepts.events(Receipt, 3)
    assert [receipt.state for receipt in receipts] == [ReceiptState.DELIVERED, ReceiptState.READ, ReceiptState.FAILED]
    assert {(receipt.chat, receipt.ref) for receipt in receipts} == {(shop.chat, sent.refs[0])}
    assert (receipts[-1].reason, receipts[-1].detail) == ("invalid", "the device is too old")
