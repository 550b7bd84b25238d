"""The Cloud API with one number, as strict as Meta's, with customers to write as."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.fakes.faults import Fault, Faults, hang, reset
from tests.fakes.whatsapp import assets, messages, templates
from tests.fakes.whatsapp.people import FakeCustomer
from tests.fakes.whatsapp.refusals import Refused, unauthorized
from tests.fakes.whatsapp.state import Kept, Request
from tests.fakes.whatsapp.webhook import Webhook, envelope

JSON = dict[str, Any]
Endpoint = Callable[["FakeWhatsApp", web.Request], Awaitable[web.Response]]
VERSION = "v24.0"


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
        app = web.Application(client_max_size=assets.LARGEST * 2)
        for method, path, name, handler in (
            ("POST", f"/{VERSION}/{{id}}/messages", "messages", messages.messages),
            ("POST", f"/{VERSION}/{{id}}/media", "media", assets.upload),
            ("GET", f"/{VERSION}/{{id}}/message_templates", "templates", assets.templates),
            ("GET", f"/{VERSION}/{{id}}/subscribed_apps", "apps", assets.apps),
            ("GET", f"/{VERSION}/{{id}}", "number", assets.thing),
            ("GET", "/attachments", "download", assets.file),
        ):
            app.router.add_route(method, path, self._guarded(name, handler))
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

    def _guarded(self, name: str, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            called = "media_url" if name == "number" and request.match_info["id"] != self.phone_id else name
            self.calls[called] = self.calls.get(called, 0) + 1
            self.changed()
            if self.faults.latency:
                await asyncio.sleep(self.faults.latency)
            return await self._answer(called, endpoint, request)

        return handle

    async def _answer(self, name: str, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
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
            response = await endpoint(self, request)
        except Refused as refused:
            return web.json_response(refused.body(), status=refused.status)
        if fault is Fault.NOTHING_AFTER:
            await hang()
        if fault is Fault.RESET_AFTER:
            reset(request)
        return response
