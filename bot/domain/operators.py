"""Events from desks, and the people who cause them."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from bot.domain.content import Content
from bot.domain.ids import DeskName, Key, PostId, ThreadId
from bot.domain.value import value


class Belonging(StrEnum):
    """Relation of a user to the desk, as the team chat reports it. The core decides what follows from it."""

    UNKNOWN = "unknown"  # the desk cannot tell now: the last known value counts
    MEMBER = "member"  # of the desk's audience
    OUTSIDER = "outsider"  # of the same team, outside the desk's audience
    GUEST = "guest"
    FOREIGN = "stranger"  # of another team or company; databases keep the older word
    BOT = "bot"  # or an app, a webhook, a system account
    GONE = "gone"  # deactivated
    LEFT = "left"  # reported for acts before they left or were deactivated: their earlier value counts


@value
class Actor:
    """User who did something in a desk: the desk's id of them, their user name and display name. Names are "" when the
    desk cannot tell now. `zone`: their time zone, a tz database name; "" where the desk does not tell."""

    user: str
    name: str
    title: str = ""
    zone: str = ""
    belongs: Belonging = Belonging.UNKNOWN


@value
class Place:
    """Place in a desk. `thread` and `post` are None where the desk does not tell."""

    desk: DeskName
    channel: str = ""
    thread: ThreadId | None = None
    post: PostId | None = None


@value
class ThreadRef:
    desk: DeskName
    channel: str
    thread: ThreadId


@value
class PostRef:
    desk: DeskName
    channel: str
    post: PostId


@value
class DeskNames:
    """Names in a text that its desk knows, in addition to those the core knows. `others`: user names of people and
    names of groups, at least those in the text; `marked`: somebody was picked from the desk's own list; `hub`: the
    hub's user name there; `slash`: a text beginning with `/` is a command; `internal`: the author marked it as a note;
    `shared`: channel and id of the posts forwarded in it."""

    others: frozenset[str] = frozenset()
    marked: bool = False
    hub: str = ""
    slash: bool = False
    internal: bool = False
    shared: tuple[tuple[str, PostId], ...] = ()


@value
class OperatorPosted:
    """Post in a thread. The core decides whether it is a reply, a note or a command. `missed`: it was read later, from
    a gap; `mark`: the hub's own delivery mark on it, "" for none."""

    key: Key
    actor: Actor
    place: Place
    content: Content
    at: datetime
    names: DeskNames = DeskNames()
    quoted: PostId | None = None
    missed: bool = False
    mark: str = ""


@value
class OperatorEdited:
    """Post with a new text. `missed`: as for `OperatorPosted`; `at`: when it was edited, by the team chat's clock;
    None: just now."""

    key: Key
    actor: Actor
    place: Place
    content: Content
    names: DeskNames = DeskNames()
    missed: bool = False
    at: datetime | None = None


@value
class OperatorDeleted:
    """Deletion of a post. `actor` None: the platform does not tell who deleted it. `author`: who wrote it, where that
    is known."""

    key: Key
    actor: Actor | None
    place: Place
    author: Actor | None = None


@value
class OperatorReacted:
    """Reaction to a post. `emoji` is Unicode; `on` False: it was removed. `missed`: as for `OperatorPosted`. `pressed`:
    the operator did it just now, even if the same reaction is known; other events may be repetitions."""

    key: Key
    actor: Actor
    place: Place
    emoji: str
    on: bool
    missed: bool = False
    pressed: bool = False


@value
class Commanded:
    """Command: `/dialog words…`, or a message shortcut (`words` is the action, `place.post` its message)."""

    key: Key
    actor: Actor
    place: Place
    words: str


@value
class HomeOpened:
    """Visit to the operator's own page of the hub, where the team chat has one. `place` has no channel."""

    key: Key
    actor: Actor
    place: Place


@value
class HomeLeft:
    """Turn from the operator's own page to another tab of the hub."""

    key: Key
    actor: Actor
    place: Place


@value
class Pressed:
    """Press of a button or a menu entry; `token` is the one the core sealed into it. `proved` False: the platform does
    not sign who presses, and the button is older than tokens that name their post. `picked`: value of the option chosen
    in the button's picker, as the client sends it; `person`: whom they picked there. `sticks`: what was chosen stays
    shown in the menu until its post is drawn anew."""

    key: Key
    actor: Actor
    place: Place
    token: str
    proved: bool = True
    picked: str = ""
    person: Actor | None = None
    sticks: bool = False


@value
class Submitted:
    """Form sent in. Multiple choices are comma-separated. `people`: users chosen in the team chat's own list, with
    where they belong now."""

    key: Key
    actor: Actor
    place: Place
    token: str
    values: dict[str, str] = field(default_factory=dict)
    people: tuple[Actor, ...] = ()


@value
class FormChanged:
    """Choice in an open form on which its other fields depend; nothing is sent in yet."""

    key: Key
    actor: Actor
    place: Place
    token: str
    values: dict[str, str] = field(default_factory=dict)


DeskEvent = (
    OperatorPosted
    | OperatorEdited
    | OperatorDeleted
    | OperatorReacted
    | Commanded
    | HomeOpened
    | HomeLeft
    | Pressed
    | Submitted
    | FormChanged
)
