"""Reading what was missed, while listening goes on.

Each channel is read on its own: one that cannot be read is tried again and again, is told, and holds up no other. Live
words of a thread wait only for the missed ones of the same thread, which are read alone when the channel's are late.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog

from bot.desks.mattermost.absence import Found
from bot.desks.mattermost.errors import UNREAD_ADVICE
from bot.desks.mattermost.missed import MissedEvents
from bot.desks.mattermost.server import Server
from bot.desks.mattermost.wire import HeardEvent
from bot.desks.shared.threads import RecentThreads
from bot.ports import Clock, DeliveryError, EventHandler, Transient, Unavailable
from bot.runtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)

GRACE = 0.5
"""Seconds that live words leave for their whole channel to be read, before their thread is read alone."""
PATIENCE = 30.0
"""Seconds of a gap's reading for which live words wait for the missed ones of their thread; a channel that has not been
read by then is told."""
LEAST = 3.0
"""Seconds that they wait after that, once for each thread."""
MISSED_AT_ONCE = 4
"""Threads of a channel whose missed events are committed side by side, and that are read alone."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0

T = TypeVar("T")
Take = Callable[[HeardEvent], Awaitable[None]]
"""Commits a missed event; after an exception it is taken again."""
Part = dict[str, list[Found]]
"""Events by thread."""


@dataclass(eq=False)
class _ChannelGap:
    """A gap in one channel. `parts`: its events, see `_in_parts`, which are removed when committed. `read`: set when
    they are known. `passed`: threads that are read, or whose live words have waited long enough. `waiting`: receive how
    the reading ends."""

    channel: str
    since: int
    began: float
    parts: Sequence[Part] = ()
    read: asyncio.Event = field(default_factory=asyncio.Event)
    passed: set[str] = field(default_factory=set)
    locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MISSED_AT_ONCE))
    waiting: list[asyncio.Future[None]] = field(default_factory=list)


class GapReading:
    """The gaps of one desk. `reached(at)` is called before a gap is closed that was read up to then."""

    def __init__(
        self,
        missed: MissedEvents,
        server: Server,
        threads: RecentThreads,
        handler: EventHandler,
        clock: Clock,
        take: Take,
        reached: Callable[[int], Awaitable[None]],
    ) -> None:
        self._missed, self._server, self._threads = missed, server, threads
        self._handler, self._clock, self._take, self._reached = handler, clock, take, reached
        self._known = asyncio.Event()
        self._known.set()
        self._unlisted: int | None = None  # since when channels were not read that are not known yet
        self._open: dict[str, _ChannelGap] = {}
        self._jobs: dict[str, asyncio.Task[None]] = {}
        self._refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.unreadable: dict[str, Unavailable] = {}

    async def run(self) -> None:
        """Runs for ever. Raises `Unavailable` when nothing can be read at all: the token is refused."""
        try:
            await self._refused
        finally:
            for job in self._jobs.values():
                job.cancel()
            await asyncio.gather(*self._jobs.values(), return_exceptions=True)

    def unread_since(self) -> int | None:
        """Returns the beginning of the oldest gap; None: there is none."""
        since = [gap.since for gap in self._open.values()]
        return min(since + ([self._unlisted] if self._unlisted is not None else []), default=None)

    # ------------------------------------------------------------------------------------ beginning

    def begin(self, since: int) -> None:
        """Begins to read the desk's channels. Until they are known, all live events wait."""
        self._known.clear()
        self._unlisted = min(since, self._unlisted if self._unlisted is not None else since)
        self._start("", self._all_channels(self._unlisted))

    async def reread(self, channel: str, since: int) -> None:
        """Reads one channel, at any time while listening. Raises `DeliveryError` if it cannot be read now; it is tried
        again."""
        ended = asyncio.get_running_loop().create_future()
        self._begin(channel, since).waiting.append(ended)
        await ended

    async def _all_channels(self, since: int) -> None:
        channels = {thread.channel for thread in await self._insist(self._handler.threads)}
        for channel in sorted(channels):
            self._begin(channel, since)
        self._known.set()
        own = await self._insist(partial(self._server.channel, ""), self._own_failed)
        self.unreadable = {one: error for one, error in self.unreadable.items() if one in self._open}
        if own not in channels:
            self._begin(own, since)
        self._unlisted = None

    def _begin(self, channel: str, since: int) -> _ChannelGap:
        before = self._open.get(channel)
        gap = _ChannelGap(channel, min(since, before.since if before else since), asyncio.get_running_loop().time())
        if before is not None:
            gap.waiting = before.waiting
            before.read.set()
        self._open[channel] = gap
        self._start(channel, self._catch_up(gap))
        return gap

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        if name in self._jobs:
            self._jobs[name].cancel()
        self._jobs[name] = asyncio.create_task(work)

    # -------------------------------------------------------------------------------------- waiting

    async def passed(self, channel: str, root: str, post: str) -> None:
        """Waits until the missed events of a live event's thread have been committed. To be called in its lane's turn.
        `root` "": the thread of the post may become known when the channel is read."""
        await self._known.wait()
        gap = self._open.get(channel)
        if gap is None:
            return
        if root not in gap.passed:
            alone = await self._patiently(gap, root)
            async with gap.locks[root]:
                for _, heard in alone:
                    await self._take(heard)
                gap.passed.add(root)
        if root := root or self._threads.of(post) or "":
            for part in gap.parts:
                await self._commit(gap, part, root)

    async def _patiently(self, gap: _ChannelGap, root: str) -> Sequence[Found]:
        """Waits until the channel is read, or the thread alone, whose events are returned; but not for ever."""
        try:
            async with asyncio.timeout(max(LEAST, gap.began + PATIENCE - asyncio.get_running_loop().time())):
                return await (self._alone(gap, root) if root else self._whole(gap))
        except TimeoutError:
            throttled.warning("live events go before missed ones", channel=gap.channel)
            return ()

    async def _whole(self, gap: _ChannelGap) -> Sequence[Found]:
        """Waits until the whole channel is read."""
        await gap.read.wait()
        return ()

    async def _alone(self, gap: _ChannelGap, root: str) -> Sequence[Found]:
        """Waits a moment for the whole channel, then reads the thread alone and returns its events."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                return await self._whole(gap)
        async with gap.at_once:
            return await self._insist(partial(self._missed.of_thread, gap.channel, root, gap.since))

    # -------------------------------------------------------------------------------------- reading

    async def _catch_up(self, gap: _ChannelGap) -> None:
        work = partial(self._missed.of_channel, gap.channel, gap.since)
        seen = await self._insist(work, partial(self._failed, gap))
        self.unreadable.pop(gap.channel, None)
        gap.parts = _in_parts(seen.found)
        gap.read.set()
        for part in gap.parts:
            await asyncio.gather(*(self._insist(partial(self._in_background, gap, part, root)) for root in part))
        await self._reached(seen.until)
        del self._open[gap.channel]
        log.info("missed posts read", channel=gap.channel, facts=len(seen.found))
        for one in gap.waiting:
            if not one.done():
                one.set_result(None)

    async def _in_background(self, gap: _ChannelGap, part: Part, root: str) -> None:
        async with gap.at_once:
            await self._commit(gap, part, root)

    async def _commit(self, gap: _ChannelGap, part: Part, root: str) -> None:
        """Commits what was found in a thread and is not committed yet."""
        async with gap.locks[root]:
            found = part.get(root, [])
            if found and root in gap.passed:
                found[:] = await self._missed.unknown(found)
            while found:
                await self._take(found[0][1])
                del found[0]

    async def _insist(self, work: Callable[[], Awaitable[T]], failed: Callable[[Exception], None] | None = None) -> T:
        """Does the work, again and again until it succeeds. `failed` is called with each failure."""
        pause = FIRST_PAUSE
        while True:
            try:
                return await work()
            except Exception as error:  # noqa: BLE001 - whatever failed, the events must not be lost
                if failed is not None:
                    failed(error)
                throttled.warning("failed to read missed posts", type(error).__name__, error=str(error))
                told = error.retry_after if isinstance(error, Transient) else None
            await self._clock.sleep(told or pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _own_failed(self, error: Exception) -> None:
        if isinstance(error, Unavailable):
            self._note(error.channel, error)

    def _failed(self, gap: _ChannelGap, error: Exception) -> None:
        late = asyncio.get_running_loop().time() >= gap.began + PATIENCE
        if isinstance(error, Unavailable):
            self._note(gap.channel if error.channel else "", error)
        elif late:
            self._note(gap.channel, Unavailable(str(error), UNREAD_ADVICE, gap.channel))
        if isinstance(error, DeliveryError):
            for one in gap.waiting:
                if not one.done():
                    one.set_exception(error)
            gap.waiting.clear()

    def _note(self, channel: str, error: Unavailable) -> None:
        """Notes a channel that cannot be read; "": nothing can."""
        if channel:
            self.unreadable[channel] = error
        elif not self._refused.done():
            self._refused.set_exception(error)


def _in_parts(found: Sequence[Found]) -> list[Part]:
    """Returns threads to be committed side by side, part after part: an event outside of threads may be about any, and
    is a part of its own."""
    parts: list[Part] = []
    in_threads = False
    for number, (root, heard) in enumerate(found):
        if not root or not in_threads:
            parts.append({})
        in_threads = bool(root)
        parts[-1].setdefault(root or f":{number}", []).append((root, heard))
    return parts
