"""Open pages share their looks: how often the server is asked, and what goes to each page, in counts."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bot.desks.web import feed
from bot.desks.web.live import UNREAD, OpenPage, Position, lists_frame
from bot.domain import Actor, DialogId
from bot.ports import ListState, ListView
from tests.contracts.desks import eventually
from tests.desks.web.serving import DESK, Served
from tests.desks.web.test_live import reading, words
from tests.desks.web.test_lookups import WIRE

PAGES = 20


async def test_twenty_pages_are_looked_for_once_a_change(
    hub: Served, talk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POLL", 1000.0)
    async with AsyncExitStack() as stack:
        people = [await hub.sign_in(name) for name in ("anna", "boris")]
        pages = [await stack.enter_async_context(reading(people[n % 2], "section=new")) for n in range(PAGES)]
        for page in pages:
            await page.next("list")
        hub.backend.calls.clear()
        await hub.backend.customer_writes(7, "again")
        for page in pages:
            event = await page.next("rows")
            assert [row["dialog"]["last_words"] for row in event.data["rows"]] == ["again"]
        assert hub.backend.calls.count("lists") == 1
        assert hub.backend.calls.count("page") == 0, "nobody shows a dialog"


async def test_a_dialog_is_looked_at_for_those_who_show_it(
    hub: Served, talk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POLL", 1000.0)
    hub.backend.add(8, "Boris")
    anna = await hub.sign_in()
    async with reading(anna, "dialog=7") as one, reading(anna, "dialog=7") as tab, reading(anna, "dialog=8") as other:
        for page in (one, tab, other):
            await page.next("dialog")
        hub.backend.calls.clear()
        await hub.backend.customer_writes(7, "for seven")
        assert words(await one.next("dialog")) == words(await tab.next("dialog")) == ["for seven"]
        assert hub.backend.calls.count("page") == 1


async def test_only_rows_that_differ_are_sent(hub: Served, talk: int) -> None:
    for number in range(20, 30):
        hub.backend.add(number, f"Customer {number}")
    async with reading(await hub.sign_in(), "section=new") as stream:
        first = await stream.next("list")
        assert len(first.data["rows"]) == 11
        await hub.backend.customer_writes(25, "it is me")
        event = await stream.next("rows")
        assert event.data["order"][0] in (7, 25)
        assert sorted(event.data["order"]) == sorted(row["dialog"]["id"] for row in first.data["rows"])
        assert [row["dialog"]["id"] for row in event.data["rows"]] == [25]


async def test_a_failed_look_is_made_again(hub: Served, talk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "TICK", 0.05)
    async with reading(await hub.sign_in(), "dialog=7") as stream:
        await stream.next("dialog")
        real, failures = hub.backend.page, [OSError("the database is away")] * 3

        async def failing(*given: Any, **more: Any) -> Any:
            if failures:
                raise failures.pop()
            return await real(*given, **more)

        monkeypatch.setattr(hub.backend, "page", failing)
        await hub.backend.customer_writes(7, "not lost")
        assert words(await stream.next("dialog")) == ["not lost"]


async def test_a_closed_page_is_looked_for_no_more(hub: Served, talk: int) -> None:
    async with reading(await hub.sign_in(), "dialog=7") as stream:
        await stream.next("dialog")
    await eventually(lambda: not any(hub.tools.wake.listeners.values()))  # type: ignore[attr-defined]
    looks = len(hub.backend.calls)
    await hub.backend.customer_writes(7, "to nobody")
    assert len(hub.backend.calls) == looks


async def _page(hub: Served) -> OpenPage:
    [me] = [one for one in await hub.desk.staff() if one.user == "anna"]
    nobody: Any = None  # only what is drawn for a reader needs one
    return OpenPage(nobody, WIRE, ListView(me, "new"), Position(0, DialogId(7), 1), datetime.now(UTC))


class SignedIn:
    """Stands for a member whose sign-in lasts."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.session = SimpleNamespace(id="session", until=datetime.max.replace(tzinfo=UTC))

    async def signed_in(self) -> bool:
        return True


async def test_a_page_that_comes_right_after_the_last_has_left_stays(hub: Served, talk: int) -> None:
    looks = feed.PageFeed(hub.desk)
    first, second = await _page(hub), await _page(hub)
    first.member = second.member = SignedIn(first.wants.actor)  # type: ignore[assignment]
    with looks.open(first):
        assert await first.next() is not None
    with looks.open(second):
        assert await second.next() is not None


async def test_a_message_is_sent_once_while_an_older_transaction_is_open(hub: Served, talk: int) -> None:
    """PostgreSQL then names the same revision again and again, and the messages after it."""
    page = await _page(hub)

    async def look() -> None:
        seen = await hub.backend.page(DESK, page.wants.actor, DialogId(7))
        assert seen is not None
        page.dialog(replace(seen, revision=1))

    await look()
    assert b"Hello?" in (await page.next() or b"")
    for _ in range(3):
        await look()
    assert page.waiting == 0
    await hub.backend.customer_writes(7, "and more")
    await look()
    frame = await page.next() or b""
    assert b"and more" in frame
    assert b"Hello?" not in frame.replace(b'"last_words":"Hello?"', b"")


async def test_a_page_that_reads_nothing_is_let_go(hub: Served) -> None:
    page = await _page(hub)
    for _ in range(UNREAD * 3):
        page.send(b"frame")
    frames = []
    while (frame := await page.next()) is not None:
        frames.append(frame)
    assert len(frames) == UNREAD


async def test_a_list_that_did_not_change_is_no_frame(hub: Served, talk: int) -> None:
    page = await _page(hub)
    rows = await hub.backend.list(DESK, page.wants.actor, "new")
    before, now = ListState({"new": 1}, rows), ListState({"new": 1}, list(rows))
    assert lists_frame(before, now, page.wire) == b""
    assert b"event: counters" in lists_frame(before, replace(now, counters={"new": 2}), page.wire)
    assert b"event: rows" not in lists_frame(before, replace(now, counters={"new": 2}), page.wire)
