"""The live stream over real HTTP: it sends changes, survives a lost signal with a delay, and loses nothing by
reconnecting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.desks.web import feed
from bot.desks.web.live import Position
from bot.domain import DialogId, Key
from bot.domain.text import Text
from bot.ports.requests import OpenCount
from bot.views.values import Row, View
from tests.contracts.desks import eventually
from tests.desks.web.serving import DESK, Served, Session
from tests.tools import MemorySignIns
from tests.waiting import FACT


@dataclass
class Event:
    name: str
    id: str
    data: Any


class Reader:
    """Reads a stream as a browser does; `last_id` is what it would reconnect with."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response, self.last_id = response, ""

    async def next(self, name: str, **like: Any) -> Event:
        """The next event of that name whose data has these values; others are skipped."""
        async with asyncio.timeout(FACT):
            while True:
                event = await self._event()
                if event.name == name and all(event.data.get(key) == value for key, value in like.items()):
                    return event

    async def _event(self) -> Event:
        fields: dict[str, str] = {}
        async for raw in self.response.content:
            line = raw.decode().rstrip("\n")
            if line:
                field, _, value = line.partition(": ")
                fields[field] = value
            elif "event" in fields:
                self.last_id = fields.get("id", self.last_id)
                return Event(fields["event"], self.last_id, json.loads(fields["data"]))
            else:
                fields = {}
        raise EOFError


@asynccontextmanager
async def reading(session: Session, query: str = "", last_id: str = "") -> AsyncIterator[Reader]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with session.request("GET", f"live?{query}", headers=headers) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        yield Reader(response)


def words(event: Event) -> list[str]:
    return [message["text"][0]["text"] for message in event.data["messages"]]


def view(text: str) -> View:
    return View((Row(Text.plain(text)),), keys=(Key(text),))


def memory_sign_ins(hub: Served) -> MemorySignIns:
    assert isinstance(hub.desk.sign_ins, MemorySignIns)
    return hub.desk.sign_ins


async def test_a_stream_begins_with_the_state(hub: Served, talk: int) -> None:
    async with reading(await hub.sign_in(), "section=new&dialog=7") as stream:
        assert (await stream.next("counters")).data["new"] == 1
        assert (await stream.next("list")).data["rows"][0]["dialog"]["id"] == 7
        assert words(await stream.next("dialog")) == ["Hello?"]


async def test_changes_are_told_as_they_happen(hub: Served, talk: int) -> None:
    async with reading(await hub.sign_in(), "section=new&dialog=7") as stream:
        await stream.next("dialog")
        await hub.backend.customer_writes(7, "two\r\nand\n\nmore")
        assert words(await stream.next("dialog")) == ["two\r\nand\n\nmore"]
        await hub.backend.keep(DESK, "anna", view("psst"), None)
        assert (await stream.next("notice")).data["view"]["rows"][0]["text"] == [{"text": "psst"}]
        hub.backend.add(8, "Boris")
        await hub.backend.customer_writes(8, "hi")
        assert (await stream.next("counters", new=2)).data["all"] == 2


async def test_an_operator_has_so_many_pages_open(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpenCount, "is_full", lambda self, name: self._now[name] >= 2)
    anna, boris = await hub.sign_in("anna"), await hub.sign_in("boris")
    async with reading(anna) as one, reading(anna) as other:
        await one.next("counters")
        await other.next("counters")
        async with anna.request("GET", "live") as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "30")
        async with reading(boris) as his:
            await his.next("counters")


async def test_notices_are_for_their_addressee(hub: Served, talk: int) -> None:
    async with reading(await hub.sign_in("anna")) as stream:
        await stream.next("list")
        await hub.backend.keep(DESK, "boris", view("for boris"), None)
        await hub.backend.keep(DESK, "anna", view("for anna"), None)
        assert (await stream.next("notice")).data["view"]["rows"][0]["text"] == [{"text": "for anna"}]


async def test_a_lost_call_costs_time_alone(hub: Served, talk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "POLL", 0.2)
    monkeypatch.setattr(feed, "TICK", 0.05)

    async def nobody_hears(topics: Any) -> None: ...

    async with reading(await hub.sign_in(), "dialog=7") as stream:
        await stream.next("dialog")
        monkeypatch.setattr(hub.tools.wake, "notify", nobody_hears)
        await hub.backend.customer_writes(7, "unheard")
        assert words(await stream.next("dialog")) == ["unheard"]


async def test_a_reconnection_goes_on_where_it_was(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    await hub.backend.keep(DESK, "anna", view("before"), None)
    async with reading(anna, "dialog=7") as stream:
        await stream.next("notice")
        await stream.next("dialog")
        last = stream.last_id
    await hub.backend.customer_writes(7, "while away")
    await hub.backend.keep(DESK, "anna", view("while away"), None)
    async with reading(anna, "dialog=7", last) as stream:
        assert (await stream.next("notice")).data["view"]["rows"][0]["text"] == [{"text": "while away"}]
        assert words(await stream.next("dialog")) == ["while away"]


async def test_an_interrupted_batch_of_notices_is_told_to_its_end(hub: Served) -> None:
    """Each event has its own id: everything after the last one received comes again."""
    anna, count = await hub.sign_in(), 60
    for number in range(count):
        await hub.backend.keep(DESK, "anna", view(str(number)), None)
    seen, last = list[str](), ""
    while len(seen) < count:
        async with reading(anna, "", last) as stream:
            for _ in range(7):
                event = await stream.next("notice")
                seen.append(event.data["view"]["rows"][0]["text"][0]["text"])
                last = stream.last_id
                if len(seen) == count:
                    break
    assert seen == [str(number) for number in range(count)]


async def test_nothing_is_told_when_nothing_changes(hub: Served, talk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "POLL", 0.05)
    monkeypatch.setattr(feed, "TICK", 0.01)
    async with reading(await hub.sign_in(), "dialog=7") as stream:
        await stream.next("dialog")
        looked = hub.backend.calls.count("page")
        await eventually(lambda: hub.backend.calls.count("page") >= looked + 5)
        await hub.backend.customer_writes(7, "at last")
        event = await stream._event()
        while event.name != "dialog":
            assert event.name in ("rows", "counters")
            event = await stream._event()
        assert words(event) == ["at last"]


async def test_a_silent_stream_gives_signs_of_life(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "TICK", 0.02)
    monkeypatch.setattr(feed, "BREATH", 0.01)
    monkeypatch.setattr(feed, "HEARTBEAT", feed.HEARTBEAT / 300)
    async with reading(await hub.sign_in()) as stream, asyncio.timeout(FACT):
        async for line in stream.response.content:
            if line.startswith(b":"):
                break


async def test_a_closing_desk_lets_its_pages_go(hub: Served, talk: int) -> None:
    async with reading(await hub.sign_in()) as stream:
        await stream.next("list")
        await hub.desk.close()
        with pytest.raises(EOFError):
            await stream.next("nothing")
    assert all(not listeners for listeners in hub.tools.wake.listeners.values())  # type: ignore[attr-defined]


@pytest.mark.parametrize("what", ["session", "sessions"])
async def test_signing_out_ends_the_streams_of_every_tab(hub: Served, talk: int, what: str) -> None:
    anna, elsewhere = await hub.sign_in(), await hub.sign_in()
    async with reading(anna) as stream, reading(anna, "dialog=7") as tab, reading(elsewhere) as other:
        for one in (stream, tab, other):
            await one.next("list")
        assert (await anna.ask("DELETE", what))[0] == 200
        for one in (stream, tab) if what == "session" else (stream, tab, other):
            await one.next("signed_out")
            with pytest.raises(EOFError):
                await one.next("nothing")
        if what == "session":
            await hub.backend.keep(DESK, "anna", view("still here"), None)
            await other.next("notice")


async def test_a_stream_ends_when_no_call_tells_it_to(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process signed the operator out, and only the database connects the two."""
    monkeypatch.setattr(feed, "POLL", 0.2)
    monkeypatch.setattr(feed, "TICK", 0.05)
    async with reading(await hub.sign_in()) as stream:
        await stream.next("list")
        memory_sign_ins(hub).known.clear()
        await stream.next("signed_out")


async def test_a_page_that_goes_leaves_nothing_behind(hub: Served, talk: int) -> None:
    async with reading(await hub.sign_in(), "dialog=7") as stream:
        await stream.next("dialog")
    await eventually(lambda: not any(hub.tools.wake.listeners.values()))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("event_id", "after"),
    [
        ("5.7.9", (5, 9)),
        ("5.8.9", (5, 3)),  # of another dialog
        ("1.7.2", (2, 3)),  # older than the position in the address
        ("", (2, 3)),
        ("x.7.9", (2, 3)),
        ("5.7", (2, 3)),
        ("٥.7.9" + "9" * 30, (2, 3)),
    ],
)
def test_positions(event_id: str, after: tuple[int, int]) -> None:
    position = Position(2, DialogId(7), 3)
    position.catch_up(event_id)
    assert (position.notice, position.revision) == after
    assert str(position) == f"{after[0]}.7.{after[1]}"
