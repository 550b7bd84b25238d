"""The methods of the fake Bot API: each checks what MAX checks (dev.max.ru/docs-api, and MAX's own schema.yaml)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridges.max.kinds import ASKED, IGNORED
from tests.fakes.max import bodies
from tests.fakes.max.people import FakeCustomer, Seen
from tests.fakes.max.refusals import Refused, missing, payload
from tests.fakes.max.updates import Webhook

if TYPE_CHECKING:
    from tests.fakes.max.server import FakeMax

Json = dict[str, Any]
TYPES = frozenset({"image", "video", "audio", "file"})


@dataclass(frozen=True)
class Call:
    """A call of a method. `id`: the part of the path after the method's name."""

    params: Mapping[str, str]
    body: Any
    id: str = ""

    def only(self, *known: str) -> None:
        """Refuses unknown parameters: MAX ignores them, but a test must not."""
        if unknown := set(self.params) - set(known):
            raise payload(f"Unknown parameters: {', '.join(sorted(unknown))}")

    def needed(self, name: str) -> str:
        if not self.params.get(name):
            raise payload(f"Missing required parameter: {name}")
        return self.params[name]

    def number(self, name: str, largest: int, default: int) -> int:
        value = self.params.get(name, str(default))
        if not re.fullmatch(r"-?\d+", value):
            raise payload(f"Field '{name}' must be a number")
        if int(value) > largest:
            raise payload(f"Field '{name}' value ({value}) must be at most {largest}")
        return int(value)


Handler = Callable[["FakeMax", Call], Awaitable[Json]]
METHODS: dict[str, Handler] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    def add(handler: Handler) -> Handler:
        METHODS[name] = handler
        return handler

    return add


# ------------------------------------------------------------------------------------ the bot and chats


@method("GET /me")
async def me(server: FakeMax, call: Call) -> Json:
    call.only()
    return server.bot


@method("GET /chats")
async def chat(server: FakeMax, call: Call) -> Json:
    customer = server.chats.get(int(call.id))
    if customer is None:
        raise missing(f"Chat {call.id}")
    about: Json = {"chat_id": customer.chat_id, "type": customer.chat_type, "status": "active", "icon": None}
    if customer.chat_type == "dialog":
        pictures = {"avatar_url": customer.avatar_url} if customer.avatar_url else {}
        return {**about, "title": None, "dialog_with_user": {**customer.user, **pictures}}
    return {**about, "title": customer.title, "icon": {"url": customer.avatar_url} if customer.avatar_url else None}


# --------------------------------------------------------------------------------------------- messages


@method("POST /messages")
async def send(server: FakeMax, call: Call) -> Json:
    call.only("chat_id", "user_id", "disable_link_preview")
    customer = _addressed(server, call)
    message = bodies.read(call.body)
    if not message.text and not message.attachments:
        raise payload("Message cannot be empty")
    files, others = server.shelf.attached(message.attachments)
    if message.reply_to is not None and message.reply_to not in customer.messages | customer.shown:
        raise missing(f"Message {message.reply_to}")
    seen = Seen(server.next_mid(), message.text, message.markup, files, others, message.reply_to)
    customer.shown[seen.mid] = seen
    server.changed()
    body = {"mid": seen.mid, "seq": 1, "text": seen.text}
    recipient = {"chat_id": customer.chat_id, "chat_type": customer.chat_type, "user_id": customer.user["user_id"]}
    return {"message": {"recipient": recipient, "timestamp": server.now(), "body": body, "sender": server.bot}}


@method("PUT /messages")
async def edit(server: FakeMax, call: Call) -> Json:
    call.only("message_id")
    seen = _own(server, call.needed("message_id"))[1]
    message = bodies.read(call.body)
    if message.attachments is not None:
        seen.files, seen.others = server.shelf.attached(message.attachments)
    if not message.text and not seen.files and not seen.others:
        raise payload("Message cannot be empty")
    seen.text, seen.markup, seen.edited = message.text, message.markup, True
    server.changed()
    return {"success": True}


@method("DELETE /messages")
async def delete(server: FakeMax, call: Call) -> Json:
    call.only("message_id")
    customer, seen = _own(server, call.needed("message_id"))
    del customer.shown[seen.mid]
    server.changed()
    return {"success": True}


@method("POST /answers")
async def answer(server: FakeMax, call: Call) -> Json:
    call.only("callback_id")
    callback = call.needed("callback_id")
    if not isinstance(call.body, dict) or not {"message", "notification"} & set(call.body):
        raise payload("Invalid request. `message` or `notification` required")
    if callback not in server.callbacks:
        raise missing("Callback")
    server.callbacks.remove(callback)
    server.changed()
    return {"success": True}


def _addressed(server: FakeMax, call: Call) -> FakeCustomer:
    number = call.number("chat_id", 1 << 63, 0) or call.number("user_id", 1 << 63, 0)
    found = [one for one in server.chats.values() if number in (one.chat_id, one.user["user_id"])]
    if not number:
        raise payload("Missing required parameter: chat_id or user_id")
    if not found:
        raise Refused(404, "dialog.not.found", "error.dialog.notfound")
    if found[0].suspended:
        raise Refused(403, "chat.denied", "error.dialog.suspended")
    return found[0]


def _own(server: FakeMax, mid: str) -> tuple[FakeCustomer, Seen]:
    for customer in server.chats.values():
        if mid in customer.shown:
            return customer, customer.shown[mid]
        if mid in customer.messages:
            raise Refused(403, "access.denied", "You can change your own messages only")
    raise missing(f"Message {mid}")


# ------------------------------------------------------------------------------------------------ files


@method("POST /uploads")
async def upload_url(server: FakeMax, call: Call) -> Json:
    call.only("type")
    kind = call.needed("type")
    if kind not in TYPES:
        raise payload(f"Invalid upload type: {kind}")
    return server.shelf.new_upload(kind)


@method("GET /videos")
async def video(server: FakeMax, call: Call) -> Json:
    if call.id not in server.shelf.videos:
        raise missing("Video")
    urls = {"mp4_720": server.shelf.videos[call.id], "mp4_1080": None, "hls": f"{server.url}/live"}
    return {"token": call.id, "urls": urls, "width": 320, "height": 240, "duration": 5}


# ---------------------------------------------------------------------------------------------- updates


@method("GET /updates")
async def updates(server: FakeMax, call: Call) -> Json:
    call.only("limit", "timeout", "marker", "types")
    if server.webhooks:
        raise Refused(405, "method.not.allowed", "Bot is subscribed to WebHook")
    server.queue.asked = call.params["types"].split(",") if "types" in call.params else None
    server.changed()
    marker = call.number("marker", 1 << 63, -1)
    page = await server.queue.poll(
        None if marker < 0 else marker, call.number("limit", 1000, 100), call.number("timeout", 90, 30)
    )
    server.changed()
    return page


@method("GET /subscriptions")
async def subscriptions(server: FakeMax, call: Call) -> Json:
    call.only()
    shown = [{"url": one.url, "time": server.now(), "update_types": one.types} for one in server.webhooks.values()]
    return {"subscriptions": shown}


@method("POST /subscriptions")
async def subscribe(server: FakeMax, call: Call) -> Json:
    call.only()
    body = call.body
    if not isinstance(body, dict) or set(body) - {"url", "secret", "update_types"}:
        raise payload("Invalid request")
    url, secret, types = body.get("url"), body.get("secret", ""), body.get("update_types")
    if not isinstance(url, str) or not re.match(r"https://|http://127\.0\.0\.1[:/]", url):  # http: for tests
        raise payload("Field 'url' must start with https://")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{5,256}", secret):
        raise payload("Field 'secret' must match ^[\\w-]{5,256}$")
    if types is not None and (len(set(types)) != len(types) or set(types) - set(ASKED) - IGNORED):
        raise payload("Field 'update_types' is invalid")
    await server.subscribe(Webhook(url, secret, types, server.changed))
    return {"success": True}


@method("DELETE /subscriptions")
async def unsubscribe(server: FakeMax, call: Call) -> Json:
    call.only("url")
    done = await server.unsubscribe(call.needed("url"))
    return {"success": True} if done else {"success": False, "message": "Subscription not found"}
