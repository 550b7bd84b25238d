"""What Mattermost tells over its websocket, and the posts of a gap, as facts. Pure, and tolerant: what cannot
be read is no fact.

https://developers.mattermost.com/api-documentation/#tag/WebSocket; `data.post` and `data.reaction` are JSON
inside JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.desks.mattermost import contents
from bot.desks.shared import emoji
from bot.domain import (
    Actor,
    DeskEvent,
    DeskName,
    DeskNames,
    Key,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Place,
    PostId,
    ThreadId,
)
from bot.domain.mentions import calls, words

log = structlog.get_logger(__name__)

Json = Mapping[str, Any]

MARKER = "from_hub"
"""Stands in the props of everything that the hub posts."""

_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError)
_PEOPLES_TYPES = ("", "me")  # every other type of post is the server's or a plugin's
_BOTS = ("from_bot", "from_webhook", "from_plugin")


@dataclass(frozen=True, slots=True)
class Me:
    """The bot as this desk knows it. `url`: the server's address, to know links to posts by."""

    desk: DeskName
    id: str
    username: str
    url: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact as far as it stands in one payload: its actor has only an id and, perhaps, a user name. None: a post
    that concerns nobody. `words`: what may be names of people or groups in it, if somebody is called so. `at`: the
    server's time, in milliseconds. `shared`: ids of the posts that are passed on in it."""

    fact: DeskEvent | None
    at: int
    words: frozenset[str] = frozenset()
    shared: tuple[str, ...] = ()


def from_event(me: Me, event: Json) -> Heard | None:
    """One message of the websocket. None: it is none of our business, or cannot be read."""
    try:
        return _from_event(me, event)
    except _UNREADABLE as error:
        log.warning("event not readable", desk=me.desk, kind=str(event.get("event")), error=type(error).__name__)
        return None


def from_gap(me: Me, post: Json) -> list[Heard]:
    """All that a post tells afterwards: that it was written, changed, reacted to, deleted."""
    try:
        return list(_from_gap(me, post))
    except _UNREADABLE as error:
        log.warning("post not readable", desk=me.desk, error=type(error).__name__)
        return []


def happened(heard: Heard) -> datetime | None:
    """When somebody did it, which may be told later. None: as it is told."""
    match heard.fact:
        case OperatorPosted() as fact:
            return fact.at
        case OperatorEdited() as fact:
            at = int(fact.key.rpartition(":")[2])
        case _:
            at = heard.at
    return datetime.fromtimestamp(at / 1000, UTC) if at else None


def time_of(post: Json) -> int:
    return max(int(post.get(name) or 0) for name in ("create_at", "update_at", "delete_at"))


def _from_event(me: Me, event: Json) -> Heard | None:
    data = event["data"]
    match event.get("event"):
        case "posted":
            post = json.loads(data["post"])
            sender = str(data.get("sender_name") or "").lstrip("@")
            return _posted(me, post, sender) or Heard(None, time_of(post))
        case "post_edited":
            return _edited(me, json.loads(data["post"]))
        case "post_deleted":
            return _deleted(me, json.loads(data["post"]), str(data.get("delete_by") or ""))
        case "reaction_added" | "reaction_removed" as kind:
            channel = str((event.get("broadcast") or {}).get("channel_id") or "")
            return _reacted(me, json.loads(data["reaction"]), channel, kind == "reaction_added", _once(event))
        case _:
            return None


def _once(event: Json) -> str:
    """Names one delivery of the websocket, for facts that carry no time of their own."""
    return f"{event.get('connection', '')}.{event.get('seq', '')}"


def _from_gap(me: Me, post: Json) -> Iterator[Heard]:
    """In the order in which it must have happened. What was reacted and taken back meanwhile is not told."""
    if heard := _posted(me, post):
        yield heard
    if heard := _edited(me, post):
        yield heard
    for reaction in (post.get("metadata") or {}).get("reactions") or ():
        if heard := _reacted(me, reaction, str(post["channel_id"]), True, ""):
            yield heard
    if post.get("delete_at") and (heard := _deleted(me, post, str((post.get("props") or {}).get("deleteBy") or ""))):
        yield heard


# ------------------------------------------------------------------------------------------------ posts


def _posted(me: Me, post: Json, sender: str = "") -> Heard | None:
    if not _by_a_person(me, post):
        return None
    found = contents.said(me.desk, me.url, post)
    content = found.content
    names = DeskNames(hub=me.username)
    if not post.get("root_id") and not calls(content.text, names):
        return None  # in the channel itself people talk of other things
    fact = OperatorPosted(
        Key(f"post:{post['id']}"),
        Actor(str(post["user_id"]), sender),
        _place(me, post),
        content,
        datetime.fromtimestamp(int(post["create_at"]) / 1000, UTC),
        names=names,
        quoted=found.quoted,
    )
    return Heard(fact, time_of(post), words(content), found.shared)


def _edited(me: Me, post: Json) -> Heard | None:
    """A change of the words. Pins, previews and our own marks change a post too, without `edit_at`."""
    if not _by_a_person(me, post) or not post.get("edit_at") or not post.get("root_id"):
        return None
    found = contents.said(me.desk, me.url, post)
    content = found.content
    key = Key(f"edit:{post['id']}:{post['edit_at']}")
    names = DeskNames(hub=me.username)
    fact = OperatorEdited(key, Actor(str(post["user_id"]), ""), _place(me, post), content, names)
    return Heard(fact, time_of(post), words(content), found.shared)


def _deleted(me: Me, post: Json, by: str) -> Heard | None:
    if not _by_a_person(me, post) or not post.get("root_id"):
        return None
    actor = Actor(by, "") if by else None
    return Heard(OperatorDeleted(Key(f"delete:{post['id']}"), actor, _place(me, post)), time_of(post))


def _reacted(me: Me, reaction: Json, channel: str, on: bool, once: str) -> Heard | None:
    """The name of a server's own picture says nothing elsewhere: no fact."""
    user, post, name = str(reaction["user_id"]), str(reaction["post_id"]), str(reaction["emoji_name"])
    shown = emoji.of_name(name)
    if user == me.id or shown is None:
        return None
    changed = reaction.get("update_at")  # older servers tell `create_at` alone
    since, ended = changed or reaction.get("create_at") or 0, reaction.get("delete_at") or changed or once
    key = Key(f"react:{post}:{user}:{name}:{since if on else ended}:{'on' if on else 'off'}")
    place = Place(me.desk, str(reaction.get("channel_id") or channel), post=PostId(post))
    return Heard(OperatorReacted(key, Actor(user, ""), place, shown, on), int(since) if on else 0)


def _by_a_person(me: Me, post: Json) -> bool:
    props = post.get("props") or {}
    if post["user_id"] == me.id or props.get(MARKER) or post.get("type") not in _PEOPLES_TYPES:
        return False
    return not any(str(props.get(sign, "")).lower() == "true" for sign in _BOTS)


def _place(me: Me, post: Json) -> Place:
    root = post.get("root_id")
    return Place(me.desk, str(post["channel_id"]), ThreadId(root) if root else None, PostId(str(post["id"])))
