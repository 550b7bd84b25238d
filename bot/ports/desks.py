"""What the core asks of team chats."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.domain import Actor, DeskEvent, DeskName, DialogId, FileRef, Key, PostRef, ThreadId, ThreadRef
from bot.ports.bridges import Rate
from bot.ports.files import Download
from bot.views.values import Answer, Card, Post, View


class Mark(StrEnum):
    """What became of an operator's message, as a reaction on it; one at a time."""

    WAITING = "⏳"
    DELIVERED = "✅"
    READ = "👀"
    FAILED = "❌"
    DOUBTFUL = "❔"
    INTERNAL = "🔒"


class Office(Protocol):
    """What a desk may ask of the core."""

    async def accept(self, event: DeskEvent) -> Answer:
        """Commits one fact and says what to show at once. Repetitions (same key) give `Silent`.
        An exception means: nothing was stored, let the platform repeat it."""
        ...

    async def threads(self) -> Sequence[ThreadRef]:
        """Threads of this desk's open dialogs, the latest active first: where a gap has to be read."""
        ...


class Notifies(StrEnum):
    """Whom a team chat itself tells that they are named in a post."""

    NAMES = "names"  # whoever stands behind an `@`
    MARKS = "marks"  # only who was picked from its list
    NOBODY = "nobody"  # the hub does


@dataclass(frozen=True, slots=True)
class DeskLimits:
    """`post`: characters a post holds; `files`: attachments a post holds."""

    post: int
    files: int = 10
    rates: tuple[Rate, ...] = ()
    notifies: Notifies = Notifies.NOBODY


@runtime_checkable
class Desk(Protocol):
    """A team chat where every dialog is a thread. Raises `DeliveryError` only.

    What the couriers call (`open` … `tell`) may be called while `run` is not running.
    """

    limits: DeskLimits

    async def run(self, office: Office, since: datetime) -> None:
        """Brings the operators' side in, for ever; held by one process at a time. After each
        (re)connection reads what was posted since `since` or since it was last connected."""
        ...

    async def open(self, channel: str, card: Card, key: Key) -> ThreadRef:
        """Starts a thread with its card. `channel`: a name or an id; "" the desk's own."""
        ...

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        """Files are uploaded from `Files`; one that cannot be had is said in words, never dropped."""
        ...

    async def find(self, channel: str, thread: ThreadRef | None, key: Key) -> PostRef | None:
        """Looks up what carries `key`: a card of the channel (`thread` None) or a post of the thread."""
        ...

    async def update(self, ref: PostRef, what: Post | Card) -> None:
        """Redraws a post or a card that stands there already; its place in the thread stays."""
        ...

    async def delete(self, ref: PostRef) -> None:
        """Removes a post with all its parts; one that is gone already is no error."""
        ...

    async def mark(self, ref: PostRef, mark: Mark, on: bool) -> None:
        """Adds or removes our reaction; doing so twice is no error."""
        ...

    async def whisper(self, user: str, thread: ThreadRef, view: View) -> None:
        """Only `user` (the desk's id) sees it."""
        ...

    async def tell(self, user: str, view: View) -> None:
        """Direct message."""
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
class Reading(Protocol):
    """Knows how far its team chat was read, when that is not simply "until now"."""

    def read_until(self) -> datetime:
        """Everything up to then has been committed; during a break, or while the gap after it is read, this is
        when the break began. Asked for once `run` has begun."""
        ...


@runtime_checkable
class Addressing(Protocol):
    """Each dialog has a thread of its own, also one that goes on where an earlier one ended: the desk itself shows the
    earlier ones above it."""

    def own_thread(self, dialog: DialogId) -> ThreadId:
        """The dialog's thread id, known before anything is posted there."""
        ...


@runtime_checkable
class Staffed(Protocol):
    """Knows who could work with dialogs, also those who never did yet."""

    async def staff(self) -> Sequence[Actor]:
        """The desk's audience, and guests and people of other teams in its channels; without bots. Whoever is not among
        them is no member of the audience any more. Asked for at the start and once an hour."""
        ...


@runtime_checkable
class Naming(Protocol):
    """Knows who bears a user name."""

    async def bearers(self, names: Collection[str]) -> Sequence[Actor]:
        """Whoever bears one of these user names now (case does not matter), or whose id it is. `Actor.belongs` says of
        bots, of people of other teams and of who has left that they are, and need not say of others whether they are
        members. Raises `DeliveryError`."""
        ...


@dataclass(frozen=True, slots=True)
class Desks:
    """The desks by name: what views need to make links."""

    by_name: Mapping[DeskName, Desk]

    def link(self, thread: ThreadRef | None, post: PostRef | None = None) -> str:
        """Address of a thread, or of a post in it; "" without a thread, or for a desk that is not configured."""
        desk = self.by_name.get(thread.desk) if thread else None
        return desk.link(thread, post) if desk and thread else ""
