"""Mattermost under the desks' contract: a server that allows everything, and one that allows little."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from fastapi import FastAPI
from pydantic import SecretStr

from bot.desks.mattermost.desk import MattermostDesk
from bot.desks.mattermost.format import JOINER, read
from bot.desks.mattermost.routes import routes
from bot.desks.mattermost.settings import MattermostSettings
from bot.desks.shared import emoji
from bot.domain import Actor, Belonging, DeskName, FileRef, PostId, ThreadRef
from bot.domain.text import Text
from bot.ports import Desk, Tools
from bot.views.inputs import picked
from tests.bridges.serving import app_of
from tests.contracts import picking
from tests.contracts.desks import FakeCore, Rig, SeenForm, SeenPost, Unread, eventually
from tests.fakes.faults import Fault
from tests.fakes.mattermost import BOT_TOKEN, COMMAND_TOKEN, FakeMattermost, rules
from tests.fakes.mattermost.state import Json
from tests.serving import serving
from tests.tools import folder, one_connection, tools
from tests.waiting import ANSWER

NAME = DeskName("office")
ZONES = {"anna": "Europe/Moscow", "boris": "Asia/Yekaterinburg"}
METHODS = {
    "open": "posts",
    "post": "posts",
    "update": "posts.patch",
    "mark": "reactions",
    "whisper": "ephemeral",
    "tell": "posts",
    "find": "thread",
    "file": "files",
}


class MattermostRig:
    name = NAME

    def __init__(self, mm: FakeMattermost, app: FastAPI, given: Tools, lacks: frozenset[str]) -> None:
        self.mm, self.faults, self.lacks = mm, mm.faults, lacks
        self.faults.skips = True
        self.methods: Mapping[str, str] = dict(METHODS)
        if not mm.state.ephemerals_allowed:
            self.methods = {**self.methods, "whisper": "posts"}
        self.core = FakeCore()
        self._app, self._tools, self._began = app, given, datetime.now(UTC)
        self.hub_url = given.public_url
        self._run: asyncio.Task[None] | None = None
        self.desk: Desk = self._build(BOT_TOKEN)

    def _build(self, token: str) -> MattermostDesk:
        settings = MattermostSettings(
            url=self.mm.url,
            token=SecretStr(token),
            team="acme",
            channel="support",
            command_token=SecretStr(COMMAND_TOKEN),
            timeout=ANSWER,
        )
        return MattermostDesk(NAME, settings, self._tools)

    async def start(self) -> None:
        self._app.router.routes.clear()
        self._app.router.routes.extend(app_of(routes({NAME: self.desk}, {NAME: self.core})).router.routes)
        self._run = asyncio.create_task(self.desk.run(self.core, self._began))
        await self.mm.sockets.connected.wait()

    @property
    def caught_up(self) -> bool:
        """Tells whether the desk listens and has read what it had missed: what is written now comes live alone."""
        assert isinstance(self.desk, MattermostDesk)
        listener = self.desk._listener
        return listener is not None and self.desk.unheard_since() is None and listener._gaps.unread_since() is None

    @property
    def reads_live(self) -> bool:
        """Tells whether everything sent over the websocket so far has been read."""
        return all(not one.waiting.qsize() and one.socket is not None for one in self.mm.sockets.connections)

    async def stop(self) -> None:
        if self._run is not None:
            self._run.cancel()
            with suppress(asyncio.CancelledError):
                await self._run
        await self.mm.sockets.drop(lose=True)
        await self.desk.close()

    def actor(self, who: str) -> Actor:
        return Actor(self.mm.state.id_of(who), who, f"{who.title()} Petrova", ZONES[who], Belonging.MEMBER)

    def becomes(self, who: str, belonging: Belonging) -> None:
        person = self.mm.person(who)
        doing = {
            Belonging.MEMBER: person.joins,
            Belonging.OUTSIDER: person.leaves,
            Belonging.GUEST: person.becomes_guest,
            Belonging.FOREIGN: person.is_of_another_server,
            Belonging.GONE: person.is_deactivated,
        }
        doing[belonging]()

    def people_unknown(self) -> None:
        self.faults.add("users", Fault.SERVER_ERROR, times=1_000)
        self.faults.add("rest", Fault.SERVER_ERROR, times=1_000)

    def file(self, data: bytes, name: str, mime: str) -> FileRef:
        return folder(self._tools).add(data, name, mime)

    # ---------------------------------------------------------------------------------- what people do

    async def writes(
        self, who: str, thread: ThreadRef, text: str, *, files: Sequence[tuple[str, bytes]] = ()
    ) -> PostId:
        return PostId(await self.mm.person(who).posts(thread.thread, text, files))

    async def replies(self, who: str, thread: ThreadRef, post: PostId, text: str) -> PostId:
        """Replies with a copied link to the post in front of the text."""
        return await self.writes(who, thread, f"{self.mm.url}/acme/pl/{post} {text}")

    async def writes_formatted(self, who: str, thread: ThreadRef) -> PostId:
        return await self.writes(who, thread, "**bold** and plain")

    async def mentions_hub(self, who: str, thread: ThreadRef, words: str) -> PostId:
        return await self.writes(who, thread, f"@hub {words}")

    async def mentions(self, who: str, thread: ThreadRef, colleague: str, text: str) -> PostId:
        return await self.writes(who, thread, f"{text} @{colleague}")

    async def edits(self, who: str, thread: ThreadRef, post: PostId, text: str) -> None:
        self.mm.person(who).edits(post, text)

    async def deletes(self, who: str, thread: ThreadRef, post: PostId) -> None:
        self.mm.person(who).deletes(post)

    async def reacts(self, who: str, thread: ThreadRef, post: PostId, emoji: str, on: bool = True) -> None:
        self.mm.person(who).reacts(post, emoji, on)

    async def presses(self, who: str, thread: ThreadRef, post: PostId, label: str) -> None:
        await self.mm.person(who).presses(label, post)

    async def picks(self, who: str, thread: ThreadRef, post: PostId, label: str, person: str) -> None:
        await self.mm.person(who).picks(label, post, person)

    def clicks(self, who: str) -> int:
        return self.mm.person(who).clicks

    async def press_at_once(self, people: Sequence[str], thread: ThreadRef, post: PostId, label: str) -> None:
        await asyncio.gather(*(self.presses(who, thread, post, label) for who in people))

    async def presses_in_whisper(self, who: str, thread: ThreadRef, label: str) -> None:
        latest = next(one for one in reversed(self._whispers(who)) if label in _labels(one))
        await self.mm.person(who).presses(label, latest)

    async def presses_in_direct_message(self, who: str, label: str) -> None:
        latest = next(one for one in reversed(self.mm.direct(who)) if label in _labels(one))
        await self.mm.person(who).presses(label, latest)

    async def opens_home(self, who: str) -> None:
        raise AssertionError("Mattermost has no pages of apps")

    async def enters_at_home(self, who: str, words: str) -> None:
        raise AssertionError("Mattermost has no pages of apps")

    async def presses_home(self, who: str, label: str) -> None:
        raise AssertionError("Mattermost has no pages of apps")

    def follows(self, who: str, thread: ThreadRef) -> bool:
        return self.mm.person(who).follows(thread.thread)

    def unread(self, who: str, thread: ThreadRef) -> Sequence[Unread]:
        found = self.mm.person(who).unread(thread.thread)
        return [Unread(_drawn(post).characters, mention) for post, mention in found]

    def reads(self, who: str, thread: ThreadRef) -> None:
        self.mm.person(who).reads(thread.thread)

    async def home(self, who: str) -> SeenPost | None:
        return None

    async def commands(self, who: str, words: str, thread: ThreadRef | None = None) -> None:
        await self.mm.person(who).commands(f"/dialog {words}", thread.thread if thread else "")

    async def uses_shortcut(self, who: str, thread: ThreadRef, post: PostId, word: str) -> None:
        raise AssertionError("Mattermost has no message shortcuts")

    async def changes(self, who: str, values: Mapping[str, str]) -> None:
        await self.mm.person(who).changes(values)

    async def submits(self, who: str, values: Mapping[str, str]) -> None:
        elements = self.mm.dialogs(who)[-1].dialog["elements"]
        times = [one["name"] for one in elements if one["type"] == "datetime"]
        names = [name for one in elements for name in (one["name"], _field(one))]
        given = picking.spread(values, names, times, lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.000Z")
        await self.mm.person(who).submits(_spread(elements, given))

    # --------------------------------------------------------------------------------- what people see

    async def thread(self, thread: ThreadRef) -> Sequence[SeenPost]:
        return [self._seen(post) for post in self.mm.thread(thread.thread)]

    async def whispers_to(self, who: str) -> Sequence[SeenPost]:
        return [self._seen(post) for post in self._whispers(who)]

    async def direct_messages(self, who: str) -> Sequence[SeenPost]:
        return [self._seen(post) for post in self.mm.direct(who)]

    async def form(self, who: str) -> SeenForm | None:
        windows = self.mm.dialogs(who)
        if not windows:
            return None
        dialog, elements = windows[-1].dialog, windows[-1].dialog["elements"]
        return SeenForm(
            dialog["title"],
            tuple(dict.fromkeys(_field(one) for one in elements)),
            _options(elements),
            _values(elements),
            windows[-1].errors,
            dialog["submit_label"],
            {one["name"]: self._users() for one in elements if one.get("data_source") == "users"},
            frozenset(one["name"] for one in elements if not one["optional"]),
        )

    def _users(self) -> dict[str, str]:
        return {user["username"]: picked(user["id"]) for user in self.mm.state.users.values()}

    def _whispers(self, who: str) -> list[Json]:
        direct = [] if self.mm.state.ephemerals_allowed else self.mm.direct(who)
        return sorted([*self.mm.ephemerals(who), *direct], key=lambda post: int(post["create_at"]))

    def _seen(self, post: Json) -> SeenPost:
        state, bot = self.mm.state, self.mm.state.id_of("hub")
        name = state.users[post["user_id"]]["username"]
        if state.overrides and post["props"].get("from_webhook") == "true":
            name = post["props"].get("override_username", name)
        ours = [one["emoji_name"] for one in state.reactions.get(post["id"], ()) if one["user_id"] == bot]
        files = [state.files[file] for file in post["file_ids"]]
        return SeenPost(
            _drawn(post),
            name,
            tuple(_labels(post)) if post["type"] != "deleted" else (),
            tuple((file.name, file.data) for file in files),
            frozenset(filter(None, map(emoji.of_name, ours))),
            bool(rules.notified_by(state, post)),
            PostId(post["id"]),
            _chosen(post),
        )

    # ---------------------------------------------------------------------------------------- bad days

    async def repeat(self) -> None:
        self.mm.sockets.repeat()

    @asynccontextmanager
    async def offline(self) -> AsyncIterator[None]:
        async with self.mm.offline():
            yield
        await self.mm.sockets.connected.wait()

    async def forge(self) -> int:
        async with aiohttp.ClientSession() as http:
            form = {"token": "guessed", "text": "close #7", "user_id": self.mm.state.id_of("anna")}
            async with http.post(f"{self.hub_url}/mattermost/command", data=form) as answer:
                return answer.status

    @asynccontextmanager
    async def broken(self) -> AsyncIterator[Desk]:
        desk = self._build("no-such-token")
        try:
            yield desk
        finally:
            await desk.close()

    async def forget(self) -> None:
        await self.stop()
        self.desk = self._build(BOT_TOKEN)
        await self.start()


def _drawn(post: Json) -> Text:
    """All text of a post as the apps draw it; joiners are invisible."""
    parts = [read(post["message"])] if post["message"] else []
    for attachment in post["props"].get("attachments") or ():
        fields = [f"{one['title']}: {one['value']}" for one in attachment.get("fields") or ()]
        parts += [read(words) for words in (attachment.get("title"), attachment.get("text"), *fields) if words]
    drawn = Text()
    for part in parts:
        drawn = drawn + Text.plain("\n") + part if drawn else part
    return Text.of(replace(span, text=span.text.replace(JOINER, "")) for span in drawn.spans)


def _field(element: Json) -> str:
    """The field of an element: one of several checkboxes is an option of it."""
    return picking.field_of(str(element["name"]).partition("=")[0])


def _options(elements: Sequence[Json]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in elements:
        labels = tuple(option["text"] for option in one.get("options") or ())
        if one["type"] == "bool":
            labels = (one["placeholder"],)
        if labels:
            found[_field(one)] = found.get(_field(one), ()) + labels
    return found


def _values(elements: Sequence[Json]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for one in elements:
        ticked = one["type"] != "bool" or one["default"] == "true"
        value = str(one["name"]).partition("=")[2] if one["type"] == "bool" else one["default"]
        found.setdefault(_field(one), []).extend([value] if ticked else [])
    return {name: ",".join(values) for name, values in found.items()}


def _spread(elements: Sequence[Json], values: Mapping[str, str]) -> dict[str, str]:
    """Answers by field as answers by element: several options may be checkboxes."""
    spread = dict(values)
    for one in elements:
        if one["type"] == "bool" and _field(one) in values:
            spread.pop(_field(one), None)
            value = str(one["name"]).partition("=")[2]
            spread[one["name"]] = "true" if value in values[_field(one)].split(",") else "false"
    return spread


def _chosen(post: Json) -> tuple[str, ...]:
    """Labels of the selected menu entries."""
    return tuple(
        option["text"]
        for attachment in post["props"].get("attachments") or ()
        for action in attachment.get("actions") or ()
        for option in action.get("options") or ()
        if option["value"] == action.get("default_option")
    )


def _labels(post: Json) -> list[str]:
    return [label for label, _, _ in rules.labelled(post)]


def rig(make: Callable[[], FakeMattermost], lacks: frozenset[str]) -> Rig:
    @asynccontextmanager
    async def built(folder: Path) -> AsyncIterator[MattermostRig]:
        app = FastAPI()
        async with make() as mm, serving(app) as server, one_connection() as (http, lasting_http):
            mm.serve_commands(f"{server.url}/mattermost/command")
            given = tools(folder, http, public_url=server.url, lasting_http=lasting_http)
            made = MattermostRig(mm, app, given, lacks)
            await made.start()
            await eventually(lambda: made.caught_up)
            try:
                yield made
            finally:
                await made.stop()

    return built


RIGS = {
    "mattermost": rig(FakeMattermost, frozenset({"shortcuts", "home"})),
    "mattermost-strict": rig(
        lambda: FakeMattermost(overrides=False, ephemerals=False, tells_root=False, version="9.11.6"),
        frozenset({"shortcuts", "home", "slash in threads", "replacing answers", "refreshing"}),
    ),
}
