"""The Cloud API with one number, as strict as Meta's, with customers to write as."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp import BodyPartReader, web

from tests.fakes.faults import Fault, Faults, hang, reset
from tests.fakes.whatsapp import templates
from tests.fakes.whatsapp.markup import show
from tests.fakes.whatsapp.people import FakeCustomer, Seen
from tests.fakes.whatsapp.refusals import Refused, invalid, nothing_there, unauthorized
from tests.fakes.whatsapp.rules import UPLOADED, check_file, check_message, receiver
from tests.fakes.whatsapp.webhook import Webhook, envelope

JSON = dict[str, Any]
VERSION = "v24.0"
LARGEST = 100 << 20
WINDOW = 24 * 3600
NUMBER_FIELDS = frozenset({"id", "display_phone_number", "verified_name", "webhook_configuration", "quality_rating"})


@dataclass
class Request:
    """What the hub asked: `body` is JSON, or a form's plain fields; `file`: (name, type, bytes) of a form."""

    method: str
    path: str
    body: Any = None
    file: tuple[str, str, bytes] | None = None


@dataclass
class Kept:
    data: bytes
    mime: str


@dataclass
class FakeWhatsApp:
    """Holds all state. `people`: everybody who has WhatsApp; `allowed`: whom a test number may write to (None: all);
    `requests`: what the hub asked, without questions for files; `page`: templates in one answer at most; `address`: the
    webhook that was entered; `late`: seconds by which the fake's clock is ahead."""

    token: str = "EAAJB-token-of-the-shop"
    app_secret: str = "0123456789abcdef0123456789abcdef"
    verify_token: str = "a-word-of-ours"
    phone_id: str = "106540352242922"
    waba_id: str = "102290129340398"
    phone: str = "15550783881"
    url: str = ""
    page: int = 100
    faults: Faults = field(default_factory=Faults)
    people: list[FakeCustomer] = field(default_factory=list)
    allowed: set[str] | None = None
    media: dict[str, Kept] = field(default_factory=dict)
    templates: list[JSON] = field(default_factory=list)
    subscribed: bool = True
    requests: list[Request] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    address: str = ""
    late: float = 0

    def __post_init__(self) -> None:
        self.webhook = Webhook(self.app_secret, self.changed)
        self._refs, self._twice, self._port = 0, 0, 0
        self._batch: list[JSON] | None = None
        self._watchers: set[asyncio.Event] = set()
        self._runner: web.AppRunner | None = None

    # ------------------------------------------------------------------------------- for tests: acting

    def customer(self, name: str, phone: str = "", user_id: str = "", username: str = "") -> FakeCustomer:
        """A person who may be written to; the same one for the same ids."""
        for person in self.people:
            if (person.phone, person.user_id) == (phone, user_id):
                return person
        person = FakeCustomer(self, name, phone, user_id, username, last_wrote=self.now())
        self.people.append(person)
        return person

    async def use_webhook(self, url: str, public: str = "") -> None:
        """The address is entered in the App Dashboard, which asks it for the verify token at once. `public`: how the
        same place is called from outside, where that is another address."""
        assert await self.webhook.greet(url, self.verify_token), "the address does not answer the challenge"
        self.webhook.url, self.address = url, public or url
        self.webhook.start()

    def duplicate_next(self, count: int = 1) -> None:
        """The next `count` bodies are delivered twice."""
        self._twice += count

    @contextmanager
    def batched(self) -> Iterator[None]:
        """What happens inside is told in one body."""
        self._batch = []
        try:
            yield
        finally:
            values, self._batch = self._batch, None
            self.webhook.put("batch", envelope(self.waba_id, values))

    def push(self, person: FakeCustomer, value: JSON) -> None:
        """Brings a change to the webhook."""
        if self._batch is not None:
            self._batch.append(value)
            return
        for _ in range(2 if self._twice else 1):
            self.webhook.put(f"{id(person)}", envelope(self.waba_id, [value]))
        self._twice = max(self._twice - 1, 0)

    def tell(self, person: FakeCustomer, ref: str, status: str, refused: Refused | None = None) -> None:
        """A status; failed ones come without the contact."""
        told: JSON = {"id": ref, "status": status, "timestamp": str(int(self.now())), **person.receiver()}
        if refused is not None:
            told["errors"] = [refused.in_status()]
        contacts: list[JSON] | None = [] if refused or status == "sent" else None
        self.push(person, person.value(contacts, statuses=[told]))

    def revoke(self) -> None:
        """The token is made useless."""
        self.token = "EAAJB-another-token"

    def add_template(self, name: str, body: str, language: str = "en_US", **more: Any) -> None:
        self.templates.append(templates.template(name, body, language, **more))

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
        """Until every call of the webhook was answered with 200."""
        await self.wait_for(lambda: self.webhook.pending == 0, seconds)

    def changed(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    def now(self) -> float:
        return time.time() + self.late

    def new_ref(self) -> str:
        self._refs += 1
        return f"wamid.HBgLNzk5OTAwMDAw{self._refs:06}="

    def keep(self, data: bytes, mime: str) -> str:
        number = f"{1_000_000 + len(self.media)}"
        self.media[number] = Kept(data, mime)
        return number

    # ------------------------------------------------------------------------------------- serving

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST * 2)
        for method, path, name, handler in (
            ("POST", "/{id}/messages", "messages", self._messages),
            ("POST", "/{id}/media", "media", self._upload),
            ("GET", "/{id}/message_templates", "templates", self._templates),
            ("GET", "/{id}/subscribed_apps", "apps", self._apps),
            ("GET", "/{id}", "number", self._object),
        ):
            app.router.add_route(method, f"/{VERSION}{path}", self._guarded(name, handler))
        app.router.add_get("/attachments", self._guarded("download", self._file))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}/{VERSION}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Nobody listens any more. Doing so twice is no error."""
        await self.webhook.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def _guarded(self, name: str, handler: Any) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            called = "media_url" if name == "number" and request.match_info["id"] != self.phone_id else name
            self.calls[called] = self.calls.get(called, 0) + 1
            self.changed()
            if self.faults.latency:
                await asyncio.sleep(self.faults.latency)
            return await self._answer(called, handler, request)

        return handle

    async def _answer(self, name: str, handler: Any, request: web.Request) -> web.StreamResponse:
        fault, retry_after = self.faults.next(name) or (None, 0.0)
        try:
            if fault is Fault.RESET_BEFORE:
                reset(request)
                return web.Response()
            if fault is Fault.NOTHING:
                await hang()
            if fault is Fault.SERVER_ERROR:
                raise Refused(1, status=500)
            if fault is Fault.TOO_MANY:
                headers = {"Retry-After": str(math.ceil(retry_after))}
                return web.json_response(Refused(130429, "Message failed to send").body(), status=429, headers=headers)
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                raise unauthorized()
            response = await handler(request)
        except Refused as refused:
            return web.json_response(refused.body(), status=refused.status)
        if fault is Fault.NOTHING_AFTER:
            await hang()
        if fault is Fault.RESET_AFTER:
            reset(request)
        assert isinstance(response, web.StreamResponse)
        return response

    def _known(self, request: web.Request, ours: str) -> None:
        if request.match_info["id"] != ours:
            raise nothing_there(request.match_info["id"])

    # -------------------------------------------------------------------------------------- messages

    async def _messages(self, request: web.Request) -> web.Response:
        self._known(request, self.phone_id)
        try:
            body = await request.json()
        except ValueError:
            raise invalid("Invalid JSON body") from None
        self.requests.append(Request("POST", request.path, body))
        kind, content = check_message(body)
        phone, user_id = receiver(body)
        if self.allowed is not None and (phone or user_id) not in self.allowed:
            raise Refused(131030, "Recipient phone number not in allowed list")
        person = self._find(phone, user_id)
        ref, given = self.new_ref(), body.get("context", {}).get("message_id")
        seen = await self._seen(person, ref, kind, content)
        if person is not None:
            self._check_refs(person, kind, content, given)
            if isinstance(seen, Seen):
                seen.reply_to = given
        self._deliver(person, ref, kind, content, seen, phone)
        contact = {"input": phone or user_id} | ({"wa_id": phone} if phone else {"user_id": user_id})
        answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": ref}]}
        return web.json_response(answer)

    def _find(self, phone: str, user_id: str) -> FakeCustomer | None:
        found = (one for one in self.people if (phone and one.phone == phone) or (user_id and one.user_id == user_id))
        return next(found, None)

    def _check_refs(self, person: FakeCustomer, kind: str, content: Any, reply_to: str | None) -> None:
        refs = [reply_to, content["message_id"] if kind == "reaction" else None]
        if any(ref is not None and ref not in person.written and ref not in person.shown for ref in refs):
            raise Refused(131009, "The message id is not of this conversation")

    async def _seen(self, person: FakeCustomer | None, ref: str, kind: str, content: Any) -> Seen | Refused:
        """What the customer will see, or why it will fail later. Raises what is refused at once."""
        seen = Seen(ref, kind, body=content)
        if kind == "template":
            seen.text = templates.words(self.templates, content)
        elif kind == "text":
            shown = show(content["body"])
            seen.text, seen.looks = shown.text, shown.looks
        elif isinstance(content, dict) and ("id" in content or "link" in content):
            shown = show(content.get("caption", ""))
            seen.text, seen.looks = shown.text, shown.looks
            try:
                kept = await self._media_of(content)
                check_file(kind, kept.data, kept.mime)
            except Refused as refused:
                if refused.code != 131053:
                    raise
                return refused
            seen.file, seen.mime = kept.data, kept.mime
        return seen

    async def _media_of(self, content: JSON) -> Kept:
        if "id" in content:
            if content["id"] not in self.media:
                raise invalid(f"Param media_id {content['id']} does not exist")
            return self.media[content["id"]]
        try:
            async with aiohttp.ClientSession() as http, http.get(content["link"]) as response:
                if response.status != 200:
                    raise Refused(131053, f"Downloading media from weblink failed with http code {response.status}")
                return Kept(await response.read(), response.content_type)
        except aiohttp.ClientError:
            raise Refused(131053, "Downloading media from weblink failed") from None

    def _deliver(
        self, person: FakeCustomer | None, ref: str, kind: str, content: Any, seen: Seen | Refused, phone: str
    ) -> None:
        """WhatsApp accepts first and tells what went wrong later."""
        if person is None or person.blocked:
            nobody = person or FakeCustomer(self, "", phone)
            return self.tell(nobody, ref, "failed", Refused(131026, "Message Undeliverable."))
        if kind != "template" and self.now() - person.last_wrote > WINDOW:
            words = "Message failed to send because more than 24 hours have passed since the customer last replied."
            return self.tell(person, ref, "failed", Refused(131047, words))
        if isinstance(seen, Refused):
            return self.tell(person, ref, "failed", seen)
        if kind == "reaction":
            person.reactions.pop(content["message_id"], None)
            if content["emoji"]:
                person.reactions[content["message_id"]] = content["emoji"]
        else:
            person.shown[ref] = seen
        self.tell(person, ref, "sent")
        return self.changed()

    # ----------------------------------------------------------------------------------------- files

    async def _upload(self, request: web.Request) -> web.Response:
        self._known(request, self.phone_id)
        if request.content_type != "multipart/form-data":
            raise invalid("The parameter file is required.")
        values: dict[str, str] = {}
        file: tuple[str, str, bytes] | None = None
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            if part.filename is None:
                values[part.name or ""] = await part.text()
                continue
            if part.name != "file":
                raise invalid(f'Unexpected key "{part.name}"')
            data = bytearray()
            while chunk := await part.read_chunk(1 << 16):
                data += chunk
                if len(data) > LARGEST:
                    raise invalid("Param file must be at most 100 MB")
            file = (part.filename, part.headers.get("Content-Type", ""), bytes(data))
        self.requests.append(Request("POST", request.path, values, file))
        if values.get("messaging_product") != "whatsapp" or set(values) != {"messaging_product", "type"}:
            raise invalid("The parameters messaging_product and type are required.")
        if file is None:
            raise invalid("The parameter file is required.")
        if file[1] not in UPLOADED or values["type"] != file[1]:
            types = ", ".join(sorted(UPLOADED))
            words = f"Param file must be a file with one of the following types: {types}."
            raise invalid(f"{words} Received file of type '{file[1]}'.")
        return web.json_response({"id": self.keep(file[2], file[1])})

    async def _object(self, request: web.Request) -> web.Response:
        if request.match_info["id"] == self.phone_id:
            return self._number(request)
        media_id = request.match_info["id"]
        if media_id not in self.media or request.query.get("phone_number_id", self.phone_id) != self.phone_id:
            raise nothing_there(media_id)
        kept, parts = self.media[media_id], urlsplit(self.url)
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "url": f"{parts.scheme}://{parts.netloc}/attachments?mid={media_id}&ext=1700000000&hash=ARLJ",
                "mime_type": kept.mime,
                "sha256": "0" * 64,
                "file_size": len(kept.data),
                "id": media_id,
            }
        )

    async def _file(self, request: web.Request) -> web.Response:
        kept = self.media.get(request.query.get("mid", ""))
        if kept is None:
            raise web.HTTPNotFound
        return web.Response(body=kept.data, content_type=kept.mime)

    # ------------------------------------------------------------------------- the number, the account

    def _number(self, request: web.Request) -> web.Response:
        fields = request.query.get("fields", "id,display_phone_number,verified_name").split(",")
        if unknown := set(fields) - NUMBER_FIELDS:
            raise invalid(
                f"Tried accessing nonexisting field ({min(unknown)}) on node type (WhatsAppBusinessPhoneNumber)"
            )
        told: JSON = {
            "display_phone_number": "+1 555-078-3881",
            "verified_name": "Shop",
            "quality_rating": "GREEN",
            "webhook_configuration": {"application": self.address} if self.address else {},
        }
        return web.json_response({**{key: told[key] for key in fields if key in told}, "id": self.phone_id})

    async def _apps(self, request: web.Request) -> web.Response:
        self._known(request, self.waba_id)
        app = {"whatsapp_business_api_data": {"id": "12345", "name": "Shop"}}
        return web.json_response({"data": [app] if self.subscribed else []})

    async def _templates(self, request: web.Request) -> web.Response:
        self._known(request, self.waba_id)
        query = request.query
        if unknown := set(query) - {"status", "limit", "after", "before", "name", "fields"}:
            raise invalid(f"Unknown parameter {min(unknown)}")
        found = [one for one in self.templates if query.get("status", one["status"]) == one["status"]]
        found = [one for one in found if query.get("name", "") in one["name"]]
        start, size = int(query.get("after", 0)), min(int(query.get("limit", 25)), self.page)
        end = start + size
        paging: JSON = {"cursors": {"before": str(start), "after": str(end)}}
        if end < len(found):
            paging["next"] = f"{self.url}/{self.waba_id}/message_templates?after={end}"
        return web.json_response(json.loads(json.dumps({"data": found[start:end], "paging": paging})))
