"""Slack under the desks' contract, by Socket Mode and by HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from fastapi import FastAPI

from bot.desks.shared import emoji
from bot.desks.slack import KIND, catching_up, missed
from bot.desks.slack.desk import SlackDesk
from bot.desks.slack.settings import SlackSettings
from bot.domain import Actor, Belonging, DeskName, FileRef, PostId, ThreadRef
from bot.ports import Desk, Tools, Transient
from bot.views.inputs import picked
from tests.contracts import picking
from tests.contracts.desks import FakeCore, Rig, SeenForm, SeenPost, Unread
from tests.contracts.picking import field_of
from tests.fakes.faults import Fault
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack, Message, Person
from tests.fakes.slack.drawing import Block
from tests.fakes.slack.entering import filled_in, options
from tests.fakes.slack.state import BOT_USER, Window
from tests.serving import serving
from tests.tools import folder, one_connection, tools
from tests.waiting import ANSWER, FACT, skip

WRONG = "xoxb-wrong"


class SlackRig:
    def __init__(self, slack: FakeSlack, given: Tools, *, socket: bool) -> None:
        self.slack, self.tools, self.socket = slack, given, socket
        self.name = DeskName("main")
        self.core = FakeCore()
        self.faults = slack.faults
        self.faults.skips = True
        self.lacks = frozenset({"slash in threads"} | ({"http"} if socket else {"reconnecting"}))
        self.methods: Mapping[str, str] = {
            "open": "chat.postMessage",
            "post": "chat.postMessage",
            "update": "chat.update",
            "mark": "reactions.add",
            "whisper": "chat.postEphemeral",
            "tell": "chat.postMessage",
            "find": "conversations.replies",
            "file": "files.completeUploadExternal",
        }
        self.desk: Desk = self.build()

    def build(self, token: str = BOT_TOKEN) -> SlackDesk:
        settings = SlackSettings.model_validate(
            {
                "kind": "slack",
                "bot_token": token,
                "channel": "support",
                "api_url": self.slack.api_url,
                **({"app_token": APP_TOKEN} if self.socket else {"signing_secret": SIGNING_SECRET}),
            }
        )
        desk = SlackDesk(self.name, settings, self.tools)
        desk.workspace.patience = ANSWER
        return desk

    # ------------------------------------------------------------------------------------ people

    def becomes(self, who: str, belonging: Belonging) -> None:
        person = self.person(who)
        match belonging:
            case Belonging.MEMBER:
                person.joins()
            case Belonging.OUTSIDER:
                person.leaves()
            case Belonging.GUEST:
                person.is_now(is_restricted=True)
            case Belonging.FOREIGN:
                person.is_now(is_stranger=True, team_id="T0OTHER")
            case Belonging.GONE:
                person.is_now(deleted=True)

    def people_unknown(self) -> None:
        for method in ("users.info", "conversations.members"):
            self.faults.add(method, Fault.SERVER_ERROR, times=1_000)

    def person(self, who: str) -> Person:
        return self.slack.person(who)

    def actor(self, who: str) -> Actor:
        user = self.person(who).user
        return Actor(user.id, user.name, user.title, user.zone, Belonging.MEMBER)

    def file(self, data: bytes, name: str, mime: str) -> FileRef:
        return folder(self.tools).add(data, name, mime)

    async def writes(
        self, who: str, thread: ThreadRef, text: str, *, files: Sequence[tuple[str, bytes]] = ()
    ) -> PostId:
        return PostId((await self.person(who).posts(self.root(thread), text, files=files)).ts)

    async def writes_formatted(self, who: str, thread: ThreadRef) -> PostId:
        root, words = self.root(thread), [("bold", {"bold": True}), (" and plain", {})]
        return PostId((await self.person(who).posts(root, "*bold* and plain", looks=words)).ts)

    async def mentions_hub(self, who: str, thread: ThreadRef, words: str) -> PostId:
        return await self.writes(who, thread, f"{self.slack.hub} {words}")

    async def mentions(self, who: str, thread: ThreadRef, colleague: str, text: str) -> PostId:
        return await self.writes(who, thread, f"{text} {self.person(colleague).mention}")

    async def edits(self, who: str, thread: ThreadRef, post: PostId, text: str) -> None:
        await self.person(who).edits(self.slack.message(post), text)

    async def deletes(self, who: str, thread: ThreadRef, post: PostId) -> None:
        await self.person(who).deletes(self.slack.message(post))

    async def reacts(self, who: str, thread: ThreadRef, post: PostId, picture: str, on: bool = True) -> None:
        await self.person(who).reacts(picture, self.slack.message(post), on)

    async def presses(self, who: str, thread: ThreadRef, post: PostId, label: str) -> None:
        await self.person(who).presses(label, self.slack.message(post))

    async def picks(self, who: str, thread: ThreadRef, post: PostId, label: str, person: str) -> None:
        await self.person(who).picks(label, self.slack.message(post), person)

    def clicks(self, who: str) -> int:
        return self.person(who).clicks

    async def press_at_once(self, people: Sequence[str], thread: ThreadRef, post: PostId, label: str) -> None:
        await asyncio.gather(*(self.presses(who, thread, post, label) for who in people))

    async def presses_in_whisper(self, who: str, thread: ThreadRef, label: str) -> None:
        for window in reversed(self.windows(who)):
            if offers(window, label):
                return await self.person(who).presses_in(window, label)
        whispers = self.slack.ephemerals(who)
        await self.person(who).presses(label, next(one for one in reversed(whispers) if offers(one, label)))
        return None

    async def presses_in_direct_message(self, who: str, label: str) -> None:
        messages = self.slack.direct(who)
        await self.person(who).presses(label, next(one for one in reversed(messages) if offers(one, label)))

    async def opens_home(self, who: str) -> None:
        await self.person(who).opens_home()

    async def enters_at_home(self, who: str, words: str) -> None:
        await self.person(who).enters_at_home(words)

    async def presses_home(self, who: str, label: str) -> None:
        home = self.slack.home(who)
        assert home is not None, "there is nothing to press yet"
        await self.person(who).presses_in(home, label)

    async def commands(self, who: str, words: str, thread: ThreadRef | None = None) -> None:
        await self.person(who).commands(f"/dialog {words}", "general")

    async def uses_shortcut(self, who: str, thread: ThreadRef, post: PostId, word: str) -> None:
        await self.person(who).uses_shortcut(word, self.slack.message(post))

    async def changes(self, who: str, values: Mapping[str, str]) -> None:
        await self.person(who).changes(values)

    async def submits(self, who: str, values: Mapping[str, str]) -> None:
        blocks = self.slack.views(who)[-1].view["blocks"]
        inputs = {block["block_id"]: block["element"]["type"] for block in blocks if block["type"] == "input"}
        times = [name for name, kind in inputs.items() if kind == "datetimepicker"]
        given = picking.spread(values, inputs, times, lambda at: str(int(at.timestamp())))
        await self.person(who).submits(given)

    # -------------------------------------------------------------------------------------- sight

    def root(self, thread: ThreadRef) -> Message:
        return self.slack.message(thread.thread)

    async def thread(self, thread: ThreadRef) -> Sequence[SeenPost]:
        return [seen(message) for message in self.slack.thread(thread.thread)]

    async def whispers_to(self, who: str) -> Sequence[SeenPost]:
        return [*map(seen, self.slack.ephemerals(who)), *map(seen_window, self.windows(who))]

    def windows(self, who: str) -> list[Window]:
        """Windows that show text; those with a form are left out."""
        return [window for window in self.slack.views(who) if "submit" not in window.view]

    def follows(self, who: str, thread: ThreadRef) -> bool:
        return self.person(who).follows(self.slack.message(thread.thread))

    def unread(self, who: str, thread: ThreadRef) -> Sequence[Unread]:
        found = self.person(who).unread
        return [Unread(one.words, mention) for one, mention in found if one.thread_ts == thread.thread]

    def reads(self, who: str, thread: ThreadRef) -> None:
        self.person(who).reads()

    async def home(self, who: str) -> SeenPost | None:
        home = self.slack.home(who)
        return seen_window(home) if home else None

    async def direct_messages(self, who: str) -> Sequence[SeenPost]:
        return [seen(message) for message in self.slack.direct(who)]

    async def form(self, who: str) -> SeenForm | None:
        windows = [window for window in self.slack.views(who) if "submit" in window.view]
        users = {user.name: picked(user.id) for user in self.slack.state.users.values()}
        return shown(windows[-1].view, windows[-1].errors, users) if windows else None

    @property
    def caught_up(self) -> bool:
        """Tells whether the desk listens and has read everything that it had missed."""
        assert isinstance(self.desk, SlackDesk)
        reading = self.desk._reading
        return reading is not None and self.desk.unheard_since() is None and not reading.catching_up.unread_since()

    # ----------------------------------------------------------------------------------- bad days

    async def repeat(self) -> None:
        assert self.slack.delivery.latest is not None
        self.slack.delivery.repeat(self.slack.delivery.latest)

    @asynccontextmanager
    async def offline(self) -> AsyncIterator[None]:
        delivery = self.slack.delivery
        await delivery.settled()
        delivery.deaf = True
        self.faults.add("apps.connections.open", Fault.SERVER_ERROR, times=1_000)
        await delivery.disconnect()
        yield
        self.faults.clear()
        delivery.deaf = False
        await asyncio.wait_for(delivery.connected.wait(), FACT)

    async def forge(self) -> int:
        event = {"type": "message", "user": "U1", "text": "forged", "ts": "1.1", "thread_ts": "1.0", "channel": "C1"}
        body = json.dumps({"type": "event_callback", "event": event})
        status, _ = await self.slack.delivery.send(body, {"Content-Type": "application/json"})
        bad = self.slack.delivery.signed(body) | {"X-Slack-Signature": "v0=" + "0" * 64}
        statuses = {status, (await self.slack.delivery.send(body, bad))[0]}
        old = self.slack.delivery.signed(body, at=(datetime.now(UTC) - timedelta(minutes=6)).timestamp())
        statuses.add((await self.slack.delivery.send(body, old))[0])
        statuses.add((await self.slack.delivery.send(body, bad | {"X-Slack-Request-Timestamp": "soon"}))[0])
        assert len(statuses) == 1
        return statuses.pop()

    @asynccontextmanager
    async def broken(self) -> AsyncIterator[Desk]:
        yield self.build(WRONG)

    async def forget(self) -> None:
        self.desk = self.build()


def offers(shown: Message | Window, label: str) -> bool:
    return any(label == button.label for button in shown.buttons)


def seen(message: Message) -> SeenPost:
    marks = frozenset(str(emoji.of_name(name)) for name, users in message.reactions.items() if BOT_USER in users)
    return SeenPost(
        text=message.seen,
        author=message.username or (message.user or ""),
        buttons=tuple(button.label for button in message.buttons),
        files=tuple((file.title or file.name, file.data) for file in (*message.files, *message.album)),
        marks=marks,
        notifies=message.notifies,
        post=PostId(message.ts),
        chosen=message.chosen,
    )


def seen_window(window: Window) -> SeenPost:
    """A window that shows text, or someone's Home tab."""
    return SeenPost(window.seen, buttons=tuple(button.label for button in window.buttons), chosen=window.chosen)


def shown(view: Block, errors: Mapping[str, str], users: Mapping[str, str]) -> SeenForm:
    blocks = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    inputs = {name: block["element"] for name, block in blocks.items()}
    offered = {field_of(name): tuple(one["text"]["text"] for one in options(one)) for name, one in inputs.items()}
    return SeenForm(
        title=view["title"]["text"],
        fields=tuple(dict.fromkeys(map(field_of, inputs))),
        options={name: labels for name, labels in offered.items() if labels},
        values={name: filled_in(element) for name, element in inputs.items()},
        errors=errors,
        submit=view["submit"]["text"],
        people={name: users for name, one in inputs.items() if one["type"] in ("users_select", "multi_users_select")},
        required=frozenset(name for name, block in blocks.items() if not block.get("optional")),
    )


@asynccontextmanager
async def answering(rig: SlackRig) -> AsyncIterator[str]:
    """The hub's HTTP server, with nothing but Slack's route."""
    app = FastAPI(openapi_url=None)
    assert KIND.routes is not None
    for route in KIND.routes({rig.name: rig.desk}, {rig.name: rig.core}):
        app.add_api_route(route.path, route.endpoint, methods=list(route.methods))
    async with serving(app) as server:
        yield f"{server.url}/slack/events"


@asynccontextmanager
async def _rig(folder: Path, *, socket: bool) -> AsyncIterator[SlackRig]:
    """A desk whose fake shows a post at once, and does not mind being asked often."""
    with patch.object(missed, "SETTLED", 0.0), patch.object(catching_up, "QUIET_EVERY", 0.01):
        async with _working(folder, socket=socket) as rig:
            yield rig


@asynccontextmanager
async def _working(folder: Path, *, socket: bool) -> AsyncIterator[SlackRig]:
    async with FakeSlack() as slack, one_connection() as (http, lasting_http):
        slack.delivery.retry_after = 0.1
        given = tools(folder, http, public_url="https://hub.example.com", lasting_http=lasting_http)
        rig = SlackRig(slack, given, socket=socket)
        for who in ("anna", "boris"):
            rig.person(who)
        running = asyncio.create_task(keep_running(rig))
        try:
            if socket:  # a failure has no response: Slack waits for the acknowledgement
                rig.core.on_failure = lambda: skip(slack.delivery.patience)
                await asyncio.wait_for(slack.delivery.connected.wait(), FACT)
                yield rig
            else:
                async with answering(rig) as address:
                    slack.delivery.request_url = address
                    yield rig
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def keep_running(rig: SlackRig) -> None:
    """Runs a job as the supervisor does: again after each failure, from where it was."""
    since, desk = rig.tools.clock.now(), rig.desk
    while True:
        with suppress(Transient, RuntimeError):
            await desk.run(rig.core, since)
        await asyncio.sleep(0.02)


def socket_rig(folder: Path) -> AbstractAsyncContextManager[SlackRig]:
    return _rig(folder, socket=True)


def http_rig(folder: Path) -> AbstractAsyncContextManager[SlackRig]:
    return _rig(folder, socket=False)


RIGS: dict[str, Rig] = {"slack-socket": socket_rig, "slack-http": http_rig}
