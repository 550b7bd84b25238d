"""A Bot API server with one bot, as strict as Telegram's, with customers who write to it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.fakes.platform import Platform
from tests.fakes.telegram.methods import METHODS
from tests.fakes.telegram.parameters import LARGEST, Parameters, read_parameters
from tests.fakes.telegram.people import FakeCustomer, Seen
from tests.fakes.telegram.refusals import Refused
from tests.fakes.telegram.updates import Queue, Webhook

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


class FakeTelegram(Platform):
    """Holds all state; `methods` do the work. `chats`: by id, each customer's actions and screen; `direct`: the writers
    to each channel, by the id of the chat and of the person. `sent`: number of
    messages that the bot has sent since the start. `calls` counts per method."""

    largest = LARGEST * 2

    def __init__(self, token: str = TOKEN, port: int = 0) -> None:
        super().__init__(port)
        self.token = token
        self.bot = {"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Shop", "username": "shop_bot"}
        self.chats: dict[int, FakeCustomer] = {}
        self.direct: dict[int, dict[int, FakeCustomer]] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.queries: set[str] = set()
        self.calls: dict[str, int] = {}
        self.queue = Queue()
        self.webhook: Webhook | None = None
        self.sent = 0
        self._messages, self._updates = 100, 1000

    # ------------------------------------------------------------------------------- for tests: acting

    def customer(self, chat_id: int, name: str = "Nick", *, username: str = "", language: str = "en") -> FakeCustomer:
        """Returns a person who has started the bot, in a private chat with it; the same id gives the same person."""
        if chat_id not in self.chats:
            first, _, last = name.partition(" ")
            user = {"id": chat_id, "is_bot": False, "first_name": first, "language_code": language}
            user |= {key: value for key, value in (("last_name", last), ("username", username)) if value}
            chat = {key: value for key, value in user.items() if key not in ("is_bot", "language_code")}
            self.chats[chat_id] = FakeCustomer(self, {**chat, "type": "private"}, user)
        return self.chats[chat_id]

    def group(self, chat_id: int, title: str, member: str = "Nick") -> FakeCustomer:
        """Returns a supergroup with the bot in it, seen through one of its members."""
        user = {"id": abs(chat_id) + 1, "is_bot": False, "first_name": member}
        self.chats[chat_id] = FakeCustomer(self, {"id": chat_id, "title": title, "type": "supergroup"}, user)
        return self.chats[chat_id]

    def writer_to(self, chat_id: int, channel: str, user_id: int, name: str = "Nick") -> FakeCustomer:
        """Returns a person who writes to a channel: `chat_id` is the chat of its direct messages, in which each has a
        topic of their own. The bot is an administrator of the channel."""
        chat = {"id": chat_id, "title": channel, "type": "supergroup", "is_direct_messages": True}
        user = {"id": user_id, "is_bot": False, "first_name": name}
        writers = self.direct.setdefault(chat_id, {})
        return writers.setdefault(user_id, FakeCustomer(self, chat, user, topic=user_id))

    def push(self, kind: str, body: dict[str, Any], chat: int) -> None:
        """Publishes an update: `body` under the key `kind`. Kinds that were not asked for are dropped."""
        if not self.queue.wants(kind):
            return
        self._updates += 1
        update = {"update_id": self._updates, kind: body}
        for _ in range(self.copies()):
            if self.webhook:
                self.webhook.put(chat, update)
            else:
                self.queue.put(update)

    def restart_numbers(self, at: int) -> None:
        """Numbers updates from `at` on, as after a week without any; by then every poll has returned empty."""
        assert not self.unconfirmed, "not a quiet week"
        self._updates = at
        self.queue.time_is_up()

    def revoke(self) -> None:
        """Replaces the token, as the bot's owner does: the old one is refused from now on."""
        self.token = f"{self.bot['id']}:revoked"

    # ----------------------------------------------------------------------------- for tests: watching

    @property
    def unconfirmed(self) -> int:
        """Updates not yet confirmed by a later `getUpdates`, or by the webhook's 2xx."""
        return len(self.queue.pending) + (self.webhook.pending if self.webhook else 0)

    # -------------------------------------------------------------------------------- for its own parts

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
        """Stores a file of a customer; returns file_id and file_unique_id."""
        number = len(self.files) + 1
        extension = name.rpartition(".")[2] if "." in name else "bin"
        file_id = f"BQACAgIAAxkBAAI{number:08}"
        self.files[file_id] = (f"documents/file_{number}.{extension}", data)
        return file_id, f"AgAD{number:04}"

    def message(self, customer: FakeCustomer, message_id: int) -> dict[str, Any]:
        """A message of the chat as `Message`; a deleted one by its id alone."""
        if message_id in customer.messages:
            return {key: value for key, value in customer.messages[message_id].items() if key != "reply_to_message"}
        message: dict[str, Any] = {"message_id": message_id, "chat": customer.chat, "date": self.now()}
        message |= customer.place
        seen = customer.shown.get(message_id)
        return {**message, "from": self.bot, **_fields(seen)} if seen else {**message, "date": 0}

    async def use_webhook(self, url: str, secret: str) -> None:
        """Moves waiting updates to the new way out; "" is polling."""
        old, self.webhook = self.webhook, None  # updates from now on wait
        left = [*(await old.left() if old else ()), *self.queue.drain()]
        if url:
            self.queue.interrupt("terminated by setWebhook request")
            self.webhook = Webhook(url, secret, self._call_from_webhook, self.changed)
        for update in left:
            if self.webhook:
                body = next(value for key, value in update.items() if key != "update_id")
                self.webhook.put(body.get("chat", body.get("from"))["id"], update)
            else:
                self.queue.put(update)

    # ---------------------------------------------------------------------------------------- serving

    def routes(self) -> Iterable[web.RouteDef]:
        return (
            web.route("*", "/bot{token}/{method}", self._serve),
            web.get("/file/bot{token}/{path:.+}", self._serve_file),
        )

    async def stop(self) -> None:
        if self.webhook:
            for update in await self.webhook.left():
                self.queue.put(update)
            self.webhook = None
        self.queue.interrupt("the server stops")
        await super().stop()

    def too_many(self, retry_after: float) -> web.Response:
        seconds = math.ceil(retry_after)
        return _refusal(Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds))

    def broken(self) -> web.Response:
        return _refusal(Refused(500, "Internal Server Error"))

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        self.calls[name] = self.calls.get(name, 0) + 1
        return await self.played(name, request, lambda: self._answer(name, request))

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        try:
            if request.match_info["token"] != self.token:
                raise Refused(401, "Unauthorized")
            result = await self._call(name, await read_parameters(request))
        except Refused as refused:
            return _refusal(refused)
        return web.json_response({"ok": True, "result": result})

    async def _call(self, name: str, given: Parameters) -> Any:
        method = METHODS.get(name.lower())
        if method is None:
            raise Refused(404, "Not Found: method not found")
        given.expect_only(method.parameters)
        return await method.handler(self, given)

    async def _call_from_webhook(self, name: str, values: dict[str, Any]) -> None:
        """Carries out the call in a webhook's response; its result is sent to nobody."""
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


def _refusal(refused: Refused) -> web.Response:
    return web.json_response(refused.body(), status=refused.code)


def _fields(seen: Seen) -> dict[str, Any]:
    if seen.kind == "text":
        return {"text": seen.text, "entities": seen.entities}
    if seen.file is None:
        return {seen.kind: seen.fields}
    file = {"file_id": f"sent{seen.message_id}", "file_unique_id": f"s{seen.message_id}"}
    words = {"caption": seen.text, "caption_entities": seen.entities} if seen.text else {}
    return {seen.kind: [file] if seen.kind == "photo" else file, **words}
