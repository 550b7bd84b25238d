"""Receiving updates: none is confirmed before it is committed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import structlog.testing

from bot.domain import CustomerWrote, Update
from bot.ports import DeliveryError, Forged, Hook, Transient, Unavailable, UpdateOutcome
from bridges.telegram.kinds import ASKED
from tests.bridges.telegram.conftest import SECRET, SHOP, Shop, settings
from tests.contracts.bridges import Accepts, hooked
from tests.fakes.faults import Fault


def words(updates: Sequence[Update]) -> list[str]:
    return [one.event.content.text.characters for one in updates if isinstance(one.event, CustomerWrote)]


@asynccontextmanager
async def running(shop: Shop, accepts: Accepts) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(shop.polled.run(accepts))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, DeliveryError, RuntimeError):
            await task


# -------------------------------------------------------------------------------------------- polled


async def test_what_waited_comes_in_one_transaction(shop: Shop) -> None:
    batches: list[int] = []

    class Counting(Accepts):
        async def __call__(self, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
            batches.append(len(updates))
            return await super().__call__(updates)

    for n in range(120):
        shop.nick.writes(f"{n}")
    accepts = Counting()
    async with running(shop, accepts):
        await accepts.wait(lambda updates: len(updates) == 120)
        await shop.telegram.settled()
    assert words(accepts.taken) == [f"{n}" for n in range(120)]
    assert batches == [100, 20]


async def test_the_offset_moves_after_the_commit(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next()
    shop.nick.writes("hello")
    with pytest.raises(RuntimeError, match="database"):
        await shop.polled.run(accepts)
    assert shop.telegram.unconfirmed == 1
    async with running(shop, accepts):
        await accepts.wait(lambda updates: len(updates) == 1)
        await shop.telegram.settled()
    assert words(accepts.taken) == ["hello"]


async def test_a_kill_between_commit_and_confirmation_repeats_with_the_same_key(shop: Shop) -> None:
    class Killed(Accepts):
        async def __call__(self, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
            await super().__call__(updates)
            raise RuntimeError("killed")

    accepts = Killed()
    shop.nick.writes("hello")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="killed"):
            await shop.polled.run(accepts)
    assert words(accepts.taken) == ["hello", "hello"]
    assert accepts.taken[0] == accepts.taken[1]


async def test_after_a_quiet_week_the_numbers_may_begin_anywhere(shop: Shop) -> None:
    accepts = Accepts()
    async with running(shop, accepts):
        shop.nick.writes("before")
        await accepts.wait(lambda updates: len(updates) == 1)
        await shop.telegram.settled()
        polls = shop.telegram.calls["getUpdates"]
        shop.telegram.restart_numbers(at=5)
        await shop.telegram.wait_for(lambda: shop.telegram.calls["getUpdates"] > polls)
        shop.nick.writes("after")
        await accepts.wait(lambda updates: len(updates) == 2)
    assert words(accepts.taken) == ["before", "after"]
    assert int(accepts.taken[1].key) < int(accepts.taken[0].key)


async def test_service_messages_are_confirmed_without_a_transaction(shop: Shop) -> None:
    accepts = Accepts()
    async with running(shop, accepts):
        shop.nick.sends({"pinned_message": {"message_id": 1}})
        await shop.telegram.wait_for(lambda: shop.telegram.calls.get("getUpdates", 0) >= 2)
        await shop.telegram.settled()
    assert not accepts.tried


async def test_it_asks_for_what_it_reads(shop: Shop) -> None:
    async with running(shop, Accepts()):
        await shop.telegram.wait_for(lambda: shop.telegram.queue.allowed is not None)
    assert shop.telegram.queue.allowed == list(ASKED)


async def test_a_webhook_that_is_set_is_removed_first(shop: Shop) -> None:
    await shop.called.register("http://127.0.0.1:1/hooks/shop")
    shop.nick.writes("hello")
    accepts = Accepts()
    with structlog.testing.capture_logs() as logs:
        async with running(shop, accepts):
            await accepts.wait(lambda updates: len(updates) == 1)
    assert shop.telegram.webhook is None
    assert [entry["event"] for entry in logs] == ["removed an existing webhook; using polling"]


async def test_a_second_poller_ends_the_first_one_loudly(shop: Shop) -> None:
    with structlog.testing.capture_logs() as logs:
        async with running(shop, Accepts()) as first:
            await shop.telegram.wait_for(lambda: shop.telegram.queue.polled)
            other = asyncio.create_task(shop.telegram.queue.poll(0, 100, 5))
            with pytest.raises(Transient, match="terminated by other getUpdates"):
                await first
            other.cancel()
    assert logs == [
        {
            "event": "another program is polling this bot",
            "account": SHOP,
            "log_level": "warning",
        }
    ]


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TOO_MANY])
async def test_a_failed_poll_is_transient_and_loses_nothing(shop: Shop, fault: Fault) -> None:
    accepts = Accepts()
    shop.nick.writes("hello")
    shop.telegram.faults.add("getUpdates", fault)
    with pytest.raises(Transient):
        await shop.polled.run(accepts)
    async with running(shop, accepts):
        await accepts.wait(lambda updates: len(updates) == 1)
    assert words(accepts.taken) == ["hello"]


async def test_a_revoked_token_pauses_the_account(shop: Shop) -> None:
    shop.telegram.revoke()
    with pytest.raises(Unavailable) as failed:
        await shop.polled.run(Accepts())
    assert "@BotFather" in failed.value.advice


async def test_a_pressed_button_is_answered_after_the_commit(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next()
    query = shop.nick.presses(55, "y", "Yes")
    with pytest.raises(RuntimeError):
        await shop.polled.run(accepts)
    assert query in shop.telegram.queries
    async with running(shop, accepts):
        await shop.telegram.wait_for(lambda: query not in shop.telegram.queries)


async def test_an_hourglass_that_cannot_be_stopped_is_no_failure(shop: Shop) -> None:
    accepts = Accepts()
    shop.nick.presses(55, "y", "Yes")
    shop.telegram.queries.clear()  # too old
    async with running(shop, accepts) as task:
        await accepts.wait(lambda updates: len(updates) == 1)
        shop.nick.writes("still there?")
        await accepts.wait(lambda updates: len(updates) == 2)
        assert shop.telegram.calls["answerCallbackQuery"] == 1, "the press was answered, in vain"
        assert not task.done()


# ------------------------------------------------------------------------------------------- pictures


async def test_a_customer_is_shown_with_their_picture_which_is_asked_for_once(shop: Shop) -> None:
    shop.nick.has_picture(b"\xff\xd8\xff Nick")
    kim = shop.telegram.customer(8, "Kim")  # has none
    accepts = Accepts()
    async with running(shop, accepts):
        for n in range(3):
            shop.nick.writes(f"{n}")
            kim.writes(f"{n}")
            await accepts.wait(lambda updates, n=n: len(updates) == 2 * n + 2)  # type: ignore[misc]
    wrote = [one.event for one in accepts.taken if isinstance(one.event, CustomerWrote)]
    assert {one.profile.picture for one in wrote if one.chat == "8"} == {None}
    [picture] = {one.profile.picture for one in wrote if one.chat == "7"}
    assert picture is not None
    async with shop.polled.download(picture) as download:
        assert b"".join([chunk async for chunk in download.chunks]) == b"\xff\xd8\xff Nick"
    assert shop.telegram.calls["getUserProfilePhotos"] == 2


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.TOO_MANY, Fault.NOTHING])
async def test_no_message_is_lost_for_want_of_a_picture(shop: Shop, fault: Fault) -> None:
    shop.nick.has_picture(b"\xff\xd8\xff Nick")
    shop.telegram.faults.add("getUserProfilePhotos", fault)
    shop.nick.writes("hello")
    accepts = Accepts()
    async with running(shop, accepts):
        [update] = await accepts.wait(lambda updates: len(updates) == 1)
    assert isinstance(update.event, CustomerWrote)
    assert update.event.profile.picture is None


async def test_a_group_is_not_asked_for_its_picture(shop: Shop) -> None:
    shop.telegram.group(-100, "Team").writes("hello")
    accepts = Accepts()
    async with running(shop, accepts):
        await accepts.wait(lambda updates: len(updates) == 1)
    assert "getUserProfilePhotos" not in shop.telegram.calls


# --------------------------------------------------------------------------------------------- called


def hook(body: Any, secret: str = SECRET) -> Hook:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Hook("POST", "/hooks/shop", {"x-telegram-bot-api-secret-token": secret}, {}, raw)


UPDATE = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 7}, "text": "hello"}}


async def test_the_secret_is_looked_at_before_the_body(shop: Shop) -> None:
    accepts = Accepts()
    for secret in ("", "wrong", SECRET + "x", SECRET.upper(), "ё"):
        with pytest.raises(Forged):
            await shop.called.receive(hook(b"{not even JSON", secret), accepts)
    assert not accepts.tried


async def test_what_is_not_committed_is_not_confirmed(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next()
    with pytest.raises(RuntimeError):
        await shop.called.receive(hook(UPDATE), accepts)
    assert (await shop.called.receive(hook(UPDATE), accepts)).status == 200
    assert words(accepts.taken) == ["hello"]


async def test_a_body_that_is_no_json_is_kept(shop: Shop) -> None:
    accepts = Accepts()
    assert (await shop.called.receive(hook(b"{oops"), accepts)).status == 200
    assert getattr(accepts.taken[0].event, "raw", None) == "{oops"


async def test_what_means_nothing_is_confirmed_without_a_transaction(shop: Shop) -> None:
    accepts = Accepts()
    assert (await shop.called.receive(hook({"update_id": 1, "poll": {}}), accepts)).status == 200
    assert not accepts.tried


async def test_registering_names_secret_and_kinds(shop: Shop) -> None:
    await shop.called.register("http://127.0.0.1:1/hooks/shop")
    await shop.called.register("http://127.0.0.1:1/hooks/shop")
    assert shop.telegram.webhook is not None
    assert (shop.telegram.webhook.url, shop.telegram.webhook.secret) == ("http://127.0.0.1:1/hooks/shop", SECRET)
    assert shop.telegram.queue.allowed == list(ASKED)


async def test_the_answer_to_a_webhook_stops_the_hourglass(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.called, accepts) as url:
        await shop.called.register(url)
        query = shop.nick.presses(55, "y", "Yes")
        await shop.telegram.wait_for(lambda: query not in shop.telegram.queries)
        await shop.telegram.settled()
    assert len(accepts.taken) == 1


async def test_chats_do_not_wait_for_each_other(shop: Shop) -> None:
    """An update that cannot be committed is repeated in its chat; other chats go on."""
    kim = shop.telegram.customer(8, "Kim")

    class Picky(Accepts):
        async def __call__(self, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
            if "poison" in words(updates):
                raise RuntimeError("not this one")
            return await super().__call__(updates)

    accepts = Picky()
    async with hooked(shop.called, accepts) as url:
        await shop.called.register(url)
        shop.nick.writes("poison")
        shop.nick.writes("behind it")
        for n in range(5):
            kim.writes(f"{n}")
        await accepts.wait(lambda updates: len(updates) == 5)
        assert words(accepts.taken) == list("01234")
        await shop.telegram.wait_for(lambda: shop.telegram.unconfirmed == 2)


async def test_a_refused_token_when_registering(shop: Shop) -> None:
    shop.telegram.revoke()
    with pytest.raises(Unavailable):
        await shop.called.register("http://127.0.0.1:1/hooks/shop")


def test_both_kinds_are_built_from_their_settings(shop: Shop) -> None:
    from bridges.telegram import KIND

    for receive, kind in (("polling", type(shop.polled)), ("webhook", type(shop.called))):
        assert type(KIND.build(SHOP, settings(shop.telegram, receive), shop.tools)) is kind
