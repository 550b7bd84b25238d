"""The one look for all open pages of a desk: what many pages show is read once, drawn once, and sent to each.

A *subject* is something that pages show: their lists, an operator's view of a dialog, an operator's notices, a sign-in.
A call of `Wake` makes its subject due; one task looks at all that is due, `BREATH` later, so that a burst of calls is
one look. A call can only be lost while Redis is away, so every subject is due again after `POLL`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import starmap

import structlog

from bot.desks.web.desk import DIALOGS, WebDesk, dialog_topic, notices_topic
from bot.desks.web.live import SIGNED_OUT, OpenPage, frame, lists_frame
from bot.ports import Listening, sign_ins_topic

POLL = 15.0  # seconds after which everything is checked without a call
BREATH = 0.1  # seconds between a call and the look
TICK = 1.0  # seconds between two checks of what is overdue
HEARTBEAT = timedelta(seconds=15)
AT_ONCE = 8
"""Subjects looked at side by side."""
log = structlog.get_logger(__name__)


Look = Callable[[Collection[OpenPage]], Awaitable[None]]
"""Reads what these pages show of a subject, and sends them the difference."""


@dataclass(eq=False)
class Subject:
    """Something that pages show. `new`: those of them that have been sent nothing yet."""

    look: Look
    listening: Listening
    looked_at: datetime
    pages: set[OpenPage] = field(default_factory=set)
    new: set[OpenPage] = field(default_factory=set)


class PageFeed:
    """The open pages of one desk in this process. Its task lives while there are any."""

    def __init__(self, desk: WebDesk) -> None:
        self._desk, self._clock = desk, desk.tools.clock
        self._pages: set[OpenPage] = set()
        self._subjects: dict[Hashable, Subject] = {}
        self._called: dict[Subject, None] = {}  # in their order, as a set
        self._joining: dict[Subject, None] = {}
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failing = False

    @contextmanager
    def open(self, page: OpenPage) -> Iterator[None]:
        """Keeps a page current while it is open. The page ends when its session does, or when the desk closes."""
        subjects = self._joined(page)
        try:
            yield
        finally:
            self._left(page, subjects)

    # ---------------------------------------------------------------------------- coming and going

    def _joined(self, page: OpenPage) -> Mapping[Hashable, Subject]:
        self._pages.add(page)
        subjects = {key: self._subject(key, topic, look) for key, topic, look in self._wanted(page)}
        for subject in subjects.values():
            subject.pages.add(page)
            subject.new.add(page)
        self._joining.update(dict.fromkeys(subjects.values()))
        self._something.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name=f"pages of {self._desk.name}")
        return subjects

    def _wanted(self, page: OpenPage) -> Iterable[tuple[Hashable, str, Look]]:
        """A page's subjects: keys by which pages share them, topics, and looks."""
        desk, user, dialog = self._desk.name, page.member.actor.user, page.position.dialog
        yield ("session", page.member.session.id), sign_ins_topic(desk, user), self._look_at_session
        yield "lists", DIALOGS, self._look_at_lists
        yield ("notices", user), notices_topic(desk, user), self._look_at_notices
        if dialog is not None:
            yield ("dialog", dialog, user), dialog_topic(dialog), self._look_at_dialog

    def _subject(self, key: Hashable, topic: str, look: Look) -> Subject:
        if (known := self._subjects.get(key)) is not None:
            return known

        def call() -> None:
            self._called[subject] = None
            self._something.set()

        subject = Subject(look, self._desk.tools.wake.listen(topic, call), self._clock.now())
        self._subjects[key] = subject
        return subject

    def _left(self, page: OpenPage, subjects: Mapping[Hashable, Subject]) -> None:
        self._pages.discard(page)
        for key, subject in subjects.items():
            subject.pages.discard(page)
            subject.new.discard(page)
            if not subject.pages:
                subject.listening.close()
                self._called.pop(subject, None)
                self._joining.pop(subject, None)
                del self._subjects[key]
        if not self._pages and self._task is not None:
            self._task.cancel()
            self._task = None

    # --------------------------------------------------------------------------------- the one task

    async def _run(self) -> None:
        closing, ticked = asyncio.ensure_future(self._desk.closing.wait()), self._clock.now()
        try:
            while not closing.done():
                waiting = asyncio.ensure_future(self._something.wait())
                await asyncio.wait((waiting, closing), timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                if self._something.is_set():
                    await self._clock.sleep(BREATH)
                self._something.clear()
                await self._look()
                if (now := self._clock.now()) - ticked >= timedelta(seconds=TICK):
                    ticked = now
                    self._tick(now)
        finally:
            closing.cancel()
            if asyncio.current_task() is self._task:  # or the pages that have come since are the next task's
                for page in self._pages:
                    page.end()

    async def _look(self) -> None:
        """Looks at all that is due. What fails is tried again a little later; its pages go on."""
        free, now = asyncio.Semaphore(AT_ONCE), self._clock.now()
        called, due = self._called, self._called | self._joining
        self._called, self._joining = {}, {}
        looks = [(subject, list(subject.pages if subject in called else subject.new)) for subject in due]

        async def one(subject: Subject, pages: Collection[OpenPage]) -> None:
            async with free:
                try:
                    await subject.look(pages)
                except Exception:
                    if subject.pages:
                        self._called[subject] = None
                    raise

        for subject in due:
            subject.new, subject.looked_at = set(), now
        done = await asyncio.gather(*starmap(one, looks), return_exceptions=True)
        failed = [error for error in done if error is not None]
        if failed and not self._failing:
            log.error("open pages cannot be kept current", desk=self._desk.name, exc_info=failed[0])
        self._failing = bool(failed)

    def _tick(self, now: datetime) -> None:
        """Makes due what nobody has called for long; ends what has expired; shows the others that the hub is there."""
        self._called.update(
            dict.fromkeys(one for one in self._subjects.values() if (now - one.looked_at).total_seconds() >= POLL)
        )
        for page in self._pages:
            if now >= page.member.session.until:
                page.end()
            elif now - page.spoken_at >= HEARTBEAT:
                page.send(b": still here\n\n")
                page.spoken_at = now

    # -------------------------------------------------------------------------------------- looks

    async def _look_at_session(self, pages: Collection[OpenPage]) -> None:
        if await next(iter(pages)).member.signed_in():
            return
        for page in pages:
            page.send(frame(SIGNED_OUT, {}))
            page.end()

    async def _look_at_lists(self, pages: Collection[OpenPage]) -> None:
        seen = await self._desk.backend.lists(self._desk.name, [page.wants for page in pages])
        drawn: dict[tuple[int, int, int], bytes] = {}
        for page, now in zip(pages, seen, strict=True):
            before, page.shown = page.shown, now
            change = (id(before), id(now.counters), id(now.rows))  # each is kept by a page while this runs
            if change not in drawn:
                drawn[change] = lists_frame(before, now, page.wire)
            if drawn[change]:
                page.send(drawn[change])

    async def _look_at_dialog(self, pages: Collection[OpenPage]) -> None:
        some = next(iter(pages))
        actor, dialog = some.member.actor, some.position.dialog
        before = {page: page.position.revision for page in pages}
        for revision in set(before.values()):
            seen = await self._desk.backend.page(self._desk.name, actor, dialog, since=revision) if dialog else None
            if seen is None:
                return
            for page in pages:
                if before[page] == revision:
                    page.dialog(seen)

    async def _look_at_notices(self, pages: Collection[OpenPage]) -> None:
        user, after = next(iter(pages)).member.actor.user, min(page.position.notice for page in pages)
        while came := await self._desk.backend.notifications(self._desk.name, user, after):
            after = came[-1].id
            for page in pages:
                page.notices(came)
