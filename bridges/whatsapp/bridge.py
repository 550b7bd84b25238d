"""A WhatsApp number as a bridge: sends, reacts, downloads. `receiving` adds the webhook."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.domain import AccountName, ChatId, FileRef, ForeignId, Key, Location, SharedContact, Template
from bot.locale import translator
from bot.ports import (
    Approved,
    DeliveryError,
    Download,
    Finding,
    Limits,
    Outgoing,
    Rejected,
    RejectReason,
    Sent,
    Tools,
    Unconfirmed,
)
from bridges.shared.fields import Fields
from bridges.shared.http_calls import partly
from bridges.whatsapp import checks, errors, posts, templates, wire
from bridges.whatsapp.files import WhatsAppFiles
from bridges.whatsapp.graph import Graph
from bridges.whatsapp.plan import LIMITS, WITH_TEMPLATES, FilePart, Part, TextPart, plan
from bridges.whatsapp.settings import WhatsAppSettings

PATIENCE = 60.0  # seconds to wait for an answer
PAGE = "100"  # templates per answer
ANSWERED = 1000  # messages whose acceptance is remembered


class WhatsAppBridge:
    """A number without templates. `patience`: seconds to wait for an answer."""

    limits: Limits = LIMITS
    window = timedelta(hours=24)

    def __init__(
        self, account: AccountName, settings: WhatsAppSettings, tools: Tools, patience: float = PATIENCE
    ) -> None:
        self._account, self._settings, self._tools = account, settings, tools
        self._tr = translator(tools.locale)
        self._graph = Graph(tools.http, settings.api_url, settings.token.get_secret_value(), self._tr, patience)
        self._answered = deque[ForeignId](maxlen=ANSWERED)
        self._media = WhatsAppFiles(self._graph, tools.lasting_http, tools.files, settings.phone_id)

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        """Sends one or several messages, see `plan`. If a later one fails, the error says how many have arrived: see
        `partly`. The last one carries the key: a status that gives it back proves that all were sent."""
        parts, sent = plan(message, self.limits), list[ForeignId]()
        for part in parts:
            last = key if part is parts[-1] else None
            try:
                sent.append(await self._send_part(chat, part, None if sent else message.reply_to, last))
            except DeliveryError as error:
                if not sent:
                    raise
                raise partly(len(sent), error) from error
        self._answered.append(sent[-1])
        return Sent(tuple(sent))

    async def react(self, chat: ChatId, ref: ForeignId, emoji: str | None) -> None:
        await self._post(posts.addressed(chat, posts.reaction(ref, emoji)), repeatable=True)

    @asynccontextmanager
    async def download(self, file: FileRef) -> AsyncIterator[Download]:
        """Downloads a file, which Meta keeps for some days after the message."""
        if file.origin != wire.origin(self._account):
            raise Rejected(RejectReason.FILE_GONE, f"not a file of {self._account}")
        async with self._media.take(file.id) as download:
            yield download

    async def check(self) -> Sequence[Finding]:
        ours = f"{self._tools.public_url.rstrip('/')}/hooks/{self._account}" if self._tools.public_url else ""
        return await checks.check(self._graph, self._settings, ours, self._tr)

    def address(self, chat: ChatId, username: str, phone: str) -> str:
        """Builds a "click to chat" link (faq.whatsapp.com); "" for customers who hide their phone."""
        digits = "".join(filter(str.isdigit, phone))
        return f"https://wa.me/{digits}" if digits else ""

    async def close(self) -> None:
        """Does nothing: the HTTP client is the hub's."""

    async def _send_part(self, chat: ChatId, part: Part, reply_to: ForeignId | None, key: Key | None) -> ForeignId:
        posts.addressed(chat, {})  # checks the recipient before a file is uploaded
        body = await self._body(part)
        answer = await self._post(posts.addressed(chat, body, reply_to, key))
        ref = next((found.text("id") for found in answer.objects("messages")), "")
        if not ref:
            raise Unconfirmed("WhatsApp gave no id for the message")
        return ForeignId(ref)

    async def _body(self, part: Part) -> posts.Body:
        match part:
            case TextPart():
                return posts.words(part.text)
            case FilePart():
                return posts.file(*await self._media.put(part))
            case Location():
                return posts.place(part)
            case SharedContact():
                return posts.card(part)
            case Template():
                return await self._template(part)

    async def _template(self, template: Template) -> posts.Body:
        raise Rejected(RejectReason.UNSUPPORTED, "templates need waba_id in hub.toml")

    async def _post(self, body: posts.Body, *, repeatable: bool = False) -> Fields:
        return await self._graph.post(f"{self._settings.phone_id}/messages", repeatable=repeatable, json=body)


class TemplatingWhatsApp(WhatsAppBridge):
    """A number with a known business account, whose approved templates can be listed and sent."""

    limits: Limits = WITH_TEMPLATES

    async def templates(self) -> Sequence[Approved]:
        found = [templates.approved(template) async for template in self._listed()]
        return [template for template in found if template is not None]

    async def _template(self, template: Template) -> posts.Body:
        """Looks the template up again, since only its definition has the names of its variables, and builds the
        message."""
        async for found in self._listed(name=template.name):
            if (found.text("name"), found.text("language")) != (template.name, template.language):
                continue
            if templates.approved(found) is None:
                break
            try:
                components = templates.components(found, template.values)
            except ValueError:
                raise Rejected(RejectReason.INVALID, "the template has another number of variables now") from None
            return posts.template(template.name, template.language, components)
        raise Rejected(RejectReason.INVALID, "there is no such approved template any more")

    async def _listed(self, **narrowed: str) -> AsyncIterator[Fields]:
        """Yields approved templates, page by page. A wrong `waba_id` does not stop the account: the number still
        works."""
        path, after = f"{self._settings.waba_id}/message_templates", dict[str, str]()
        while True:
            answer = await self._graph.ask(path, status="APPROVED", limit=PAGE, **narrowed, **after)
            if errors.no_such_object(answer):
                raise Rejected(RejectReason.FORBIDDEN, "waba_id names no account that the token may see")
            page = self._graph.read(answer, repeatable=True)
            for template in page.objects("data"):
                yield template
            paging = page.object("paging")
            following = {"after": paging.object("cursors").text("after")}
            if "next" not in paging or not following["after"] or following == after:
                return
            after = following
