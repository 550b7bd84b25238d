"""The Cloud API with one number, as strict as Meta's, with customers who write to it."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.platform import Platform
from tests.fakes.whatsapp import assets, messages, templates
from tests.fakes.whatsapp.people import FakeCustomer
from tests.fakes.whatsapp.refusals import Refused, unauthorized
from tests.fakes.whatsapp.state import Kept, Request
from tests.fakes.whatsapp.webhook import Webhook, envelope

JSON = dict[str, Any]
Endpoint = Callable[["FakeWhatsApp", web.Request], Awaitable[web.Response]]
VERSION = "v24.0"


@dataclass
class FakeWhatsApp(Platform):
    """Holds all state. `people`: everyone who has WhatsApp; `allowed`: those a test number may write to (None: all);
    `requests`: the hub's requests, except those for files; `page`: most templates in one response; `address`: the
    webhook that was entered; `late`: seconds by which the fake's clock is ahead."""

    largest = assets.LARGEST * 2
    path = f"/{VERSION}"

    token: str = "EAAJB-token-of-the-shop"
    app_secret: str = "0123456789abcdef0123456789abcdef"
    verify_token: str = "a-word-of-ours"
    phone_id: str = "106540352242922"
    waba_id: str = "102290129340398"
    phone: str = "15550783881"
    page: int = 100
    people: list[FakeCustomer] = field(default_factory=list)
    allowed: set[str] | None = None
    media: dict[str, Kept] = field(default_factory=dict)
    templates: list[JSON] = field(default_factory=list)
    subscribed: bool = True
    requests: list[Request] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    address: str = ""
    callbacks: dict[str, str] = field(default_factory=dict)  # message → what its statuses give back
    late: float = 0

    def __post_init__(self) -> None:
        super().__init__()
        self.webhook = Webhook(self.app_secret, self.changed)
        self._refs = 0
        self._batch: list[tuple[str, JSON]] | None = None

    # ------------------------------------------------------------------------------- for tests: acting

    def customer(self, name: str, phone: str = "", user_id: str = "", username: str = "") -> FakeCustomer:
        """Returns a person who may be written to; the same ids give the same person."""
        for person in self.people:
            if (person.phone, person.user_id) == (phone, user_id):
                return person
        person = FakeCustomer(self, name, phone, user_id, username, last_wrote=self.now())
        self.people.append(person)
        return person

    async def use_webhook(self, url: str, public: str = "") -> None:
        """Enters the address in the App Dashboard, which asks it for the verify token at once. `public`: the same
        address as seen from outside, where it differs."""
        assert await self.webhook.greet(url, self.verify_token), "the address does not answer the challenge"
        self.webhook.url, self.address = url, public or url
        self.webhook.start()

    @contextmanager
    def batched(self) -> Iterator[None]:
        """Collects the changes made inside into one body."""
        self._batch = []
        try:
            yield
        finally:
            changes, self._batch = self._batch, None
            self.webhook.tell("batch", envelope(self.waba_id, changes))

    def push(self, person: FakeCustomer, value: JSON, kind: str = "messages") -> None:
        """Sends a change to the webhook. `kind`: its field."""
        if self._batch is not None:
            self._batch.append((kind, value))
            return
        for _ in range(self.copies()):
            self.webhook.tell(f"{id(person)}", envelope(self.waba_id, [(kind, value)]))

    def tell(self, person: FakeCustomer, ref: str, status: str, refused: Refused | None = None) -> None:
        """Sends a status; failed ones come without the contact."""
        body: JSON = {"id": ref, "status": status, "timestamp": str(int(self.now())), **person.receiver()}
        if refused is not None:
            body["errors"] = [refused.in_status()]
        if self.callbacks.get(ref):
            body["biz_opaque_callback_data"] = self.callbacks[ref]
        contacts: list[JSON] | None = [] if refused or status == "sent" else None
        self.push(person, person.value(contacts, statuses=[body]))

    def revoke(self) -> None:
        """Invalidates the token."""
        self.token = "EAAJB-another-token"

    def add_template(self, name: str, body: str, language: str = "en_US", **more: Any) -> None:
        self.templates.append(templates.template(name, body, language, **more))

    # ----------------------------------------------------------------------------- for tests: watching

    @property
    def unconfirmed(self) -> int:
        """Changes that the webhook has not yet confirmed with 200."""
        return self.webhook.pending

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

    def routes(self) -> Iterable[web.RouteDef]:
        for method, path, name, handler in (
            ("POST", f"/{VERSION}/{{id}}/messages", "messages", messages.messages),
            ("POST", f"/{VERSION}/{{id}}/media", "media", assets.upload),
            ("GET", f"/{VERSION}/{{id}}/message_templates", "templates", assets.templates),
            ("GET", f"/{VERSION}/{{id}}/subscribed_apps", "apps", assets.apps),
            ("GET", f"/{VERSION}/{{id}}", "number", assets.thing),
            ("GET", "/attachments", "download", assets.file),
        ):
            yield web.route(method, path, self._guarded(name, handler))

    async def stop(self) -> None:
        await self.webhook.stop()
        await super().stop()

    def too_many(self, retry_after: float) -> web.Response:
        headers = {"Retry-After": str(math.ceil(retry_after))}
        return web.json_response(Refused(130429, "Message failed to send").body(), status=429, headers=headers)

    def broken(self) -> web.Response:
        return web.json_response(Refused(1).body(), status=500)

    def _guarded(self, name: str, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            called = "media_url" if name == "number" and request.match_info["id"] != self.phone_id else name
            self.calls[called] = self.calls.get(called, 0) + 1
            return await self.played(called, request, lambda: self._answer(endpoint, request))

        return handle

    async def _answer(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        try:
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                raise unauthorized()
            return await endpoint(self, request)
        except Refused as refused:
            return web.json_response(refused.body(), status=refused.status)
