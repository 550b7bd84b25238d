"""Receiving updates: none is confirmed before it is committed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import structlog.testing

from bot.domain import ChatId, Choice, Content, CustomerReturned, CustomerWrote, UnreadableUpdate, Update
from bot.ports import DeliveryError, Forged, Hook, Transient, Unavailable, UpdateOutcome
from bridges.max.kinds import ASKED
from tests.bridges.max.conftest import OURS, SECRET, SHOP, TWICE, Shop, settings
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
        await shop.max.settled()
    assert words(accepts.taken) == [f"{n}" for n in range(120)]
    assert batches == [100, 20]


async def test_the_marker_moves_after_the_commit(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next()
    shop.nick.writes("hello")
    with pytest.raises(RuntimeError, match="database"):
        await shop.polled.run(accepts)
    assert shop.max.unconfirmed == 1
    async with running(shop, accepts):
        await accepts.wait(lambda updates: len(updates) == 1)
        await shop.max.settled()
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


async def test_it_asks_as_the_documentation_says(shop: Shop) -> None:
    accepts = Accepts()
    shop.nick.writes("hello")
    async with running(shop, accepts):
        await shop.max.settled()
    first, second = (request.params for request in shop.max.asked("GET /updates")[:2])
    assert first == {"limit": "100", "timeout": "30", "types": ",".join(ASKED)}
    assert second == {**first, "marker": "25493971"}


async def test_webhooks_that_are_set_are_removed_first(shop: Shop) -> None:
    await shop.called.register(OURS)
    await shop.called.register("http://127.0.0.1:1/elsewhere")
    shop.nick.writes("hello")
    accepts = Accepts()
    with structlog.testing.capture_logs() as logs:
        async with running(shop, accepts):
            await accepts.wait(lambda updates: len(updates) == 1)
    assert not shop.max.webhooks
    assert [entry["event"] for entry in logs] == ["removed an existing webhook; using polling"] * 2
    assert "elsewhere" not in str(logs)


async def test_updates_without_a_marker_are_taken_and_not_asked_for_in_a_circle(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = shop.max.queue.poll

    async def forgetful(*args: Any) -> dict[str, Any]:
        return {**await poll(*args), "marker": None}

    monkeypatch.setattr(shop.max.queue, "poll", forgetful)
    accepts = Accepts()
    shop.nick.writes("hello")
    with pytest.raises(Transient, match="without a marker"):
        await shop.polled.run(accepts)
    assert words(accepts.taken) == ["hello"]


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TOO_MANY])
async def test_a_failed_poll_is_transient_and_loses_nothing(shop: Shop, fault: Fault) -> None:
    accepts = Accepts()
    shop.nick.writes("hello")
    shop.max.faults.add("GET /updates", fault, times=TWICE)
    with pytest.raises(Transient):
        await shop.polled.run(accepts)
    shop.max.faults.clear()
    async with running(shop, accepts):
        await accepts.wait(lambda updates: len(updates) == 1)
    assert words(accepts.taken) == ["hello"]


async def test_a_revoked_token_pauses_the_account(shop: Shop) -> None:
    shop.max.revoke()
    with pytest.raises(Unavailable) as failed:
        await shop.polled.run(Accepts())
    assert "business.max.ru" in failed.value.advice


async def test_a_pressed_button_is_answered_after_the_commit(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next()
    [mid] = (await shop.send("sure?")).refs
    callback = shop.nick.presses(mid, "y", "Yes")
    with pytest.raises(RuntimeError):
        await shop.polled.run(accepts)
    assert callback in shop.max.callbacks
    async with running(shop, accepts):
        await shop.max.wait_for(lambda: callback not in shop.max.callbacks)
    [request] = shop.max.asked("POST /answers")
    assert (request.params, request.body) == ({"callback_id": callback}, {"notification": "✓"})
    [wrote] = await accepts.events(CustomerWrote)
    assert wrote.content.attachments == (Choice("Yes", "y"),)
    assert wrote.content.quote is not None
    assert wrote.content.quote.ref == mid


@pytest.mark.parametrize("has_written", [True, False], ids=["whose chat is known", "whose chat is asked for"])
async def test_a_press_under_a_deleted_message_comes_from_its_chat(shop: Shop, has_written: bool) -> None:
    if has_written:
        shop.nick.writes("hi")
    callback = shop.nick.presses("mid.deleted", "y", "Yes")
    accepts = Accepts()
    async with running(shop, accepts):
        wrote = (await accepts.events(CustomerWrote, 1 + has_written))[-1]
        await shop.max.wait_for(lambda: callback not in shop.max.callbacks)
    assert (wrote.chat, wrote.content) == (shop.chat, Content(attachments=(Choice("y", "y"),)))
    assert len(shop.max.asked("GET /chats")) == 1 + (not has_written), "once for the name, once for the chat"
    assert len(shop.max.asked("GET /me")) == (not has_written)


@pytest.mark.parametrize("fault", [None, Fault.SERVER_ERROR], ids=["not with this person", "no answer"])
async def test_a_press_of_nobodys_chat_is_kept(shop: Shop, fault: Fault | None) -> None:
    """The chat that the numbers would make is another person's, or MAX does not answer."""
    if fault is None:
        shop.nick.user = {**shop.nick.user, "user_id": 8 ^ shop.max.bot["user_id"]}
        shop.max.customer(8, "Kim").user["user_id"] = 1
    else:
        shop.max.faults.add("GET /chats", fault)
    shop.nick.presses("mid.deleted", "y", "Yes")
    accepts = Accepts()
    async with running(shop, accepts):
        [kept] = await accepts.events(UnreadableUpdate)
    assert (kept.chat, kept.profile.name) == (None, "Nick Smith")


async def test_a_customers_own_phone_is_known_with_its_plus(shop: Shop) -> None:
    shop.nick.shares_phone("79991234567")
    accepts = Accepts()
    async with running(shop, accepts):
        [wrote] = await accepts.events(CustomerWrote)
    assert wrote.profile.phone == "+79991234567"


async def test_a_press_that_cannot_be_answered_is_no_failure(shop: Shop) -> None:
    accepts = Accepts()
    [mid] = (await shop.send("sure?")).refs
    shop.nick.presses(mid, "y", "Yes")
    shop.max.callbacks.clear()  # too old
    async with running(shop, accepts) as task:
        await accepts.wait(lambda updates: len(updates) == 1)
        shop.nick.writes("still there?")
        await accepts.wait(lambda updates: len(updates) == 2)
        assert shop.max.asked("POST /answers"), "the press was answered, in vain"
        assert not task.done()


# ------------------------------------------------------------------------------------------- people


async def test_a_customer_is_shown_with_their_picture_which_is_asked_for_once(shop: Shop) -> None:
    kim = shop.max.customer(8, "Kim")  # has none
    shop.nick.avatar_url = shop.max.shelf.given_away("image", b"Nick", "")["payload"]["url"]
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
        assert b"".join([chunk async for chunk in download.chunks]) == b"Nick"
    assert len(shop.max.asked("GET /chats")) == 2


async def test_a_group_is_called_by_its_title(shop: Shop) -> None:
    group = shop.max.group(-100, "Team")
    group.avatar_url = "https://i.oneme.ru/team"
    group.writes("hello")
    accepts = Accepts()
    async with running(shop, accepts):
        [wrote] = await accepts.events(CustomerWrote)
    assert (wrote.profile.name, wrote.chat) == ("Team", ChatId("-100"))
    assert wrote.profile.picture is not None
    assert wrote.content.text.characters == "Nick: hello"


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.TOO_MANY, Fault.NOTHING])
async def test_no_message_is_lost_for_want_of_a_picture(shop: Shop, fault: Fault) -> None:
    shop.max.faults.add("GET /chats", fault)
    shop.nick.starts()
    accepts = Accepts()
    async with running(shop, accepts):
        [update] = await accepts.wait(lambda updates: len(updates) == 1)
    assert isinstance(update.event, CustomerReturned)
    assert (update.event.profile.name, update.event.profile.picture) == ("Nick Smith", None)


# --------------------------------------------------------------------------------------------- called


def hook(body: Any, secret: str = SECRET) -> Hook:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Hook("POST", "/hooks/shop", {"x-max-bot-api-secret": secret}, {}, raw)


def update(text: str, mid: str = "mid.1", time: int = 1) -> dict[str, Any]:
    recipient = {"chat_id": 7, "chat_type": "dialog"}
    message = {"recipient": recipient, "timestamp": time, "body": {"mid": mid, "text": text}}
    return {"update_type": "message_created", "timestamp": time, "message": message}


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
        await shop.called.receive(hook(update("hello")), accepts)
    assert (await shop.called.receive(hook(update("hello")), accepts)).status == 200
    assert words(accepts.taken) == ["hello"]


async def test_replayed_reordered_and_batched(shop: Shop) -> None:
    batches: list[list[str]] = []

    class Recording(Accepts):
        async def __call__(self, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
            batches.append(words(updates))
            return await super().__call__(updates)

    accepts = Recording()
    first, second, third = (update(f"{n}", f"mid.{n}", n) for n in (1, 2, 3))
    for body in (second, first, second, [third, first], {"updates": [second, third], "marker": 1}):
        assert (await shop.called.receive(hook(body), accepts)).status == 200
    assert batches == [["2"], ["1"], ["2"], ["3", "1"], ["2", "3"]]
    keys = {text: {one.key for one in accepts.taken if words([one]) == [text]} for text in "123"}
    assert [len(found) for found in keys.values()] == [1, 1, 1]
    assert len(set.union(*keys.values())) == 3


async def test_a_body_that_is_no_json_is_kept(shop: Shop) -> None:
    accepts = Accepts()
    assert (await shop.called.receive(hook(b"{oops"), accepts)).status == 200
    assert getattr(accepts.taken[0].event, "raw", None) == "{oops"


async def test_what_means_nothing_is_confirmed_without_a_transaction(shop: Shop) -> None:
    accepts = Accepts()
    body = {"update_type": "dialog_muted", "chat_id": 7, "timestamp": 1}
    assert (await shop.called.receive(hook(body), accepts)).status == 200
    assert not accepts.tried


async def test_registering_names_secret_and_kinds(shop: Shop) -> None:
    await shop.called.register(OURS)
    await shop.called.register(OURS)
    assert [(one.url, one.secret, one.types) for one in shop.max.webhooks.values()] == [(OURS, SECRET, list(ASKED))]


async def test_only_this_accounts_older_addresses_are_removed(shop: Shop) -> None:
    for url in ("http://127.0.0.1:2/hooks/shop", "http://127.0.0.1:2/hooks/other", "http://127.0.0.1:3/bot"):
        await shop.called._client.call("POST", "/subscriptions", json={"url": url})
    with structlog.testing.capture_logs() as logs:
        await shop.called.register(OURS)
    assert set(shop.max.webhooks) == {OURS, "http://127.0.0.1:2/hooks/other", "http://127.0.0.1:3/bot"}
    assert [entry["event"] for entry in logs] == ["removed an older webhook of this account"]


async def test_a_pressed_button_is_answered_when_called(shop: Shop) -> None:
    accepts = Accepts()
    [mid] = (await shop.send("sure?")).refs
    async with hooked(shop.called, accepts) as url:
        await shop.called.register(url)
        callback = shop.nick.presses(mid, "y", "Yes")
        await shop.max.wait_for(lambda: callback not in shop.max.callbacks)
        await shop.max.settled()
    assert len(accepts.taken) == 1


async def test_chats_do_not_wait_for_each_other(shop: Shop) -> None:
    """An update that cannot be committed is repeated in its chat; other chats go on."""
    kim = shop.max.customer(8, "Kim")

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
        await shop.max.wait_for(lambda: shop.max.unconfirmed == 2)


async def test_a_refused_token_when_registering(shop: Shop) -> None:
    shop.max.revoke()
    with pytest.raises(Unavailable):
        await shop.called.register(OURS)


async def test_an_address_that_max_does_not_call(shop: Shop) -> None:
    with pytest.raises(Unavailable) as failed:
        await shop.called.register("http://hub.example.com/hooks/shop")
    assert "https://" in failed.value.advice


def test_both_kinds_are_built_from_their_settings(shop: Shop) -> None:
    from bridges.max import KIND

    for receive, kind in (("polling", type(shop.polled)), ("webhook", type(shop.called))):
        assert type(KIND.build(SHOP, settings(shop.max, receive), shop.tools)) is kind
