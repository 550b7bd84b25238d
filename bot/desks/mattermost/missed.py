"""Events of a gap: of a whole channel, or of one thread whose live words wait for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.desks.mattermost import absence, wire
from bot.desks.mattermost.absence import Found
from bot.desks.mattermost.api import SINCE_HOLDS, Api, Json
from bot.desks.mattermost.history import missed
from bot.desks.mattermost.server import Server
from bot.desks.mattermost.wire import Me
from bot.desks.shared.threads import RecentThreads
from bot.ports import EventHandler, Rejected


@dataclass(frozen=True)
class ReadGap:
    """Events that the core does not know yet, in order, and the time of the latest post."""

    found: Sequence[Found]
    until: int


class MissedEvents:
    """Reads gaps. Times are in milliseconds."""

    def __init__(self, api: Api, server: Server, threads: RecentThreads, handler: EventHandler) -> None:
        self._api, self._server, self._threads, self._handler = api, server, threads, handler

    async def of_channel(self, channel: str, since: int) -> ReadGap:
        """Reads a channel in which the bot is: elsewhere it may read, but hears nothing. Raises `DeliveryError`."""
        me = await self._server.me()
        await self._api.check_presence(channel, me.id)
        posts, at = await missed(self._api, channel, max(0, since)), _time(since)
        found = await self._became_of(me, posts, at)
        if len(posts) >= SINCE_HOLDS:
            threads = [one for one in await self._handler.threads() if one.channel == channel]
            found += await absence.compared(me, self._api, self._handler, threads, at)
        return ReadGap(await self.unknown(found), max(map(wire.time_of, posts), default=0))

    async def of_thread(self, channel: str, root: str, since: int) -> Sequence[Found]:
        """Reads one thread; of posts that were deleted only the channel tells. Raises `DeliveryError`."""
        try:
            posts = await self._api.thread(root, channel)
        except Rejected:
            return ()  # it was deleted
        recent = [post for post in posts if wire.time_of(post) > since]
        return await self.unknown(await self._became_of(await self._server.me(), recent, _time(since)))

    async def unknown(self, found: Sequence[Found]) -> Sequence[Found]:
        """Returns those that the core does not know."""
        known = await self._handler.known([heard.fact.key for _, heard in found if heard.fact is not None])
        return [(root, heard) for root, heard in found if heard.fact is not None and heard.fact.key not in known]

    async def _became_of(self, me: Me, posts: Sequence[Json], since: datetime) -> list[Found]:
        """Returns the events of a gap, with their threads: what its posts show, and what became of known ones."""
        roots = {str(post.get("id")): self._root(me, post) for post in posts}
        told = [heard for heard in absence.told_by(me, posts) if heard.fact is not None]
        found = [(roots.get(str(heard.fact.place.post), ""), heard) for heard in told if heard.fact is not None]
        return found + await absence.reactions_removed(me, self._handler, posts, since)

    def _root(self, me: Me, post: Json) -> str:
        """Returns the thread of a missed post; "" for a post outside of threads."""
        id_, root = str(post.get("id") or ""), str(post.get("root_id") or "")
        if not root and post.get("user_id") == me.id:
            root = id_  # a card
        if root:
            self._threads.learn(id_, root)
        return root


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(max(0, milliseconds) / 1000, UTC)
