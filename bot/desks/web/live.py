"""The live stream of a page: changes on the server, as server-sent events.

A stream repeatedly checks the same things, woken by `Wake` or, should a call be lost, every few seconds, and sends what
differs from its last event. Events carry current states, never steps between states, so a repeated one changes nothing.
Each event's id is the page's position: a browser that reconnects sends it back and misses nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desks.web import answers
from bot.desks.web.auth import Member
from bot.desks.web.desk import DIALOGS, dialog_topic, notices_topic
from bot.desks.web.wire import Json, Wire
from bot.domain import AccountName, DialogId
from bot.ports import Listed, Listening, Page, sign_ins_topic

POLL = 3.0  # seconds after which everything is checked without a call
BREATH = 0.1  # seconds between two checks: a burst of calls is one check
HEARTBEAT = timedelta(seconds=15)
SIGNED_OUT = "signed_out"
"""The last event of a stream whose session has ended."""
RETRY = 2000  # ms after which a browser reconnects


@dataclass
class Position:
    """A page's position: its last notice and the revision of the dialog that it shows."""

    notice: int = 0
    dialog: DialogId | None = None
    revision: int = 0

    def __str__(self) -> str:
        return f"{self.notice}.{self.dialog or 0}.{self.revision}"

    def advance(self, event: Event) -> None:
        self.notice, self.revision = max(self.notice, event.notice), max(self.revision, event.revision)

    def catch_up(self, event_id: str) -> None:
        """Takes over an event's id. If that belongs to another dialog, only the notice counts; an invalid id is
        ignored."""
        parts = event_id.split(".")
        if len(parts) != 3 or not all(part.isdecimal() and len(part) < 19 for part in parts):
            return
        notice, dialog, revision = map(int, parts)
        self.notice = max(self.notice, notice)
        if dialog == (self.dialog or 0):
            self.revision = max(self.revision, revision)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The list that a page shows."""

    section: str
    account: AccountName | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event. `notice`, `revision`: the page's position after it."""

    name: str
    data: Json
    notice: int = 0
    revision: int = 0


@dataclass
class LiveView:
    """Checks everything that a page shows; each check returns the events to send."""

    member: Member
    wire: Wire
    wants: ListFilter
    position: Position
    _counters: Mapping[str, int] | None = None
    _list: Sequence[Listed] | None = None
    _page: tuple[object, ...] | None = None

    def by_topic(self) -> dict[str, tuple[Look, ...]]:
        """Maps topics to the checks that a call makes necessary."""
        desk, user = self.member.desk.name, self.member.actor.user
        looks: dict[str, tuple[Look, ...]] = {
            sign_ins_topic(desk, user): (self.session,),
            DIALOGS: (self.counters, self.list),
            notices_topic(desk, user): (self.notices,),
        }
        if self.position.dialog is not None:
            looks[dialog_topic(self.position.dialog)] = (self.dialog,)
        return looks

    async def session(self) -> Sequence[Event]:
        return () if await self.member.signed_in() else (Event(SIGNED_OUT, {}),)

    async def counters(self) -> Sequence[Event]:
        desk = self.member.desk
        now = dict(await desk.backend.counters(desk.name, self.member.actor))
        if now == self._counters:
            return ()
        self._counters = now
        return (Event("counters", now),)

    async def list(self) -> Sequence[Event]:
        """Returns the first page of the list; a page that shows more requests the rest again."""
        desk, wants = self.member.desk, self.wants
        now = await desk.backend.list(
            desk.name, self.member.actor, wants.section, account=wants.account, text=wants.text
        )
        if list(now) == self._list:
            return ()
        self._list = list(now)
        return (Event("list", {"rows": [self.wire.listed(row) for row in now]}),)

    async def dialog(self) -> Sequence[Event]:
        dialog, desk = self.position.dialog, self.member.desk
        if dialog is None:
            return ()
        page = await desk.backend.page(desk.name, self.member.actor, dialog, since=self.position.revision)
        if page is None:
            return ()
        frame = _frame(page)
        if not page.shown and frame == self._page:
            return ()
        self._page = frame
        return (Event("dialog", self.wire.page(page), revision=page.revision),)

    async def notices(self) -> Sequence[Event]:
        desk, user = self.member.desk, self.member.actor.user
        came = await desk.backend.notifications(desk.name, user, self.position.notice)
        return [Event("notice", answers.notification(one, self.wire), notice=one.id) for one in came]


def _frame(page: Page) -> tuple[object, ...]:
    """Returns a page without its messages, as values for comparison: addresses of files differ each time."""
    return (page.dialog, page.contact, page.account, page.card, page.may_write, page.chosen)


Look = Callable[[], Awaitable[Sequence[Event]]]


async def stream(looks: LiveView) -> AsyncGenerator[str]:
    """Yields server-sent events until the page leaves, the session ends or the desk closes."""
    member = looks.member
    tools, by_topic = member.desk.tools, looks.by_topic()
    listening = {topic: tools.wake.listen(topic) for topic in by_topic}
    everything = tuple(look for many in by_topic.values() for look in many)
    try:
        yield f"retry: {RETRY}\n\n"
        due: Iterable[Look] = everything
        looked_at = spoke_at = tools.clock.now()
        while not member.desk.closing.is_set() and (now := tools.clock.now()) < member.session.until:
            for look in due:
                for event in await look():
                    looks.position.advance(event)
                    yield _frame_of(event, looks.position)
                    if event.name == SIGNED_OUT:
                        return
                    spoke_at = now
            if now - spoke_at >= HEARTBEAT:
                yield ": still here\n\n"
                spoke_at = now
            await tools.clock.sleep(BREATH)
            called = await _called(listening, member.desk.closing)
            overdue = _passed(looked_at, tools.clock.now())
            due = everything if overdue or not called else [look for topic in called for look in by_topic[topic]]
            looked_at = tools.clock.now() if due is everything else looked_at
    finally:
        for one in listening.values():
            one.close()


def _passed(since: datetime, now: datetime) -> bool:
    return (now - since).total_seconds() >= POLL


def _frame_of(event: Event, position: Position) -> str:
    data = json.dumps(event.data, ensure_ascii=False, separators=(",", ":"))
    return f"id: {position}\nevent: {event.name}\ndata: {data}\n\n"


async def _called(listening: Mapping[str, Listening], closing: asyncio.Event) -> list[str]:
    """Returns the topics that were called; none after a timeout or when the desk closes."""
    waiting = {asyncio.ensure_future(one.wait(POLL)): topic for topic, one in listening.items()}
    end: asyncio.Task[bool] = asyncio.ensure_future(closing.wait())
    try:
        await asyncio.wait((*waiting, end), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*waiting, end):
            task.cancel()
        await asyncio.gather(*waiting, end, return_exceptions=True)
    return [topic for task, topic in waiting.items() if not task.cancelled() and task.result()]
