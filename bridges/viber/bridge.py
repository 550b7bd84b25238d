"""A Viber bot as a bridge: sends, and receives by webhook. Viber offers no edits, deletions, replies or reactions."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.domain import AccountName, ChatId, FileRef, ForeignId, Key, graphemes
from bot.locale import translator
from bot.ports import (
    Accept,
    DeliveryError,
    Download,
    Finding,
    Forged,
    Hook,
    HookReply,
    Limits,
    Outgoing,
    Rejected,
    RejectReason,
    Sent,
    Tools,
)
from bridges.shared.fields import Fields, parse
from bridges.shared.http_calls import opened, partly
from bridges.viber import checks, contents, posts, wire
from bridges.viber.client import Client
from bridges.viber.files import ViberFiles
from bridges.viber.plan import LIMITS, ContactPart, FilePart, LocationPart, Part, TextPart, plan
from bridges.viber.posts import Post
from bridges.viber.settings import LONGEST_NAME, ViberSettings

PATIENCE = 60.0  # seconds to wait for an answer
SIGNATURE = re.compile(r"[0-9a-f]{64}")
EVENTS = ("delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started")
"""Events that Viber should send (`event_types`), besides messages, which it always sends."""


class ViberBridge:
    """One bot. `patience`: seconds to wait for an answer."""

    limits: Limits = LIMITS

    def __init__(self, account: AccountName, settings: ViberSettings, tools: Tools, patience: float = PATIENCE) -> None:
        self._account, self._settings, self._tools, self._patience = account, settings, tools, patience
        self._tr = translator(tools.locale)
        self._client = Client(tools.http, settings, self._tr, patience)
        self._links = ViberFiles(tools.files, self._tr)
        name = graphemes.first(settings.sender or settings.title or account, LONGEST_NAME)
        self._sender = {"name": name, **({"avatar": settings.avatar} if settings.avatar else {})}
        self._registered = ""

    def __repr__(self) -> str:
        return f"ViberBridge({self._account!r})"

    # ---------------------------------------------------------------------------------- to customers

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        """Sends one or several messages, see `plan`. Every file is inspected before the first message is sent. If a
        later message fails, the error says how many have arrived: see `partly`."""
        bodies = [body for part in plan(message, self._tr) for body in await self._posts(part)]
        sent: list[ForeignId] = []
        for place, body in enumerate(bodies):
            try:
                token = wire.message_token(await self._post(chat, body))
            except DeliveryError as error:
                if not place:
                    raise
                raise partly(place, error) from error
            if token is not None:
                sent.append(token)
        return Sent(tuple(sent))

    async def _post(self, chat: ChatId, body: Post) -> Fields:
        whole: dict[str, Any] = {"receiver": chat, "sender": self._sender, **body}
        return await self._client.call("send_message", whole)

    async def _posts(self, part: Part) -> Sequence[Post]:
        match part:
            case TextPart():
                return [posts.text(part.text)]
            case LocationPart():
                return [posts.location(part)]
            case ContactPart():
                return [posts.contact(part)]
            case FilePart():
                return await self._links.posts(part)

    # -------------------------------------------------------------------------------- from customers

    async def register(self, url: str) -> None:
        """Sets the webhook, which Viber tests at once with an event `webhook`, and asks for customers' names and
        pictures."""
        body = {"url": url, "event_types": EVENTS, "send_name": True, "send_photo": True}
        await self._client.call("set_webhook", body, repeatable=True)
        self._registered = url

    def prove(self, hook: Hook) -> bool:
        """Checks that there is a signature. It covers the body, so only `receive` can verify it."""
        if not SIGNATURE.fullmatch(hook.headers.get("x-viber-content-signature", "")):
            raise Forged
        return False

    async def receive(self, hook: Hook, accept: Accept) -> HookReply:
        """Answers 200 to acknowledge; Viber retries anything else for an hour. The answer has no body, which Viber
        would send to the customer as a message."""
        given = hook.headers.get("x-viber-content-signature", "")
        right = wire.signature(hook.body, self._settings.token.get_secret_value())
        if not hmac.compare_digest(given.encode(errors="replace"), right.encode()):
            raise Forged
        update = wire.read(parse(hook.body), self._account, self._tools.clock.now())
        if update is not None:
            await accept([update])
        return HookReply()

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Downloads from the address that came with the message. After an hour it expires: raises
        `Rejected(FILE_GONE)`."""
        if file.origin != wire.origin(self._account) or not contents.is_address(file.id):
            raise Rejected(RejectReason.FILE_GONE, f"not a file of {self._account}")
        return opened(self._tools.lasting_http, file.id, patience=self._patience)

    # ------------------------------------------------------------------------------------ the account

    async def check(self) -> Sequence[Finding]:
        async def ask() -> Fields:
            return await self._client.call("get_account_info", {}, repeatable=True)

        return await checks.check(ask, self._address(), self._tr)

    def _address(self) -> str:
        """Returns the address that Viber should call."""
        if self._registered or not self._tools.public_url:
            return self._registered
        return f"{self._tools.public_url.rstrip('/')}/hooks/{self._account}"

    async def close(self) -> None:
        """Does nothing: the HTTP client is the hub's."""
