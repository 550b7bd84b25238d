"""Changes of known posts while nobody listened, beyond those that the posts of a gap show.

The posts of a gap tell of edits and deletions, but not of reactions that were removed; and of a large gap the server
returns only a part. Then each thread with recent posts is read and compared with what the core knows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.desks.mattermost import wire
from bot.desks.mattermost.api import Api, Json
from bot.desks.mattermost.wire import HeardEvent, Me
from bot.domain import Key, OperatorDeleted, Place, PostId, ThreadId, ThreadRef
from bot.ports import EventHandler, Rejected, RejectReason

RECENT = timedelta(days=1)
"""Time before a gap whose posts are compared with what stands."""

Found = tuple[str, HeardEvent]
"""Thread and event."""


def told_by(me: Me, posts: Sequence[Json]) -> list[HeardEvent]:
    """Returns the events that posts of a gap show. Replies that went together with the card of their thread were not
    withdrawn: someone removed the thread from the channel."""
    removed = {str(post.get("id")): post["delete_at"] for post in posts if post.get("delete_at")}
    kept = [
        post
        for post in posts
        if not post.get("delete_at") or removed.get(str(post.get("root_id"))) != post["delete_at"]
    ]
    return [heard for post in kept for heard in wire.from_gap(me, post)]


async def reactions_removed(me: Me, handler: EventHandler, posts: Sequence[Json], since: datetime) -> list[Found]:
    """Returns the removals of reactions that the core knows on these posts and that do not stand any more."""
    there = {str(post.get("id")): post for post in posts if not post.get("delete_at") and post.get("channel_id")}
    threads = {(str(post["channel_id"]), str(post.get("root_id") or id_)) for id_, post in there.items()}
    found: list[Found] = []
    for channel, root in sorted(threads):
        for known in await handler.known_posts(ThreadRef(me.desk, channel, ThreadId(root)), since - RECENT):
            post = there.get(str(known.post))
            if post is not None and known.reactions:
                found += [(root, heard) for heard in wire.unreacted(me, post, known.reactions)]
    return found


async def compared(
    me: Me, api: Api, handler: EventHandler, threads: Collection[ThreadRef], since: datetime
) -> list[Found]:
    """Reads the threads with recent posts and returns what became of those: for a gap of which the server told only a
    part."""
    found: list[Found] = []
    for thread in threads:
        known = await handler.known_posts(thread, since - RECENT)
        standing = await _standing(api, thread) if known else {}
        if not standing:
            continue
        found += [
            (thread.thread, heard)
            for one in known
            if (post := standing.get(str(one.post))) is not None
            for heard in (*wire.from_gap(me, post), *wire.unreacted(me, post, one.reactions))
        ]
        gone = [str(one.post) for one in known if one.written and str(one.post) not in standing]
        ours = await handler.known([wire.post_key(id_) for id_ in gone])
        for id_ in gone:
            if wire.post_key(id_) in ours and not await _stands(api, id_, thread.channel):
                place = Place(me.desk, thread.channel, thread.thread, PostId(id_))
                found.append((thread.thread, HeardEvent(OperatorDeleted(Key(f"delete:{id_}"), None, place), 0)))
    return found


async def _standing(api: Api, thread: ThreadRef) -> Mapping[str, Json]:
    """Returns a thread's posts; none if its card was deleted, and with it all."""
    try:
        return {str(post["id"]): post for post in await api.thread(thread.thread, thread.channel)}
    except Rejected:
        return {}


async def _stands(api: Api, post: str, channel: str) -> bool:
    try:
        return not (await api.post(post, channel)).get("delete_at")
    except Rejected as refused:
        return refused.reason is not RejectReason.GONE
