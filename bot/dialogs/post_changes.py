"""Operators' changes of posts, as far as they were taken in: the newest edit of a post, the reactions on it.

A team chat may repeat events late and in any order, and after a gap a desk finds only what stands. So an edit older
than the newest one, and a reaction that is known, have no effect; and what stands can be compared with what is known.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from bot.domain import OperatorEdited, OperatorReacted, Place, PostId, ThreadRef
from bot.ports import KnownPost
from bot.ports.storage import Unit

Reaction = tuple[str, str]
"""User and emoji."""


async def is_outdated(unit: Unit, event: OperatorEdited) -> bool:
    """Notes an edit; tells whether a newer one of the same post has been taken in."""
    if event.at is None:
        return False
    name = f"edited:{_name(event.place, event.place.post)}"
    newest = await unit.cursors.get(name)
    if newest and datetime.fromisoformat(newest) > event.at:
        return True
    await unit.cursors.set(name, event.at.astimezone(UTC).isoformat())
    return False


async def note_reaction(unit: Unit, event: OperatorReacted) -> bool:
    """Notes a reaction, or its removal. False: a repetition, since it was put before and has not been removed."""
    name = _reacted(event.place, event.place.post)
    known, one = _read(await unit.cursors.get(name)), (event.actor.user, event.emoji)
    if event.on and one in known:
        return event.pressed
    known = known | {one} if event.on else known - {one}
    await unit.cursors.set(name, json.dumps(sorted(known), ensure_ascii=False))
    return True


async def known_posts(unit: Unit, thread: ThreadRef, since: datetime) -> Sequence[KnownPost]:
    """Returns the posts of a thread's messages since then, with what is known of them."""
    found = await unit.messages.posts_of_thread(thread, since)
    place = Place(thread.desk, thread.channel, thread.thread)
    reactions = await _reactions(unit, place, found)
    return [KnownPost(post, written, reactions[post]) for post, written in found.items()]


async def _reactions(unit: Unit, place: Place, posts: Collection[PostId]) -> dict[PostId, frozenset[Reaction]]:
    names = {post: _reacted(place, post) for post in posts}
    kept = await unit.cursors.several(list(names.values()))
    return {post: _read(kept.get(name)) for post, name in names.items()}


def _read(kept: str | None) -> frozenset[Reaction]:
    return frozenset((str(user), str(emoji)) for user, emoji in json.loads(kept or "[]"))


def _reacted(place: Place, post: PostId | None) -> str:
    return f"reacted:{_name(place, post)}"


def _name(place: Place, post: PostId | None) -> str:
    return f"{place.desk}:{place.channel}:{post}"
