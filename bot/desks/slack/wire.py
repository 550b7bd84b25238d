"""Parser of Slack's payloads into desk events. Pure and tolerant: an irrelevant payload gives None.

`people` returns whose names a payload needs; the caller looks them up and passes them to `fact`. Keys are built from
Slack's own ids, so a repetition, `message` next to `app_mention`, and a gap read later give the same key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.desks.shared import emoji
from bot.desks.slack import access, reading
from bot.desks.slack.contents import unknown_files
from bot.desks.slack.context import Context, Us
from bot.desks.slack.interactions import INTERACTIONS, command, picked_in_form, picked_user
from bot.desks.slack.payloads import Payload, as_object, as_objects
from bot.domain import (
    Actor,
    Commanded,
    DeskEvent,
    HomeLeft,
    HomeOpened,
    Key,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Place,
)
from bot.domain.mentions import calls
from bot.ports import Mark

_MARKS = frozenset(mark.value for mark in Mark)
WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""Subtypes of `message` that people write; all others are Slack's notices or come from apps."""


OF_MEMBERSHIPS = access.EVENTS | {"member_joined_channel", "member_left_channel", "user_change"}
"""Events about memberships, the app's among them, and profiles; the core does not receive them."""


def files(body: Payload) -> set[str]:
    """Returns ids of files that must be looked up to read this payload."""
    return unknown_files(body.get("event"))


def people(body: Payload) -> set[str]:
    """Returns ids of users whose names are needed to read this payload."""
    event = as_object(body.get("event"))
    message = _message_in(event)
    acting = (body.get("user_id"), as_object(body.get("user")).get("id"), picked_user(body), *picked_in_form(body))
    found = (event.get("user"), message.get("user"), *acting)
    return {user for user in found if user and isinstance(user, str)} | reading.people(message)


def kind(body: Payload) -> str:
    """Names the type of a payload, for the log."""
    event = as_object(body.get("event"))
    return ".".join(str(one) for one in (body.get("type"), event.get("type"), event.get("subtype")) if one)


def echo(body: Payload) -> bool:
    """Recognizes an app's post, usually the hub's own: the most frequent payload."""
    event = as_object(body.get("event"))
    return event.get("type") == "message" and bool(_message_in(event).get("bot_id"))


def known(body: Payload) -> bool:
    """Tells whether payloads of this type can be an event for the core; `fact` decides on this one."""
    return bool(
        body.get("command")
        or body.get("type") in INTERACTIONS
        or as_object(body.get("event")).get("type") in (*_EVENTS, "app_home_opened", "link_shared", *OF_MEMBERSHIPS)
    )


def interactive(body: Payload) -> bool:
    """Tells whether a user is waiting for the answer; Slack does not retry those."""
    return body.get("type") != "event_callback"


def lane(body: Payload) -> tuple[str, str]:
    """Returns the post that a payload is about and, if it tells, the thread, whose posts must be handled in order; both
    as channel and time. Empty if the payload need not wait."""
    event = as_object(body.get("event"))
    if event.get("type") in ("reaction_added", "reaction_removed"):
        item = as_object(event.get("item"))
        return f"{item.get('channel')}:{item.get('ts')}", ""
    if event.get("type") not in ("message", "app_mention"):
        return "", ""
    message, channel = _message_in(event), event.get("channel")
    return f"{channel}:{message.get('ts')}", f"{channel}:{message.get('thread_ts') or message.get('ts')}"


def delivery(body: Payload) -> tuple[str, datetime]:
    """Returns what identifies an event's deliveries, and its time."""
    event = as_object(body.get("event"))
    told = str(event.get("event_ts") or event.get("ts") or body.get("event_time") or 0)
    return str(body.get("event_id") or told), datetime.fromtimestamp(float(told), UTC)


def _message_in(event: Payload) -> Payload:
    """Returns the message an event is about; changes and deletions contain it."""
    return as_object(event.get("message")) or as_object(event.get("previous_message")) or event


def fact(body: Payload, context: Context) -> DeskEvent | None:
    """Parses a payload; None if it is irrelevant."""
    if body.get("command"):
        return command(body, context)
    if body.get("type") == "event_callback":
        event = as_object(body.get("event"))
        if event.get("type") == "app_home_opened":
            return _home_opened(event, body, context)
        read = _EVENTS.get(str(event.get("type", "")))
        return read(event, context) if read else None
    parse = INTERACTIONS.get(str(body.get("type", "")))
    return parse(body, context) if parse else None


# ------------------------------------------------------------------------------------------- events


def _message(event: Payload, context: Context) -> DeskEvent | None:
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _changed(event, context)
    if subtype == "message_deleted":
        return _deleted(event, context)
    channel = str(event.get("channel", ""))
    return _to_the_hub(event, channel, context) if channel.startswith("D") else posted(event, channel, context)


def _to_the_hub(message: Payload, channel: str, context: Context) -> Commanded | OperatorPosted | None:
    """Parses a direct message to the app, where everything is a command, with or without the hub's name before it."""
    written, ts = context.reader().read(message), str(message.get("ts", ""))
    if not _by_person(message, context.us) or not ts:
        return None
    if calls(written.text, written.names):
        return posted(message, channel, context)
    place = context.place(channel, None)
    words = written.text.characters.strip()
    return Commanded(post_key(channel, ts), context.actor(str(message["user"])), place, words)


def keys(message: Payload, channel: str, us: Us) -> list[Key]:
    """Returns the keys of the events that a message read later would give: posted and, if so, edited."""
    if not _by_person(message, us):
        return []
    ts, at = str(message.get("ts", "")), as_object(message.get("edited")).get("ts")
    return [post_key(channel, ts), *([_edit_key(channel, ts, str(at))] if at and message.get("thread_ts") else [])]


def post_key(channel: str, ts: str) -> Key:
    return Key(f"{channel}:{ts}")


def _edit_key(channel: str, ts: str, at: str) -> Key:
    return Key(f"edit:{channel}:{ts}:{at}")


def posted(message: Payload, channel: str, context: Context) -> OperatorPosted | None:
    """Parses a person's message in a thread, or anywhere if it calls the hub."""
    if not _by_person(message, context.us):
        return None
    ts, thread = str(message.get("ts", "")), message.get("thread_ts")
    written = context.reader().read(message)
    if not ts or not (thread or calls(written.text, written.names)):
        return None
    contents = context.contents()
    said = contents.read(message, written.text or None)
    return OperatorPosted(
        key=post_key(channel, ts),
        actor=context.actor(str(message["user"])),
        place=context.place(channel, thread, ts),
        content=said,
        at=moment(ts),
        names=contents.names_beside(written.names),
        mark=_own_mark(message, context),
    )


def _own_mark(message: Payload, context: Context) -> str:
    """Returns the hub's delivery mark on a message; "" for none. Known only for messages that were read from the
    history."""
    for one in as_objects(message.get("reactions")):
        shown = emoji.of_name(str(one.get("name", "")))
        if shown in _MARKS and context.us.user in (one.get("users") or ()):
            return str(shown)
    return ""


def edited(message: Payload, channel: str, context: Context, at: str = "") -> OperatorEdited | None:
    """Parses a message as of its latest edit. `at`: time of a change that Slack does not mark as an edit."""
    at = str(as_object(message.get("edited")).get("ts", "")) or at
    if not at or not _by_person(message, context.us) or not message.get("thread_ts"):
        return None
    ts, written, contents = str(message.get("ts", "")), context.reader().read(message), context.contents()
    said = contents.read(message, written.text or None)
    return OperatorEdited(
        key=_edit_key(channel, ts, at),
        actor=context.actor(str(message["user"])),
        place=context.place(channel, message.get("thread_ts"), ts),
        content=said,
        names=contents.names_beside(written.names),
        at=moment(at),
    )


def _changed(event: Payload, context: Context) -> OperatorEdited | None:
    """Parses a change, but only of what people wrote: unfolded links are changes too."""
    message, before = as_object(event.get("message")), as_object(event.get("previous_message"))
    if before and context.contents().read(message) == context.contents().read(before):
        return None
    return edited(message, str(event.get("channel", "")), context, str(event.get("event_ts") or event.get("ts") or ""))


def _deleted(event: Payload, context: Context) -> OperatorDeleted | None:
    """Parses a deletion; Slack does not tell who deleted the message."""
    before, ts = as_object(event.get("previous_message")), event.get("deleted_ts")
    channel = str(event.get("channel", ""))
    if not ts or not before.get("thread_ts") or not _by_person(before, context.us):
        return None
    return deleted(channel, str(before["thread_ts"]), str(ts), context, context.actor(str(before["user"])))


def deleted(channel: str, thread: str, ts: str, context: Context, author: Actor | None = None) -> OperatorDeleted:
    """Builds the deletion of a person's message."""
    return OperatorDeleted(Key(f"delete:{channel}:{ts}"), None, context.place(channel, thread, ts), author)


def _reaction(event: Payload, context: Context) -> OperatorReacted | None:
    """Parses a reaction; None for a workspace's custom emoji, which mean nothing outside of it."""
    item, user = as_object(event.get("item")), str(event.get("user", ""))
    picture = emoji.of_name(str(event.get("reaction", "")))
    if item.get("type") != "message" or not user or user == context.us.user or picture is None:
        return None
    channel, ts, on = str(item.get("channel", "")), str(item.get("ts", "")), event.get("type") == "reaction_added"
    key = Key(f"reaction:{channel}:{ts}:{user}:{event.get('reaction')}:{'on' if on else 'off'}:{event.get('event_ts')}")
    return OperatorReacted(key, context.actor(user), context.place(channel, None, ts), picture, on)


def _home_opened(event: Payload, body: Payload, context: Context) -> HomeOpened | HomeLeft | None:
    """Parses the opening of the Home, or of the Messages tab in its place; None for other tabs. The key is the
    envelope's, since the event itself has nothing unique."""
    user, key = str(event.get("user", "")), Key(f"home:{body.get('event_id')}")
    if event.get("tab") not in ("home", "messages") or not user:
        return None
    opened = HomeOpened if event["tab"] == "home" else HomeLeft
    return opened(key, context.actor(user), Place(context.us.desk))


def _by_person(message: Payload, us: Us) -> bool:
    """Excludes the hub's and other apps' messages: what bots write into a thread is never meant for a customer."""
    user = message.get("user")
    posted_by_app = message.get("bot_id") or message.get("bot_profile")
    return bool(user) and user != us.user and not posted_by_app and message.get("subtype") in WRITTEN


_EVENTS: Mapping[str, Callable[[Payload, Context], DeskEvent | None]] = {
    "message": _message,
    "app_mention": lambda event, context: posted(event, str(event.get("channel", "")), context),
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
}


def happened(fact: DeskEvent) -> datetime | None:
    """Returns the time of a post or an edit, which Slack may report late; None for other events, which have just
    happened."""
    match fact:
        case OperatorPosted():
            return fact.at
        case OperatorEdited():
            return moment(fact.key.rpartition(":")[2])
    return None


def moment(ts: str) -> datetime:
    """Parses a message's id, which is its time."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
