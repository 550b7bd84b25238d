"""What an operator's side tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.content import Content
from bot.domain.ids import DeskName, Key, PostId, ThreadId


class Belonging(StrEnum):
    """Where somebody belongs, as their team chat tells it. Desks report it; what follows from it the core decides."""

    UNKNOWN = "unknown"  # the desk cannot tell now: what was known before counts
    MEMBER = "member"  # of the desk's audience
    OUTSIDER = "outsider"  # of the same team, not of the desk's audience
    GUEST = "guest"
    STRANGER = "stranger"  # of another team or company
    BOT = "bot"  # or an app, a webhook, a system account
    GONE = "gone"  # deactivated
    LEFT = "left"  # told of what was done before they left or were deactivated: what they were then counts


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something in a desk: the desk's own id of them, their user name and the name shown; names are "" where
    the desk cannot tell now. `zone`: their time zone, a name of the tz database; "" where the desk does not tell."""

    user: str
    name: str
    title: str = ""
    zone: str = ""
    belongs: Belonging = Belonging.UNKNOWN


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a desk. `thread` and `post` are None where the desk does not tell."""

    desk: DeskName
    channel: str = ""
    thread: ThreadId | None = None
    post: PostId | None = None


@dataclass(frozen=True, slots=True)
class ThreadRef:
    desk: DeskName
    channel: str
    thread: ThreadId


@dataclass(frozen=True, slots=True)
class PostRef:
    desk: DeskName
    channel: str
    post: PostId


@dataclass(frozen=True, slots=True)
class DeskNames:
    """What a desk knows of the names in a text, beside what the core does. `others`: user names of its people and
    names of its groups, at least those in the text; `marked`: somebody was picked from the desk's own list; `hub`: the
    user name of the hub's own user there; `slash`: what begins with `/` is a command; `internal`: the author marked it
    as a note; `shared`: channel and id of the posts that are passed on in it."""

    others: frozenset[str] = frozenset()
    marked: bool = False
    hub: str = ""
    slash: bool = False
    internal: bool = False
    shared: tuple[tuple[str, PostId], ...] = ()


@dataclass(frozen=True, slots=True)
class OperatorPosted:
    """A post in a thread. What it is (an answer, a note, a command) the core decides."""

    key: Key
    actor: Actor
    place: Place
    content: Content
    at: datetime
    names: DeskNames = DeskNames()
    quoted: PostId | None = None


@dataclass(frozen=True, slots=True)
class OperatorEdited:
    key: Key
    actor: Actor
    place: Place
    content: Content
    names: DeskNames = DeskNames()


@dataclass(frozen=True, slots=True)
class OperatorDeleted:
    """`actor` None: the platform does not say who deleted it. `author`: who had written it, where that is told."""

    key: Key
    actor: Actor | None
    place: Place
    author: Actor | None = None


@dataclass(frozen=True, slots=True)
class OperatorReacted:
    """`emoji` is Unicode; `on` False: taken back."""

    key: Key
    actor: Actor
    place: Place
    emoji: str
    on: bool


@dataclass(frozen=True, slots=True)
class Commanded:
    """`/dialog words…`, a message shortcut (`words` is the action, `place.post` its message)."""

    key: Key
    actor: Actor
    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody looks at their own page of the hub, where the team chat has one. `place` has no channel."""

    key: Key
    actor: Actor
    place: Place


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button or a menu entry; `token` is what the core sealed into it. `proved` False: the platform does not sign who
    presses, and the button is of before its post was named in it."""

    key: Key
    actor: Actor
    place: Place
    token: str
    proved: bool = True


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form sent in. Multiple choices come comma-separated."""

    key: Key
    actor: Actor
    place: Place
    token: str
    values: dict[str, str] = field(default_factory=dict)


DeskEvent = (
    OperatorPosted | OperatorEdited | OperatorDeleted | OperatorReacted | Commanded | HomeOpened | Pressed | Submitted
)
