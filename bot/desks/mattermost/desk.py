"""A Mattermost channel as a desk: each dialog is a thread in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime

import structlog

from bot.desks.mattermost import dialogs, history, hooks, render, views
from bot.desks.mattermost.api import PAGE, Api, Json
from bot.desks.mattermost.audience import Audience
from bot.desks.mattermost.checks import Checks
from bot.desks.mattermost.errors import CALLBACK_ADVICE
from bot.desks.mattermost.event_listener import EventListener
from bot.desks.mattermost.hooks import ButtonSurface
from bot.desks.mattermost.mentions import Mentions
from bot.desks.mattermost.people import UserDirectory
from bot.desks.mattermost.posting import FILES, Posting
from bot.desks.mattermost.render import Buttons, PostBody
from bot.desks.mattermost.server import Server
from bot.desks.mattermost.settings import MattermostSettings
from bot.desks.mattermost.uploading import Uploader
from bot.desks.mattermost.wire import MARKER, TRACE
from bot.desks.shared import emoji
from bot.domain import Actor, DeskName, FileRef, Key, Place, PostId, PostRef, ThreadId, ThreadRef
from bot.domain.text import Text, line, link
from bot.locale import translator
from bot.ports import (
    Availability,
    DeskLimits,
    Download,
    EventHandler,
    Finding,
    FoundCard,
    Mark,
    Notifies,
    Rate,
    Rejected,
    RejectReason,
    Tools,
    Unavailable,
)
from bot.views.answers import says
from bot.views.values import Answer, Ask, Card, Form, Invalid, Post, Row, Silent, View, Whisper

log = structlog.get_logger(__name__)

_LOOK_BACK = 25 * PAGE
"""Posts of the channel that are searched for a card after an uncertain outcome."""


class MattermostDesk:
    def __init__(
        self, name: DeskName, settings: MattermostSettings, tools: Tools, channels: Sequence[str] = ()
    ) -> None:
        """`channels`: those of the desk's accounts, besides its own."""
        self.name, self.settings, self.tools = name, settings, tools
        self.limits = DeskLimits(
            post=render.TEXT, files=FILES, rates=(Rate("all", settings.rate),), notifies=Notifies.NAMES
        )
        self.tr = translator(tools.locale)
        self.base = settings.callback_url or tools.public_url.rstrip("/")
        self.proofs = hooks.Proofs(tools.secrets)
        self.buttons = Buttons.of(name, self.base, self.tr, self.proofs)
        self.api = Api(settings, tools.http, tools.lasting_http)
        self.server = Server(name, settings, self.api, tools.clock)
        self.people = UserDirectory(self.api, tools.clock)
        self.audience = Audience(self.api, self.server, self.people, settings, tools.clock, channels)
        self._listener: EventListener | None = None
        uploader = Uploader(self.api, self.server, tools.files, tools.locale)
        self._mentions = Mentions(self.api, self.server, self.audience)
        self._posting = Posting(self.api, self.server, uploader, self.buttons, tools.files, self.tr)
        self._whispers_refused = False
        self._channels = channels

    async def close(self) -> None:
        await self.api.close()

    async def run(self, handler: EventHandler, since: datetime) -> None:
        self._listener = EventListener(
            self.api, self.server, self.people, self.audience, self.tools, handler, since, self.show
        )
        await self._listener.run()

    def read_until(self) -> datetime:
        assert self._listener is not None, "the desk is not read yet"
        return self._listener.read_until()

    def unreadable(self) -> Mapping[str, Unavailable]:
        return self._listener.unreadable() if self._listener is not None else {}

    async def reread(self, channel: str, since: datetime) -> None:
        if self._listener is not None:
            await self._listener.reread(channel, int(since.timestamp() * 1000))

    def unheard_since(self) -> datetime | None:
        return self._listener.unheard_since() if self._listener is not None else None

    async def check(self) -> Sequence[Finding]:
        checks = Checks(self.api, self.server, self.audience, self.settings, self.base, self.tr, self.tools.clock)
        return await checks.findings()

    async def staff(self) -> Sequence[Actor]:
        return await self.audience.staff()

    async def staff_changed(self) -> None:
        await self.audience.moved.wait()
        self.audience.moved.clear()

    async def traces(self, since: datetime | None) -> Sequence[FoundCard]:
        me = await self.server.me()
        channels = {await self.server.channel(name) for name in ("", *self._channels)}
        return [card for one in sorted(channels) for card in await history.cards(self.api, me, one, since)]

    async def actor(self, user: str, name: str = "") -> Actor:
        """Returns who acts now, with their membership. Raises `DeliveryError`."""
        return await self.audience.placed(await self.people.actor(user, name))

    async def availability(self, users: Collection[str]) -> Mapping[str, Availability]:
        return await self.people.availability(users)

    async def bearers(self, names: Collection[str]) -> Sequence[Actor]:
        return await self.people.bearers(names)

    # ------------------------------------------------------------------------------ threads and posts

    async def open(self, channel: str, card: Card, key: Key) -> ThreadRef:
        where = await self.server.channel(channel)
        props = {"hub_keys": [key], **_told(card)}
        root = await self._posting.into_channel(where, "", self._card(card), props, key)
        return ThreadRef(self.name, where, ThreadId(str(root["id"])))

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        posted = await self._posting.post(thread.channel, thread.thread, await self._mentions.named(post))
        return PostRef(self.name, thread.channel, PostId(posted))

    async def find(self, channel: str, thread: ThreadRef | None, key: Key) -> PostRef | None:
        where = thread.channel if thread else await self.server.channel(channel)
        found = await (self._posting.find(where, thread.thread, key) if thread else self._find_card(where, key))
        return PostRef(self.name, where, PostId(found)) if found else None

    async def update(self, ref: PostRef, what: Post | Card) -> None:
        if isinstance(what, Post):
            await self._posting.change(ref.channel, ref.post, await self._mentions.named(what))
        else:
            props = {MARKER: True, **_told(what), **self._card(what).props}
            await self.api.change(ref.channel, ref.post, props)

    async def delete(self, ref: PostRef) -> None:
        try:
            await self.api.delete(ref.channel, ref.post)
        except Rejected as error:
            if error.reason is not RejectReason.GONE:
                raise

    async def mark(self, ref: PostRef, mark: Mark, on: bool) -> None:
        me, name = await self.server.me(), emoji.name_of(mark.value, emoji.Dialect.MATTERMOST)
        assert name is not None, "every mark has a name"
        await (self.api.react if on else self.api.unreact)(ref.channel, me.id, ref.post, name)

    def link(self, thread: ThreadRef, post: PostRef | None = None) -> str:
        return f"{self.settings.url}/{self.settings.team}/pl/{post.post if post else thread.thread}"

    def channel_names(self, channel: str) -> Sequence[str]:
        return self.server.channel_names(channel)

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        return self._download(file)

    @asynccontextmanager
    async def _download(self, file: FileRef) -> AsyncIterator[Download]:
        try:
            async with self.api.file(file.id) as download:
                yield download
        except Rejected as error:
            raise Rejected(RejectReason.FILE_GONE, error.detail) from error

    def _card(self, card: Card) -> PostBody:
        picture = self.tools.files.link(card.picture, "picture.jpg", "image/jpeg") if card.picture else ""
        return render.card(card, self.buttons, picture if picture.startswith("http") else "")

    async def _find_card(self, channel: str, key: Key) -> str | None:
        before: str | None = None
        for _ in range(_LOOK_BACK // PAGE):
            posts = await self.api.latest(channel, before)
            for post in posts:
                if not post.get("root_id") and key in ((post.get("props") or {}).get("hub_keys") or ()):
                    return str(post["id"])
            if len(posts) < PAGE:
                break
            before = str(posts[0]["id"])
        return None

    async def reached(self, channel: str, users: Collection[str]) -> Collection[str]:
        return await self._mentions.reached(channel, users)

    async def follow(self, thread: ThreadRef, user: str, on: bool) -> None:
        await self._mentions.follow(thread, user, on)

    # ------------------------------------------------------------------------------- to one person alone

    async def whisper(self, user: str, thread: ThreadRef, view: View) -> None:
        await self.whisper_at(user, thread.channel, thread.thread, view)

    async def whisper_at(self, user: str, channel: str, root: str, view: View, replaced: str = "") -> None:
        """Sends an ephemeral post. Only a bot that is a system administrator may do so; otherwise it becomes a direct
        message that names the thread. `replaced`: id of an ephemeral post to replace."""
        if not self._whispers_refused:
            first, *more = views.messages(view, self.buttons, root, ButtonSurface.EPHEMERAL)
            try:
                await self.api.create_ephemeral(user, self._ephemeral(channel, root, first, replaced))
                for body in more:
                    await self.api.create_ephemeral(user, self._ephemeral(channel, root, body))
                return
            except Rejected as error:
                if error.reason is not RejectReason.FORBIDDEN:
                    raise
                self._whispers_refused = True
                log.info(
                    "bot is not a system administrator: private answers are sent as direct messages", desk=self.name
                )
        about = _about(view, self._permalink(root), self.tr.gettext("In this thread"))
        await self._posting.tell(user, about, root)

    async def post_more(self, user: str, bodies: Sequence[PostBody]) -> None:
        """Sends the rest of a view that one direct message cannot hold."""
        for body in bodies:
            await self._posting.create(await self.server.direct(user), "", body, {}, "")

    async def tell(self, user: str, view: View) -> None:
        await self._posting.tell(user, view)

    async def retell(self, user: str, whispered: Key, view: View) -> None:
        await self._posting.retell(user, whispered, view)

    async def show(self, actor: Actor, place: Place, answer: Answer) -> None:
        """Shows the core's answer to someone whose action cannot be answered in place."""
        if (view := self.view_of(answer)) is None:
            return
        here = place.thread is None and place.post is None
        if here and place.channel == await self.server.direct(actor.user):
            await self.tell(actor.user, view)
        else:
            await self.whisper_at(actor.user, place.channel, place.thread or "", view)

    def view_of(self, answer: Answer) -> View | None:
        """Converts an answer to a view: a form becomes a button that opens it, invalid inputs become text."""
        match answer:
            case Silent():
                return None
            case Whisper(view, _):
                return view
            case Ask(form):
                return views.offer(form) if self.buttons.url else says(self.no_forms)
            case Invalid(errors):
                return says("\n".join(errors.values()))

    @property
    def no_forms(self) -> str:
        return self.tr.gettext(
            "This action needs a form, which cannot open: public_url is not set. Tell an administrator."
        )

    async def open_form(self, trigger: str, form: Form, user: str, root: str) -> None:
        """Opens a form. The trigger expires 3 seconds after the press. Raises `DeliveryError`."""
        if not self.base:
            raise Unavailable("the hub has no address", CALLBACK_ADVICE)
        drawn = await self.drawn_form(form, user, root)
        await self.api.open_dialog(trigger, f"{self.base}/mattermost/dialog", drawn)

    async def drawn_form(self, form: Form, user: str, root: str) -> Json:
        """Builds the dialog of a form, for this user alone. Raises `DeliveryError`."""
        features, names = await self.server.features(), tuple(one.name for one in form.fields)
        state = hooks.FormState(self.name, user, root, form.token, names, dialogs.picking(form, features))
        source = f"{self.base}/mattermost/dialog" if any(one.refreshes for one in form.fields) else ""
        return dialogs.dialog(form, state.sealed(self.tools.secret), features, source)

    def _ephemeral(self, channel: str, root: str, body: PostBody, replaced: str = "") -> Json:
        """Builds an ephemeral post. Clients take one with a known id and a later `update_at` for a new version of that
        post."""
        post: Json = {"channel_id": channel, "message": body.message, "props": {MARKER: True, **body.props}}
        if root:
            post["root_id"] = root
        if replaced:
            post |= {"id": replaced, "update_at": int(self.tools.clock.now().timestamp() * 1000)}
        return post

    def _permalink(self, root: str) -> str:
        return f"{self.settings.url}/{self.settings.team}/pl/{root}" if root else ""


def _told(card: Card) -> Json:
    """Returns the props that a card carries about its dialog."""
    return {"hub_card": card.dialog, **({TRACE: card.trace.dump()} if card.trace is not None else {})}


def _about(view: View, url: str, words: str) -> View:
    """Returns the view with a link to its thread at the top."""
    if not url:
        return view
    said: Text = line(link(words, url))
    return replace(view, rows=(Row(said), *view.rows))
