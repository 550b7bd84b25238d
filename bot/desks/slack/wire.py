"""Slack's payloads → facts. Pure and tolerant: what is nobody's fact gives None.

`people` says whose names a payload needs; the caller looks them up and hands them to `fact`. Keys are built
from Slack's own ids, so that a repetition, `message` beside `app_mention`, and a gap read later give the same
fact the same key.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.desks.shared import emoji
from bot.desks.slack import reading
from bot.desks.slack.contents import Contents, Described, Words, unknown_files
from bot.desks.slack.forms import answers
from bot.desks.slack.luggage import Luggage
from bot.domain import (
    Actor,
    Commanded,
    DeskEvent,
    DeskName,
    HomeOpened,
    Key,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Place,
    PostId,
    Pressed,
    Submitted,
    ThreadId,
)
from bot.domain.mentions import calls

Payload = Mapping[str, Any]

WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""Subtypes of `message` that people write; all others are notices of Slack's, or apps'."""


OF_PEOPLE = frozenset({"member_joined_channel", "member_left_channel", "user_change"})
"""Events about who is there and what they are: no facts of their own."""


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are in the workspace. `name`: our user name."""

    desk: DeskName
    user: str
    bot: str
    team: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    us: Us
    actors: Mapping[str, Actor] = field(default_factory=dict)
    files: Mapping[str, Described] = field(default_factory=dict)

    def actor(self, user: str) -> Actor:
        return self.actors.get(user) or Actor(user, "")

    def place(self, channel: str, thread: object = None, post: object = None) -> Place:
        return Place(
            self.us.desk, channel, ThreadId(str(thread)) if thread else None, PostId(str(post)) if post else None
        )

    def reader(self) -> reading.Reader:
        names = {user: actor.name or user for user, actor in self.actors.items()}
        return reading.Reader(self.us.user, names, self.us.name)

    def contents(self) -> Contents:
        return Contents(self.us.desk, self._words, self.files)

    def _words(self, message: Payload) -> Words:
        written = self.reader().read(message)
        return Words(written.text, written.names)


def files(body: Payload) -> set[str]:
    """Ids of the files that have to be looked up to read this payload."""
    return unknown_files(body.get("event"))


def people(body: Payload) -> set[str]:
    """Ids of the users whose names are needed to read this payload."""
    event = _dict(body.get("event"))
    message = _message_in(event)
    found = (event.get("user"), message.get("user"), body.get("user_id"), _dict(body.get("user")).get("id"))
    return {user for user in found if user and isinstance(user, str)} | reading.people(message)


def kind(body: Payload) -> str:
    """What a payload is, for the log."""
    event = _dict(body.get("event"))
    return ".".join(str(one) for one in (body.get("type"), event.get("type"), event.get("subtype")) if one)


def echo(body: Payload) -> bool:
    """An app's own post, mostly ours coming back: most of what Slack tells."""
    event = _dict(body.get("event"))
    return event.get("type") == "message" and bool(_message_in(event).get("bot_id"))


def known(body: Payload) -> bool:
    """A kind of payload that can be a fact; whether this one is, `fact` says."""
    return bool(
        body.get("command")
        or body.get("type") in _INTERACTIONS
        or _dict(body.get("event")).get("type") in (*_EVENTS, "app_home_opened", *OF_PEOPLE)
    )


def interactive(body: Payload) -> bool:
    """Somebody waits for the answer, and Slack repeats nothing."""
    return body.get("type") != "event_callback"


def lane(body: Payload) -> str:
    """Names the thread whose posts must be taken in their order; "" for what need not wait for anything."""
    event = _dict(body.get("event"))
    if event.get("type") not in ("message", "app_mention"):
        return ""
    message = _message_in(event)
    return f"{event.get('channel')}:{message.get('thread_ts') or message.get('ts')}"


def _message_in(event: Payload) -> Payload:
    """What an event is about: changes and deletions carry the message inside."""
    return _dict(event.get("message")) or _dict(event.get("previous_message")) or event


def fact(body: Payload, context: Context) -> DeskEvent | None:
    """The fact that a payload tells, or None."""
    if body.get("command"):
        return _command(body, context)
    if body.get("type") == "event_callback":
        event = _dict(body.get("event"))
        if event.get("type") == "app_home_opened":
            return _home_opened(event, body, context)
        read = _EVENTS.get(str(event.get("type", "")))
        return read(event, context) if read else None
    told = _INTERACTIONS.get(str(body.get("type", "")))
    return told(body, context) if told else None


# ------------------------------------------------------------------------------------------- events


def _message(event: Payload, context: Context) -> DeskEvent | None:
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _changed(event, context)
    if subtype == "message_deleted":
        return _deleted(event, context)
    return posted(event, str(event.get("channel", "")), context)


def posted(message: Payload, channel: str, context: Context) -> OperatorPosted | None:
    """A message that a person wrote into a thread, or with which they call the hub from anywhere."""
    if not _by_person(message, context.us):
        return None
    ts, thread = str(message.get("ts", "")), message.get("thread_ts")
    written = context.reader().read(message)
    if not ts or not (thread or calls(written.text, written.names)):
        return None
    contents = context.contents()
    said = contents.read(message, written.text or None)
    return OperatorPosted(
        key=Key(f"{channel}:{ts}"),
        actor=context.actor(str(message["user"])),
        place=context.place(channel, thread, ts),
        content=said,
        at=moment(ts),
        names=contents.names_beside(written.names),
    )


def edited(message: Payload, channel: str, context: Context, at: str = "") -> OperatorEdited | None:
    """What a message says since its latest edit. `at`: of a change that Slack calls no edit."""
    at = str(_dict(message.get("edited")).get("ts", "")) or at
    if not at or not _by_person(message, context.us) or not message.get("thread_ts"):
        return None
    ts, written, contents = str(message.get("ts", "")), context.reader().read(message), context.contents()
    said = contents.read(message, written.text or None)
    return OperatorEdited(
        key=Key(f"edit:{channel}:{ts}:{at}"),
        actor=context.actor(str(message["user"])),
        place=context.place(channel, message.get("thread_ts"), ts),
        content=said,
        names=contents.names_beside(written.names),
    )


def _changed(event: Payload, context: Context) -> OperatorEdited | None:
    """Only when what people wrote changed: links that unfold are changes, too."""
    message, before = _dict(event.get("message")), _dict(event.get("previous_message"))
    if before and context.contents().read(message) == context.contents().read(before):
        return None
    return edited(message, str(event.get("channel", "")), context, str(event.get("event_ts") or event.get("ts") or ""))


def _deleted(event: Payload, context: Context) -> OperatorDeleted | None:
    """Slack does not say who did it."""
    before, channel, ts = _dict(event.get("previous_message")), str(event.get("channel", "")), event.get("deleted_ts")
    if not ts or not before.get("thread_ts") or not _by_person(before, context.us):
        return None
    place = context.place(channel, before.get("thread_ts"), ts)
    return OperatorDeleted(Key(f"delete:{channel}:{ts}"), None, place, context.actor(str(before["user"])))


def _reaction(event: Payload, context: Context) -> OperatorReacted | None:
    """A workspace's own pictures are nobody's business outside it."""
    item, user = _dict(event.get("item")), str(event.get("user", ""))
    picture = emoji.of_name(str(event.get("reaction", "")))
    if item.get("type") != "message" or not user or user == context.us.user or picture is None:
        return None
    channel, ts, on = str(item.get("channel", "")), str(item.get("ts", "")), event.get("type") == "reaction_added"
    key = Key(f"reaction:{channel}:{ts}:{user}:{event.get('reaction')}:{'on' if on else 'off'}:{event.get('event_ts')}")
    return OperatorReacted(key, context.actor(user), context.place(channel, None, ts), picture, on)


def _home_opened(event: Payload, body: Payload, context: Context) -> HomeOpened | None:
    """The app has other tabs, too. Nothing in the event itself tells one look from the next."""
    user = str(event.get("user", ""))
    if event.get("tab") != "home" or not user:
        return None
    return HomeOpened(Key(f"home:{body.get('event_id')}"), context.actor(user), Place(context.us.desk))


def _by_person(message: Payload, us: Us) -> bool:
    """Not ours, no other app's: what bots write into a thread is never meant for a customer."""
    user = message.get("user")
    posted_by_app = message.get("bot_id") or message.get("bot_profile")
    return bool(user) and user != us.user and not posted_by_app and message.get("subtype") in WRITTEN


_EVENTS: Mapping[str, Callable[[Payload, Context], DeskEvent | None]] = {
    "message": _message,
    "app_mention": lambda event, context: posted(event, str(event.get("channel", "")), context),
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
}

# -------------------------------------------------------------------------------------- interactions


def _command(body: Payload, context: Context) -> Commanded:
    words = html.unescape(str(body.get("text") or "")).strip()
    place = context.place(str(body.get("channel_id", "")), body.get("thread_ts"))
    return Commanded(Key(f"command:{body.get('trigger_id')}"), _person(body, context), place, words)


def _shortcut(body: Payload, context: Context) -> Commanded:
    """A message's, or one that belongs to no message; its callback id is the action."""
    message, channel = _dict(body.get("message")), str(_dict(body.get("channel")).get("id", ""))
    post = message.get("ts")
    place = context.place(channel, message.get("thread_ts") or post, post)
    key = Key(f"shortcut:{body.get('trigger_id') or body.get('action_ts')}")
    return Commanded(key, _person(body, context), place, str(body.get("callback_id", "")))


def _pressed(body: Payload, context: Context) -> Pressed | None:
    action: Payload = next(iter(_dicts(body.get("actions"))), {})
    token = _dict(action.get("selected_option")).get("value") or action.get("value")
    if not token:
        return None
    user = _person(body, context)
    key = Key(f"press:{user.user}:{action.get('action_ts')}:{action.get('action_id')}:{body.get('trigger_id')}")
    view = _dict(body.get("view"))
    if not view:
        return Pressed(key, user, _where(body, context), str(token))
    carried = Luggage.unpack(str(view.get("private_metadata") or ""))
    return Pressed(key, user, context.place(carried.channel, carried.thread), carried.unstow(str(token)))


def _where(body: Payload, context: Context) -> Place:
    """Where a button stands. In a direct message there is no thread; what only one person sees is no post."""
    container, message = _dict(body.get("container")), _dict(body.get("message"))
    channel = str(container.get("channel_id") or _dict(body.get("channel")).get("id") or "")
    if channel.startswith("D"):
        return context.place(channel, None, container.get("message_ts"))
    post = None if container.get("is_ephemeral") else container.get("message_ts")
    return context.place(channel, container.get("thread_ts") or message.get("thread_ts") or post, post)


def _submitted(body: Payload, context: Context) -> Submitted:
    view = _dict(body.get("view"))
    carried = Luggage.unpack(str(view.get("private_metadata") or ""))
    key = Key(f"form:{view.get('id')}:{body.get('trigger_id') or view.get('hash')}")
    place = context.place(carried.channel, carried.thread)
    return Submitted(key, _person(body, context), place, carried.token, answers(view))


def _person(body: Payload, context: Context) -> Actor:
    """Who acted; the payload's own word for them serves where they could not be looked up."""
    user = _dict(body.get("user"))
    found = str(user.get("id") or body.get("user_id") or "")
    return context.actors.get(found) or Actor(found, str(user.get("username") or body.get("user_name") or ""))


_INTERACTIONS: Mapping[str, Callable[[Payload, Context], DeskEvent | None]] = {
    "block_actions": _pressed,
    "message_action": _shortcut,
    "shortcut": _shortcut,
    "view_submission": _submitted,
}


def happened(fact: DeskEvent) -> datetime | None:
    """When somebody wrote or changed what they wrote: Slack may tell of it later. None: as it is told."""
    match fact:
        case OperatorPosted():
            return fact.at
        case OperatorEdited():
            return moment(fact.key.rpartition(":")[2])
    return None


def moment(ts: str) -> datetime:
    """A message's id is its time."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _dict(value: object) -> Payload:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Payload]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
