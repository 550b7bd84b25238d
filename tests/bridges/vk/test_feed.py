"""Long Poll: the position in the queue, whatever VK responds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog.testing
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.ports import Transient, Unavailable
from bridges.shared.fields import Fields
from bridges.vk import feed as feeding
from bridges.vk import wire
from bridges.vk.feed import MARK, Feed
from tests.bridges.vk.conftest import SHOP, Shop
from tests.fakes.faults import Fault
from tests.waiting import ANSWER

FOLDER = Path(__file__).parents[2] / "payloads" / "vk"


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def make(shop: Shop) -> Feed:
    shop.vk.long_poll.enabled = True
    shop.vk.long_poll.events = {"message_new": 1, "message_read": 1}
    return Feed(shop.tools.http, shop.polled._api.ask, shop.tools.mailbox, SHOP, shop.vk.group, patience=ANSWER)


def words(events: Any) -> list[str]:
    return [event["object"]["message"]["text"] for event in events]


async def began(shop: Shop) -> Feed:
    """A feed that knows its position."""
    feed = make(shop)
    await feed._find_server()
    return feed


async def test_events_are_asked_for_again_until_they_are_confirmed(shop: Shop) -> None:
    feed = await began(shop)
    shop.nick.writes("one")
    assert words(await feed.read()) == ["one"]
    shop.nick.writes("two")
    assert words(await feed.read()) == ["one", "two"]
    feed.confirm()
    shop.nick.writes("three")
    assert words(await feed.read()) == ["three"]
    assert shop.vk.long_poll.asked == [100, 100, 102]


async def test_nothing_came(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "WAIT", 1)
    feed = await began(shop)
    assert await feed.read() == []
    feed.confirm()


@asynccontextmanager
async def answering(shop: Shop, *answers: Any) -> AsyncIterator[tuple[Feed, list[dict[str, str]]]]:
    """A Long Poll server with these responses in order, and the requests it got."""
    asked: list[dict[str, str]] = []
    left = list(answers)

    async def handle(request: web.Request) -> web.Response:
        asked.append(dict(request.query))
        answer = left.pop(0)
        return answer if isinstance(answer, web.Response) else web.json_response(answer)

    app = web.Application()
    app.router.add_get("/lp", handle)
    keys = iter(range(1, 99))

    async def ask(method: str, /, *, patience: float = 0, **parameters: object) -> Any:
        assert (method, parameters) == ("groups.getLongPollServer", {"group_id": shop.vk.group})
        number = next(keys)
        return {"server": str(server.make_url("/lp")), "key": f"key{number}", "ts": str(number * 5)}

    async with TestServer(app) as server:
        yield Feed(shop.tools.http, ask, shop.tools.mailbox, SHOP, shop.vk.group, patience=ANSWER), asked


EVENT = {"type": "message_new", "object": {"message": {"text": "hi"}}, "event_id": "e"}


async def test_an_outdated_position_is_replaced_by_the_one_that_vk_names_as_a_number(shop: Shop) -> None:
    async with answering(shop, load("longpoll_failed_1"), {"ts": "9", "updates": [EVENT]}) as (feed, asked):
        with structlog.testing.capture_logs() as logs:
            assert words(await feed.read()) == ["hi"]
    assert [(one["key"], one["ts"]) for one in asked] == [("key1", "5"), ("key1", "8")]
    assert [entry["event"] for entry in logs] == ["VK no longer has all events since the last poll"]


async def test_an_expired_key_is_replaced_and_the_position_stays(shop: Shop) -> None:
    async with answering(shop, load("longpoll_failed_2"), {"ts": "9", "updates": []}) as (feed, asked):
        await feed.read()
    assert [(one["key"], one["ts"]) for one in asked] == [("key1", "5"), ("key2", "5")]


async def test_when_vk_has_lost_us_both_are_new(shop: Shop) -> None:
    async with answering(shop, {"failed": 3}, *[{"ts": "10", "updates": []}] * 2) as (feed, asked):
        await feed.read()
    assert [one["key"] for one in asked] == ["key1", "key2", "key2"]
    assert asked[-1]["ts"] == "1", "as far back as the queue goes: what we have is known by its event_id"


async def test_positions_are_texts_or_numbers(shop: Shop) -> None:
    async with answering(shop, {"ts": 6, "updates": []}, {"ts": "7", "updates": []}, {"ts": "8", "updates": []}) as (
        feed,
        asked,
    ):
        for _ in range(3):
            await feed.read()
            feed.confirm()
    assert [one["ts"] for one in asked] == ["5", "6", "7"]


@pytest.mark.parametrize(
    "answer",
    [
        {"failed": 4, "min_version": 0},
        {"ts": "6"},
        {"updates": []},
        {"ts": "6", "updates": {}},
        web.Response(status=502),
        web.Response(text="<html>"),
    ],
    ids=range(6),
)
async def test_an_answer_that_makes_no_sense_is_tried_again_later(shop: Shop, answer: Any) -> None:
    async with answering(shop, answer, {"ts": "9", "updates": [EVENT]}) as (feed, asked):
        with pytest.raises(Transient):
            await feed.read()
        assert words(await feed.read()) == ["hi"]
    assert {one["ts"] for one in asked} == {"5"}


async def test_refusals_without_end_are_no_busy_loop(shop: Shop) -> None:
    async with answering(shop, *[{"failed": 2}] * 50) as (feed, asked):
        with pytest.raises(Transient, match="again and again"):
            await feed.read()
    assert len(asked) <= 10


@pytest.mark.parametrize(
    "answer", [None, {}, {"server": "x", "key": "", "ts": "1"}, {"server": "", "key": "k", "ts": 1}]
)
async def test_no_server_is_tried_again_later(shop: Shop, answer: Any) -> None:
    async def ask(method: str, /, *, patience: float = 0, **parameters: object) -> Any:
        return answer

    with pytest.raises(Transient):
        await Feed(shop.tools.http, ask, shop.tools.mailbox, SHOP, 1, patience=ANSWER).read()


async def test_a_server_may_be_named_without_a_scheme(shop: Shop) -> None:
    async def ask(method: str, /, *, patience: float = 0, **parameters: object) -> Any:
        return {"server": "lp.vk.com/wh1", "key": "k", "ts": 1}

    feed = Feed(shop.tools.http, ask, shop.tools.mailbox, SHOP, 1, patience=ANSWER)
    assert (await feed._find_server()).address == "https://lp.vk.com/wh1"


async def test_the_key_is_in_no_error(shop: Shop) -> None:
    feed = await began(shop)
    shop.vk.faults.add("a_check", Fault.SERVER_ERROR)
    with pytest.raises(Transient) as failed:
        await feed.read()
    assert shop.vk.long_poll.key not in repr(failed.value)


async def test_a_token_that_may_not_manage_the_community(shop: Shop) -> None:
    feed = make(shop)
    shop.vk.rights.discard("manage")
    with pytest.raises(Unavailable):
        await feed.read()


# ---------------------------------------------------------------------- what came while no hub ran


async def test_the_first_start_begins_at_the_end(shop: Shop) -> None:
    shop.vk.long_poll.enabled = True
    shop.vk.long_poll.events = {"message_new": 1}
    shop.nick.writes("before the hub")
    feed = make(shop)
    await feed._find_server()
    shop.nick.writes("to the hub")
    assert words(await feed.read()) == ["to the hub"]


async def test_a_later_start_goes_back(shop: Shop) -> None:
    feed = await began(shop)
    shop.nick.writes("taken")
    await feed.read()
    shop.nick.writes("while no hub ran")
    again = make(shop)
    assert words(await again.read()) == ["taken", "while no hub ran"]
    again.confirm()
    shop.nick.writes("then")
    assert words(await again.read()) == ["then"]


@pytest.mark.parametrize("kept", [5000, 1000, 999, 500, 7, 1])
async def test_it_goes_back_as_far_as_vk_does_and_no_further_than_makes_sense(shop: Shop, kept: int) -> None:
    await began(shop)
    queue = shop.vk.long_poll
    queue.kept = [{"type": "message_read", "object": {}}] * 9_900
    queue.oldest = queue.end - kept
    again = make(shop)
    assert len(await again.read()) == min(kept, 1000)
    assert len(queue.asked) < 15


async def test_a_queue_that_keeps_nothing_is_followed_from_now_on(shop: Shop) -> None:
    await began(shop)
    shop.nick.writes("gone")
    shop.vk.long_poll.forget()
    again = make(shop)
    await again._find_server()
    shop.nick.writes("hello")
    assert words(await again.read()) == ["hello"]


async def test_what_is_older_than_the_account_with_the_hub_is_left_alone(shop: Shop) -> None:
    await began(shop)
    [letter] = await shop.tools.mailbox.read(SHOP, 0, 1, MARK)
    before = int((letter.at - timedelta(hours=1)).timestamp())
    for text, date in (("old", before), ("older", before - 5), ("new", shop.vk.now() + 1)):
        shop.nick.writes(text, date=date)
        shop.nick.reads_up_to(1)
    again = make(shop)
    events = [Fields(event) for event in await again.read()]
    kinds = [(event.text("type"), wire.message_of(event).text("text")) for event in events]
    assert kinds == [("message_read", ""), ("message_new", "new"), ("message_read", "")]


async def test_a_mailbox_that_is_away_is_no_crash(shop: Shop) -> None:
    class Away:
        async def read(self, *_: object) -> Any:
            raise OSError("disk")

        async def put(self, *_: object) -> int:
            raise OSError("disk")

    shop.vk.long_poll.enabled = True
    feed = Feed(shop.tools.http, shop.polled._api.ask, Away(), SHOP, shop.vk.group, patience=ANSWER)
    with pytest.raises(Transient, match="mailbox"):
        await feed.read()


def test_the_moment_of_an_event() -> None:
    assert wire.moment({"type": "message_new", "object": {"message": {"date": 5}}}) == datetime.fromtimestamp(5, UTC)
    assert wire.moment({"type": "message_allow", "object": {"user_id": 5}}) is None
