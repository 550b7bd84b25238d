"""Port to team chats."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.domain import Actor, DeskEvent, DeskName, DialogId, FileRef, Key, PostId, PostRef, ThreadId, ThreadRef
from bot.domain.value import value
from bot.ports.bridges import Rate
from bot.ports.errors import Unavailable
from bot.ports.files import Download
from bot.views.values import Answer, Card, Post, View


class Mark(StrEnum):
    """Delivery mark of an operator's message, set as a reaction; one at a time."""

    WAITING = "⏳"
    DELIVERED = "✅"
    READ = "👀"
    FAILED = "❌"
    DOUBTFUL = "❔"
    INTERNAL = "🔒"
    HELD = "⏸\ufe0f"


@value
class KnownPost:
    """Post in a thread, as the core knows it. `written`: it holds an operator's words, which were not deleted;
    `reactions`: operators' reactions on it, as user (the desk's id) and emoji (Unicode)."""

    post: PostId
    written: bool
    reactions: frozenset[tuple[str, str]] = frozenset()


class EventHandler(Protocol):
    """Services of the core for desks."""

    async def accept(self, event: DeskEvent) -> Answer:
        """Commits one event and returns what to show at once. Repeated events (same key) give `Silent`. An exception
        means that nothing was stored: let the platform repeat the event."""
        ...

    async def known(self, keys: Sequence[Key]) -> Collection[Key]:
        """Returns those keys whose events have been committed already: they need not be read again."""
        ...

    async def known_posts(self, thread: ThreadRef, since: datetime) -> Sequence[KnownPost]:
        """Posts of the thread's messages since then, to be compared with what stands after a gap."""
        ...

    async def previews(self, actor: Actor, dialogs: Sequence[DialogId]) -> Mapping[DialogId, View]:
        """Previews of the dialogs, of these, that `actor` may read; they hold nothing about customers, since everyone
        around the link sees them."""
        ...

    async def threads(self) -> Sequence[ThreadRef]:
        """Threads of this desk's open dialogs, the latest active first, for reading a gap."""
        ...


class Notifies(StrEnum):
    """Mentions that a team chat itself notifies people about."""

    NAMES = "names"  # anybody named after an `@`
    MARKS = "marks"  # only people picked from its list
    NOBODY = "nobody"  # nobody: the hub notifies them


@value
class DeskLimits:
    """Limits of a desk. `post`: characters per post; `files`: attachments per post; `keeps_whispers`: they stay after a
    reload, and on every device."""

    post: int
    files: int = 10
    rates: tuple[Rate, ...] = ()
    notifies: Notifies = Notifies.NOBODY
    keeps_whispers: bool = False


@runtime_checkable
class Desk(Protocol):
    """Team chat where every dialog has a thread. Raises `DeliveryError` only.

    The couriers' methods (`open` … `tell`) may be called while `run` is not running.
    """

    limits: DeskLimits

    async def run(self, handler: EventHandler, since: datetime) -> None:
        """Receives the operators' events, for ever; held by one process at a time. After each (re)connection it reads
        what was posted since `since` or since the last connection."""
        ...

    async def open(self, channel: str, card: Card, key: Key) -> ThreadRef:
        """Starts a thread with its card. `channel`: a name or an id; "" for the desk's own."""
        ...

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        """Posts to a thread. Files are uploaded from `Files`; one that cannot be had becomes text and is never
        dropped."""
        ...

    async def find(self, channel: str, thread: ThreadRef | None, key: Key) -> PostRef | None:
        """Finds the post that carries `key`: a card in the channel (`thread` None) or a post in the thread."""
        ...

    async def update(self, ref: PostRef, what: Post | Card) -> None:
        """Redraws an existing post or card in place."""
        ...

    async def delete(self, ref: PostRef) -> None:
        """Deletes a post with all its parts; one that no longer exists is no error."""
        ...

    async def mark(self, ref: PostRef, mark: Mark, on: bool) -> None:
        """Adds or removes our reaction; repeating it is no error."""
        ...

    async def whisper(self, user: str, thread: ThreadRef, view: View) -> None:
        """Shows a view that only `user` (the desk's id) sees."""
        ...

    async def tell(self, user: str, view: View) -> None:
        """Sends a direct message."""
        ...

    def link(self, thread: ThreadRef, post: PostRef | None = None) -> str:
        """Address of the thread, or of a post in it; "" while it is not known."""
        ...

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Opens a file that an operator attached. Entering raises `Rejected(FILE_GONE)` when the desk no longer has
        it."""
        ...

    async def close(self) -> None:
        """Releases connections; called once, when the hub stops."""
        ...


@runtime_checkable
class ReadTracking(Protocol):
    """Desk that tells how far its team chat was read, when that is not simply "until now"."""

    def read_until(self) -> datetime:
        """Time up to which everything has been committed; during an outage, or while the gap after it is read, the time
        when the outage began. Called only after `run` has started."""
        ...


@runtime_checkable
class LiveDesk(Protocol):
    """Desk that is told of events over a connection, and reconnects by itself."""

    def unheard_since(self) -> datetime | None:
        """Time since which no events have arrived because there is no connection; None while there is one. Called only
        while `run` is running."""
        ...


@runtime_checkable
class Retelling(Protocol):
    """Desk whose direct messages can be replaced later."""

    async def retell(self, user: str, whispered: Key, view: View) -> None:
        """Replaces the direct message that carries this key; does nothing if there is none."""
        ...


@runtime_checkable
class Mentioning(Protocol):
    """Desk that notifies those whom a technical line mentions, and tells them from then on what is said in the
    thread."""

    async def reached(self, channel: str, users: Collection[str]) -> Collection[str]:
        """Returns those of the users (the desk's ids) whom a mention in the channel notifies: its members, as far as
        they are known. Raises `DeliveryError` when that may be told later."""
        ...


@runtime_checkable
class Following(Protocol):
    """Desk that can itself make people follow a thread."""

    async def follow(self, thread: ThreadRef, user: str, on: bool) -> None:
        """Makes a user follow a thread, or not follow it; does nothing where the hub may not. Raises
        `DeliveryError`."""
        ...


@runtime_checkable
class Paged(Protocol):
    """Desk that shows each user a page of their own, and redraws it when the hub asks."""

    async def show_home(self, user: str, view: View) -> bool:
        """Redraws the user's page. False: they have just done something there, whose answer is newer."""
        ...


@runtime_checkable
class Waiting(Protocol):
    """Desk that is asked to wait in calls which are no deliveries."""

    def long_waits(self) -> Mapping[str, float]:
        """Seconds left, by call, where the platform has asked for more than `LONG_WAIT`."""
        ...


@runtime_checkable
class Attended(Protocol):
    """Desk that sends its events to any of several processes that listen, so that each can have a connection."""

    async def attend(self, handler: EventHandler) -> None:
        """Receives the operators' events while this process does not `run`, for ever; returns where the desk calls the
        hub by itself. Reads nothing that was missed, and reports no failures: the process that runs does both."""
        ...


@runtime_checkable
class Addressing(Protocol):
    """Desk with a separate thread for every dialog, even one that continues an earlier one: the desk itself shows the
    earlier ones above it."""

    def own_thread(self, dialog: DialogId) -> ThreadId:
        """Thread id of the dialog, known before anything is posted there."""
        ...


@runtime_checkable
class Staffed(Protocol):
    """Desk that can list everybody who could work with dialogs, including those who never have."""

    async def staff(self) -> Sequence[Actor]:
        """The desk's audience, plus guests and people of other teams in its channels; without bots. Whoever is missing
        is no longer a member of the audience. Called at the start and once an hour."""
        ...


@runtime_checkable
class StaffWatching(Staffed, Protocol):
    """Desk that is told when somebody joins or leaves."""

    async def staff_changed(self) -> None:
        """Waits until the desk has been told that somebody joined or left since the last time."""
        ...


class Availability(StrEnum):
    """State of a user who is not simply there."""

    AWAY = "away"  # or offline
    DISTURBED = "dnd"  # does not want to be disturbed


@runtime_checkable
class PresenceKnowing(Protocol):
    """Desk that tells who is there."""

    async def availability(self, users: Collection[str]) -> Mapping[str, Availability]:
        """Users, of these, who are away or do not want to be disturbed; whoever is missing is there, or it is not
        known. Raises `DeliveryError`."""
        ...


@runtime_checkable
class Channelled(Protocol):
    """Desk with several channels, any of which may be lost."""

    def channel_names(self, channel: str) -> Sequence[str]:
        """Id and name of a channel given by either ("": the desk's own), as far as they are known; at least one."""
        ...


@runtime_checkable
class Rereading(Protocol):
    """Desk that can read one channel again while it listens. Called only while `run` is running."""

    def unreadable(self) -> Mapping[str, Unavailable]:
        """Channels that cannot be read now, with the reasons. They are tried again and again."""
        ...

    async def reread(self, channel: str, since: datetime) -> None:
        """Reads what was posted in a channel since then, or since it was last heard of, if that is earlier: the hub had
        no access to it until now. Raises `DeliveryError`."""
        ...


@runtime_checkable
class Naming(Protocol):
    """Desk that can look up user names."""

    async def bearers(self, names: Collection[str]) -> Sequence[Actor]:
        """Users who have one of these names now (case does not matter), or one of them as their id. `Actor.belongs`
        must be right for bots, people of other teams and those who have left; for others it need not tell whether they
        are members. Raises `DeliveryError`."""
        ...


@value
class Desks:
    """All desks by name, for views that need links."""

    by_name: Mapping[DeskName, Desk]

    def link(self, thread: ThreadRef | None, post: PostRef | None = None) -> str:
        """Address of a thread, or of a post in it; "" without a thread, or for a desk that is not configured."""
        desk = self.by_name.get(thread.desk) if thread else None
        return desk.link(thread, post) if desk and thread else ""
