"""Slack as a `Desk`: sending for the courier, and receiving while the process runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from weakref import WeakSet

import structlog

from bot.desks.shared.emoji import Dialect, name_of
from bot.desks.slack import check, limits
from bot.desks.slack.answers import AnswerPresenter
from bot.desks.slack.attending import Attending
from bot.desks.slack.audience import Audience
from bot.desks.slack.availability import availability
from bot.desks.slack.connection import first_of
from bot.desks.slack.direct_messages import DirectMessenger
from bot.desks.slack.errors import code_of
from bot.desks.slack.files import AT_ONCE, SlackFiles
from bot.desks.slack.gaps import Gaps
from bot.desks.slack.posting import Posting
from bot.desks.slack.receiving import OVERLAP, Receiver
from bot.desks.slack.settings import SlackSettings
from bot.desks.slack.sockets import ConnectionLine, connected
from bot.desks.slack.workspace import Workspace
from bot.domain import Actor, DeskName, FileRef, Key, Place, PostId, PostRef, ThreadId, ThreadRef
from bot.locale import translator
from bot.ports import (
    Availability,
    DeskLimits,
    Download,
    EventHandler,
    Finding,
    FoundCard,
    Mark,
    Notifies,
    Rate,
    Rejected,
    Tools,
    Unavailable,
    returned_topic,
)
from bot.views.values import Card, Post, View

log = structlog.get_logger(__name__)

WELL = timedelta(seconds=10)
LONGEST_PAUSE = 15.0
"""A line that lasted less than `WELL` is opened again after a pause, at most so many seconds."""

RATES = (
    Rate("all", 300, 60),
    Rate("channel", 1, 1.05),
    Rate("update", 50, 60),
    Rate("redraw", 20, 60),
    Rate("mark", 50, 60),
    Rate("unmark", 20, 60),
)
"""One post a second per channel and a little less, since networks do not keep a pace exactly: Slack does not promise to
store or show what comes in bursts. A minute and workspace: 50 updates (tier 3), of which 20 may be cards on which
nobody has just acted, 50 reactions (tier 3), and 20 reactions removed (tier 2)."""


class SlackDesk:
    """One app in one workspace."""

    limits = DeskLimits(post=limits.POST, files=AT_ONCE, rates=RATES, notifies=Notifies.MARKS)

    def __init__(self, name: DeskName, settings: SlackSettings, tools: Tools, channels: Sequence[str] = ()) -> None:
        """`channels`: those of the desk's accounts, besides its own."""
        self.name, self.settings = name, settings
        self.workspace = Workspace(name, settings, tools)
        self.audience = Audience(self.workspace, channels)
        self._channels = tuple(dict.fromkeys(("", *channels)))
        self._clock, self._wake, self._tr = tools.clock, tools.wake, translator(tools.locale)
        self._unread: datetime | None = None  # time since which posts may be missing; survives a failed `run`
        self._reading: Receiver | None = None
        self._receivers: WeakSet[Receiver] = WeakSet()  # by HTTP, events come to another than reads what was missed
        self._line: ConnectionLine | None = None
        self._attending = Attending(self.workspace)
        self._slack_files = SlackFiles(self.workspace, tools.files, self._tr, tools.guarded_http)
        self._direct_messages = DirectMessenger(self.workspace, self._slack_files)
        self._presenter = AnswerPresenter(self.workspace, self._direct_messages, self._tr)
        self._posting = Posting(
            self.workspace, self._slack_files, tools.files, self._tr, tools.public_url.startswith("https://")
        )

    # ---------------------------------------------------------------------------------- receiving

    async def run(self, handler: EventHandler, since: datetime) -> None:
        receiver = self.receiver(handler)
        self._reading = receiver
        self._unread = receiver.began = since = min(since, self._unread or since)
        pause = 0.0
        try:
            while True:
                receiver.catching_up.expect()
                began = self._clock.now()
                since = await self._listen(receiver, handler, since)
                pause = 0.0 if self._clock.now() - began > WELL else min(max(pause * 2, 0.1), LONGEST_PAUSE)
                await self._clock.sleep(pause)
        finally:
            self._receivers.discard(receiver)
            await receiver.catching_up.close()

    async def _listen(self, receiver: Receiver, handler: EventHandler, since: datetime) -> datetime:
        """Listens until the line ends, and reads meanwhile what was missed since then. Returns the time since which the
        next posts may be missed."""
        async with self._listening(receiver) as line:
            try:
                while not line.over.is_set():
                    receiver.catching_up.begin(await handler.threads(), since)
                    self._line, self._unread = line, None
                    self._attending.give_way()
                    await first_of(line.over, line.doubt)
                    since = self._committed() - OVERLAP
                    line.trust()
            finally:
                self._attending.take_over()
                since = self._committed() - OVERLAP
                self._unread, self._line = min(since, receiver.catching_up.unread_since() or since), None
        return since

    def _committed(self) -> datetime:
        """Returns the time up to which everything that Slack has sent live is committed."""
        heard = self._clock.now() - timedelta(seconds=self._line.quiet_for if self._line is not None else 0)
        return self._reading.read_until(heard) if self._reading else heard

    async def reread(self, channel: str, since: datetime) -> None:
        """Reads again what was posted in one channel since then, or since it was last heard of, while listening goes
        on: the app could not read it."""
        where = await self.workspace.channel(channel)
        if self._reading is not None:
            await self._reading.reread(where, since)

    def unreadable(self) -> Mapping[str, Unavailable]:
        return {channel: why for one in self._receivers for channel, why in one.catching_up.unreadable.items()}

    def long_waits(self) -> Mapping[str, float]:
        return self.workspace.long_waits()

    async def attend(self, handler: EventHandler) -> None:
        if self.settings.app_token is not None:
            await self._attending.run(lambda: self.receiver(handler))

    def read_until(self) -> datetime:
        committed = self._unread or self._committed()
        unread = self._reading.catching_up.unread_since() if self._reading else None
        return min(committed, unread or committed)

    def unheard_since(self) -> datetime | None:
        return self._unread

    def receiver(self, handler: EventHandler) -> Receiver:
        receiver = Receiver(self.workspace, self.audience, self._presenter, handler, self._clock, self._returned)
        self._receivers.add(receiver)
        return receiver

    async def _returned(self) -> None:
        await self._wake.notify([returned_topic(f"desk:{self.name}")])

    @asynccontextmanager
    async def _listening(self, receiver: Receiver) -> AsyncIterator[ConnectionLine]:
        """Yields a line; with HTTP, where Slack calls the hub, one without connections that never ends."""
        await self.workspace.identity()
        if self.settings.app_token is None:
            yield ConnectionLine(self.workspace, receiver)
            return
        async with connected(self.workspace, receiver) as line:
            log.info("Slack connected", desk=self.name)
            yield line

    # ------------------------------------------------------------------------------------ sending

    async def open(self, channel: str, card: Card, key: Key) -> ThreadRef:
        where = await self.workspace.channel(channel)
        await self.workspace.identity()  # `link` needs it
        return ThreadRef(self.name, where, ThreadId(await self._posting.open(where, card, key)))

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        await self.workspace.identity()  # `link` needs it
        return await self._posting.post(thread, post)

    async def find(self, channel: str, thread: ThreadRef | None, key: Key) -> PostRef | None:
        where = thread.channel if thread else await self.workspace.channel(channel)
        found = await (self._posting.find(thread, key) if thread else self._posting.find_card(where, key))
        return PostRef(self.name, where, PostId(found)) if found else None

    async def update(self, ref: PostRef, what: Post | Card) -> None:
        if isinstance(what, Card):
            await self._posting.redraw_card(ref, what)
        else:
            await self._posting.redraw(ref, what)

    async def delete(self, ref: PostRef) -> None:
        await self._posting.delete(ref)

    async def mark(self, ref: PostRef, mark: Mark, on: bool) -> None:
        name = name_of(mark.value, Dialect.SLACK)
        try:
            await self.workspace.call(
                "reactions.add" if on else "reactions.remove", channel=ref.channel, timestamp=ref.post, name=name
            )
        except Rejected as refused:
            if code_of(refused) not in ("already_reacted", "no_reaction"):
                raise

    async def whisper(self, user: str, thread: ThreadRef, view: View) -> None:
        await self._presenter.show(user, Place(self.name, thread.channel, thread.thread), view)

    async def reached(self, channel: str, users: Collection[str]) -> Collection[str]:
        return await self.audience.among(channel, users)

    async def tell(self, user: str, view: View) -> None:
        await self._direct_messages.tell(user, view)

    async def show_home(self, user: str, view: View) -> bool:
        return await self._presenter.home.refresh(user, view)

    async def retell(self, user: str, whispered: Key, view: View) -> None:
        await self._direct_messages.retell(user, whispered, view)

    # ----------------------------------------------------------------------------------- the rest

    def link(self, thread: ThreadRef, post: PostRef | None = None) -> str:
        known = self.workspace.known
        if known is None:
            return ""
        address = f"{known.url.rstrip('/')}/archives/{thread.channel}/p"
        if post is None or str(post.post) == str(thread.thread):
            return address + thread.thread.replace(".", "")
        return f"{address}{post.post.replace('.', '')}?thread_ts={thread.thread}&cid={thread.channel}"

    def channel_names(self, channel: str) -> Sequence[str]:
        return self.workspace.channel_names(channel)

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        return self._slack_files.download(file)

    async def staff(self) -> Sequence[Actor]:
        return await self.audience.staff()

    async def staff_changed(self) -> None:
        await self.audience.moved.wait()
        self.audience.moved.clear()

    async def availability(self, users: Collection[str]) -> Mapping[str, Availability]:
        return await availability(self.workspace, list(users))

    async def bearers(self, names: Collection[str]) -> Sequence[Actor]:
        return await self.workspace.bearers(names)

    async def traces(self, since: datetime | None) -> Sequence[FoundCard]:
        gaps = Gaps(self.workspace, self._clock)
        return [card async for card in gaps.cards(self._channels, since)]

    async def check(self) -> Sequence[Finding]:
        return [finding async for finding in check.findings(self.workspace, self.audience, self._tr)]

    async def close(self) -> None:
        """Gives answers that are being shown a moment. The HTTP session is the hub's, and connections end with
        `run`."""
        await self._presenter.background.close()
        for receiver in [*self._receivers]:
            await receiver.catching_up.close()
