"""Reading what was missed, while listening goes on.

Live words of a thread wait only for the missed ones of the same thread, which are then read at once; the rest is read
in the background, channel by channel. A channel that cannot be read is tried again and again, and holds up no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

from bot.desks.slack.gaps import Gaps, Message
from bot.desks.slack.lanes import Lanes
from bot.domain import ThreadRef
from bot.locale import N_
from bot.ports import Clock, DeliveryError, IntakeClosed, Transient, Unavailable
from bot.runtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)

PATIENCE = 30.0
"""Seconds for which live words wait for the missed ones of their thread, and after which a channel that has not been
read is told. Slack repeats what is not acknowledged in 3 seconds, which does no harm."""
READ_AT_ONCE = 4
"""Threads read side by side because live words wait for them."""
QUIET_EVERY = 1.5
"""Seconds between threads that are only compared: Slack allows about fifty such calls a minute, for everything."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 60.0
UNREAD = N_(
    "Slack does not show what was written in this channel: compare the app's scopes, and look at slack-status.com."
)

T = TypeVar("T")


class TakesMissed(Protocol):
    """Intake of missed messages: `bot.desks.slack.missed`."""

    async def take(self, channel: str, messages: Sequence[Message]) -> None: ...

    async def take_thread(self, channel: str, root: str, since: datetime) -> None: ...

    async def is_worth_comparing(self, channel: str, root: str, since: datetime) -> bool: ...


@dataclass(eq=False)
class _Gap:
    """A gap in one channel. `behind`: threads whose missed messages have not been read; `let_go`: those of them whose
    live words have waited long enough."""

    channel: str
    since: datetime
    began: datetime
    behind: dict[str, None]
    let_go: set[str] = field(default_factory=set)


class CatchingUp:
    """The gaps of one desk. Between `expect` and `begin` all lanes wait: it is not known yet which are behind."""

    def __init__(self, gaps: Gaps, lanes: Lanes, missed: TakesMissed, clock: Clock) -> None:
        self._gaps, self._lanes, self._missed, self._clock = gaps, lanes, missed, clock
        self._known = asyncio.Event()
        self._known.set()
        self._open: dict[str, _Gap] = {}
        self._own_since: datetime | None = None
        self._jobs: dict[str, asyncio.Task[None]] = {}
        self.unreadable: dict[str, Unavailable] = {}
        self._waiting = 0
        self._calm = asyncio.Event()
        self._calm.set()
        self._at_once = asyncio.Semaphore(READ_AT_ONCE)

    # ------------------------------------------------------------------------------------ beginning

    def expect(self) -> None:
        """Makes all lanes wait: something was missed, or will have been when listening begins."""
        self._known.clear()

    def begin(self, threads: Collection[ThreadRef], since: datetime) -> None:
        """Begins to read what was missed in these threads and at the top level of their channels and the desk's own."""
        roots: dict[str, list[str]] = {}
        for thread in threads:
            roots.setdefault(thread.channel, []).append(thread.thread)
        for channel, found in roots.items():
            self.reread(channel, found, since)
        self._own_since = min(since, self._own_since or since)
        self._start("", self._own_channel(set(roots)))
        self._known.set()

    def reread(self, channel: str, roots: Collection[str], since: datetime) -> None:
        """Begins to read what was missed in one channel since then. May be called at any time while listening."""
        before = self._open.get(channel)
        since = min(since, before.since if before else since)
        gap = _Gap(channel, since, before.began if before else self._clock.now(), dict.fromkeys(roots))
        self._open[channel] = gap
        self._start(channel, self._catch_up(gap))

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        if name in self._jobs:
            self._jobs[name].cancel()
        self._jobs[name] = asyncio.create_task(work)

    async def close(self) -> None:
        for job in self._jobs.values():
            job.cancel()
        await asyncio.gather(*self._jobs.values(), return_exceptions=True)

    def unread_since(self) -> datetime | None:
        """Returns the beginning of the oldest gap that has not been read; None: there is none."""
        since = [gap.since for gap in self._open.values()]
        return min(since + ([self._own_since] if self._own_since is not None else []), default=None)

    # -------------------------------------------------------------------------------------- waiting

    async def passed(self, lane: str) -> None:
        """Waits until a lane's missed messages have been taken in. To be called within the lane's turn."""
        await self._known.wait()
        channel, _, thread = lane.partition(":")
        gap = self._open.get(channel)
        if gap is None or thread not in gap.behind or thread in gap.let_go:
            return
        self._waiting += 1
        self._calm.clear()
        failed: list[Exception] = []
        try:
            async with asyncio.timeout(PATIENCE), self._at_once:
                await self._insist(partial(self._read, gap, thread), failed)
        except TimeoutError:
            if failed and (isinstance(failed[-1], IntakeClosed) or not isinstance(failed[-1], DeliveryError)):
                raise failed[-1] from None  # the hub's own fault: the live words could not be stored either
            gap.let_go.add(thread)
            log.warning("live messages go before missed ones", channel=channel, waited=PATIENCE)
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._calm.set()

    # -------------------------------------------------------------------------------------- reading

    async def _own_channel(self, read: Collection[str]) -> None:
        """Reads the desk's own channel, unless it is among those being read: it may have no open thread."""
        since = self._own_since
        assert since is not None
        channel = await self._insist(self._gaps.own_channel)
        self.unreadable = {one: error for one, error in self.unreadable.items() if one in self._open}
        if channel not in read:
            self.reread(channel, (), since)
        self._own_since = None

    async def _catch_up(self, gap: _Gap) -> None:
        roots = list(gap.behind)
        news = await self._insist(
            partial(self._gaps.news, gap.channel, roots, gap.since), told=partial(self._tell, gap)
        )
        for root in roots:
            if root not in news.threads:
                gap.behind.pop(root, None)
        for message in news.top:
            await self._in_turn(gap, str(message["ts"]), partial(self._missed.take, gap.channel, [message]))
        for root in news.threads:
            await self._calm.wait()
            await self._in_turn(gap, root, partial(self._read, gap, root))
        await self._compare(gap, [root for root in roots if root not in news.threads])
        if self._open.get(gap.channel) is gap:
            del self._open[gap.channel]
            self.unreadable.pop(gap.channel, None)
            log.info("missed Slack messages read", channel=gap.channel, threads=len(news.threads))

    async def _compare(self, gap: _Gap, threads: Collection[str]) -> None:
        """Looks at threads without news, slowly: posts in them may have been edited, deleted or reacted to."""
        for root in threads:
            if not await self._insist(partial(self._missed.is_worth_comparing, gap.channel, root, gap.since)):
                continue
            await self._calm.wait()
            await self._in_turn(gap, root, partial(self._missed.take_thread, gap.channel, root, gap.since))
            await self._clock.sleep(QUIET_EVERY)

    async def _in_turn(self, gap: _Gap, thread: str, work: Callable[[], Awaitable[None]]) -> None:
        async def once() -> None:
            async with self._lanes.turn(f"{gap.channel}:{thread}"):
                await work()

        await self._insist(once)

    async def _read(self, gap: _Gap, thread: str) -> None:
        """Reads a thread and takes in what was missed. To be called within its lane's turn."""
        if thread not in gap.behind:
            return
        await self._missed.take_thread(gap.channel, thread, gap.since)
        gap.behind.pop(thread, None)

    def _tell(self, gap: _Gap, error: Exception) -> None:
        """Notes a channel that cannot be read: at once if it is lost, otherwise if that lasts. Where Slack has asked to
        wait, `Workspace.long_waits` tells."""
        asked = isinstance(error, Transient) and error.retry_after is not None
        lasts = (self._clock.now() - gap.began).total_seconds() >= PATIENCE
        if isinstance(error, Unavailable):
            self.unreadable[gap.channel] = Unavailable(error.detail, error.advice, gap.channel)
        elif isinstance(error, DeliveryError) and lasts and not asked:
            self.unreadable[gap.channel] = Unavailable(str(error), UNREAD, gap.channel)

    async def _insist(
        self,
        work: Callable[[], Awaitable[T]],
        failed: list[Exception] | None = None,
        told: Callable[[Exception], None] | None = None,
    ) -> T:
        """Does the work, again and again until it succeeds. `failed`: receives the failures; `told`: is called with
        each."""
        pause = FIRST_PAUSE
        while True:
            try:
                return await work()
            except Exception as error:  # noqa: BLE001 - whatever failed, the messages must not be lost
                if isinstance(error, Unavailable) and error.channel:
                    self.unreadable[error.channel] = error
                if failed is not None:
                    failed.append(error)
                if told is not None:
                    told(error)
                throttled.warning("failed to read missed Slack messages", type(error).__name__, error=str(error))
                wait = error.retry_after if isinstance(error, Transient) else None
            await self._clock.sleep(wait or pause)
            pause = min(pause * 2, LONGEST_PAUSE)
