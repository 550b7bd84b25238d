"""Parser of Mattermost's websocket events, and of posts read after a gap. Pure and tolerant: what cannot be parsed is
ignored.

https://developers.mattermost.com/api-documentation/#tag/WebSocket; `data.post` and `data.reaction` are JSON inside
JSON.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.desks.mattermost import contents
from bot.desks.shared import emoji
from bot.domain import (
    Actor,
    Commanded,
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
from bot.domain.value import value
from bot.ports import Mark

log = structlog.get_logger(__name__)

Json = Mapping[str, Any]

MARKER = "from_hub"
"""Key in the props of every post of the hub."""

TRACE = "hub_trace"
"""Key in the props of a card: `bot.domain.traces.Trace`."""

_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError)
_MARKS = frozenset(mark.value for mark in Mark)
_PEOPLES_TYPES = ("", "me")  # all other types of post are the server's or a plugin's
_DIRECT = "D"
"""Type of a channel of two, one of whom is the bot: it hears of no others."""
_BOTS = ("from_bot", "from_webhook", "from_plugin")


@value
class Me:
    """The bot of this desk. `url`: the server's address, by which links to posts are recognized."""

    desk: DeskName
    id: str
    username: str
    url: str


@value
class HeardEvent:
    """An event as far as one payload tells it: its actor has only an id and perhaps a user name. `fact` None: a post
    that is ignored, whose `place` is kept. `words`: possible names of people or groups in it. `at`: server time in
    milliseconds. `shared`: ids of the posts shared in it."""

    fact: DeskEvent | None
    at: int
    words: frozenset[str] = frozenset()
    shared: tuple[str, ...] = ()
    place: Place | None = None


def from_event(me: Me, event: Json) -> HeardEvent | None:
    """Parses one websocket message. None: irrelevant or unreadable."""
    try:
        return _from_event(me, event)
    except _UNREADABLE as error:
        log.warning(
            "malformed Mattermost event skipped", desk=me.desk, kind=str(event.get("event")), error=type(error).__name__
        )
        return None


def from_gap(me: Me, post: Json) -> list[HeardEvent]:
    """Returns every event that a post shows afterwards: posted, edited, reacted to, deleted."""
    try:
        return list(_from_gap(me, post))
    except _UNREADABLE as error:
        log.warning("malformed Mattermost post skipped", desk=me.desk, error=type(error).__name__)
        return []


def happened(heard: HeardEvent) -> datetime | None:
    """Returns the time of an event that may be read late; None: it has just happened."""
    match heard.fact:
        case OperatorPosted() as fact:
            return fact.at
        case OperatorEdited() as fact:
            at = int(fact.key.rpartition(":")[2])
        case _:
            at = heard.at
    return datetime.fromtimestamp(at / 1000, UTC) if at else None


def lost(me: Me, event: Json) -> str:
    """Returns the channel that the bot was removed from; "" for other events."""
    ours = event.get("event") == "user_removed" and (event.get("broadcast") or {}).get("user_id") == me.id
    return str((event.get("data") or {}).get("channel_id") or "") if ours else ""


def returned(me: Me, event: Json) -> str:
    """Returns the channel that the bot was added to, or that was restored; "" for other events."""
    data, kind = event.get("data") or {}, event.get("event")
    if kind == "user_added" and data.get("user_id") == me.id:
        return str((event.get("broadcast") or {}).get("channel_id") or "")
    return str(data.get("channel_id") or "") if kind == "channel_restored" else ""


def time_of(post: Json) -> int:
    return max(int(post.get(name) or 0) for name in ("create_at", "update_at", "delete_at"))


def _from_event(me: Me, event: Json) -> HeardEvent | None:
    data = event["data"]
    match event.get("event"):
        case "posted":
            post = json.loads(data["post"])
            sender = str(data.get("sender_name") or "").lstrip("@")
            if data.get("channel_type") == _DIRECT and (told := _to_the_hub(me, post, sender)):
                return told
            return _posted(me, post, sender) or HeardEvent(None, time_of(post), place=_place(me, post))
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
    """Identifies one websocket delivery, for events without a time of their own."""
    return f"{event.get('connection', '')}.{event.get('seq', '')}"


def _from_gap(me: Me, post: Json) -> Iterator[HeardEvent]:
    """Yields events in the order in which they must have happened: of a deleted post, its deletion alone. Reactions
    removed in the meantime are not included."""
    if post.get("delete_at"):
        if heard := _deleted(me, post, str((post.get("props") or {}).get("deleteBy") or "")):
            yield heard
        return
    if heard := _posted(me, post):
        yield heard
    if heard := _edited(me, post):
        yield heard
    for reaction in (post.get("metadata") or {}).get("reactions") or ():
        if heard := _reacted(me, reaction, str(post["channel_id"]), True, ""):
            yield heard


def unreacted(me: Me, post: Json, known: Collection[tuple[str, str]]) -> list[HeardEvent]:
    """Returns the removals of known reactions (user and emoji) that a post read later does not have any more."""
    try:
        reactions = (post.get("metadata") or {}).get("reactions") or ()
        standing = {(str(one["user_id"]), emoji.of_name(str(one["emoji_name"]))) for one in reactions}
        id_, place = str(post["id"]), Place(me.desk, str(post["channel_id"]), post=PostId(str(post["id"])))
    except _UNREADABLE as error:
        log.warning("malformed Mattermost post skipped", desk=me.desk, error=type(error).__name__)
        return []
    found = []
    for user, picture in sorted(set(known) - standing):
        key = Key(f"react:{id_}:{user}:{picture}:{post.get('update_at')}:off")
        found.append(HeardEvent(OperatorReacted(key, Actor(user, ""), place, picture, False, missed=True), 0))
    return found


# ------------------------------------------------------------------------------------------------ posts


def post_key(post: str) -> Key:
    return Key(f"post:{post}")


def _posted(me: Me, post: Json, sender: str = "") -> HeardEvent | None:
    if not _by_a_person(me, post):
        return None
    found = contents.said(me.desk, me.url, post)
    content = found.content
    names = DeskNames(hub=me.username)
    if not post.get("root_id") and not calls(content.text, names):
        return None  # outside of threads, people talk of other things
    fact = OperatorPosted(
        post_key(str(post["id"])),
        Actor(str(post["user_id"]), sender),
        _place(me, post),
        content,
        datetime.fromtimestamp(int(post["create_at"]) / 1000, UTC),
        names=names,
        quoted=found.quoted,
        mark=_own_mark(me, post),
    )
    return HeardEvent(fact, time_of(post), words(content), found.shared)


def _to_the_hub(me: Me, post: Json, sender: str) -> HeardEvent | None:
    """Parses a direct message to the bot, where everything is a command; None if it begins with the hub's name, as in
    any channel."""
    text = contents.said(me.desk, me.url, post, cards=False).content.text
    if not _by_a_person(me, post) or calls(text, DeskNames(hub=me.username)):
        return None
    place = Place(me.desk, str(post["channel_id"]))
    command = Commanded(Key(f"post:{post['id']}"), Actor(str(post["user_id"]), sender), place, text.characters.strip())
    return HeardEvent(command, time_of(post))


def _edited(me: Me, post: Json) -> HeardEvent | None:
    """Parses a change of the text. Pins, previews and the hub's own marks also change a post, but without `edit_at`."""
    if not _by_a_person(me, post) or not post.get("edit_at") or not post.get("root_id"):
        return None
    found = contents.said(me.desk, me.url, post)
    content = found.content
    key = Key(f"edit:{post['id']}:{post['edit_at']}")
    names = DeskNames(hub=me.username)
    at = datetime.fromtimestamp(int(post["edit_at"]) / 1000, UTC)
    fact = OperatorEdited(key, Actor(str(post["user_id"]), ""), _place(me, post), content, names, at=at)
    return HeardEvent(fact, time_of(post), words(content), found.shared)


def _deleted(me: Me, post: Json, by: str) -> HeardEvent | None:
    if not _by_a_person(me, post) or not post.get("root_id"):
        return None
    actor = Actor(by, "") if by else None
    return HeardEvent(OperatorDeleted(Key(f"delete:{post['id']}"), actor, _place(me, post)), time_of(post))


def _reacted(me: Me, reaction: Json, channel: str, on: bool, once: str) -> HeardEvent | None:
    """Parses a reaction; None for the server's custom emoji, whose names mean nothing elsewhere."""
    user, post, name = str(reaction["user_id"]), str(reaction["post_id"]), str(reaction["emoji_name"])
    shown = emoji.of_name(name)
    if user == me.id or shown is None:
        return None
    changed = reaction.get("update_at")  # older servers send only `create_at`
    since, ended = changed or reaction.get("create_at") or 0, reaction.get("delete_at") or changed or once
    key = Key(f"react:{post}:{user}:{name}:{since if on else ended}:{'on' if on else 'off'}")
    place = Place(me.desk, str(reaction.get("channel_id") or channel), post=PostId(post))
    return HeardEvent(OperatorReacted(key, Actor(user, ""), place, shown, on), int(since) if on else 0)


def _own_mark(me: Me, post: Json) -> str:
    """Returns the hub's delivery mark on a post; "" for none. Known only for posts that were read, not announced."""
    reactions = (post.get("metadata") or {}).get("reactions") or ()
    shown = (emoji.of_name(str(one["emoji_name"])) for one in reactions if one.get("user_id") == me.id)
    return next((one for one in shown if one in _MARKS), "")


def _by_a_person(me: Me, post: Json) -> bool:
    props = post.get("props") or {}
    if post["user_id"] == me.id or props.get(MARKER) or post.get("type") not in _PEOPLES_TYPES:
        return False
    return not any(str(props.get(sign, "")).lower() == "true" for sign in _BOTS)


def _place(me: Me, post: Json) -> Place:
    root = post.get("root_id")
    return Place(me.desk, str(post["channel_id"]), ThreadId(root) if root else None, PostId(str(post["id"])))
