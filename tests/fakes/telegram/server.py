"""A Bot API server with one bot, as strict as Telegram's, with customers to write as."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests.fakes.faults import Fault, Faults, hang, reset
from tests.fakes.telegram.methods import METHODS
from tests.fakes.telegram.parameters import LARGEST, Parameters, read_parameters
from tests.fakes.telegram.people import FakeCustomer, Seen
from tests.fakes.telegram.refusals import Refused
from tests.fakes.telegram.updates import Queue, Webhook

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


class FakeTelegram:
    """Holds all state; `methods` do the work. `chats`: by id, what each customer did and sees. `sent`:
    how many messages of the bot were shown since the start. `calls` counts per method."""

    def __init__(self, token: str = TOKEN, port: int = 0) -> None:
        self.token, self.url = token, ""
        self.faults = Faults()
        self.bot = {"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Shop", "username": "shop_bot"}
        self.chats: dict[int, FakeCustomer] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.queries: set[str] = set()
        self.calls: dict[str, int] = {}
        self.queue = Queue()
        self.webhook: Webhook | None = None
        self.sent = 0
        self._port = port
        self._messages, self._updates, self._twice = 100, 1000, 0
        self._watchers: set[asyncio.Event] = set()
        self._runner: web.AppRunner | None = None

    # ------------------------------------------------------------------------------- for tests: acting

    def customer(self, chat_id: int, name: str = "Nick", *, username: str = "", language: str = "en") -> FakeCustomer:
        """A person who has started the bot, in their private chat with it; the same one for the same id."""
        if chat_id not in self.chats:
            first, _, last = name.partition(" ")
            user = {"id": chat_id, "is_bot": False, "first_name": first, "language_code": language}
            user |= {key: value for key, value in (("last_name", last), ("username", username)) if value}
            chat = {key: value for key, value in user.items() if key not in ("is_bot", "language_code")}
            self.chats[chat_id] = FakeCustomer(self, {**chat, "type": "private"}, user)
        return self.chats[chat_id]

    def group(self, chat_id: int, title: str, member: str = "Nick") -> FakeCustomer:
        """A supergroup that the bot is in, seen through one of its members."""
        user = {"id": abs(chat_id) + 1, "is_bot": False, "first_name": member}
        self.chats[chat_id] = FakeCustomer(self, {"id": chat_id, "title": title, "type": "supergroup"}, user)
        return self.chats[chat_id]

    def duplicate_next(self, count: int = 1) -> None:
        """The next `count` updates are delivered twice."""
        self._twice += count

    def push(self, kind: str, body: dict[str, Any], chat: int) -> None:
        """An update: `body` under the name `kind`. Kinds that nobody asked for are dropped."""
        if not self.queue.wants(kind):
            return
        self._updates += 1
        update = {"update_id": self._updates, kind: body}
        for _ in range(2 if self._twice else 1):
            if self.webhook:
                self.webhook.put(chat, update)
            else:
                self.queue.put(update)
        self._twice = max(self._twice - 1, 0)

    def restart_numbers(self, at: int) -> None:
        """After a quiet week updates are numbered from anywhere; by then every poll has come back empty."""
        assert not self.unconfirmed, "not a quiet week"
        self._updates = at
        self.queue.time_is_up()

    def revoke(self) -> None:
        """The owner asks for a new token: the old one is refused from now on."""
        self.token = f"{self.bot['id']}:revoked"

    # ----------------------------------------------------------------------------- for tests: watching

    async def wait_for(self, enough: Callable[[], bool], seconds: float = 20) -> None:
        """Until `enough()`, looked at after every change."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            async with asyncio.timeout(seconds):
                while not enough():
                    await changed.wait()
                    changed.clear()
        finally:
            self._watchers.discard(changed)

    async def settled(self, seconds: float = 20) -> None:
        """Until every update was confirmed: by a later `getUpdates`, or by the webhook's 2xx."""
        await self.wait_for(lambda: self.unconfirmed == 0, seconds)

    @property
    def unconfirmed(self) -> int:
        return len(self.queue.pending) + (self.webhook.pending if self.webhook else 0)

    # -------------------------------------------------------------------------------- for its own parts

    def changed(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    def now(self) -> int:
        return int(time.time())

    def next_message_id(self) -> int:
        self._messages += 1
        return self._messages

    def new_query(self) -> str:
        query = f"{self.next_message_id()}0000"
        self.queries.add(query)
        return query

    def keep(self, data: bytes, name: str) -> tuple[str, str]:
        """Stores a file of a customer; gives file_id and file_unique_id."""
        number = len(self.files) + 1
        extension = name.rpartition(".")[2] if "." in name else "bin"
        file_id = f"BQACAgIAAxkBAAI{number:08}"
        self.files[file_id] = (f"documents/file_{number}.{extension}", data)
        return file_id, f"AgAD{number:04}"

    def message(self, customer: FakeCustomer, message_id: int) -> dict[str, Any]:
        """A message of the chat as `Message`; what is no more is told by its id alone."""
        if message_id in customer.messages:
            return {key: value for key, value in customer.messages[message_id].items() if key != "reply_to_message"}
        message: dict[str, Any] = {"message_id": message_id, "chat": customer.chat, "date": self.now()}
        seen = customer.shown.get(message_id)
        return {**message, "from": self.bot, **_fields(seen)} if seen else {**message, "date": 0}

    async def use_webhook(self, url: str, secret: str) -> None:
        """Moves the updates that wait to their new way out; "" is polling."""
        old, self.webhook = self.webhook, None  # what is written from now on waits
        left = [*(await old.stop() if old else ()), *self.queue.drain()]
        if url:
            self.queue.interrupt("terminated by setWebhook request")
            self.webhook = Webhook(url, secret, self._call_from_webhook)
            self.webhook.on_change(self.changed)
        for update in left:
            if self.webhook:
                body = next(value for key, value in update.items() if key != "update_id")
                self.webhook.put(body.get("chat", body.get("from"))["id"], update)
            else:
                self.queue.put(update)

    # ---------------------------------------------------------------------------------------- serving

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST * 2)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._serve_file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Nobody listens any more. Doing so twice is no error."""
        if self.webhook:
            for update in await self.webhook.stop():
                self.queue.put(update)
            self.webhook = None
        self.queue.interrupt("the server stops")
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        self.calls[name] = self.calls.get(name, 0) + 1
        self.changed()
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        fault, retry_after = self.faults.next(name) or (None, 0.0)
        try:
            if fault is Fault.RESET_BEFORE:
                reset(request)
                return web.Response()
            if fault is Fault.NOTHING:
                await hang()
            if fault is Fault.SERVER_ERROR:
                raise Refused(500, "Internal Server Error")
            if fault is Fault.TOO_MANY:
                seconds = math.ceil(retry_after)
                raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
            if request.match_info["token"] != self.token:
                raise Refused(401, "Unauthorized")
            result = await self._call(name, await read_parameters(request))
        except Refused as refused:
            return web.json_response(refused.body(), status=refused.code)
        if fault is Fault.NOTHING_AFTER:
            await hang()
        if fault is Fault.RESET_AFTER:
            reset(request)
        return web.json_response({"ok": True, "result": result})

    async def _call(self, name: str, given: Parameters) -> Any:
        method = METHODS.get(name.lower())
        if method is None:
            raise Refused(404, "Not Found: method not found")
        given.expect_only(method.parameters)
        return await method.handler(self, given)

    async def _call_from_webhook(self, name: str, values: dict[str, Any]) -> None:
        """The call that an answer to a webhook may carry; nobody hears of its result."""
        try:
            await self._call(name, Parameters(values))
        except Refused:
            return

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            raise web.HTTPUnauthorized
        for path, data in self.files.values():
            if path == request.match_info["path"]:
                return web.Response(body=data, content_type="application/octet-stream")
        raise web.HTTPNotFound


def _fields(seen: Seen) -> dict[str, Any]:
    if seen.kind == "text":
        return {"text": seen.text, "entities": seen.entities}
    if seen.file is None:
        return {seen.kind: seen.fields}
    file = {"file_id": f"sent{seen.message_id}", "file_unique_id": f"s{seen.message_id}"}
    words = {"caption": seen.text, "caption_entities": seen.entities} if seen.text else {}
    return {seen.kind: [file] if seen.kind == "photo" else file, **words}
