"""Posts of a channel, read later: those missed in a gap, and the hub's own cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from bot.desks.mattermost import wire
from bot.desks.mattermost.api import PAGE, SINCE_HOLDS, Api, Json
from bot.desks.mattermost.wire import Me
from bot.domain import ThreadId, ThreadRef
from bot.domain.traces import Trace
from bot.ports import FoundCard


async def missed(api: Api, channel: str, since: int) -> Sequence[Json]:
    """Returns the posts of a gap. `since=` also covers edits and deletions, but of a large gap it returns an arbitrary
    thousand rows: then all newer posts are paged through as well."""
    posts = await api.since(channel, since)
    if len(posts) < SINCE_HOLDS:
        return posts
    found = {str(post["id"]): post for post in posts}
    before: str | None = None
    while True:
        page = await api.latest(channel, before)
        found.update({str(post["id"]): post for post in page})
        if len(page) < PAGE or page[0]["create_at"] < since:
            break
        before = str(page[0]["id"])
    return sorted(found.values(), key=lambda post: (post["create_at"], post["id"]))


async def cards(api: Api, me: Me, channel: str, since: datetime | None) -> list[FoundCard]:
    """Returns the hub's cards among the newest posts, and those drawn since."""
    posts = {str(post["id"]): post for post in await api.latest(channel)}
    if since is not None:
        posts |= {str(post["id"]): post for post in await missed(api, channel, int(since.timestamp() * 1000))}
    return list(_cards(me, posts.values()))


def _cards(me: Me, posts: Iterable[Json]) -> Iterator[FoundCard]:
    for post in posts:
        trace = Trace.load((post.get("props") or {}).get(wire.TRACE))
        if trace is not None and post.get("user_id") == me.id and not post.get("delete_at"):
            thread = ThreadRef(me.desk, str(post["channel_id"]), ThreadId(str(post["id"])))
            yield FoundCard(trace, thread, datetime.fromtimestamp(int(post["create_at"]) / 1000, UTC))
