"""Operators' actions: live through the websocket and, after a gap, from the channels' posts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from bot.desks.mattermost import absence, contents, wire
from bot.desks.mattermost.api import SINCE_HOLDS, Api, Json
from bot.desks.mattermost.audience import MOVES, Audience
from bot.desks.mattermost.history import missed
from bot.desks.mattermost.intake import EventIntake
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
    Media,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    Place,
    PostId,
    Unshowable,
)
from bot.domain.mentions import words as words_in
from bot.ports import DeliveryError, EventHandler, Rejected, RejectReason, Tools, Unavailable
from bot.views.values import Answer, Silent

log = structlog.get_logger(__name__)

MARGIN = 60_000
"""Milliseconds that a gap is read from before its start: clocks differ, and posts do not arrive exactly in order of
their times. Events already known keep their key and have no effect."""

RETRY_EVERY = 30.0
"""Seconds between two attempts to read a channel that is lost."""

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
        self._lost: dict[str, tuple[int, DeliveryError]] = {}  # channel → since when it was not read, and why

    async def run(self) -> None:
        self._me = await self._server.me()
        http, clock = self._tools.lasting_http, self._tools.clock
        self._socket = Socket(self._api, http, clock, self._intake, self._live, self._gap)
        retrying = asyncio.create_task(self._retry())
        try:
            await self._socket.run()
        finally:
            retrying.cancel()
            await asyncio.gather(retrying, return_exceptions=True)
            await self._intake.close()
            await self._asides.close()

    def read_until(self) -> datetime:
        unread = [since for since, _ in self._lost.values()]
        return datetime.fromtimestamp(min([self._intake.position, *unread]) / 1000, UTC)

    def unheard_since(self) -> datetime | None:
        return self._socket.lost if self._socket is not None else None

    async def _live(self, event: Event) -> None:
        heard, number = wire.from_event(self._me, event), event["seq"]
        self._note_heard(heard)
        if returned := wire.returned(self._me, event):
            self._asides.start(self._return(returned))
        if event["event"] in MOVES:
            await self._intake.add("", partial(self._note, event), number=number)
        elif heard is None:
            await self._intake.pass_over(0, number)
        elif heard.fact is None:
            if heard.place is not None:
                self._threads.learn(str(heard.place.post), str(heard.place.thread or heard.place.post))
            await self._intake.pass_over(heard.at, number)
        else:
            await self._intake.add(self._lane(heard.fact.place), partial(self._take, heard), heard.at, number)

    async def _note(self, event: Event) -> None:
        self._audience.note_event(event)

    def _lane(self, place: Place) -> str:
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

    async def _gap(self) -> None:
        """Reads everything since the position from the desk's channels. Live events follow at once; those of a thread
        with missed ones, behind them."""
        self._server.reconnected()
        self._read_at = position = self._intake.position
        threads = {thread.channel for thread in await self._handler.threads()}
        posts = [*await self._read("", position - MARGIN)]
        for channel in sorted(threads.difference(self._server.channel_names(""))):
            posts += await self._read(channel, position - MARGIN)
        await self._add(posts, position - MARGIN)
        await self._intake.pass_over(max([position, *map(wire.time_of, posts)]))

    async def _add(self, posts: Sequence[Json], since: int) -> None:
        """Adds what the core does not know yet of a gap since then."""
        found = await self._became_of(posts, datetime.fromtimestamp(max(0, since) / 1000, UTC))
        known = await self._handler.known([heard.fact.key for _, heard in found if heard.fact is not None])
        new = [(root, heard) for root, heard in found if heard.fact is not None and heard.fact.key not in known]
        for root, heard in new:
            await self._intake.add(root, partial(self._take, heard, late=True))
        log.info("missed posts read", desk=self._me.desk, facts=len(new))

    # ------------------------------------------------------------------------------- lost channels

    def unreadable(self) -> Mapping[str, Unavailable]:
        return {channel: error for channel, (_, error) in self._lost.items() if isinstance(error, Unavailable)}

    async def reread(self, channel: str, since: int) -> None:
        """Reads a channel since then, or since it was last heard of, if that is earlier. Raises `DeliveryError`."""
        where = await self._server.channel(channel)
        since = min(since, self._heard.get(where, self._read_at)) - MARGIN
        since = min(since, self._lost[where][0]) if where in self._lost else since
        await self._add(await self._read(where, since), since)
        if where in self._lost:
            raise self._lost[where][1]

    async def _return(self, channel: str) -> None:
        """Reads a channel in which the bot is again."""
        try:
            await self.reread(channel, self._intake.position)
        except DeliveryError as error:
            log.warning("failed to read a channel", desk=self._me.desk, channel=channel, error=str(error))

    async def _retry(self) -> None:
        """Reads channels that were lost, as soon as it can."""
        while True:
            await self._tools.clock.sleep(RETRY_EVERY)
            for channel in [*self._lost]:
                await self._return(channel)

    async def _read(self, named: str, since: int) -> Sequence[Json]:
        """Reads a channel in which the bot is; one that is lost does not stop the others, and is read from there on
        when it is back. Elsewhere the bot may read, but hears nothing."""
        channel = named
        try:
            channel = await self._server.channel(named)
            since = min([since, *(began for one, (began, _) in self._lost.items() if one in (named, channel))])
            await self._api.check_presence(channel, self._me.id)
            posts = await missed(self._api, channel, max(0, since))
        except DeliveryError as error:
            if isinstance(error, Unavailable) and not error.channel:
                raise
            log.warning("failed to read a channel", desk=self._me.desk, channel=channel, error=str(error))
            self._lost[channel] = since, error
            return ()
        self._lost.pop(named, None)
        self._lost.pop(channel, None)
        return posts

    async def _became_of(self, posts: Sequence[Json], since: datetime) -> list[absence.Found]:
        """Returns the events of a gap, with their threads: what its posts show, and what became of known ones."""
        roots = {str(post.get("id")): self._root(post) for post in posts}
        told = [heard for heard in absence.told_by(self._me, posts) if heard.fact is not None]
        found = [(roots.get(str(heard.fact.place.post), ""), heard) for heard in told if heard.fact is not None]
        found += await absence.reactions_removed(self._me, self._handler, posts, since)
        if len(posts) >= SINCE_HOLDS:
            threads = await self._handler.threads()
            found += await absence.compared(self._me, self._api, self._handler, threads, since)
        return found

    def _root(self, post: Json) -> str:
        """Returns the thread of a missed post; "" for a post outside of threads."""
        id_, root = str(post.get("id") or ""), str(post.get("root_id") or "")
        if not root and post.get("user_id") == self._me.id:
            root = id_  # a card
        if root:
            self._threads.learn(id_, root)
        return root

    async def _take(self, heard: HeardEvent, *, late: bool = False) -> None:
        """Passes an event to the core to be committed; after an exception it must be delivered again."""
        if heard.fact is None:
            return
        fact, words = heard.fact, heard.words
        if isinstance(fact, (OperatorPosted, OperatorEdited)):
            fact = replace(fact, missed=late)
            shared = [await self._post(id_) for id_ in heard.shared]
            places = tuple((str(one["channel_id"]), PostId(str(one["id"]))) for one in shared if one is not None)
            content, names = await self._whole(fact.content, shared), replace(fact.names, shared=places)
            fact = replace(fact, content=content, names=names)
            words |= words_in(fact.content)
        fact = await self._complete(fact, words, wire.happened(heard), missed=late)
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
