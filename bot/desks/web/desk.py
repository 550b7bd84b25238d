"""The web desk as a `Desk`.

The hub's database already holds every dialog and message, so "posting" here only wakes the pages that show them. A
post's id is derived from its parcel's key, so repeating it neither duplicates nor loses anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import quote

from bot.config.plugins import DeskTools
from bot.desks.web.settings import WebSettings
from bot.domain import (
    Actor,
    Belonging,
    DeskName,
    DeskNames,
    DialogId,
    FileRef,
    Key,
    PostId,
    PostRef,
    ThreadId,
    ThreadRef,
)
from bot.domain.spelling import folded
from bot.locale import translator
from bot.ports import DeskLimits, Download, EventHandler, Finding, Mark, Rejected, RejectReason
from bot.views.values import Card, Post, View

CHANNEL = "web"
LONGEST_POST = 40_000
MOST_FILES = 10
DIALOGS = "dialogs"
"""Topic of changes that may affect any list or counter."""


def dialog_topic(dialog: DialogId) -> str:
    return f"dialog:{dialog}"


def notices_topic(desk: DeskName, user: str) -> str:
    return f"notices:{desk}:{user}"


def thread_of(dialog: DialogId) -> ThreadId:
    return ThreadId(str(dialog))


def dialog_of(thread: ThreadRef) -> DialogId:
    """Parses the dialog's id. Raises `Rejected` for a thread that is not this desk's."""
    if not thread.thread.isdecimal():
        raise Rejected(RejectReason.GONE, "no such thread")
    return DialogId(int(thread.thread))


class WebDesk:
    """One web desk. `closing`: set when its pages should end their streams; `file_bytes`: the largest file that it
    accepts from an operator."""

    def __init__(self, name: DeskName, settings: WebSettings, given: DeskTools) -> None:
        self.name, self.settings = name, settings
        self.tools, self.backend, self.sign_ins = given.tools, given.backend, given.sign_ins
        self.limits = DeskLimits(post=LONGEST_POST, files=MOST_FILES, keeps_whispers=True)
        self.file_bytes = settings.file_megabytes * 1024 * 1024
        self.channel = settings.channel or CHANNEL
        self.closing = asyncio.Event()

    def __repr__(self) -> str:
        return f"WebDesk({self.name!r})"

    async def run(self, handler: EventHandler, since: datetime) -> None:
        """Waits for the desk to close: operators act by HTTP, so there is nothing to receive and no gap to read."""
        await self.closing.wait()

    async def open(self, channel: str, card: Card, key: Key) -> ThreadRef:
        await self._wake(card.dialog)
        return ThreadRef(self.name, channel or self.channel, thread_of(card.dialog))

    def own_thread(self, dialog: DialogId) -> ThreadId:
        return thread_of(dialog)

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        await self._wake(dialog_of(thread))
        return PostRef(self.name, thread.channel, PostId(post.keys[0]))

    async def find(self, channel: str, thread: ThreadRef | None, key: Key) -> PostRef | None:
        """Returns the post; its id is its key, so it always exists. Returns None for a card, whose thread's id comes
        from the dialog and not from the key: opening it again gives the same thread."""
        return PostRef(self.name, channel, PostId(key)) if thread else None

    async def update(self, ref: PostRef, what: Post | Card) -> None:
        await self._wake(what.dialog if isinstance(what, Card) else None)

    async def delete(self, ref: PostRef) -> None:
        await self._wake(None)

    async def mark(self, ref: PostRef, mark: Mark, on: bool) -> None:
        """Wakes pages, which draw marks from the message's delivery state."""
        await self._wake(None)

    async def whisper(self, user: str, thread: ThreadRef, view: View) -> None:
        await self._keep(user, view, dialog_of(thread))

    async def tell(self, user: str, view: View) -> None:
        await self._keep(user, view, None)

    def link(self, thread: ThreadRef, post: PostRef | None = None) -> str:
        address = f"{self.tools.public_url.rstrip('/')}/desk#/dialog/{thread.thread}"
        return f"{address}/{quote(post.post, safe='')}" if post else address

    @asynccontextmanager
    async def download(self, file: FileRef) -> AsyncIterator[Download]:
        """Opens an operator's file, which the hub itself stores."""
        if file.origin != "hub":
            raise Rejected(RejectReason.FILE_GONE, "not a file of the hub's")
        async with self.tools.files.open(file) as opened:
            yield opened

    async def staff(self) -> list[Actor]:
        return [self.actor(user) for user in self.settings.operators]

    def names(self, *, internal: bool = False) -> DeskNames:
        """Returns the names that a text on this desk may mention."""
        return DeskNames(frozenset(self.settings.operators), slash=True, internal=internal)

    async def bearers(self, names: Collection[str]) -> list[Actor]:
        """Returns the operators with these names."""
        wanted = {folded(name) for name in names}
        return [self.actor(user) for user in self.settings.operators if folded(user) in wanted]

    def actor(self, user: str, zone: str = "") -> Actor:
        return Actor(user, user, user, zone, Belonging.MEMBER)

    async def check(self) -> list[Finding]:
        tr = translator(self.tools.locale)
        count = len(self.settings.operators)
        words = tr.ngettext("{n} operator can sign in at {url}", "{n} operators can sign in at {url}", count)
        return [Finding(True, words.format(n=count, url=f"{self.tools.public_url.rstrip('/')}/desk"))]

    async def close(self) -> None:
        self.closing.set()

    async def _keep(self, user: str, view: View, dialog: DialogId | None) -> None:
        if user not in self.settings.operators:
            raise Rejected(RejectReason.GONE, "no such operator")
        await self.backend.keep(self.name, user, view, dialog)
        await self.tools.wake.notify([notices_topic(self.name, user)])

    async def _wake(self, dialog: DialogId | None) -> None:
        topics = [DIALOGS] if dialog is None else [DIALOGS, dialog_topic(dialog)]
        await self.tools.wake.notify(topics)
