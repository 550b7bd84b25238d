"""Operators' actions, heard live through the websocket; `catching_up` reads those of a gap meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from bot.desks.mattermost import contents, wire
from bot.desks.mattermost.api import Api, Json
from bot.desks.mattermost.audience import MOVES, Audience
from bot.desks.mattermost.catching_up import GapReading
from bot.desks.mattermost.intake import EventIntake
from bot.desks.mattermost.missed import MissedEvents
from bot.desks.mattermost.people import UserDirectory
from bot.desks.mattermost.server import Server
from bot.desks.mattermost.socket import Event, Socket
from bot.desks.mattermost.wire import HeardEvent
from bot.desks.shared.threads import RecentThreads
from bot.domain import (
    Actor,
    Attachment,
    Content,
    DeskEvent,
    Forwarded,
    Key,
    Media,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    Place,
    PostId,
    Unshowable,
)
from bot.domain.mentions import words as words_in
from bot.ports import DeliveryError, EventHandler, Rejected, RejectReason, Tools, Unavailable, returned_topic
from bot.runtime.race import race
from bot.views.values import Answer, Silent

log = structlog.get_logger(__name__)

MARGIN = 60_000
"""Milliseconds that a gap is read from before its start: clocks differ, and posts do not arrive exactly in order of
their times. Events already known keep their key and have no effect."""

MOST_READ_LATE = 10_000
"""Keys of missed events that are remembered: they may be heard live as well, while the gap is read."""

Show = Callable[[Actor, Place, Answer], Awaitable[None]]
"""Shows someone the answer to their action. Raises `DeliveryError`."""


class EventListener:
    """Receives events."""

    def __init__(
        self,
        api: Api,
        server: Server,
        people: UserDirectory,
        audience: Audience,
        tools: Tools,
        handler: EventHandler,
        since: datetime,
        show: Show,
    ) -> None:
        self._api, self._server, self._people, self._audience, self._tools = api, server, people, audience, tools
        self._handler, self._show = handler, show
        self._intake = EventIntake(int(since.timestamp() * 1000))
        self._threads = RecentThreads()
        self._asides = _Asides()
        self._socket: Socket | None = None
        self._read_at = self._intake.position
        self._heard: dict[str, int] = {}  # channel → the latest event, in milliseconds
        missed = MissedEvents(api, server, self._threads, handler)
        self._gaps = GapReading(
            missed, server, self._threads, handler, tools.clock, self._take_missed, self._intake.reached
        )
        self._read_late: dict[Key, None] = {}  # missed events that are committed
        self._moved: dict[str, int] = {}  # user → number of the latest event on this connection about their membership

    async def run(self) -> None:
        self._me = await self._server.me()
        http, clock = self._tools.lasting_http, self._tools.clock
        self._socket = Socket(self._api, http, clock, self._intake, self._live, self._begin_gap)
        try:
            await race(self._gaps.run(), self._socket.run())
        finally:
            await self._intake.close()
            await self._asides.close()

    def read_until(self) -> datetime:
        unread = self._gaps.unread_since()
        until = self._intake.position if unread is None else min(self._intake.position, unread)
        return datetime.fromtimestamp(until / 1000, UTC)

    def unheard_since(self) -> datetime | None:
        return self._socket.lost if self._socket is not None else None

    async def _live(self, event: Event) -> None:
        heard, number = wire.from_event(self._me, event), event["seq"]
        self._note_heard(heard)
        if returned := wire.returned(self._me, event):
            await self._tools.wake.notify([returned_topic(f"desk:{self._me.desk}")])
        if changed := returned or wire.lost(self._me, event):
            self._asides.start(self._look_at(changed))
        if event["event"] in MOVES:  # counts at once: events that wait were sent before
            self._moved[self._audience.note_event(event)] = number
            await self._intake.pass_over(0, number)
        elif heard is None:
            await self._intake.pass_over(0, number)
        elif heard.fact is None:
            if heard.place is not None:
                self._threads.learn(str(heard.place.post), str(heard.place.thread or heard.place.post))
            await self._intake.pass_over(heard.at, number)
        else:
            channel, root, post = heard.fact.place.channel, self._root(heard.fact.place), str(heard.fact.place.post)
            ready = partial(self._gaps.passed, channel, root, post)
            take = partial(self._take, heard, number=number)
            await self._intake.add(f"{channel}:{root}", take, heard.at, number, ready)

    def _root(self, place: Place) -> str:
        """Returns the thread of an event; "" for an event about a post whose thread is unknown, and for a post outside
        of threads: a command there may be about any."""
        post = str(place.post)
        if place.thread is not None:
            self._threads.learn(post, place.thread)
        return self._threads.of(post) or ""

    def _note_heard(self, heard: HeardEvent | None) -> None:
        place = (heard.fact.place if heard.fact is not None else heard.place) if heard is not None else None
        if heard is not None and place is not None and heard.at:
            self._heard[place.channel] = max(heard.at, self._heard.get(place.channel, 0))

    def _begin_gap(self) -> None:
        """Begins to read everything since the position. Live events follow at once; those of a thread with missed ones,
        behind them."""
        self._server.reconnected()
        self._moved.clear()
        self._read_at = self._intake.begin()
        self._gaps.begin(self._read_at - MARGIN)

    # ------------------------------------------------------------------------------- lost channels

    def unreadable(self) -> Mapping[str, Unavailable]:
        return dict(self._gaps.unreadable)

    async def reread(self, channel: str, since: int) -> None:
        """Reads a channel since then, or since it was last heard of, if that is earlier. Raises `DeliveryError`."""
        where = await self._server.channel(channel)
        await self._gaps.reread(where, min(since, self._heard.get(where, self._read_at)) - MARGIN)

    async def _look_at(self, channel: str) -> None:
        """Reads a channel of the desk's in which the bot is again, or no longer, which is then told."""
        threads = await self._handler.threads()
        if channel not in await self._audience.known_channels() and all(one.channel != channel for one in threads):
            return
        try:
            await self.reread(channel, self._intake.position)
        except DeliveryError as error:
            log.warning("failed to read a channel", desk=self._me.desk, channel=channel, error=str(error))

    async def _take_missed(self, heard: HeardEvent) -> None:
        await self._take(heard, late=True)
        if heard.fact is not None:
            self._read_late[heard.fact.key] = None
            if len(self._read_late) > MOST_READ_LATE:
                del self._read_late[next(iter(self._read_late))]

    async def _take(self, heard: HeardEvent, *, late: bool = False, number: int | None = None) -> None:
        """Passes an event to the core to be committed; after an exception it must be delivered again. `number`: on the
        connection."""
        if heard.fact is None or heard.fact.key in self._read_late:
            return
        fact, words = heard.fact, heard.words
        if isinstance(fact, (OperatorPosted, OperatorEdited)):
            fact = replace(fact, missed=late)
            shared = [await self._post(id_) for id_ in heard.shared]
            places = tuple((str(one["channel_id"]), PostId(str(one["id"]))) for one in shared if one is not None)
            content, names = await self._whole(fact.content, shared), replace(fact.names, shared=places)
            fact = replace(fact, content=content, names=names)
            words |= words_in(fact.content)
        before_move = fact.actor is not None and number is not None and number < self._moved.get(fact.actor.user, 0)
        fact = await self._complete(fact, words, wire.happened(heard), missed=late or before_move)
        answer = await self._handler.accept(fact)
        if not isinstance(answer, Silent) and fact.actor is not None:
            self._asides.start(self._answer(fact, fact.actor, answer))

    async def _complete(
        self, fact: DeskEvent, words: frozenset[str], at: datetime | None, *, missed: bool
    ) -> DeskEvent:
        """Fills in the actor, their membership and, for a post, which of its words are names of people on the
        server."""
        if isinstance(fact, (OperatorPosted, OperatorEdited)) and words:
            fact = replace(fact, names=replace(fact.names, others=await self._people.called(words)))
        if isinstance(fact, OperatorDeleted) and fact.actor is None:
            return fact
        assert fact.actor is not None
        actor = await self._people.actor(fact.actor.user, fact.actor.name)
        return replace(fact, actor=await self._audience.placed(actor, at=at, missed=missed))

    async def _whole(self, content: Content, shared: Sequence[Json | None] = ()) -> Content:
        """Adds details that the post only refers to: files, and posts shared in it."""
        attachments = [one if contents.is_described(one) else await self._file(one) for one in content.attachments]
        forwarded = [await self._passed_on(post) for post in shared]
        return replace(content, attachments=tuple(attachments), forwarded=tuple(forwarded))

    async def _file(self, named: Attachment) -> Attachment:
        assert isinstance(named, Media)
        try:
            return contents.file(self._me.desk, named.file.id, await self._api.file_info(named.file.id))
        except Rejected as refused:
            return Unshowable("closed" if refused.reason is RejectReason.FORBIDDEN else "deleted")

    async def _post(self, id_: str) -> Json | None:
        try:
            return await self._api.post(id_)
        except Rejected:
            return None

    async def _passed_on(self, post: Json | None) -> Forwarded:
        """Converts a shared post. Cards in the hub's own posts are left out: they are not for customers."""
        if post is None:
            return Forwarded("", Content(attachments=(Unshowable("message"),)))
        props = post.get("props") or {}
        found = contents.said(self._me.desk, self._me.url, post, cards=not props.get(wire.MARKER))
        author = str(props.get("override_username") or (await self._people.actor(str(post["user_id"]))).title)
        content = await self._whole(found.content)
        if not content:
            content = Content(attachments=(Unshowable("message", author),))
        return Forwarded(author, content, datetime.fromtimestamp(int(post["create_at"]) / 1000, UTC))

    async def _answer(self, fact: DeskEvent, actor: Actor, answer: Answer) -> None:
        """Shows an answer outside of the stream, so that the next event does not wait for it."""
        try:
            await self._show(actor, fact.place, answer)
        except DeliveryError as error:
            log.warning("failed to show an answer", desk=self._me.desk, error=str(error))


class _Asides:
    """Owns the tasks that show answers, and cancels them when listening ends."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
