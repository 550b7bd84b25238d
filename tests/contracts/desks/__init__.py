"""The test rig that each desk provides for the contract suite (the tests of this folder).

A rig is a file `tests/contracts/rigs/desk_NAME.py` with a table of its variants:

    RIGS = {"slack-socket": socket_rig, "slack-http": http_rig}      # name → () -> async context manager

Entering one gives a `DeskRig`: a real desk, its `run` connected, against the fake of its platform, with Anna
and Boris at their keyboards. `lacks` names what a platform does not have; the suite then skips those
requirements. Words of `lacks`: "keeps posts" (the desk has no posts of its own: posting, finding, editing, marks
and files are the core's), "keeps whispers" (whispers and direct messages are kept by `WebDeskBackend.keep`),
"reconnecting" (no connection that could be lost), "http" (no requests come in), "slash in threads",
"shortcuts", "long posts" (a post holds any length), "trigger" (forms open without one), "controls" (tabs, menus and
buttons of views are not drawn yet), "replacing" (`Whisper.replaces` has no effect yet), "replacing answers" (the
response to a command stays as it is), "many" (`FieldKind.MANY`), "files told" (`View.files`), "zones"
(`Actor.zone`), "refreshing" (`Field.refreshes`), "home" (people have no page of their own), "lists of people"
(`Picker.people`), "mentions" (nobody follows threads; the hub tells people itself).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from bot.domain import (
    Actor,
    Belonging,
    DeskEvent,
    DeskName,
    DialogId,
    FileRef,
    Key,
    OperatorDeleted,
    OperatorPosted,
    OperatorReacted,
    PostId,
    ThreadRef,
)
from bot.domain.text import Text
from bot.ports import Desk, KnownPost
from bot.views.values import Answer, Row, Silent, View
from tests.fakes.faults import Faults
from tests.waiting import FACT

E = TypeVar("E")


@dataclass(frozen=True)
class SeenPost:
    """A post as people see it. `text`: with its styles, as the platform draws it; `author`: the name above it;
    `buttons`: labels, menu entries included; `chosen`: labels of the selected menu entries; `files`: names and
    bytes; `marks`: our reactions; `notifies`: it mentions someone (by name, or everyone)."""

    text: Text
    author: str = ""
    buttons: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    marks: frozenset[str] = frozenset()
    notifies: bool = False
    post: PostId | None = None
    chosen: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return self.text.characters


@dataclass(frozen=True)
class Unread:
    """A post that someone has not read. `mention`: it notifies them; else it is new in a thread that they follow."""

    words: str
    mention: bool


@dataclass(frozen=True)
class SeenForm:
    """A form on someone's screen. `fields`: names in order; `options` of those that have some, as shown; `values`: the
    current ones, several comma-separated; `errors`: field → message. `people`: fields in which users are picked, with
    the values of all users by user name; `required`: those that have to be filled in."""

    title: str
    fields: tuple[str, ...]
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    submit: str = ""
    people: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


class FakeCore:
    """The core as a desk knows it: remembers every fact once, and responds as a test asks.

    `answers[type]` responds to all further facts of that type; `fail(n)` makes the next `n` calls raise, with
    `on_failure` called before each.
    `shown[thread]`: posts of the hub's own in a thread, which it knows besides those of people.
    `repeats` counts facts that came again with a known key. `holds[thread]`: facts of that thread are not taken before
    this event is set; `begun` lists all facts as they come.
    """

    def __init__(self) -> None:
        self.events: list[DeskEvent] = []
        self.repeats: list[DeskEvent] = []
        self.failed: list[DeskEvent] = []
        self.begun: list[DeskEvent] = []
        self.shown: dict[str, list[PostId]] = {}
        self.holds: dict[str, asyncio.Event] = {}
        self.answers: dict[type[DeskEvent], Answer] = {}
        self.open_threads: list[ThreadRef] = []
        self.readable: set[DialogId] = set()
        self.on_failure: Callable[[], None] = lambda: None
        self._fail = 0
        self._keys: set[Key] = set()
        self._changed = asyncio.Condition()

    def fail(self, times: int = 1) -> None:
        self._fail = times

    async def accept(self, event: DeskEvent) -> Answer:
        async with self._changed:
            self.begun.append(event)
            self._changed.notify_all()
        if (hold := self.holds.get(str(event.place.thread))) is not None:
            await hold.wait()
        async with self._changed:
            self._changed.notify_all()
            if self._fail:
                self._fail -= 1
                self.failed.append(event)
                self.on_failure()
                raise RuntimeError("the database is not there")
            if event.key in self._keys:
                self.repeats.append(event)
                return Silent()
            self._keys.add(event.key)
            self.events.append(event)
        return self.answers.get(type(event), Silent())

    async def known(self, keys: Sequence[Key]) -> Collection[Key]:
        return self._keys.intersection(keys)

    async def known_posts(self, thread: ThreadRef, since: datetime) -> Sequence[KnownPost]:
        mine = [one for one in self.of(OperatorPosted) if one.place.thread == thread.thread and one.at >= since]
        deleted = {one.place.post for one in self.of(OperatorDeleted)}
        written = {one.place.post: one.place.post not in deleted for one in mine if one.place.post is not None}
        posts = dict.fromkeys(self.shown.get(thread.thread, ()), False) | written
        return [KnownPost(post, by_people, self._reactions(post)) for post, by_people in posts.items()]

    def _reactions(self, post: PostId) -> frozenset[tuple[str, str]]:
        on = {(one.actor.user, one.emoji): one.on for one in self.of(OperatorReacted) if one.place.post == post}
        return frozenset(reaction for reaction, there in on.items() if there)

    async def previews(self, actor: Actor, dialogs: Sequence[DialogId]) -> Mapping[DialogId, View]:
        return {one: View((Row(Text.plain(f"preview of #{one}")),)) for one in dialogs if one in self.readable}

    async def threads(self) -> Sequence[ThreadRef]:
        return list(self.open_threads)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits until `holds` is true after a call of `accept`."""
        async with asyncio.timeout(FACT), self._changed:
            await self._changed.wait_for(holds)

    async def next(self, kind: type[E], number: int = 1) -> E:
        """The `number`-th fact of that kind, as soon as it has come."""
        await self.until(lambda: len(self.of(kind)) >= number)
        return self.of(kind)[number - 1]

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


class DeskRig(Protocol):
    """A desk at work. People are named "anna" and "boris". Their actions return when the platform has taken them;
    `core` shows when the desk has received them."""

    desk: Desk
    name: DeskName
    core: FakeCore
    faults: Faults
    lacks: frozenset[str]
    methods: Mapping[str, str]
    """The fake's fault names for "open", "post", "update", "mark", "whisper", "tell", "find"."""

    def actor(self, who: str) -> Actor:
        """The actor that facts must give for this person."""
        ...

    def becomes(self, who: str, belonging: Belonging) -> None:
        """Changes the person: they join the desk's channel or leave it, become a guest or one of another team, or are
        deactivated."""
        ...

    def people_unknown(self) -> None:
        """Makes the platform stop answering who people are."""
        ...

    def file(self, data: bytes, name: str, mime: str) -> FileRef:
        """A file of the hub's that posts may carry."""
        ...

    # people's actions
    async def writes(
        self, who: str, thread: ThreadRef, text: str, *, files: Sequence[tuple[str, bytes]] = ()
    ) -> PostId: ...
    async def mentions_hub(self, who: str, thread: ThreadRef, words: str) -> PostId:
        """Writes "@hub words" into the thread."""
        ...

    async def mentions(self, who: str, thread: ThreadRef, colleague: str, text: str) -> PostId:
        """Writes "text @colleague" into the thread."""
        ...

    async def edits(self, who: str, thread: ThreadRef, post: PostId, text: str) -> None: ...
    async def deletes(self, who: str, thread: ThreadRef, post: PostId) -> None: ...
    async def reacts(self, who: str, thread: ThreadRef, post: PostId, picture: str, on: bool = True) -> None: ...
    async def presses(self, who: str, thread: ThreadRef, post: PostId, label: str) -> None:
        """Presses the button or menu entry of that label on a post."""
        ...

    async def picks(self, who: str, thread: ThreadRef, post: PostId, label: str, person: str) -> None:
        """Picks a person, by their user name, in the list of that label on a post."""
        ...

    def clicks(self, who: str) -> int:
        """Presses and choices of this person so far. One in a menu or a list is two: it is opened first."""
        ...

    async def press_at_once(self, people: Sequence[str], thread: ThreadRef, post: PostId, label: str) -> None:
        """Presses concurrently: everyone presses the buttons of the unchanged post."""
        ...

    async def presses_in_whisper(self, who: str, thread: ThreadRef, label: str) -> None:
        """Presses the button or menu entry of that label on the person's latest whisper that has one."""
        ...

    async def presses_in_direct_message(self, who: str, label: str) -> None:
        """Presses a button or menu entry of the person's latest direct message that has one."""
        ...

    async def opens_home(self, who: str) -> None:
        """Opens the person's own page of the hub."""
        ...

    async def enters_at_home(self, who: str, words: str) -> None:
        """Types into the line of their own page, and presses Enter."""
        ...

    async def presses_home(self, who: str, label: str) -> None:
        """Presses a button or menu entry of that page."""
        ...

    async def commands(self, who: str, words: str, thread: ThreadRef | None = None) -> None:
        """Types `/dialog words`."""
        ...

    async def uses_shortcut(self, who: str, thread: ThreadRef, post: PostId, word: str) -> None: ...
    async def submits(self, who: str, values: Mapping[str, str]) -> None:
        """Submits the form on this person's screen. Options are given by their values, several comma-separated."""
        ...

    # people's screens
    async def thread(self, thread: ThreadRef) -> Sequence[SeenPost]:
        """The whole thread, its card first."""
        ...

    async def whispers_to(self, who: str) -> Sequence[SeenPost]:
        """Whispers to this person, the latest last, including windows that show text."""
        ...

    def follows(self, who: str, thread: ThreadRef) -> bool:
        """Tells whether the team chat tells them what is written in the thread."""
        ...

    def unread(self, who: str, thread: ThreadRef) -> Sequence[Unread]:
        """Posts that the team chat counts as unread for them in the thread."""
        ...

    def reads(self, who: str, thread: ThreadRef) -> None:
        """They read the thread."""
        ...

    async def home(self, who: str) -> SeenPost | None:
        """This person's own page; None: still empty."""
        ...

    async def direct_messages(self, who: str) -> Sequence[SeenPost]: ...
    async def changes(self, who: str, values: Mapping[str, str]) -> None:
        """Chooses one thing in the form on the screen, without submitting it."""
        ...

    async def form(self, who: str) -> SeenForm | None:
        """The form on this person's screen."""
        ...

    # failures
    async def repeat(self) -> None:
        """Makes the platform deliver its latest event once more."""
        ...

    def offline(self) -> AbstractAsyncContextManager[None]:
        """Cuts the desk off from people's actions while entered; afterwards it is connected again."""
        ...

    async def forge(self) -> int:
        """Sends a forged event; returns the HTTP status of the response."""
        ...

    def broken(self) -> AbstractAsyncContextManager[Desk]:
        """The same desk with a token that the platform refuses."""
        ...

    async def forget(self) -> None:
        """Clears the desk's memory, as a new process would."""
        ...


@runtime_checkable
class Quotes(Protocol):
    """A desk in which people reply to a post by quoting it."""

    async def replies(self, who: str, thread: ThreadRef, post: PostId, text: str) -> PostId: ...


@runtime_checkable
class Formats(Protocol):
    async def writes_formatted(self, who: str, thread: ThreadRef) -> PostId:
        """Writes "bold and plain", the first word bold, as people make it bold there."""
        ...


Rig = Callable[[Path], AbstractAsyncContextManager[DeskRig]]
"""Builds a rig; the folder is the test's own."""


def rigs() -> dict[str, Rig]:
    """All variants of all desks that have plugged in."""
    found: dict[str, Rig] = {}
    for file in sorted(Path(__file__).parent.with_name("rigs").glob("desk_*.py")):
        found.update(import_module(f"tests.contracts.rigs.{file.stem}").RIGS)
    return found


async def eventually(check: Callable[[], object], patience: float = FACT) -> None:
    """Waits for something that no event announces: calls `check()` until it is true (awaitables are awaited)."""
    async with asyncio.timeout(patience):
        while True:
            result = check()
            if asyncio.iscoroutine(result):
                result = await result
            if result:
                return
            await asyncio.sleep(0.01)
